"""spark: now and then an empty site becomes a random organism."""

from __future__ import annotations

import numpy as np

from cyberspace.law.clock import Moment
from cyberspace.law.engine import Engine, Flows
from cyberspace.law.state import WALL, Region
from cyberspace.law.verbs.settle import Columns, put_columns
from cyberspace.law.world import World
from organisms import bits, genome
from organisms.arrays import Array, Bools, Int8s, Int32s, Namespace, Value, Words


def spark(engine: Engine, world: World, region: Region, life: Words, now: Moment, flows: Flows) -> Region:
    """The region with random organisms where sparks fall, for one random word per site, uint32 (sites,)."""
    xp = engine.xp
    falls = where_sparks_fall(world, region, life)
    flows.add({"sparks": falls, "genesis": xp.where(falls, world.physics.newborn_energy, 0)})
    if isinstance(world.physics.spark, int) and world.physics.spark == 0:
        return region

    def write(region: Region, records: Int32s, sites: Int32s) -> tuple[Region, Int32s]:
        return put_columns(engine, region, sites, strangers(xp, world, bits.SPARK, now.tick, sites)), records

    return engine.write_where(falls, write, region, xp.zeros(0, dtype=np.int32))[0]


def where_sparks_fall(world: World, region: Region, life: Words) -> Bools:
    """Where a spark falls, bool (sites,), for one random word per site."""
    falls: Bools = ~region.alive & (life < bits.threshold(world.physics.spark)) & (region.block != WALL)
    return falls


def strangers(xp: Namespace, world: World, stream: int, tick: Value, sites: Int32s) -> Columns:
    """Columns of random organisms for sites of shape (k,), each (*components, k); without parents."""
    sites = xp.asarray(sites).astype(np.int32)
    key = bits.stream_key(xp, world.seed, world.region, stream, tick)
    genomes = genome.random_genomes(xp, world.loci, world.physics.silent, key, sites)
    founder = genome.founder_mark(xp, world.loci, key, sites)
    return first_of_lineage(xp, world, genomes, founder, tick, sites)


def first_of_lineage(xp: Namespace, world: World, genomes: Int8s, founder: Words, tick: Value, sites: Int32s) -> Columns:
    """Columns of organisms without parents for genomes of shape (loci, k)."""
    return {"genome": genomes, "weights": genome.inborn_weights(world.loci, genomes)} | fresh(
        xp, world, founder, tick, sites + world.first_site
    )


def fresh(xp: Namespace, world: World, founder: Words, tick: Value, cradle: Int32s) -> Columns:
    """What such an organism begins with beside genome and weights, by its mark and the number of its site in the universe."""
    count, components = cradle.shape[0], world.components()

    def constant(value: Value, dtype: str, *axes: str) -> Array:
        return xp.full((*(components[axis] for axis in axes), count), value, dtype=dtype)

    return {
        "activity": constant(0, "int8", "unit"),
        "alive": constant(True, "bool"),
        "energy": constant(world.physics.newborn_energy, "int32"),
        "payoff": constant(0, "int8"),
        "performed": constant(0, "uint32"),
        "memory": constant(0, "int32", "word"),
        "trace": constant(0, "int8", "trace"),
        "cradle": cradle.astype(np.int32),
        "born": constant(tick, "int32"),
        "parent": constant(-1, "int32"),
        "parent_born": constant(-1, "int32"),
        "generation": constant(0, "int32"),
        "founder": founder,
    }
