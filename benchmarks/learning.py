"""When does plasticity evolve from nothing, and when is it lost?  A map: rate of change of the task against lifespan.

    python -m benchmarks.learning [--seeds 3] [--ticks 60000] [--starts fixed learner] [--table] [--figure FILE.png]

Each cell is a small world of the task `shift` whose ancestor cannot learn (`fixed`), or learns well (`learner`).  What stands in the file
of results is not run again.  One thread.
"""

from __future__ import annotations

import argparse
import copy
import itertools
import json
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import cyberspace as cs
from benchmarks import learning_tables
from cyberspace.backends.backend import Backend
from organisms.genome import Loci

ROOT = Path(__file__).parents[1]
WORLD, ANCESTOR = ROOT / "examples" / "3_learning" / "shift.toml", ROOT / "examples" / "3_learning" / "fixed.py"
OUT = Path(__file__).parent / "results" / "learning.json"
LIFESPANS = (100, 200, 400, 800, 1600, 3200, 6400, 12_800)
LESSONS = (0, 1024, 512, 256, 128, 32, 8, 2)
"""Lessons until the function is drawn anew; 0 for never: then the right answer is the bit."""

LAST, LESSON = 256, 4
"""Lessons at the end whose answers are counted; ticks of a lesson."""


def live(start: str, lifespan: int, lessons: int, seed: int, ticks: int) -> dict[str, Any]:
    """One run: shares of the living that can learn, of right answers in the last lessons, and of right answers once nobody learns.

    For the last, all learning rates are set to 0 at the end, and the world lives on for a block of the task before it is counted again.
    """
    file = copy.deepcopy(tomllib.loads(WORLD.read_text()))
    space = file["spaces"]["shift"]
    space["axes"] = {"lane": {"length": 32}, "warp": {"length": 32}}
    space["genesis"] = f"ancestor:{ANCESTOR}:fixed" if start == "fixed" else "ancestor:learner"
    space["physics"] |= {"lifespan": lifespan}
    space["tasks"][0]["options"] = {"lessons": lessons}
    world = cs.Simulation(file, backend="numba", seed=seed, threads=1)
    world.advance(ticks - LAST * LESSON)
    engine, loci = world.regions[0].engine, world.regions[0].world.loci
    right, alive = right_answers(engine), engine.look("alive")
    genomes = engine.look("genome").copy()
    learns = able(genomes[:, alive], loci)
    found = {"learns": round(float(learns.mean()) if len(learns) else 0.0, 4), "right": right, "alive": int(alive.sum())}
    genomes[loci.rates] = 0
    engine.put("genome", genomes)
    engine.advance(LESSON * max(lessons, LAST))
    return found | {"without": right_answers(engine)}


def able(genomes: NDArray[np.int8], loci: Loci) -> NDArray[np.bool_]:
    """Which of some genomes (loci, organisms) have a learning rate, of any unit, and a rule."""
    found: NDArray[np.bool_] = genomes[loci.rates].any(axis=0) & genomes[loci.rule].any(axis=0)
    return found


def right_answers(engine: Backend) -> float:
    """Share of right answers of the living in the next lessons."""
    right = list[float]()
    for _ in range(LAST):
        engine.advance(LESSON)
        alive = engine.look("alive")
        right.append(float((engine.look("performed")[alive] & 1).mean()) if alive.any() else np.nan)
    return round(float(np.nanmean(right)), 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--ticks", type=int, default=60_000)
    parser.add_argument("--lifespans", type=int, nargs="+", default=LIFESPANS)
    parser.add_argument("--lessons", type=int, nargs="+", default=LESSONS)
    parser.add_argument("--starts", nargs="+", default=["fixed", "learner"])
    parser.add_argument("--table", action="store_true", help="run nothing")
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    found: dict[str, Any] = json.loads(options.out.read_text()) if options.out.exists() else {}
    seeds = range(1, options.seeds + 1)
    for seed, start, life, lessons in itertools.product(seeds, options.starts, options.lifespans, options.lessons):
        key, began = f"{start} {life} {lessons} {options.ticks} {seed}", time.process_time()
        if options.table or key in found:
            continue
        found[key] = live(start, life, lessons, seed, options.ticks)
        found[key]["seconds"] = round(time.process_time() - began, 2)
        lines = [f"{json.dumps(one)}: {json.dumps(found[one])}" for one in found]
        new = options.out.with_suffix(".new")
        new.write_text("{\n" + ",\n".join(lines) + "\n}\n")
        new.replace(options.out)
        print(key, found[key], flush=True)
    print(learning_tables.tables(found, options.lifespans, options.lessons, options.ticks))
    if options.figure:
        learning_tables.figure(found, options.lifespans, options.lessons, options.ticks, options.figure)


if __name__ == "__main__":
    main()
