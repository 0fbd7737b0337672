"""The reciprocal transplant: organisms of both sides of a beach, grown at home and away.

After Clausen, Keck, Hiesey: Experimental studies on the nature of species (1940): who grows better at home than away is adapted to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.backend import make_backend
from cyberspace.law.genesis import BEFORE, empty_region
from cyberspace.law.state import TALLY, WorldState
from cyberspace.law.terms import world_at
from cyberspace.law.timetable import NOTHING
from cyberspace.law.universe import Universe
from cyberspace.law.verbs.spark import first_of_lineage
from cyberspace.law.world import World
from organisms.genome import inborn_weights
from topology import Beach

SETTLERS = 64
"""Organisms of each side that are grown."""

TICKS = 600
"""Start value of the mean lifespan: long enough to tell growth, too short to fill a region."""

REPEATS = 3


@dataclass(frozen=True)
class Transplant:
    """Growth rates over a beach.

    Attributes:
        beach: Its name.
        sides: Names of the two spaces.
        growth: ln(organisms after / before) per 1,000 ticks, by (origin, place), float (2, 2, repeats); minus infinity where all died.
    """

    beach: str
    sides: tuple[str, str]
    growth: NDArray[np.float64]


def transplants(universe: Universe, states: list[WorldState]) -> list[Transplant]:
    """A transplant over every beach of a universe, at one tick; beaches with an uninhabited side are left out."""
    found = []
    for axis, beach in enumerate(universe.clock.axes):
        if not isinstance(beach, Beach):
            continue
        one = next(world for world in universe.worlds if any(end.axis == axis for end in world.ends))
        two = universe.worlds[next(end for end in one.ends if end.axis == axis).partners[0]]
        sides = [(world, states[int(world.region)]) for world in (one, two)]
        if all(state.region.alive.any() for _, state in sides):
            found.append(Transplant(beach.name, (one.space, two.space), reciprocal(sides)))
    return found


def reciprocal(sides: Sequence[tuple[World, WorldState]]) -> NDArray[np.float64]:
    """Growth rates of organisms of two regions in each of them, as in `Transplant.growth`; somebody must live in both."""
    rates = np.empty((2, 2, REPEATS))
    for origin, (_, home) in enumerate(sides):
        living = np.flatnonzero(home.region.alive)
        chosen = living[evenly(len(living), SETTLERS)]
        for place, (world, there) in enumerate(sides):
            for repeat in range(REPEATS):
                rates[origin, place, repeat] = growth(world, there, home.region.genome[:, chosen], repeat)
    return rates


def evenly(number: int, most: int) -> NDArray[np.int64]:
    """At most so many of a number of places, evenly spread over them, int64 in order."""
    return np.linspace(0, number - 1, min(most, number)).astype(np.int64)


def growth(world: World, state: WorldState, genomes: NDArray[np.int8], repeat: int) -> float:
    """Growth rate of settlers with some genomes (loci, k), alone in a region that is like this one but empty; see `Transplant`."""
    world = world_at(world, state.tick, state.begun)  # as it is now, for as long as it takes
    away = replace(
        world, timetable=NOTHING, ends=(), physics=replace(world.physics, spark=0), seed=(world.seed + repeat) % 2**32
    )
    sites = evenly(world.sites, genomes.shape[1]).astype(np.int32)
    genomes = genomes[:, : len(sites)]
    nobody = empty_region(away)
    with np.errstate(over="ignore"):
        marks = np.arange(1, len(sites) + 1, dtype=np.uint32)
        columns = first_of_lineage(np, away, genomes, marks, BEFORE, sites)
    columns["weights"] = inborn_weights(world.loci, genomes)
    for name, column in columns.items():
        getattr(nobody, name)[..., sites] = column
    tally = np.zeros(len(TALLY), dtype=np.int64)
    engine = make_backend("numba", away, WorldState(0, replace(nobody, pools=state.region.pools.copy()), tally))
    engine.advance(TICKS)
    left = int(np.count_nonzero(engine.state().region.alive))
    return 1000 * float(np.log(left / len(sites))) / TICKS if left else -np.inf
