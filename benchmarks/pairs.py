"""The whole tick of two checkouts in pairs: what a change costs, on a machine whose speed drifts.

    python -m benchmarks.pairs OLD NEW --backend numba --threads 1

Each checkout lives the same world in a process of its own; they take turns.  Told are medians and minima of microseconds a tick, by the
clock and by CPU time, and the ratio new / old: the median of the pairs and that of the minima, which other work disturbs least.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

TEXT = """
[world]
seed = 1
[spaces.soup]
kind = "gpu"
axes.lane = {{ length = 32 }}
axes.warp = {{ length = 32 }}
axes.sm = {{ length = {sm} }}
[[spaces.soup.tasks]]
name = "logic"
"""


def work(backend: str, threads: int, sm: int, settle: int) -> None:
    """Live as many ticks as each line says; tell the microseconds a tick, by the clock and by CPU time."""
    try:
        from cyberspace.law.genesis import genesis
        from cyberspace.worldfile.build import universe_from_text
    except ImportError:  # a checkout from before the wings
        from cyberspace.build import universe_from_text
        from cyberspace.genesis import genesis
    from cyberspace.backends.backend import make_backend

    (world,) = universe_from_text(TEXT.format(sm=sm), "pairs", Path())[0].worlds
    region = make_backend("numba", world, genesis(world), threads=threads)
    region.advance(settle)
    if backend != "numba":
        region = make_backend(backend, world, region.state())
    region.advance(128)
    print("ready", flush=True)
    for line in sys.stdin:
        ticks, clock, cpu = int(line), time.perf_counter(), time.process_time()
        region.advance(ticks)
        told = [1e6 * (time.perf_counter() - clock) / ticks, 1e6 * (time.process_time() - cpu) / ticks]
        print(json.dumps(told), flush=True)


def start(checkout: Path, options: argparse.Namespace) -> subprocess.Popen[str]:
    """A process that works in a checkout."""
    told = [options.backend, options.threads, options.sm, options.settle]
    environment = dict(os.environ, PYTHONPATH=str(checkout), NUMBA_NUM_THREADS=str(options.threads))
    command = [sys.executable, str(Path(__file__).resolve()), "work", *map(str, told)]
    return subprocess.Popen(command, cwd=checkout, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def turn(process: subprocess.Popen[str], ticks: int) -> Any:
    """One turn of a process, and what it tells of it in JSON."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(f"{ticks}\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def end(processes: list[subprocess.Popen[str]]) -> None:
    """Let processes that take turns end."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def main() -> None:
    if sys.argv[1:2] == ["work"]:
        work(sys.argv[2], *map(int, sys.argv[3:]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", nargs=2, type=Path, metavar="CHECKOUT")
    parser.add_argument("--backend", default="numba")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--sm", type=int, default=16, help="of 1,024 sites each")
    parser.add_argument("--settle", type=int, default=6000, help="ticks before the first turn")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--ticks", type=int, default=256, help="of a turn")
    options = parser.parse_args()
    processes = [start(checkout.resolve(), options) for checkout in options.checkouts]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline().strip() == "ready"
    turns: list[list[list[float]]] = [[], []]
    for number in range(options.rounds):
        for which in (0, 1) if number % 2 else (1, 0):
            turns[which].append(turn(processes[which], options.ticks))
    for k, what in enumerate(("clock", "CPU")):
        old, new = ([one[k] for one in side] for side in turns)
        pairs = statistics.median(n / o for o, n in zip(old, new, strict=True))
        medians = f"{statistics.median(old):.0f} and {statistics.median(new):.0f} us/tick"
        print(f"{options.backend}, {what}: {medians}; new / old: pairs {pairs:.3f}, minima {min(new) / min(old):.3f}")
    end(processes)


if __name__ == "__main__":
    main()
