"""Whether evolution stands on the road: of organisms that perform two functions, how many are one allele away from a third.

    python -m benchmarks.roads_evolved [--seeds 3]

The arm `steps` of examples/experiments/roads.toml and ladder.toml is lived; at some ticks those who perform both functions, and do so alone
in the lab, are given every other allele from a unit to an answer, one at a time.  Beside `benchmarks.roads`, which draws pairs by chance.
"""

from __future__ import annotations

import argparse
import json
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import cyberspace as cs
from benchmarks.science import HOME, markdown
from cyberspace.analysis.dissection.knockouts import tried
from cyberspace.analysis.dissection.lab import Lab, whole
from cyberspace.analysis.dissection.variants import lived, mutants
from cyberspace.analysis.transplant import evenly
from cyberspace.sweep.cells import jobs_of
from cyberspace.sweep.plan import read_plan
from organisms.body import ANSWER
from organisms.genome import HIGHEST, LOWEST, inborn_weights

OUT = Path(__file__).parent / "results" / "roads-evolved.json"
ROADS = {"roads": ("AND", "NAND", "XOR"), "ladder": ("MAJ", "MIN", "PARITY")}
TICKS = 40_000, 80_000, 120_000, 160_000
TRIED = 32
"""Unlike genomes of performers that are looked at, at each tick."""


def world_of(plan: str, seed: int) -> cs.Simulation:
    """The world of a seed in the arm `steps` of a plan."""
    jobs = jobs_of(read_plan(HOME / "examples" / "experiments" / f"{plan}.toml"))
    job = next(job for job in jobs if job.values == ("steps",) and job.seed == seed)
    file = tomllib.loads(job.text)
    [entry] = file["spaces"]["soup"]["tasks"]
    entry["name"] = f"{job.folder}/{entry['name']}"
    return cs.Simulation(file, backend="numba", seed=seed, threads=1)


def away(lab: Lab, genome: NDArray[np.int8], top: str) -> int:
    """How many changes of one allele from a unit to an answer make an organism perform the top."""
    body, alleles = lab.world.loci.body, np.arange(LOWEST, HIGHEST + 1, dtype=np.int8)
    answers = np.arange(ANSWER, ANSWER + body.answers)
    loci = (answers[:, None] * body.inputs + body.senses + np.arange(body.units)).ravel()
    found = lived(lab, genome, mutants(np.repeat(loci, len(alleles)), np.tile(alleles, len(loci))))
    return int(np.count_nonzero(found.performs >> np.uint32(list(lab.world.goals).index(top)) & np.uint32(1)))


def look(sim: cs.Simulation, names: tuple[str, str, str]) -> dict[str, Any]:
    """Who performs two functions now, and what lies one allele away from some of them."""
    engine, world = sim.regions[0].engine, sim.regions[0].world
    bits = np.uint32(1) << np.array([list(world.goals).index(name) for name in names], dtype=np.uint32)
    does = (engine.look("performed") & bits[:, None] > 0) & engine.look("alive")
    both = np.flatnonzero(does[0] & does[1])
    genomes, lab = np.unique(engine.look("genome")[:, both], axis=1), Lab(world, 0)
    alone = np.zeros((3, 0), dtype=bool)
    if len(both):
        count = genomes.shape[1]
        found = tried(lab, genomes, inborn_weights(world.loci, genomes), np.arange(count), whole(count))
        alone = found.performs & bits[:, None] > 0
    chosen = np.flatnonzero(alone[:2].all(axis=0) & ~alone[2:].any(axis=0))
    some = chosen[evenly(len(chosen), TRIED)] if len(chosen) else chosen
    hits = [away(lab, genomes[:, k], names[2]) for k in some]
    perform = dict(zip(names, does.sum(axis=1).tolist(), strict=True))
    return {"perform": perform, "both": len(both), "alone, unlike": len(chosen), "hits": hits}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    found, began = list[dict[str, Any]](), time.process_time()
    for plan, names in ROADS.items():
        for seed in range(1, options.seeds + 1):
            sim = world_of(plan, seed)
            for tick in TICKS:
                sim.advance(tick - sim.tick)
                found.append({"plan": plan, "seed": seed, "tick": tick} | look(sim, names))
    seconds = round(time.process_time() - began)
    options.out.write_text(json.dumps({"seconds": seconds, "looks": found}, indent=1) + "\n")
    print(table(found), f"\n{seconds} seconds of one core")


def table(found: list[dict[str, Any]]) -> str:
    """A row for each road, before anybody in a world performs its top and after, over all seeds."""
    rows = []
    for plan, (one, other, top) in ROADS.items():
        for reached in (False, True):
            some = [look for look in found if look["plan"] == plan and (look["perform"][top] > 0) == reached]
            hits = [hit for look in some for hit in look["hits"]]
            both = sum(look["both"] for look in some)
            when = "somebody" if reached else "nobody yet"
            rows.append((f"{one} and {other}", top, when, len(some), both, len(hits), sum(hit > 0 for hit in hits)))
    return markdown(
        ("perform both", "top", "performed by", "looks", "organisms", "unlike genomes tried", "one allele away"), rows
    )


if __name__ == "__main__":
    main()
