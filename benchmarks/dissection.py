"""Knock-outs, of units, loci and pairs, and mutants: are they what a world by hand makes of them, and how many a second; and replayed
lessons against a run.

python -m benchmarks.dissection [--cases 1000] [--seconds 20] [--run RUN] [--out benchmarks/results/dissection.json]
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np

from cyberspace.analysis.dissection.knockouts import needed
from cyberspace.analysis.dissection.lab import Lab
from cyberspace.analysis.dissection.lesson import replay
from cyberspace.analysis.dissection.neighbourhood import neighbours
from cyberspace.analysis.dissection.variants import joined, lived, mutants, unchanged, without_loci, without_units
from cyberspace.record.checkpoint import load, newest
from cyberspace.record.run_folder import open_run
from cyberspace.worldfile.build import universe_from_text
from organisms.ancestors import learner
from organisms.genome import inborn_weights, random_genomes
from tests import alone
from tests.lonely import one_case

WORLD = """
[world]
seed = 1
[spaces.w]
kind = "gpu"
axes = { lane = { length = 8 } }
[[spaces.w.tasks]]
name = "logic"
"""


def equal(cases: int) -> dict[str, int]:
    """Random cases by hand and in the lab."""
    same, seen = 0, np.zeros(3, dtype=int)
    for seed in range(cases):
        alike, what = one_case(np.random.default_rng(10_000 + seed))
        same, seen = same + alike, seen + np.array(what)
    return {"cases": cases, "equal": same, **dict(zip(("paid", "learned", "performed"), seen.tolist(), strict=True))}


def variants(cases: int, path: str | None) -> dict[str, int]:
    """Random knock-outs and mutants that earn, pay for living and breed, by hand and in the lab: of random organisms in random worlds, and
    as many of organisms of a run, in small worlds with its task."""
    found = {"cases": 0, "equal": 0, "paid": 0, "performed": 0, "bred": 0, "alive": 0}
    region = load(newest(open_run(path, rest=True).checkpoints)[0])[0].region if path else None
    for seed in range(cases):
        random, taken = np.random.default_rng(20_000 + seed), None
        if region is not None and seed % 2:
            site = int(random.choice(np.flatnonzero(region.alive)))
            taken = region.genome[:, site].copy(), region.weights[..., site].copy()
        same, what = alone.one_case(random, taken=taken)
        for name, value in zip(found, (1, same, *what), strict=True):
            found[name] += int(value)
    return found


def rate_of_variants(seconds: float, path: str, most: int = 24) -> dict[str, float | int]:
    """Variants a second of organisms of a run, each over 80 lessons: units and loci knocked out, then all their one-step mutants."""
    folder = open_run(path, rest=True)
    world, region = folder.universe.worlds[0], load(newest(folder.checkpoints)[0])[0].region
    living = np.flatnonzero(region.alive)
    chosen = living[np.linspace(0, len(living) - 1, most).astype(int)].tolist()
    count, organisms, spent, begun = 0, 0, time.process_time(), time.perf_counter()
    while organisms < most and time.process_time() < spent + seconds:
        site = chosen[organisms]
        genome = region.genome[:, site]
        locus, allele, _ = neighbours(genome, world.physics.silent)
        knocked = [without_units(np.arange(world.body.units)), without_loci(np.flatnonzero(genome))]
        plan = joined([unchanged(), *knocked, mutants(locus, allele)])
        lived(Lab(world, site), genome, plan)
        count, organisms = count + len(plan) - 1, organisms + 1
    spent, passed = time.process_time() - spent, time.perf_counter() - begun
    return {
        "organisms": organisms, "variants": count, "per_second_of_a_core": round(count / spent), "per_second_here": round(count / passed),
        "loaded_by_others": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def rate(seconds: float, learns: bool) -> dict[str, float]:
    """Knock-outs a second, of units and loci of random organisms, each over 80 lessons of the nine functions."""
    lab = Lab(universe_from_text(WORLD, "rate.toml", Path())[0].worlds[0], 3)
    loci = lab.world.loci
    random, count, spent, begun = np.random.default_rng(7), 0, time.process_time(), time.perf_counter()
    while time.process_time() < spent + seconds:
        key = tuple(random.integers(0, 2**32, 1, dtype=np.uint32) for _ in range(2))
        genomes = random_genomes(np, loci, 8, key, np.arange(8, dtype=np.int32))
        genomes[loci.rates] = learner(loci)[loci.rates, None] if learns else 0
        found = needed(lab, genomes, inborn_weights(loci, genomes))
        count += sum(len(one.parts) - 1 for one in found)
    spent, passed = time.process_time() - spent, time.perf_counter() - begun
    return {"knock_outs": count, "per_second_of_a_core": round(count / spent), "per_second_here": round(count / passed)}


def lessons(path: str, most: int = 300) -> dict[str, float | int | str]:
    """How often the replayed last lesson of an organism of a checkpoint ends as it did in the run."""
    folder = open_run(path, rest=True)
    states = load(newest(folder.checkpoints)[0])
    world, state = folder.universe.worlds[0], states[0]
    living = np.flatnonzero(state.region.alive)
    chosen = living[np.linspace(0, len(living) - 1, min(most, len(living))).astype(int)]
    shares = []
    for site in chosen.tolist():
        one = {name: getattr(state.region, name)[..., site] for name in ("genome", "weights", "activity", "energy", "born")}
        told = replay(
            Lab(world, site), state.tick, one["genome"], one["weights"], one["activity"], int(one["energy"]), int(one["born"])
        )
        shares.append(told.agrees)
    return {
        "tick": state.tick, "organisms": len(shares), "all_units_as_in_the_run": float(np.mean(np.array(shares) == 1)),
        "units_as_in_the_run": float(np.mean(shares)),
    }  # fmt: skip


def main() -> None:
    """Measure, and write what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--run")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    found: dict[str, object] = {
        "equality": equal(asked.cases),
        "inborn": rate(asked.seconds, False),
        "learning": rate(asked.seconds, True),
    }
    if asked.run:
        found["lessons"] = lessons(asked.run)
        found["rate_of_variants"] = rate_of_variants(asked.seconds, asked.run)
    found["variants"] = variants(asked.cases, asked.run)
    text = json.dumps(found, indent=1)
    print(text)
    if asked.out is not None:
        asked.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
