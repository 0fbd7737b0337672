"""learn: brains change their weights by the rule of the world, at the end of a lesson."""

from __future__ import annotations

from dataclasses import replace

from cyberspace.law.clock import Moment
from cyberspace.law.engine import Engine
from cyberspace.law.state import Region
from cyberspace.law.world import World
from organisms import bits
from organisms.arrays import Int8s, Words


def learn(
    engine: Engine, world: World, region: Region, inputs: Int8s, signal: Int8s, now: Moment, sums: Words
) -> tuple[Region, Words]:
    """The region after learning; the sums pass unchanged.

    Args:
        engine: What the backend provides.
        world: The world.
        region: Its state.
        inputs: What the units saw in this tick, int8 (inputs, sites).
        signal: Payoff signals, int8 (answers, sites); 0 where nobody lives.
        now: The moment.
        sums: What `earn` added up.
    """
    if not world.rule.learns or not world.tasks:
        return region, sums
    where = engine.learners(world.rule, world.loci, region, signal)

    def change(region: Region, sums: Words) -> tuple[Region, Words]:
        key = bits.stream_key(engine.xp, world.seed, world.region, bits.LEARN, now.tick)
        return replace(region, weights=engine.learn(world.rule, world.loci, region, inputs, signal, key, where)), sums

    # Mostly nobody has anything to learn from.
    return engine.when(where.any(), change, region, sums)
