"""Two organisms compete in an emptied region: whose descendants grow faster, side by side.

A real region of the world of the first, by all its laws, mutation and death included, but for its links, sparks and seasons: emptied,
its pools full, newborns of both scattered at random sites, as many of the one as of the other.  It lives until half of it is inhabited.

Relative fitness is the ratio of realised Malthusian parameters, w = ln(A1 / A0) / ln(B1 / B0): Lenski, Rose, Simpson, Tadler: Long-term
experimental evolution in Escherichia coli I (American Naturalist 138:1315, 1991).  Where one of both does not grow no ratio means
anything, and the selection rate r = (ln(A1 / A0) - ln(B1 / B0)) / time is told alone: Travisano, Lenski: Long-term experimental evolution
in Escherichia coli IV (Genetics 143:15, 1996).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from cyberspace.analysis.dissection.subject import Subject
from cyberspace.backends.backend import Backend, make_backend
from cyberspace.errors import InputError, problem
from cyberspace.law.genesis import BEFORE, empty_region
from cyberspace.law.state import TALLY, WorldState
from cyberspace.law.timetable import NOTHING
from cyberspace.law.verbs.spark import first_of_lineage
from cyberspace.law.world import World
from cyberspace.statistics import Estimate, t_interval
from organisms.arrays import Int8s

REPEATS = 8
"""Competitions, each with its own chance."""

BEGIN = 64
"""Begin with one organism of each side for so many sites."""

FULL = 2
"""A competition ends when one site in so many is inhabited: later what is born must displace."""

LOOK, MOST = 20, 4000
"""Ticks between two looks, and those after which it ends anyway."""

MARKS = 1, 2
"""Of the two lineages."""


@dataclass(frozen=True)
class Bout:
    """One competition.

    Attributes:
        seed: Of its world.
        ticks: That it took.
        began: Organisms of each side.
        one, other: Those of each in the end.
    """

    seed: int
    ticks: int
    began: int
    one: int
    other: int

    @property
    def growth(self) -> tuple[float, float]:
        """ln(organisms after / before) of each; minus infinity where all died."""
        first, second = (math.log(n / self.began) if n else -math.inf for n in (self.one, self.other))
        return first, second

    @property
    def ratio(self) -> float:
        """Relative fitness of the one; not a number where either did not grow."""
        one, other = self.growth
        return one / other if one > 0 and other > 0 else math.nan

    @property
    def rate(self) -> float:
        """Selection rate, per 1,000 ticks; infinite where one side died out, not a number where both did."""
        one, other = self.growth
        return 1000 * (one - other) / self.ticks


@dataclass(frozen=True)
class Competition:
    """Who grows faster.

    Attributes:
        one, other: What they are called.
        fitness: Relative fitness of the one, with an interval over repeats; None where either side failed to grow in any of them.
        rate: Selection rate, per 1,000 ticks, over the repeats in which both were left.
        wins: Repeats in which the one grew faster.
        died: Repeats in which the one, and in which the other, died out.
        bouts: All of them.
    """

    one: str
    other: str
    fitness: Estimate | None
    rate: Estimate
    wins: int
    died: tuple[int, int]
    bouts: tuple[Bout, ...]


def compete(
    one: Subject, other: Subject, repeats: int = REPEATS, backend: str = "numba", threads: int | None = None, seed: int = 0
) -> Competition:
    """Let two organisms compete in the world of the first, as newborns.

    Args:
        one: The one.
        other: The other; its body is that of the one.
        repeats: Competitions, 2 or more for an interval.
        backend: On which the region lives.
        threads: Its threads.
        seed: Added to that of the world; each repeat has the next.
    """
    bouts = tuple(_bout(one.lab.world, one.genome, other.genome, seed + k, backend, threads) for k in range(repeats))
    return competition_of(one.source, other.source, bouts)


def competition_of(one: str, other: str, bouts: tuple[Bout, ...]) -> Competition:
    """What bouts tell."""
    ratios = [bout.ratio for bout in bouts]
    rates = [bout.rate for bout in bouts if math.isfinite(bout.rate)]
    fitness = None if any(map(math.isnan, ratios)) else t_interval(ratios)
    died = sum(not bout.one for bout in bouts), sum(not bout.other for bout in bouts)
    return Competition(one, other, fitness, t_interval(rates), sum(bout.one > bout.other for bout in bouts), died, bouts)


def _bout(world: World, one: Int8s, other: Int8s, seed: int, backend: str, threads: int | None) -> Bout:
    count = max(1, world.sites // (2 * BEGIN) if world.sites >= 2 * BEGIN else world.sites // 8)
    if world.sites < 8:
        got = f"{world.space}, a region of {world.sites} sites"
        raise InputError(problem("--against", got, "at least 8 sites for two sides to compete on", "a run of a larger space"))
    away = replace(world, timetable=NOTHING, ends=(), seed=(world.seed + seed) % 2**32, physics=replace(world.physics, spark=0))
    engine = make_backend(backend, away, _scattered(away, (one, other), count, seed), threads=threads)
    ticks = 0
    while ticks < MOST:
        engine.advance(LOOK)
        ticks += LOOK
        found = _counts(engine)
        if min(found) == 0 or sum(found) * FULL >= away.sites:
            break
    return Bout(int(away.seed), ticks * away.step, count, *found)


def _scattered(world: World, genomes: tuple[Int8s, Int8s], count: int, seed: int) -> WorldState:
    """A region in which nobody lives but newborns of both sides at random sites."""
    region = empty_region(world)
    sites = np.random.default_rng([world.seed, seed]).permutation(world.sites)[: 2 * count].astype(np.int32)
    for mark, genome, own in zip(MARKS, genomes, (sites[:count], sites[count:]), strict=True):
        many = np.repeat(genome[:, None], count, axis=1)
        with np.errstate(over="ignore"):
            columns = first_of_lineage(np, world, many, np.full(count, mark, dtype=np.uint32), BEFORE, own)
        for name, column in columns.items():
            getattr(region, name)[..., own] = column
    for place in (one for one in world.tasks if not one.task.board):
        region.pools[place.first_goal : place.first_goal + len(place.task.goals)] = place.cap
    return WorldState(0, region, np.zeros(len(TALLY), dtype=np.int64))


def _counts(engine: Backend) -> tuple[int, int]:
    alive, founder = engine.look("alive"), engine.look("founder")
    one, other = (int(np.count_nonzero(alive & (founder == mark))) for mark in MARKS)
    return one, other
