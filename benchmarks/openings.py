"""What an opening of a far axis costs a rank beside its tick, in CPU time, without the network: a region that hears its own letters.

python -m benchmarks.openings [CHECKOUT ...] [--stretch 8] [--rounds 10]

Each checkout (this one by default) lives the same region of 8,192 sites on one thread, in a process of its own; they take turns, since
the speed of a machine drifts.  An opening is all from the letter that came to the one that is posted, both checksums included.
Told are medians of milliseconds, and those of the least tenth, which other work disturbs least.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve()
FIRST, TURN = 1024, 256
"""Ticks before the first turn, and of each."""


def work(stretch: int) -> None:
    """Live a turn for each line; tell the milliseconds of a tick in each span, and of each opening."""
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

    universe = universe_from_text(WORLD.format(ranks=2, stretch=stretch), "openings", Path())[0]
    world, state = universe.worlds[0], genesis(universe.worlds[0])
    region = LocalRegion(universe, 0, make_backend("numba", world, state, threads=1), state, Mirror(), 1)
    offset = universe.clock.offsets[world.ends[0].axis]

    def live(stop: int) -> tuple[list[float], list[float]]:
        spans: list[float] = []
        openings: list[float] = []
        while region.tick < stop:
            before, began = region.tick, time.thread_time()
            region.push(stop)
            own = openings if (before - offset) % stretch == 0 else spans
            own.append(1e3 * (time.thread_time() - began) / (region.tick - before))
        return spans, openings

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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", nargs="*", type=Path, metavar="CHECKOUT", default=[HERE.parents[1]])
    parser.add_argument("--stretch", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    processes = [start(checkout.resolve(), options.stretch) for checkout in options.checkouts]
    found: list[tuple[list[float], list[float]]] = [([], []) for _ in processes]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline().strip() == "ready"
    for _ in range(options.rounds):
        for process, own in zip(processes, found, strict=True):
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write("\n")
            process.stdin.flush()
            for kept, new in zip(own, json.loads(process.stdout.readline()), strict=True):
                kept += new
    print("| checkout | tick in a span, ms | opening, ms | beside its tick, ms |\n| --- | --- | --- | --- |")
    for checkout, own in zip(options.checkouts, found, strict=True):
        (tick, least), (opening, lowest) = (np.percentile(one, [50, 10]) for one in own)
        cells = [f"{tick:.3f} ({least:.3f})", f"{opening:.3f} ({lowest:.3f})", f"{opening - tick:.3f} ({lowest - least:.3f})"]
        print(f"| {checkout} | {' | '.join(cells)} |")
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


if __name__ == "__main__":
    main()
