"""pay: sunlight comes in, upkeep goes out, and some die."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from cyberspace.law.state import SOIL, Region
from cyberspace.law.world import World
from organisms import bits

SYNAPSES_PER_UPKEEP, UNITS_PER_UPKEEP = 256, 8


def upkeep(engine: Any, world: World, region: Region) -> Any:
    """What each site owes for this tick, by the region's physics, int32 (sites,)."""
    physics = world.physics
    if physics.kind == "gpu":
        return engine.xp.full(world.sites, physics.upkeep, dtype=np.int32)
    active = (region.activity != 0).sum(axis=0, dtype=np.int32)
    return cpu_upkeep(physics.upkeep, engine.synapses(region.weights), active)


def cpu_upkeep(price: int, synapses: Any, active: Any) -> Any:
    """Upkeep on a CPU, where zeros are skipped: (price * (3 synapses / 256 + active / 8) / 4), rounded up."""
    work = 3 * synapses + active * (SYNAPSES_PER_UPKEEP // UNITS_PER_UPKEEP)
    return (price * work + 4 * SYNAPSES_PER_UPKEEP - 1) // (4 * SYNAPSES_PER_UPKEEP)


def pay(engine: Any, world: World, region: Region, life: Any) -> tuple[Region, dict[str, Any]]:
    """Income, upkeep, cap and death.

    Args:
        engine: One of `cyberspace.law.tick.Engine`.
        world: The world.
        region: Its state.
        life: Random word of each site for this verb, uint32 (sites,).

    Returns:
        The region, and the flows `sunlight`, `soil` (in a plaza), `upkeep`, `overflow` and `death` with the count `deaths`.
    """
    xp, physics = engine.xp, world.physics
    sunlight = xp.where(region.alive, physics.sunlight, 0).astype(np.int32)
    energy, flows = region.energy + sunlight, {"sunlight": sunlight}
    if world.plaza:
        flows["soil"] = xp.where(region.alive & (region.block == SOIL), physics.soil, 0).astype(np.int32)
        energy = energy + flows["soil"]
    owed = xp.where(region.alive, xp.minimum(upkeep(engine, world, region), energy), 0)
    energy = energy - owed
    overflow = xp.maximum(energy - physics.cap, 0)
    energy = energy - overflow
    dies = region.alive & ((energy == 0) | (life < np.uint32(physics.death)))
    lost = xp.where(dies, energy, 0)
    region = replace(
        region,
        energy=energy - lost,
        alive=region.alive & ~dies,
        activity=xp.where(dies, 0, region.activity).astype(np.int8),
    )
    return region, flows | {"upkeep": owed, "overflow": overflow, "death": lost, "deaths": dies}


def life_words(xp: Any, world: World, tick: Any) -> Any:
    """Random words of a tick, uint32 (2, sites): the first decides who dies, the second where a spark falls."""
    key = bits.stream_key(xp, world.seed, world.region, bits.LIFE, tick)
    return bits.site_words(xp, key, xp.arange(world.sites), 2)
