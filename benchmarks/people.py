"""What people cost and whether the books hold: a watched run against an unwatched one, and random acts by the million.

python -m benchmarks.people [--ticks 3000] [--sites 65536] [--acts 1000000]
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from cyberspace import runtime
from cyberspace.backends.backend import make_backend
from cyberspace.build import universe_from_text
from cyberspace.crew import Plan
from cyberspace.energy import audit
from cyberspace.genesis import genesis
from cyberspace.ground import Held
from cyberspace.inspect_run import inspect_run
from cyberspace.local import LocalRegion
from cyberspace.people import People
from cyberspace.state import TALLY, WorldState
from tests.client import Client
from tests.crowd import Crowd

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


def watch(folder: Path, counts: multiprocessing.Queue[tuple[int, float]]) -> None:
    """A viewer: so many frames per second, until it is ended."""
    with Client(folder / "watch.json", timeout=120) as client:
        started, due, frames = time.monotonic(), time.monotonic(), 0
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        try:
            while True:
                client.ask("frame", fields=FIELDS)
                frames += 1
                due = max(due + 1 / FRAMES, time.monotonic() - 1)
                time.sleep(max(0.0, due - time.monotonic()))
        except (AssertionError, SystemExit):
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
        wall, cpu = np.median(walls), np.median(cpus)
        print(f"throughput of a watched run: {wall:.1%} of an unwatched one by the clock, {cpu:.1%} by CPU time; digests equal")


class Timed(People):
    """People whose share of the run's time is taken down."""

    spent = 0.0

    def attend(self, regions: list[LocalRegion], leaving: bool) -> int | None:
        """As `People.attend`."""
        before = time.thread_time()
        until = super().attend(regions, leaving)
        self.spent += time.thread_time() - before
        return until


def measure_share(sites: int, ticks: int) -> None:
    """Share of the CPU time of the run's own thread that a viewer takes; hardly disturbed by what else the machine does."""
    with tempfile.TemporaryDirectory() as place:
        world, path = Path(place) / "world.toml", Path(place) / "run"
        world.write_text(WORLD.format(sm=sites // 1024))
        counts: multiprocessing.Queue[tuple[int, float]] = multiprocessing.Queue()
        viewer = multiprocessing.Process(target=watch, args=(path, counts))
        viewer.start()
        folder = runtime.begin(world, path, None, "numba")
        with Timed(folder, "127.0.0.1:0", lambda line: None) as people:
            before = time.thread_time()
            runtime.go(folder, Plan(ticks, 100_000, threads=THREADS, quiet=True), people=people)
            whole = time.thread_time() - before
        viewer.terminate()
        frames, while_watching = counts.get(timeout=60)
        print(
            f"{sites:,} sites, {ticks:,} ticks, {frames / while_watching:.1f} frames a second: looking takes {people.spent:.3f} of the "
            f"{whole:.2f} s of CPU of the run's thread, {people.spent / whole:.2%}"
        )


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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=65_536)
    parser.add_argument("--ticks", type=int, default=3000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--acts", type=int, default=1_000_000)
    options = parser.parse_args()
    if options.ticks:
        measure_share(options.sites, options.ticks)
        measure_watching(options.sites, options.ticks, options.pairs)
    if options.acts:
        measure_acts(options.acts)


if __name__ == "__main__":
    main()
