"""spark: now and then an empty site becomes a random organism."""

from __future__ import annotations

from typing import Any

import numpy as np

from cyberspace.law.state import WALL, Region
from cyberspace.law.world import World
from organisms import bits, genome


def sparks(xp: Any, world: World, region: Region, life: Any) -> Any:
    """Where a spark falls, bool (sites,), for one random word per site."""
    falls = ~region.alive & (life < np.uint32(world.physics.spark))
    return falls & (region.block != WALL) if world.plaza else falls


def strangers(xp: Any, world: World, stream: int, tick: Any, sites: Any) -> dict[str, Any]:
    """Columns of random organisms for sites of shape (k,), each (*components, k); without parents."""
    sites = xp.asarray(sites).astype(np.int32)
    key = bits.stream_key(xp, world.seed, world.region, stream, tick)
    genomes = genome.random_genomes(xp, world.loci, world.physics.silent, key, sites)
    founder = genome.founder_mark(xp, world.loci, key, sites)
    return first_of_lineage(xp, world, genomes, founder, tick, sites)


def first_of_lineage(xp: Any, world: World, genomes: Any, founder: Any, tick: Any, sites: Any) -> dict[str, Any]:
    """Columns of organisms without parents for genomes of shape (loci, k)."""
    count = sites.shape[0]
    components = world.components()

    def constant(value: Any, dtype: str, *axes: str) -> Any:
        return xp.full((*(components[axis] for axis in axes), count), value, dtype=dtype)

    return {
        "genome": genomes,
        "weights": genome.inborn_weights(xp, world.loci, genomes),
        "activity": constant(0, "int8", "unit"),
        "alive": constant(True, "bool"),
        "energy": constant(world.physics.newborn_energy, "int32"),
        "payoff": constant(0, "int8"),
        "performed": constant(0, "uint32"),
        "memory": constant(0, "int32", "word"),
        "cradle": (sites + world.first_site).astype(np.int32),
        "born": constant(tick, "int32"),
        "parent": constant(-1, "int32"),
        "parent_born": constant(-1, "int32"),
        "generation": constant(0, "int32"),
        "founder": founder,
    }
