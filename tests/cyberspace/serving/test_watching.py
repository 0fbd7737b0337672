"""What people see of a run, how they hold and pace it, and that watching changes nothing."""

import threading
import time

import numpy as np

from cyberspace.watch import allowance
from cyberspace.watch.views import keep_classes
from tests.client import Client
from tests.cyberspace.serving.town import REEF, begin, digest_of, held, live, play


def test_what_is_seen_is_what_is_there(town, tmp_path):
    folder = begin(town, tmp_path / "run")

    def script(path):
        player = held(path)
        about = player.head("about")
        _, whole = player.ask("frame", space="reef", fields=["energy", "alive", "born", "activity.5"])
        _, some = player.ask(
            "frame", space="reef", fields=["energy"], at={"device": 1, "warp": "max", "lane": "all"}, stride={"lane": 3}
        )
        head, mean = player.ask(
            "frame",
            space="reef",
            fields=["energy", "age", "lineage", "task", "heredity", "learned", "answers"],
            at={"lane": "mean"},
        )
        site, brain = player.ask("site", site=REEF + 7)
        series = player.ask("series", space="reef")
        player.head("control", do="resume")
        return about, whole, some, head, mean, site, brain, series

    about, whole, some, head, mean, site, brain, (_, series) = live(folder, 60, script)
    reef = about["spaces"]["reef"]
    assert [axis["name"] for axis in reef["axes"]] == ["device", "warp", "lane"]
    assert [axis["name"] for axis in about["spaces"]["town"]["axes"]] == ["thread", "lane"]
    assert (reef["first_site"], about["spaces"]["town"]["first_site"]) == (0, REEF)
    assert all(field["unit"] and field["meaning"] for field in reef["fields"])
    energy = whole["energy"]
    assert energy.shape == (2, 4, 8)
    assert ((energy > 0) == whole["alive"]).all()
    np.testing.assert_array_equal(some["energy"], energy[1, :, ::3].max(axis=0))
    np.testing.assert_allclose(mean["energy"], energy.mean(axis=-1), rtol=1e-6)
    age = np.where(whole["alive"], head["tick"] - whole["born"], -1)
    np.testing.assert_allclose(mean["age"], age.mean(axis=-1), rtol=1e-5)
    assert head["info"]["lineage"]["founders"]
    assert site["organism"]["site"] == REEF + 7
    assert site["organism"]["at"] == [0, 0, 0, 0, 0, 0, 7]
    np.testing.assert_array_equal(brain["inborn"].ravel(), 16 * brain["genome"][: brain["inborn"].size].astype(int))
    assert series["population"][-1] > 0
    assert (np.diff(series["tick"]) > 0).all()


def test_the_player_holds_steps_and_paces(town, tmp_path):
    folder = begin(town, tmp_path / "run")

    def script(path):
        player = held(path)
        first = player.head("frame", fields=["alive"])["tick"]
        player.head("control", do="step", ticks=7)
        stepped = first
        while stepped < first + 7:
            stepped = player.head("frame", fields=["alive"], after=stepped)["tick"]
        waits = player.head("frame", fields=["alive"], after=stepped)
        begun, paced = time.monotonic(), []
        player.head("control", do="pace", rate=50)
        player.head("control", do="resume")
        while not paced or paced[-1][1] < 25:
            tick = player.head("frame", fields=["alive"])["tick"]
            paced.append((time.monotonic() - begun, tick - stepped))
        player.head("control", do="pace", rate=0)
        return stepped - first, waits, paced

    stepped, waits, paced = live(folder, None, script)
    assert stepped == 7
    assert waits["same"]
    assert all(ticks <= 50 * seconds for seconds, ticks in paced), paced


def test_a_run_that_waits_for_people_has_time_for_them(town, tmp_path, monkeypatch):
    monkeypatch.setattr(allowance, "SHARE", 0.0)
    monkeypatch.setattr(allowance, "CREDIT", 0.0)
    folder = begin(town, tmp_path / "run")

    def script(path):
        player = Client(path / "play.json")
        player.head("control", do="pace", rate=50)
        ticks = [0]
        while ticks[-1] < 60:
            ticks.append(player.head("frame", fields=["alive"], after=ticks[-1])["tick"])
        return ticks

    ticks = live(folder, None, script)
    assert len(ticks) > 5 and ticks == sorted(ticks)


def test_two_watch_while_one_plays(town, tmp_path):
    folder = begin(town, tmp_path / "run")
    world = folder.universe.worlds[2]

    def script(path):
        frames, stop = [0, 0], threading.Event()

        def watch(k):
            with Client(path / "watch.json") as watcher:
                while not stop.is_set():
                    watcher.ask("frame", space="town", fields=["energy", "lineage"])
                    frames[k] += 1

        watchers = [threading.Thread(target=watch, args=(k,)) for k in range(2)]
        for one in watchers:
            one.start()
        done = play(world, 7, 2)(path)
        deadline = time.monotonic() + 120
        while min(frames) <= 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        stop.set()
        for one in watchers:
            one.join()
        return done, frames

    done, frames = live(folder, 300, script)
    assert done > 10
    assert min(frames) > 3


def test_watching_changes_nothing_nor_does_a_viewer_that_stalls(town, tmp_path, undisturbed):
    def watch(path):
        stalled = Client(path / "watch.json")
        for _ in range(100):
            stalled.send("frame", fields=["energy"])
        with Client(path / "watch.json") as watcher:
            for _ in range(20):
                watcher.ask("frame", fields=["energy", "learned", "lineage"])
        stalled.close()

    assert digest_of(town, tmp_path / "watched", watch) == undisturbed


def test_lineages_keep_their_classes():
    assert keep_classes((), [5, 6, 7]) == (5, 6, 7)
    assert keep_classes((5, 6, 7), [7, 8, 5]) == (5, 8, 7)
    assert keep_classes((5, 6), [6]) == (6,)
