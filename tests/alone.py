"""An organism that keeps house alone in an emptied region, lived by hand: what `cyberspace.analysis.dissection.alone` is held to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from cyberspace.analysis.dissection.lab import Lab
from cyberspace.analysis.dissection.variants import Variants, lived
from cyberspace.backends.backend import make_backend
from cyberspace.law.genesis import BEFORE, empty_region
from cyberspace.law.physics import MAX_ENERGY
from cyberspace.law.state import TALLY, WorldState
from cyberspace.law.verbs.spark import first_of_lineage
from cyberspace.worldfile.build import universe_from_text
from organisms.body import REPRODUCE
from organisms.genome import inborn_weights
from tests.lonely import TASKS, some_organism

TEXT = """
[world]
seed = {seed}
[spaces.w]
kind = "{kind}"
tide = {tide}
axes = {{ lane = {{ length = {lanes} }}, {wide} = {{ length = 2 }} }}
rule = "{rule}"
[spaces.w.physics]
lesson = {lesson}
lifespan = 1_000_000_000
spark = 0
radiation = 0
upkeep = {upkeep}
sunlight = {sunlight}
spore = {spore}
copy = {copy}
move = 1000.0
cap = 900
[[spaces.w.tasks]]
{task}
"""
"""Nobody can hold what a move takes, and nobody dies by chance or is made by a spark."""


PLAIN = ('name = "logic"',)
"""The task that a soup evolves by."""


def priced_world(random, tasks=TASKS):
    """A random world in which living and copying have prices."""
    kind = str(random.choice(["gpu", "cpu"]))
    text = TEXT.format(
        seed=random.integers(2**31), tide=random.integers(1, 5), kind=kind, wide="warp" if kind == "gpu" else "thread",
        lanes=random.integers(2, 6), rule=random.choice(["hebbian", "delta", "oja", "trace", "none"]), lesson=random.integers(1, 5),
        upkeep=random.integers(0, 8), sunlight=random.integers(0, 9), spore=random.integers(0, 300), copy=random.choice([0.002, 0.03]),
        task=random.choice(tasks),
    )  # fmt: skip
    return universe_from_text(text, "alone.toml", Path())[0].worlds[0]


def breeder(world, random):
    """(genome, weights): one that often wants to breed."""
    genome, weights = some_organism(world, random)
    if random.random() < 0.7:
        genome[REPRODUCE * world.body.inputs] = 7
    return genome, weights if random.random() < 0.3 else inborn_weights(world.loci, genome[:, None])[..., 0]


def by_hand(world, site, genome, weights, unit, lessons, backend="reference"):
    """(bits performed, energy, alive, children, what these began with) in the end; children are taken away after each tick.

    A unit that is cut has a learning rate of 0 as well: else what it learns within a tick would be paid for before it is cut again.
    """
    genome = genome.copy()
    genome[world.loci.rates][[unit] if unit >= 0 else []] = 0
    tasks = tuple(replace(place, fill=MAX_ENERGY, cap=MAX_ENERGY) for place in world.tasks)
    world = replace(world, tasks=tasks)
    region, own = empty_region(world), np.array([site], dtype=np.int32)
    columns = first_of_lineage(np, world, genome[:, None], np.ones(1, np.uint32), BEFORE, own)
    columns["weights"] = weights[..., None].copy()
    columns["weights"][[unit] if unit >= 0 else []] = 0
    for name, column in columns.items():
        getattr(region, name)[..., own] = column
    region = replace(region, pools=np.full_like(region.pools, MAX_ENERGY))
    place = make_backend(backend, world, WorldState(0, region, np.zeros(len(TALLY), np.int64)))
    others = np.delete(np.arange(world.sites), site)
    children, handed = 0, 0
    for _ in range(lessons * world.physics.lesson_ticks):
        children += len(place.advance(1).births)
        handed += int(place.look("energy", others).sum())
        place.put("energy", np.zeros(len(others), np.int32), others)
        place.put("alive", np.zeros(len(others), bool), others)
        if unit >= 0:
            brain = np.array(place.look("weights", own))
            brain[unit] = 0
            place.put("weights", brain, own)
    alive, performed, energy = (int(place.look(name, own)[0]) for name in ("alive", "performed", "energy"))
    return performed * alive, energy, bool(alive), children, handed


def some_variant(world, random):
    """A knock-out of a locus or a unit, another allele or two, or nothing."""
    kind, body = int(random.integers(0, 5)), world.body
    locus, allele = np.full((2, 1), -1), np.zeros((2, 1), np.int8)
    if kind in (1, 2, 3):
        slots = 1 if kind < 3 else 2
        locus[:slots, 0] = random.choice(world.loci.count, slots, replace=False)
        allele[:slots, 0] = 0 if kind == 1 else random.integers(-8, 8, slots)
    return Variants(locus, allele, np.array([random.integers(body.units) if kind == 4 else -1]))


def one_case(random, backend="reference", taken=None):
    """(whether a random variant of a random organism does in the lab what it does by hand; whether it was paid, performed, bred, was
    left alive); or of a `taken` one, (genome, weights), that lives long enough to perform the nine functions."""
    world = priced_world(random, TASKS if taken is None else PLAIN)
    site, (genome, weights) = int(random.integers(world.sites)), taken or breeder(world, random)
    variant, lessons = some_variant(world, random), int(random.integers(8, 25)) if taken is None else 64
    found = lived(Lab(world, site), genome, variant, weights, lessons)
    mutant, brain = variant.genomes(genome)[:, 0], weights.copy()
    for locus, allele in zip(variant.locus[:, 0], variant.allele[:, 0], strict=True):
        if 0 <= locus < world.body.synapses:
            brain.reshape(-1)[locus] = 16 * int(allele)
    told = by_hand(world, site, mutant, brain, int(variant.unit[0]), lessons, backend)
    here = int(found.performs[0]), int(found.energy[0]), bool(found.alive[0]), int(found.children[0]), int(found.handed[0])
    return here == told, (bool((found.earned > 0).any()), bool(told[0]), told[3] > 0, told[2])
