"""sense: what every organism perceives before it thinks."""

from __future__ import annotations

import numpy as np

from cyberspace.law.clock import Moment
from cyberspace.law.engine import Engine
from cyberspace.law.physics import MAX_ENERGY
from cyberspace.law.rules import level_of
from cyberspace.law.state import Region
from cyberspace.law.verbs.answer import Lesson
from cyberspace.law.world import World
from organisms.arrays import Array, Bools, Int8s, Int32s, Namespace
from organisms.body import MESSAGE, SIGNAL

ENERGY_BITS = MAX_ENERGY.bit_length() + 1
"""Gifts may lift a holder above the cap until it pays."""

Seen = tuple[Bools, Int8s]
"""Whether each site's partner is inhabited, bool (sites,), and its messages, int8 (2, sites)."""


def bit_length(xp: Namespace, value: Int32s) -> Int32s:
    """Bits of each number from 0 to 2^ENERGY_BITS - 1, int32."""
    bits = xp.zeros(value.shape, dtype=np.int32)
    for k in range(ENERGY_BITS):
        bits = bits + (value >= 1 << k).astype(np.int32)
    return bits


def look(xp: Namespace, region: Region, now: Moment) -> Seen:
    """What each site sees of its partner on a near axis, at the end of the last tick."""
    partner = xp.maximum(now.partner, 0)
    met = (now.partner >= 0) & region.alive[partner]
    return met, xp.where(met, region.activity[MESSAGE : MESSAGE + 2][:, partner], 0)


def sense(engine: Engine, world: World, region: Region, now: Moment, seen: Seen, lesson: Lesson) -> Int8s:
    """Inputs of every brain, int8 (senses + units, sites): the senses, then the last activities."""
    xp = engine.xp
    met, heard = seen

    def everywhere(value: Array) -> Int8s:
        return xp.broadcast_to(value.astype(np.int8), (world.sites,))

    rows = [
        everywhere(xp.asarray(SIGNAL)),
        level_of(xp.where, bit_length(xp, region.energy)).astype(np.int8),
        everywhere(xp.asarray(now.shows)),
        xp.where(met, SIGNAL, 0).astype(np.int8),
        heard[0].astype(np.int8),
        heard[1].astype(np.int8),
        region.payoff,
        everywhere(xp.where(lesson.ends, SIGNAL, 0)),
    ]
    return engine.barrier(xp.concatenate([xp.stack(rows), lesson.channels, region.activity], axis=0))
