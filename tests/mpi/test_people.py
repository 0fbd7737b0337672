"""People on several ranks: what lives on any rank is seen, acted upon, held and repeated as on one."""

import signal
import time

import numpy as np
import pytest

from cyberspace.acts.history import History
from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.errors import InputError
from cyberspace.record.journal import Journal, journal_path
from cyberspace.record.run_folder import open_run, take_over
from cyberspace.run import runtime
from cyberspace.watch.views import Views
from tests.client import Client
from tests.mpi.jobs import alone, finish, start

SPLIT = """
[world]
seed = 4

[spaces.reef]
kind = "gpu"
backend = "numba"
ranks = [0, 1]
axes.lane = { length = 8 }
axes.warp = { length = 4, curled = true }
axes.device = { length = 2, stretch = 16 }
physics = { spark = 100, sunlight = 12, copy = 0.002, spore = 20 }

[spaces.town]
kind = "cpu"
backend = "numba"
ranks = [1]
plaza = true
tokens = 20000
axes.lane = { length = 10 }
axes.thread = { length = 6 }
physics = { spark = 100, copy = 0.01, sunlight = 12, upkeep = 4 }

[[spaces.town.tasks]]
name = "logic"

[[beaches]]
between = ["reef", "town"]
shores = [{ lane = 0, device = 1 }, { lane = 0, thread = [1, 5] }]
stretch = 32

[record]
every = 500
checkpoint_every = 2000
"""
"""The reef lies on both ranks, the plaza on rank 1."""

REEF, TOWN = 64, 2
FAR = 10_000_000
DEADLINE = 8
"""Seconds that a rank waits for another; other work on the machine must not look like a rank that is stuck."""


@pytest.fixture
def split(tmp_path):
    path = tmp_path / "split.toml"
    path.write_text(SPLIT)
    return path


class Job:
    """A run that serves on two ranks, held by a player from the start of the test to its end."""

    def __init__(self, source, out):
        self.folder, self.process = out, start(2, source, "--ticks", FAR, "--out", out, "--serve", "--deadline", DEADLINE)
        self.player = Client(out / "play.json")
        self.player.head("about")

    def ticks(self):
        return [self.player.head("frame", space=name, fields=["alive"])["tick"] for name in ("reef", "town")]

    def pause(self):
        """The tick at which all regions stand."""
        assert self.player.head("control", do="pause")["pace"]["paused"]
        return self.settled()

    def settled(self):
        deadline, before = time.monotonic() + 120, None
        while True:
            ticks = [*self.ticks(), self.player.head("site", site=REEF - 1)["tick"], self.player.head("site", site=0)["tick"]]
            if ticks == before and len(set(ticks)) == 1:
                return ticks[0]
            assert time.monotonic() < deadline, f"the regions stand at {ticks}"
            before = ticks
            time.sleep(0.1)

    def stop(self):
        """Stop with a checkpoint; what the run holds."""
        self.process.send_signal(signal.SIGUSR1)
        code, told = finish(self.process)
        self.player.close()  # with it goes its pause
        assert code == 130, told
        assert "defect" not in told, told
        return inspect_run(self.folder)

    def end(self):
        self.player.close()
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


@pytest.fixture
def job(split, tmp_path):
    found = Job(split, tmp_path / "run")
    yield found
    found.end()


def repeated(source, out, journal, ticks, ranks):
    """What a run holds that repeats another one's journal."""
    runtime.begin(source, out, None, None)
    journal_path(out, TOWN).parent.mkdir()
    journal_path(out, TOWN).write_bytes(journal)
    if ranks == 1:
        alone("--resume", out, "--ticks", ticks)
    else:
        code, told = finish(start(ranks, "--resume", out, "--ticks", ticks))
        assert code == 0, told
    assert journal_path(out, TOWN).read_bytes() == journal
    return inspect_run(out)


