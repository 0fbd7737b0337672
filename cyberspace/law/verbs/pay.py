"""pay: sunlight comes in, upkeep goes out, and some die."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cyberspace.law.engine import Engine
from cyberspace.law.kinds import upkeep, work_of
from cyberspace.law.state import SOIL, Region
from cyberspace.law.world import World
from organisms import bits
from organisms.arrays import Array, Int32s, Namespace, Value, Words


def owed(engine: Engine, world: World, region: Region) -> int | Int32s:
    """What each site owes for this tick, by the region's kind: one number for all, or int32 (sites,)."""
    physics = world.physics
    base, per_synapse, per_unit = physics.work
    if per_synapse == per_unit == 0:
        return upkeep(physics.upkeep, base)
    active: Int32s = (region.activity != 0).sum(axis=0, dtype=np.int32)
    return upkeep(physics.upkeep, work_of(physics.work, engine.synapses(region.weights), active))


def pay(engine: Engine, world: World, region: Region, life: Words) -> tuple[Region, dict[str, Array]]:
    """Income, upkeep, cap and death.

    Args:
        engine: What the backend provides.
        world: The world.
        region: Its state.
        life: Random word of each site for this verb, uint32 (sites,).

    Returns:
        The region, and what flowed, by the names of `TALLY`.
    """
    xp, physics = engine.xp, world.physics
    sunlight = xp.where(region.alive, physics.sunlight, 0).astype(np.int32)
    energy, flowed = region.energy + sunlight, {"sunlight": sunlight}
    if world.plaza:
        flowed["soil"] = xp.where(region.alive & (region.block == SOIL), physics.soil, 0).astype(np.int32)
        energy = energy + flowed["soil"]
    price = xp.where(region.alive, xp.minimum(owed(engine, world, region), energy), 0)
    energy = energy - price
    overflow = xp.maximum(energy - physics.cap, 0)
    energy = energy - overflow
    dies = region.alive & ((energy == 0) | (life < bits.threshold(physics.death)))
    lost = xp.where(dies, energy, 0)
    activity = xp.where(dies, 0, region.activity).astype(np.int8)
    region = replace(region, energy=energy - lost, alive=region.alive & ~dies, activity=activity)
    return engine.barrier((region, flowed | {"upkeep": price, "overflow": overflow, "death": lost, "deaths": dies}))


def life_words(xp: Namespace, world: World, tick: Value) -> Words:
    """Random words of a tick, uint32 (2, sites): the first decides who dies, the second where a spark falls."""
    key = bits.stream_key(xp, world.seed, world.region, bits.LIFE, tick)
    return bits.site_words(xp, key, world.numbers(xp), 2)
