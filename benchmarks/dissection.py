"""Knock-outs, of units, loci and pairs, and mutants: are they what a world by hand makes of them, and how many a second; and replayed
lessons against a run.

python -m benchmarks.dissection [--cases 1000] [--seconds 20] [--run RUN] [--only PART ...] [--out benchmarks/results/dissection.json]
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from cyberspace.analysis.dissection.knockouts import needed
from cyberspace.analysis.dissection.lab import Lab
from cyberspace.analysis.dissection.lesson import replay
from cyberspace.analysis.dissection.neighbourhood import neighbours
from cyberspace.analysis.dissection.variants import joined, lived, mutants, unchanged, without_loci, without_units
from cyberspace.api.runs import open_run as open_for_python
from cyberspace.record.checkpoint import load, newest
from cyberspace.record.run_folder import open_run
from cyberspace.worldfile.build import universe_from_text
from organisms.ancestors import learner
from organisms.genome import inborn_weights, random_genomes
from organisms.words import copier_words
from tests import alone
from tests.lonely import one_case

LONG = ("fitness", "locus", "allele", "weight", "first", "second", "single", "both", "epsilon", "loci")
"""Columns of a dissection with a row for each mutant or pair."""

WORLD = """
[world]
seed = 1
[spaces.w]
kind = "gpu"
axes = { lane = { length = 8 } }
[[spaces.w.tasks]]
name = "logic"
"""


def equal(cases: int, backend: str) -> dict[str, int]:
    """Random cases by hand and in the lab."""
    same, seen = 0, np.zeros(3, dtype=int)
    for seed in range(cases):
        alike, what = one_case(np.random.default_rng(10_000 + seed), backend=backend)
        same, seen = same + alike, seen + np.array(what)
    return {"cases": cases, "equal": same, **dict(zip(("paid", "learned", "performed"), seen.tolist(), strict=True))}


def variants(cases: int, path: str | None, backend: str) -> dict[str, int]:
    """Random knock-outs and mutants that earn, pay for living and breed, by hand and in the lab: of random organisms in random worlds, and
    as many of organisms of a run, in small worlds with its task."""
    found = {"cases": 0, "equal": 0, "paid": 0, "performed": 0, "bred": 0, "alive": 0}
    region = load(newest(open_run(path, rest=True).checkpoints)[0])[0].region if path else None
    for seed in range(cases):
        random, taken = np.random.default_rng(20_000 + seed), None
        if region is not None and seed % 2:
            site = int(random.choice(np.flatnonzero(region.alive)))
            taken = region.genome[:, site].copy(), region.weights[..., site].copy()
        same, what = alone.one_case(random, backend, taken)
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


def agreement(path: str, most: int = 256) -> dict[str, float | int]:
    """Of what organisms performed in a run: how much they perform as newborns, alone in an emptied region; and the other way round."""
    folder = open_run(path, rest=True)
    world, region = folder.universe.worlds[0], load(newest(folder.checkpoints)[0])[0].region
    living = np.flatnonzero(region.alive)
    chosen = living[np.linspace(0, len(living) - 1, min(most, len(living))).astype(int)].tolist()
    there, here = [], []
    for site in chosen:
        there.append(int(region.performed[site]))
        here.append(int(lived(Lab(world, site), region.genome[:, site], unchanged()).performs[0]))
    both = sum((one & other).bit_count() for one, other in zip(there, here, strict=True))
    return {
        "organisms": len(chosen), "in_the_run": sum(map(int.bit_count, there)), "alone": sum(map(int.bit_count, here)), "both": both,
    }  # fmt: skip


def copiers(path: str) -> dict[str, dict[str, float]]:
    """How those who perform each function copy themselves, in words, by share; the three that are most frequent."""
    folder = open_run(path, rest=True)
    world, region = folder.universe.worlds[0], load(newest(folder.checkpoints)[0])[0].region
    found = {}
    for goal, name in enumerate(world.goals):
        who = np.flatnonzero(region.alive & (region.performed >> np.uint32(goal) & 1 > 0))
        words = Counter("; ".join(copier_words(world.loci, region.genome[:, site])) for site in who.tolist())
        found[name] = {said: round(count / len(who), 4) for said, count in words.most_common(3)}
    return found


def example(path: str, site: int, other: int) -> dict[str, object]:
    """The worked example of docs/dissection.md, without its long tables."""
    found = open_for_python(path).dissect(site, pairs=0, against=f"{path}:{other}")
    told = found.content()
    for name, long in (("knock_outs", ("parts",)), ("neighbourhood", LONG), ("epistasis", LONG)):
        told[name] = {key: value for key, value in told[name].items() if key not in long}  # type: ignore[attr-defined]
    told["source"] = "the run"
    told["competition"] |= {"one": f"site {site}", "other": f"site {other}"}  # type: ignore[operator]
    needed = {one: len(loci) for one, loci in found.knock_outs.necessary.items()}
    return told | {"necessary_loci": needed, "necessary_units": found.knock_outs.necessary_units}


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
    """Measure, and write what was found; what is not measured this time stays as it was written."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--run")
    parser.add_argument("--backend", default="numba", help="that worlds by hand are lived on")
    parser.add_argument("--example", type=int, nargs=2, default=(1, 6487), metavar=("SITE", "OTHER"))
    parser.add_argument("--only", nargs="+")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    parts: dict[str, Callable[[], object]] = {
        "equality": lambda: equal(asked.cases, asked.backend),
        "variants": lambda: variants(asked.cases, asked.run, asked.backend),
        "inborn": lambda: rate(asked.seconds, False),
        "learning": lambda: rate(asked.seconds, True),
    }
    if asked.run:
        parts |= {
            "lessons": lambda: lessons(asked.run),
            "rate_of_variants": lambda: rate_of_variants(asked.seconds, asked.run),
            "agreement": lambda: agreement(asked.run),
            "copiers": lambda: copiers(asked.run),
            "example": lambda: example(asked.run, *asked.example),
        }
    found = json.loads(asked.out.read_text(encoding="utf-8")) if asked.out is not None and asked.out.exists() else {}
    for name in asked.only or parts:
        found[name] = parts[name]()
        print(json.dumps({name: found[name]}, indent=1), flush=True)
        if asked.out is not None:
            asked.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
