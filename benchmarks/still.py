"""A population held still: everybody lives on, nobody is born, moves, dies or gives, and some of them may be silenced.

What a team earns hangs on each of its members; so each is silenced in turn, and the pay of the others measured.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

import cyberspace as cs
from cyberspace.backends.backend import make_backend
from cyberspace.law.genesis import empty_region
from cyberspace.law.physics import MAX_ENERGY
from cyberspace.law.state import TALLY, Region, WorldState
from cyberspace.law.world import World
from cyberspace.record.chance import calm

Sites = NDArray[np.bool_]


def still(world: World, number: int, seed: int) -> World:
    """A calm region with the lattice of `world`, its task `number` posed everywhere, with other draws than a run of another seed."""
    place = calm(world, number)
    where = np.ones(world.sites, dtype=bool)
    return replace(place, meetings=world.meetings, tasks=(replace(place.tasks[0], where=where),), seed=seed)


def hold(
    world: World, region: Region, ticks: int, *, keep: Sites, silent: Sites | None = None, dead: Sites | None = None
) -> Region:
    """Let those at the sites `keep` live on for so many ticks, each at its own site as it was when born, and give back the region.

    Args:
        world: From `still`.
        region: Where genomes, and who is alive, are taken from.
        ticks: How long.
        keep: Sites whose inhabitants live on, bool (sites,).
        silent: Sites whose inhabitants have no weights and learn nothing, bool (sites,).
        dead: Sites where nobody lives, bool (sites,).
    """
    fresh = empty_region(world)
    lives = region.alive & keep & ~(np.zeros(world.sites, dtype=bool) if dead is None else dead)
    fresh.alive[:] = lives
    fresh.genome[:] = np.where(lives, region.genome, 0)
    if silent is not None:
        fresh.genome[:, silent] = 0
    body = world.body
    inborn = fresh.genome[: body.synapses].reshape(body.units, body.inputs, -1)
    fresh.weights[:] = 16 * inborn
    fresh.energy[:] = np.where(lives, MAX_ENERGY // 2, 0)
    engine = make_backend("numba", world, WorldState(0, fresh, np.zeros(len(TALLY), dtype=np.int64)), threads=1)
    engine.advance(ticks)
    return engine.state().region


def moved_by(region: Region, sites: int) -> Region:
    """Everybody so many sites further."""
    return replace(region, genome=np.roll(region.genome, sites, axis=-1), alive=np.roll(region.alive, sites))


def filled(region: Region, genome: NDArray[np.int8]) -> Region:
    """One genome everywhere."""
    everywhere = np.repeat(genome[:, None], len(region.alive), axis=1)
    return replace(region, genome=everywhere, alive=np.ones_like(region.alive))


def region_of(sim: cs.Simulation) -> Region:
    """The region of a universe that has one."""
    return sim.regions[0].state(sim.tick).region


def interval(values: NDArray[np.float64], seed: int = 0) -> list[float]:
    """Mean and its 95 % interval, by 2,000 draws with replacement; NaN where there is nothing."""
    if not len(values):
        return [float("nan")] * 3
    draws = np.random.default_rng(seed).choice(values, (2000, len(values))).mean(axis=1)
    return [round(float(v), 4) for v in (values.mean(), *np.quantile(draws, (0.025, 0.975)))]
