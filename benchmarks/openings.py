"""What openings of a far axis cost a rank, in CPU time, without the network: a region that hears its own letters, beside one alone.

python -m benchmarks.openings [CHECKOUT ...] [--stretch 8] [--rounds 10] [--json FILE]

Each checkout (this one by default) lives the same two regions of 8,192 sites on one thread, in a process of its own; they take turns,
since the speed of a machine drifts.  The ticks from one opening to the next are timed together, and as many of the region without links.
An opening is all from the letter that came to the one that is posted, both checksums included.  Told are medians of milliseconds, and those
of the least tenth, which other work disturbs least; the share is what is left of the speed of the region alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve()
FIRST, TURN = 1024, 256
"""Ticks before the first turn, and of each."""


def work(stretch: int) -> None:
    """Live a turn for each line; tell the milliseconds of a tick alone, and between openings."""
    from benchmarks.trace import WORLD
    from cyberspace.backends.backend import make_backend
    from cyberspace.law.genesis import genesis
    from cyberspace.law.letters import open_block, read_stamp
    from cyberspace.ranks.team import Single
    from cyberspace.run.local import LocalRegion
    from cyberspace.worldfile.build import universe_from_text

    class Mirror(Single):
        def post(self, block: bytearray) -> None:
            stamp = read_stamp(block)
            self._letters[stamp.sender, stamp.axis, stamp.opening] = block

        def collect(self, receiver: int, axis: int, opening: int) -> memoryview | None:
            return open_block(self._letters.pop((receiver, axis, opening)))[1]

    def begin(ranks: int) -> LocalRegion:
        universe = universe_from_text(WORLD.format(ranks=ranks, stretch=stretch), "openings", Path())[0]
        world, state = universe.worlds[0], genesis(universe.worlds[0])
        return LocalRegion(universe, 0, make_backend("numba", world, state, threads=1), state, Mirror(), 1)

    alone, linked = begin(1), begin(2)
    opens = linked._universe.clock.offsets[linked.world.ends[0].axis] % stretch
    alone.most = stretch

    def live(stop: int) -> tuple[list[float], list[float]]:
        return follow(alone, stop, lambda: True), follow(linked, stop, lambda: (linked.tick - 1) % stretch == opens)

    def follow(region: LocalRegion, stop: int, whole: Callable[[], bool]) -> list[float]:
        found: list[float] = []
        while region.tick < stop:
            before, began = region.tick, time.thread_time()
            region.push(region.tick + stretch)
            while not whole():
                region.push(region.tick + stretch)
            found.append(1e3 * (time.thread_time() - began) / (region.tick - before))
        return found

    live(FIRST)
    print("ready", flush=True)
    for stop, _ in enumerate(sys.stdin, start=1):
        print(json.dumps(live(FIRST + TURN * stop)), flush=True)


def start(checkout: Path, stretch: int) -> subprocess.Popen[str]:
    """A process that lives in a checkout."""
    command = [sys.executable, str(HERE), "work", str(stretch)]
    environment = dict(os.environ, PYTHONPATH=str(checkout), NUMBA_NUM_THREADS="1")
    return subprocess.Popen(command, cwd=checkout, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def main() -> None:
    if sys.argv[1:2] == ["work"]:
        work(int(sys.argv[2]))
        return
    from benchmarks.pairs import end, turn  # not in a checkout that is measured

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", nargs="*", type=Path, metavar="CHECKOUT", default=[HERE.parents[1]])
    parser.add_argument("--stretch", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found there as well")
    options = parser.parse_args()
    processes = [start(checkout.resolve(), options.stretch) for checkout in options.checkouts]
    found: list[tuple[list[float], list[float]]] = [([], []) for _ in processes]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline().strip() == "ready"
    for _ in range(options.rounds):
        for process, own in zip(processes, found, strict=True):
            for kept, new in zip(own, turn(process, TURN), strict=True):
                kept += new
    print("| checkout | a tick alone, ms | with openings, ms | an opening, ms | share |\n| --- | --- | --- | --- | --- |")
    kept: dict[str, Any] = {"stretch": options.stretch, "cores": os.cpu_count(), "checkouts": {}}
    for checkout, own in zip(options.checkouts, found, strict=True):
        alone, linked = (np.percentile(one, [50, 10]) for one in own)
        told = (*(f"{one[0]:.3f} ({one[1]:.3f})" for one in (alone, linked, options.stretch * (linked - alone))),)
        share = " ".join(f"{one:.1%}" for one in alone / linked)
        print(f"| {checkout} | {' | '.join(told)} | {share} |")
        kept["checkouts"][checkout.name] = {
            "alone": alone.tolist(),
            "linked": linked.tolist(),
            "share": (alone / linked).tolist(),
        }
    if options.json:
        options.json.write_text(json.dumps(kept, indent=1) + "\n")
    end(processes)


if __name__ == "__main__":
    main()
