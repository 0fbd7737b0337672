"""The worlds in which learning rules compete, and how many have each of them."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

import cyberspace as cs
from cyberspace.backends.backend import make_backend
from cyberspace.law.genesis import BEFORE, empty_region
from cyberspace.law.state import TALLY, WorldState
from cyberspace.law.verbs.spark import first_of_lineage
from cyberspace.law.world import World
from organisms.ancestors import learner
from organisms.body import ANSWER
from organisms.genome import Loci, rules_of

RULES = ("none", "hebbian", "delta", "oja", "trace")
SITES, DENSITY, RARE = 1024, 0.5, 0.05
NEVER = 0
Setting = tuple[int, ...]
"""(rate, A, B, C, D): the learning rate of the answer units, and the four genes of the rule."""


@functools.cache
def world_of(seed: int, lifespan: int, lessons: int, noise: int, sites: int = SITES) -> World:
    """A world of the task `shift` where all rules may live; nobody mutates and no spark falls, so that selection and chance alone act."""
    made = cs.World(seed=seed)
    physics = {"sunlight": 2, "upkeep": 3, "radiation": 0, "spark": 0, "lifespan": lifespan}
    axes = {"lane": 32, "warp": 8, "sm": sites // 256}
    space = made.space(
        "w", kind="gpu", axes=axes, genesis="empty", rule=list(RULES), physics=physics, body={"units": 8, "senses": 16}
    )
    space.task("shift", lessons=lessons, noise=noise)
    return cs.Simulation(made, backend="reference").universe.worlds[0]


def genome_of(loci: Loci, rule: str, setting: Setting) -> NDArray[np.int8]:
    """An exact replicator whose answers start as a copy of the bit, and learn by a rule; int8 (loci,)."""
    genome, (rate, *genes) = learner(loci), setting
    genome[loci.rates][ANSWER : ANSWER + loci.body.answers] = rate
    genome[loci.rule] = genes
    alleles = [allele for allele in range(16) if allele * len(RULES) >> 4 == RULES.index(rule)]
    genome[loci.choice.start] = alleles[0] - 16 * (alleles[0] > 7)
    assert rules_of(loci, genome[:, None])[0] == RULES.index(rule)
    return genome


def start_of(world: World, genomes: list[NDArray[np.int8]], counts: list[int]) -> WorldState:
    """A state at tick 0 with so many organisms of each genome, at places drawn by the world's seed."""
    places = np.random.Generator(np.random.PCG64(world.seed)).permutation(world.sites)[: sum(counts)].astype(np.int32)
    region, alleles = (
        empty_region(world),
        np.concatenate([np.repeat(one[:, None], k, axis=1) for one, k in zip(genomes, counts, strict=True)], axis=1),
    )
    marks = np.repeat(np.arange(1, len(counts) + 1, dtype=np.uint32), counts)
    with np.errstate(over="ignore"):
        columns = first_of_lineage(np, world, alleles, marks, BEFORE, places)
    for name, column in columns.items():
        getattr(region, name)[..., places] = column
    tally = np.zeros(len(TALLY), dtype=np.int64)
    tally[TALLY.index("genesis")] = region.energy.sum(dtype=np.int64)
    return WorldState(0, region, tally)


def counts_of(world: World, state: WorldState) -> NDArray[np.int64]:
    """How many of the living have each of `RULES`."""
    return np.bincount(rules_of(world.loci, state.region.genome[:, state.region.alive]), minlength=len(RULES))


def contest(world: World, rare: str, common: str, settings: dict[str, Setting], ticks: int) -> list[int]:
    """Organisms of the rare and of the common rule before and after so many ticks."""
    living = int(DENSITY * world.sites)
    few = max(1, round(RARE * living))
    genomes = [genome_of(world.loci, rule, settings[rule]) for rule in (rare, common)]
    backend = make_backend("numba", world, start_of(world, genomes, [few, living - few]), threads=1)
    backend.advance(ticks)
    left = counts_of(world, backend.state(("alive", "genome")))
    return [few, living - few, int(left[RULES.index(rare)]), int(left[RULES.index(common)])]


def alone(world: World, rule: str, setting: Setting, ticks: int, last: int) -> tuple[float, int]:
    """Mean share of right answers in the last lessons of a world where all have one rule, and how many live at the end."""
    start = start_of(world, [genome_of(world.loci, rule, setting)], [int(DENSITY * world.sites)])
    backend, lesson = make_backend("numba", world, start, threads=1), world.physics.lesson_ticks
    backend.advance(ticks - last * lesson)
    right: list[float] = []
    for _ in range(last):
        backend.advance(lesson)
        alive = backend.look("alive")
        right.append(float(backend.look("performed")[alive].mean()) if alive.any() else 0.0)
    return float(np.mean(right)), int(backend.look("alive").sum())
