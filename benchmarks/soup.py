"""Heredity and tasks out of nothing: the soup of examples/1_soup/soup.toml for ten seeds, and the table of the README.

    python -m benchmarks.soup --out runs/soup [--seeds 10] [--ticks 400000] [--jobs 2]

Runs that exist already are gone on with, so the table can be made again in a moment.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from cyberspace.record import checkpoint
from cyberspace.record.run_folder import CHECKPOINTS
from render.source import Source, read_sources

WORLD = Path(__file__).parents[1] / "examples" / "1_soup" / "soup.toml"
EVERY = 2000
HEREDITY_BY, TASKS_AT = 100_000, 200_000
FAITHFUL, PERFORMED, CHANCE = 0.8, 0.02, 0.001


def grow(out: Path, ticks: int) -> None:
    """Run one seed to a tick, on one core."""
    if out.exists() and checkpoint.tick_of(checkpoint.newest(out / CHECKPOINTS)[0]) >= ticks:
        return
    common = ["--ticks", str(ticks), "--record-every", str(EVERY), "--quiet", "--backend", "numba"]
    seed = out.name.removeprefix("seed-")
    start = ["--resume", str(out)] if out.exists() else [str(WORLD), "--out", str(out), "--seed", seed]
    command = [sys.executable, "-m", "cyberspace", "run", *start, *common]
    subprocess.run(command, check=True, env={**os.environ, "NUMBA_NUM_THREADS": "1"})


def first_time(ticks: np.ndarray, values: np.ndarray, above: float) -> int | None:
    """The first of the ticks at which a value is above a bound."""
    found = np.flatnonzero(values > above)
    return int(ticks[found[0]]) if len(found) else None


def told(tick: int | None) -> str:
    return "-" if tick is None else f"{tick // 1000}k"


def row(source: Source) -> tuple[list[str], bool, bool]:
    """The table's row of a run, and whether it reached heredity and six tasks in time."""
    taken = first_time(source.ticks[1:], np.nan_to_num(source.heredity), FAITHFUL)
    at = int(np.searchsorted(source.ticks, min(TASKS_AT, source.ticks[-1])))
    shares = source.series["shares"]
    late = float(source.heredity[int(np.searchsorted(source.ticks, min(HEREDITY_BY, source.ticks[-1]))) - 1])
    count = int((shares[at] > PERFORMED).sum())
    goals = source.goals
    hard = [told(first_time(source.ticks, shares[:, goals.index(name)], CHANCE)) for name in ("XOR", "EQU")]
    cells = [
        str(source.folder.universe.seed),
        told(taken),
        f"{late:.2f}",
        str(count),
        *(f"{100 * s:.1f}" for s in shares[at]),
        *hard,
    ]
    return cells, taken is not None and taken <= HEREDITY_BY, count >= 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("runs/soup"))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--ticks", type=int, default=400_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    runs = [options.out / f"seed-{seed}" for seed in range(1, options.seeds + 1)]
    # All seeds to the tick of the claim first, then on to the end.
    for ticks in sorted({min(TASKS_AT, options.ticks), options.ticks}):
        with ThreadPoolExecutor(options.jobs) as pool:
            list(pool.map(lambda run, ticks=ticks: grow(run, ticks), runs))
    rows = [row(read_sources(run)[0]) for run in runs]
    goals = read_sources(runs[0])[0].goals
    head = [
        "seed",
        f"heredity > {FAITHFUL}",
        "at 100k",
        "tasks > 2 %",
        *(f"{goal} %" for goal in goals),
        "XOR from",
        "EQU from",
    ]
    print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
    for cells, _, _ in rows:
        print("| " + " | ".join(cells) + " |")
    print(f"\nheredity above {FAITHFUL} by tick {HEREDITY_BY:,}: {sum(one for _, one, _ in rows)} of {len(rows)} seeds")
    print(f"six or more tasks above 2 % at tick {TASKS_AT:,}: {sum(six for _, _, six in rows)} of {len(rows)} seeds")


if __name__ == "__main__":
    main()
