"""What people cost and whether the books hold: a watched run against an unwatched one, and random acts by the million.

    python -m benchmarks.people [phases] [pairs] [acts] [--sites 65536] [--seconds 180] [--ticks 2000] [--pairs 3] [--acts 1000000]

phases     one run, which a viewer asks for ten frames a second in every other phase of some seconds: throughput of each watched
           phase against the unwatched ones before and after it, by the clock and by CPU time
pairs      watched and unwatched runs in turn: equal digests; their throughput scatters with what else the machine does
acts       random acts of people, with audits between them
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.backends.backend import make_backend
from cyberspace.law.energy import audit
from cyberspace.law.genesis import genesis
from cyberspace.law.state import TALLY, WorldState
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.run.local import LocalRegion
from cyberspace.watch.people import People
from cyberspace.watch.tempo import RECENT
from cyberspace.worldfile.build import universe_from_text
from tests.client import Client
from tests.crowd import Crowd
from tests.held import Held

WORLD = """
[world]
seed = 1
[spaces.soup]
kind = "gpu"
axes.lane = {{ length = 32 }}
axes.warp = {{ length = 32 }}
axes.sm = {{ length = {sm} }}
[[spaces.soup.tasks]]
name = "logic"
[record]
every = 100000
checkpoint_every = 100000
"""
TOWN = """
[world]
seed = 2
[spaces.town]
kind = "gpu"
plaza = true
tokens = 1000000
axes.lane = { length = 32 }
axes.warp = { length = 32 }
[[spaces.town.tasks]]
name = "logic"
"""
FIELDS = ["energy", "lineage"]
THREADS = 1
FRAMES = 10.0
"""Frames per second that the viewer asks for."""


def watch(folder: Path, counts: multiprocessing.Queue[tuple[int, float]], asks: Any = None) -> None:
    """A viewer: so many frames per second (while an event is set, if one is given), until it is ended."""
    with Client(folder / "watch.json") as client:
        started, due, frames = time.monotonic(), time.monotonic(), 0
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        try:
            while True:
                if asks is not None and not asks.is_set():
                    asks.wait()
                    due = time.monotonic()
                client.ask("frame", fields=FIELDS)
                frames += 1
                due = max(due + 1 / FRAMES, time.monotonic() - 1)
                time.sleep(max(0.0, due - time.monotonic()))
        except (AssertionError, SystemExit, ValueError):  # the last if it was ended while it waited for the event
            counts.put((frames, time.monotonic() - started))


def run(world: Path, folder: Path, ticks: int, serve: bool) -> subprocess.Popen[bytes]:
    command = [str(Path(sys.executable).parent / "cyberspace"), "run", str(world), "--ticks", str(ticks), "--out", str(folder)]
    return subprocess.Popen(
        [*command, "--quiet", "--threads", str(THREADS), *(["--serve"] if serve else [])], stderr=subprocess.DEVNULL
    )


def seconds(world: Path, folder: Path, ticks: int, watched: bool) -> tuple[float, float, str, str]:
    """Seconds of a run from its record's creation to its end, its seconds of CPU, its digest, and what a viewer saw."""
    shutil.rmtree(folder, ignore_errors=True)
    counts: multiprocessing.Queue[tuple[int, float]] = multiprocessing.Queue()
    process = run(world, folder, ticks, watched)
    viewer = multiprocessing.Process(target=watch, args=(folder, counts)) if watched else None
    if viewer:
        viewer.start()
    while not (folder / "record.zarr").exists():
        time.sleep(0.005)
    started = time.monotonic()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    took, said = time.monotonic() - started, ""
    if viewer:
        viewer.terminate()
        frames, while_watching = counts.get(timeout=60)
        said = f", {frames} frames of {' and '.join(FIELDS)} seen ({frames / while_watching:.1f} a second)"
    return took, used.ru_utime + used.ru_stime, inspect_run(folder)["digest"], said


