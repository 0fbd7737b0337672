"""Kills ranks and launchers at random moments; every run must end with the digest of an undisturbed one.

python -m benchmarks.faults [--ranks 20] [--launchers 10]

Four regions of two kinds and two paces on three ranks, 4,000 ticks, a checkpoint every 100.  A moment is drawn uniformly from the
first 60 % of the time that the undisturbed run took after its first checkpoint.
"""

from __future__ import annotations

import argparse
import random
import signal
import tempfile
import time
from pathlib import Path

from cyberspace.inspect_run import inspect_run
from tests.mpi.jobs import FEW, alone, finish, kill, ranks_of, start, wait_until_saved

TICKS, RANKS = 4000, 3


def begin(world: Path, out: Path) -> object:
    """A job that has left its first checkpoint."""
    process = start(RANKS, world, "--ticks", TICKS, "--out", out, "--backend", "numba")
    wait_until_saved(out, 100, process)
    return process


def kill_rank(world: Path, out: Path, seconds: float, draw: random.Random) -> str:
    """Kill a random rank; how the job ended."""
    process, rank = begin(world, out), draw.randrange(RANKS)
    time.sleep(draw.uniform(0, 0.6 * seconds))
    number = ranks_of(process).get(rank)
    if number is None or process.poll() is not None:
        finish(process)
        return f"rank {rank}: too late"
    kill(number, signal.SIGKILL)
    code, told = finish(process)
    return f"rank {rank}: exit code {code}, {'mended' if 'lost rank' in told else 'not noticed'}"


def kill_launcher(world: Path, out: Path, seconds: float, draw: random.Random) -> str:
    """Kill the launcher and resume; how the second job ended."""
    process = begin(world, out)
    time.sleep(draw.uniform(0, 0.6 * seconds))
    process.kill()
    process.communicate()
    tick = inspect_run(out)["tick"]
    code, _ = finish(start(RANKS, "--resume", out, "--ticks", TICKS))
    return f"launcher: resumed at {tick:,}, exit code {code}"


def main() -> None:
    """Kill, compare, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ranks", type=int, default=20)
    parser.add_argument("--launchers", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw, same = random.Random(options.seed), 0
    jobs = [kill_rank] * options.ranks + [kill_launcher] * options.launchers
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "w.toml").write_text(FEW)
        alone(folder / "w.toml", "--ticks", TICKS, "--out", folder / "alone", "--backend", "numba")
        expected = inspect_run(folder / "alone")["digest"]
        process = begin(folder / "w.toml", folder / "undisturbed")
        before = time.monotonic()
        finish(process)
        seconds = time.monotonic() - before - 0.5  # a second or less goes into leaving
        for k, job in enumerate(jobs):
            ended = job(folder / "w.toml", folder / str(k), max(0.5, seconds), draw)
            equal = inspect_run(folder / str(k))["digest"] == expected
            same += equal
            print(f"{k + 1:3} {ended}, digest {'equal' if equal else 'DIFFERENT'}", flush=True)
    print(f"\n**{same} of {len(jobs)} runs end with the digest of the undisturbed run**")


if __name__ == "__main__":
    main()