def test_all_ranks_are_seen_acted_upon_and_repeated(job, split, tmp_path):
    player = job.player
    while min(job.ticks()) < 2000:
        time.sleep(0.05)
    soil = player.act("block", sites=[REEF + 23, REEF + 24], block="soil")
    assert soil["done"] and soil["region"] == TOWN
    assert player.act("fund", tokens=77, space="town")["done"]
    tick = job.pause()
    _, seen = player.ask("frame", space="reef", fields=["energy", "alive", "born", "age", "founder", "cradle"])
    assert seen["energy"].shape == (2, 4, 8)
    assert seen["alive"][0].any() and seen["alive"][1].any()
    np.testing.assert_array_equal(seen["age"], np.where(seen["alive"], tick - seen["born"], -1))
    for how in ("max", "mean"):
        _, some = player.ask("frame", space="reef", fields=["energy"], at={"device": how, "warp": "mean", "lane": "all"})
        whole = seen["energy"].max(axis=0) if how == "max" else seen["energy"].mean(axis=0)
        np.testing.assert_allclose(some["energy"], whole.mean(axis=0), rtol=1e-5)
    _, part = player.ask("frame", space="reef", fields=["energy"], at={"device": 1}, stride={"lane": 3})
    np.testing.assert_array_equal(part["energy"], seen["energy"][1, :, ::3])
    site = int(np.flatnonzero(seen["alive"].ravel()[32:])[0]) + 32
    told, brain = player.ask("site", site=site)
    assert told["organism"]["at"][3] == 1
    assert told["organism"]["energy"] == seen["energy"].ravel()[site]
    assert brain["genome"].size > 0
    marks, counts = np.unique(seen["founder"][seen["alive"]], return_counts=True)
    largest = player.head("find", space="reef", what="lineages", most=256)["lineages"]
    assert {one["founder"]: one["members"] for one in largest} == dict(zip(marks.tolist(), counts.tolist(), strict=True))
    members = player.head("find", space="reef", what="founder", founder=largest[0]["founder"], most=256)["members"]
    assert len(members) == largest[0]["members"]
    assert player.ask("series", space="reef")[1]["population"].size > 0
    assert player.head("jobs", space="town")["wallet"] == 20077
    _, blocks = player.ask("frame", space="town", fields=["block"])
    assert blocks["block"].ravel()[[23, 24]].tolist() == [2, 2]
    later = player.act("erase", sites=[REEF + 3]) | player.act("block", sites=[REEF + 7], block="soil")
    assert later["tick"] == tick
    player.head("control", do="step", ticks=5)  # what is done at a tick belongs to the ticks after it
    tick = job.settled()
    facts = job.stop()
    assert facts["tick"] == later["tick"] + 5 == tick
    journal = journal_path(job.folder, TOWN).read_bytes()
    assert len(Journal(journal_path(job.folder, TOWN)).entries) == 4
    assert facts["energy"]["balanced"]
    for ranks in (1, 2):
        again = repeated(split, tmp_path / f"on-{ranks}", journal, tick, ranks)
        assert again == facts


def test_two_ranks_are_held_step_and_keep_a_pace(job, split, tmp_path):
    player = job.player
    first = job.pause()
    waits = player.head("frame", space="town", fields=["alive"], after=first)
    assert waits["same"]
    time.sleep(DEADLINE + 0.5)  # who is held is not stuck
    assert job.settled() == first
    player.head("control", do="step", ticks=7)
    assert player.head("frame", space="town", fields=["alive"], after=first)["tick"] > first
    assert job.settled() == first + 7
    player.head("control", do="step", ticks=2)
    player.head("control", do="step", ticks=3)
    assert job.settled() == first + 12
    begun = time.monotonic()
    player.head("control", do="pace", rate=50)
    player.head("control", do="resume")
    while min(ticks := job.ticks()) < first + 62:
        assert max(ticks) - (first + 12) <= 50 * (time.monotonic() - begun)
        time.sleep(0.05)
    player.head("control", do="pace", rate=0)
    while min(job.ticks()) < first + 500:
        time.sleep(0.02)
    facts = job.stop()
    alone(split, "--ticks", facts["tick"], "--out", tmp_path / "alone")
    assert inspect_run(tmp_path / "alone") == facts


def test_an_orphan_can_not_write_into_a_journal(split, tmp_path):
    folder = runtime.begin(split, tmp_path / "run", None, None)
    history = History(take_over(folder.path), folder.universe.worlds[TOWN], 0)
    take_over(folder.path)
    with pytest.raises(InputError, match="another start has taken over"):
        history.do(None, 5, [{"kind": "fund", "tokens": 3}])
    assert not journal_path(folder.path, TOWN).exists()


def test_ancestors_are_asked_for_from_rank_to_rank(split, tmp_path):
    """Births are known on the rank of the cradle alone: 70 <- 40 <- 3 <- 33, on ranks 1, 1, 0, 1."""
    known = {0: {(3, 10): (33, 5)}, 1: {(70, 30): (40, 20), (40, 20): (3, 10)}}
    folder = runtime.begin(split, tmp_path / "run", None, None)
    views = Views(open_run(folder.path).universe)
    views.join((0, 1, 1))
    asked = []

    def answer(questions):
        ((rank, (_, keys)),) = questions.items()
        (here,) = keys["who"]
        asked.append((rank, here))
        found = []
        while here := known[rank].get(here):
            found.append(here)
        return {rank: [(len(asked), found)]}

    def follow(steps):
        told = None
        while True:
            try:
                told = answer(steps.send(told))
            except StopIteration as end:
                return end.value

    assert follow(views._kin([(70, 30)], 16)) == [(1, [(40, 20), (3, 10), (33, 5)])]
    assert asked == [(1, (70, 30)), (0, (3, 10)), (1, (33, 5))]
