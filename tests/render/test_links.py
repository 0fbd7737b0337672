"""Doors of regions, what crosses them by a run and by its record, and the map of the universe."""

import time

import numpy as np
import pytest

from cyberspace.law.letters import SPORE
from cyberspace.record.reading import Tables
from cyberspace.run.crew import Plan
from cyberspace.run.runtime import begin_text, go
from cyberspace.watch.introduction import introduce
from cyberspace.watch.traffic import Letters
from render.heads import beach_of, everywhere_of
from render.links import Carried, Everywhere, Passage, RegionNow, doors_of, region_name
from render.panels.doors import MOST, crossing, rate
from render.panels.links import lines
from render.replay import Replay
from render.spaces import space_about
from tests.render.test_app import Bench

TEXT = """
[world]
seed = 1
far_tide = 8
[spaces.reef]
kind = "gpu"
axes.lane = { length = 8, stretch = 2 }
axes.warp = { length = 8, stretch = 4 }
axes.device = { length = 3, stretch = 8 }
genesis = "ancestor:replicator"
density = 0.5
[spaces.shore]
kind = "cpu"
axes.lane = { length = 8, stretch = 2 }
axes.thread = { length = 4, stretch = 4 }
genesis = "ancestor:replicator"
density = 0.5
[[beaches]]
between = ["reef", "shore"]
shores = [{ device = 0, warp = [0, 2] }, { thread = [1, 3] }]
stretch = 16
cost = 2
[record]
every = 40
checkpoint_every = 120
fields = ["alive", "founder", "energy"]
"""
TICKS = 120


class Watcher:
    """An observer that counts letters from the first tick on."""

    held = ""

    def join(self, regions, placement):
        self.letters, self.regions = Letters(), regions
        self.letters.told(regions)

    def hear(self, source, what, said):
        pass

    def attend(self, regions, leaving):
        return None


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """A run that was watched, and what its watcher counted."""
    home, watcher = tmp_path_factory.mktemp("links"), Watcher()
    folder = begin_text(TEXT, "TEXT", home, home / "run", backend="reference")
    go(folder, Plan(TICKS, 40, "reference", quiet=True), people=watcher)
    return folder, watcher.letters.told(watcher.regions)


def test_letters_that_are_counted_are_those_that_the_record_tells_of(watched):
    folder, (regions, passed) = watched
    table = Tables(folder.record).columns("links")
    tick, sender, receiver, kind, energy = (np.asarray(table[name][:], dtype=np.int64) for name in
                                            ("tick", "sender", "receiver", "kind", "energy"))  # fmt: skip
    assert len(passed) == 6 and sum(one["all"]["spores"] for one in passed) == np.count_nonzero(kind == SPORE) > 5
    for one in passed:
        mine = (sender == one["from"]) & (receiver == one["to"])
        assert one["all"]["spores"] + one["all"]["movers"] == np.count_nonzero(mine & (kind > 0))
        assert one["all"]["energy"] == energy[mine].sum()
        assert one["last"]["energy"] == energy[mine & (tick == one["tick"])].sum()
        assert 0 < one["last"]["messages"] <= (16 if 3 in (one["from"], one["to"]) else 64)
    assert [one["alive"] for one in regions] and {one["tick"] for one in regions} == {TICKS}


def test_counting_changes_nothing(watched, tmp_path):
    folder, _ = watched
    other = begin_text(TEXT, "TEXT", tmp_path, tmp_path / "run", backend="reference")
    go(other, Plan(TICKS, 40, "reference", quiet=True))
    for group in ("links", "reef/births", "reef/series", "shore/series"):
        one, two = (Tables(run.record).columns(group) for run in (folder, other))
        assert all(np.asarray(one[name][:]).tobytes() == np.asarray(two[name][:]).tobytes() for name in one)