def measure_watching(sites: int, ticks: int, pairs: int) -> None:
    """Pairs of runs, watched and unwatched in turn; the bar is 97 % of the throughput."""
    with tempfile.TemporaryDirectory() as place:
        world = Path(place) / "world.toml"
        world.write_text(WORLD.format(sm=sites // 1024))
        idle = {watched: seconds(world, Path(place) / "warm", 10, watched)[1] for watched in (False, False, True)}
        walls, cpus = [], []
        for pair in range(pairs):
            order = (False, True) if pair % 2 else (True, False)
            found = {watched: seconds(world, Path(place) / f"run{watched}", ticks, watched) for watched in order}
            (alone, cpu, one, _), (watched, more, two, said) = found[False], found[True]
            assert one == two, "a watched run has another digest"
            walls.append(alone / watched)
            cpu, more = cpu - idle[False], more - idle[True]
            cpus.append(cpu / more)
            print(
                f"{sites:,} sites, {ticks:,} ticks: alone {alone:.2f} s, watched {watched:.2f} s{said}: {walls[-1]:.1%}; "
                f"seconds of CPU beyond those of the start {cpu:.2f} and {more:.2f}: {cpus[-1]:.1%}",
                flush=True,
            )
        for what, found in (("the clock", walls), ("CPU time", cpus)):
            low, middle, high = np.percentile(found, [25, 50, 75])
            print(
                f"throughput of a watched run by {what}: {middle:.1%} of an unwatched one, quartiles {low:.1%} and {high:.1%}"
            )
        print(f"{pairs} pairs, all digests equal")


PHASE = 1.0
"""Seconds of a phase."""


class Phases(People):
    """People who are watched in every other phase, and take down how far the run came in each.

    Attributes:
        asks: Set while the viewer is to ask.
        marks: At the end of each phase: tick, clock, CPU time of this process, CPU time of `attend`.
        spent: CPU time of `attend`.
    """

    asks: Any = None
    spent = 0.0

    def attend(self, regions: list[LocalRegion], leaving: bool) -> int | None:
        """As `People.attend`."""
        now = time.monotonic()
        if now >= self.due:
            self.marks.append((regions[0].tick, now, time.process_time(), self.spent))
            self.due = now + PHASE
            if self.asks.is_set():
                self.asks.clear()
                self._own.keeper.asked = -RECENT  # as if nobody had watched for some time
            else:
                # What was saved up while nobody watched is not spent now.
                self._allowance._left = min(0.0, self._allowance._left)
                self.asks.set()
        before = time.thread_time()
        until = super().attend(regions, leaving)
        self.spent += time.thread_time() - before
        return until

    def begin(self, asks: Any) -> None:
        """Begin after some seconds."""
        self.asks, self.due, self.marks = asks, time.monotonic() + 10, list[tuple[int, float, float, float]]()


def measure_phases(sites: int, seconds: float) -> None:
    """One run with watched and unwatched phases in turn; the bar is 97 % of the throughput."""
    with tempfile.TemporaryDirectory() as place:
        world, path = Path(place) / "world.toml", Path(place) / "run"
        world.write_text(WORLD.format(sm=sites // 1024))
        counts: multiprocessing.Queue[tuple[int, float]] = multiprocessing.Queue()
        asks = multiprocessing.Event()
        viewer = multiprocessing.Process(target=watch, args=(path, counts, asks))
        viewer.start()
        folder = runtime.begin(world, path, None, "numba")
        with Phases(folder, "127.0.0.1:0", lambda line: None) as people:
            people.begin(asks)
            threading.Timer(10 + seconds, lambda: os.kill(os.getpid(), signal.SIGUSR1)).start()
            with contextlib.suppress(runtime.Interrupted):
                runtime.go(folder, Plan(10_000_000, 100_000, threads=THREADS, quiet=True), people=people)
            marks = np.array(people.marks)
        asks.set()
        viewer.terminate()
        frames, _ = counts.get(timeout=60)
    steps = np.diff(marks, axis=0)[:-1]  # in the last it stopped
    watched = np.arange(len(steps)) % 2 == 0  # the viewer begins at the first mark
    between = np.flatnonzero(watched)[1:]
    between = between[between < len(steps) - 1]
    print(
        f"{sites:,} sites, {len(between)} watched phases of {PHASE:g} s, {frames / steps[watched, 1].sum():.1f} frames of "
        f"{' and '.join(FIELDS)} a second, {marks[-1, 0] / (marks[-1, 1] - marks[0, 1] + 10):.0f} ticks/s"
    )
    for what, column in (("the clock", 1), ("CPU time", 2)):
        speed = steps[:, 0] / steps[:, column]
        ratio = speed[between] / ((speed[between - 1] + speed[between + 1]) / 2)
        low, middle, high = np.percentile(ratio, [25, 50, 75])
        whole = (
            steps[watched, 0].sum() / steps[watched, column].sum() / (steps[~watched, 0].sum() / steps[~watched, column].sum())
        )
        print(f"throughput while watched, by {what}: median {middle:.1%}, quartiles {low:.1%} and {high:.1%}, sums {whole:.1%}")
    share = steps[watched, 3].sum() / steps[watched, 2].sum(), steps[~watched, 3].sum() / steps[~watched, 2].sum()
    print(f"of the run's CPU time, {share[0]:.2%} is spent at the door while watched, {share[1]:.2%} while not")


def measure_acts(acts: int, batch: int = 1000) -> None:
    """Acts at random with ticks between them; every batch is audited."""
    world = universe_from_text(TOWN, "benchmark", Path())[0].worlds[0]
    state: WorldState = genesis(world)
    crowd, done, started = Crowd(world, 9), 0, time.monotonic()
    for first in range(0, acts, batch):
        backend = make_backend("numba", world, state)
        backend.advance(8)
        ground = Held(backend.state())
        done += sum(happened["done"] for _, happened in crowd.do(ground, ground.state().tick, first, batch))
        state = ground.state()
        audit(state)
    counts = dict(zip(TALLY, state.tally.tolist(), strict=True))
    assert counts["acts"] == acts
    took = time.monotonic() - started
    print(
        f"{acts:,} random acts, {done:,} done, in {took:.0f} s with {state.tick:,} ticks between: the ledger balances every {batch:,}; "
        f"{counts['people']:,} came in, {counts['taken']:,} went away, {counts['soil']:,} from soil"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=["phases", "pairs", "acts", []], help="all if none is named")
    parser.add_argument("--sites", type=int, default=65_536)
    parser.add_argument("--ticks", type=int, default=2000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--acts", type=int, default=1_000_000)
    options = parser.parse_args()
    parts = options.parts or ["phases", "pairs", "acts"]
    if "phases" in parts:
        measure_phases(options.sites, options.seconds)
    if "pairs" in parts:
        measure_watching(options.sites, options.ticks, options.pairs)
    if "acts" in parts:
        measure_acts(options.acts)


if __name__ == "__main__":
    main()