def test_counting_a_letter_is_cheap(watched):
    folder, _ = watched
    from cyberspace.law.letters import Short, Stamp, blank, pack
    from cyberspace.watch.traffic import Traffic

    world = folder.universe.worlds[0]
    end = world.ends[0]
    short = Short(world, end)
    block = short.short(pack(world, end, blank(world, end)))
    traffic, begun = Traffic(0), time.process_time()
    for k in range(1000):
        traffic.note(Stamp(0, 0, 1, end.axis, k, 8 * k), 0, short, block)
    assert (time.process_time() - begun) / 1000 < 5e-4  # some 5 microseconds where nobody else computes
    assert traffic.told()[0]["all"]["letters"] == 1000


def test_doors_open_when_the_clock_says_and_those_of_a_run_are_those_of_its_record(watched):
    folder, (regions, passed) = watched
    universe, told = folder.universe, introduce(folder)
    spaces = [space_about(universe, space, folder.file.spaces[space.name]) for space in universe.spaces]
    clock = [(one["stretch"], one["offset"]) for one in told["clock"]]
    doors = doors_of(spaces, [beach_of(one, *clock[one["axis"]]) for one in told["beaches"]])
    assert doors == Replay(folder.path).about.doors
    pairs = {(door.region, door.other) for door in doors}
    assert pairs == {(0, 1), (1, 0), (1, 2), (2, 1), (0, 3), (3, 0)}
    for one in passed:
        (door,) = [door for door in doors if (door.region, door.other) == (one["from"], one["to"])]
        assert (
            door.opened(TICKS) == one["tick"] and door.opens(TICKS) >= TICKS and door.beach == (3 in (door.region, door.other))
        )
        assert door.opens(one["tick"]) == one["tick"]
    assert region_name(spaces, 2) == "reef device 2" and region_name(spaces, 3) == "shore"
    known = everywhere_of({"hosts": ["a"], "regions": regions, "traffic": passed}, TICKS)
    assert "out" in crossing(known, doors[0]) and any("messages last" in line for line in lines(doors[0], known, TICKS))


def test_rates_are_of_the_openings_that_were_counted():
    live = Passage(0, 1, 0, 96, Carried(1, 5, 1, 0, 9), Carried(10, 50, 3, 1, 90))
    assert rate(live, 10_000, 16) == "25" and rate(None, 5, 16) == "0"
    recorded = Passage(0, 1, 0, 96, Carried(1, -1, 1, 0, 9), Carried(3, -1, 4, 0, 9))
    assert rate(recorded, 1000, 16) == "4.0"


def test_a_record_shows_doors_and_the_map_and_a_click_on_a_region_enters_it(watched, tmp_path):
    bench = Bench(Replay(watched[0].path), tmp_path)
    bench.app.do("tab", "links")
    words = " ".join(bench.read().words)
    assert "messages, ranks and hosts are not" in words and "to reef device 1" in words and "a 1,000 ticks" in words
    doors = [hot for hot in bench.app._hots["middle"] if hot.action == "through"]
    assert {hot.argument.region for hot in doors} == {0, 1, 2}
    bench.key("u")
    words = " ".join(bench.read().words)
    assert "shore" in words and "living" in words and "beach every 16" in words
    bench.press("enter_region", 3)
    assert bench.model.space.name == "shore" and not bench.model.view.universe
    bench.press("through")
    assert bench.model.space.name == "reef"
    bench.read().check_legible()


def test_many_hosts_and_regions_have_their_place_on_the_map(bench_of_many):
    bench_of_many.key("u")
    words = bench_of_many.read().words
    assert "host left" in words and "host right" in words and "rank 1" in words
    hots = [hot for hot in bench_of_many.app._hots["universe"] if hot.action == "enter_region"]
    assert len(hots) == 64 and len({hot.rect for hot in hots}) == 64
    assert any("3 behind, 1 wait" in line for line in words) and MOST >= 64


@pytest.fixture
def bench_of_many(tmp_path):
    from tests.render.still_life import StillLife, space

    source = StillLife(space("sea", {"rack": 8, "host": 8, "lane": 2}))
    regions = tuple(RegionNow(k, k % 4, 100 - 3 * (k == 5), 2, 10.0, 4 if k == 5 else -1) for k in range(64))
    source.ask_everywhere = lambda tick: source.answers.append(Everywhere(100, ("left", "left", "right", "right"), regions, ()))
    return Bench(source, tmp_path)
