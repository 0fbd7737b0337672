"""A catastrophe strikes a region: who dies is drawn by the world's own chance, so it is the same on every backend."""

from __future__ import annotations

import numpy as np

from cyberspace.acts.ground import Ground, vacate
from cyberspace.law.timetable import Catastrophe
from cyberspace.law.world import World
from organisms import bits
from organisms.arrays import NUMPY


def strike(ground: Ground, world: World, blow: Catastrophe, tick: int) -> tuple[int, int]:
    """Let die whoever a catastrophe hits; what they held turns to heat, their genomes stay as matter.

    Args:
        ground: The region.
        world: Its world.
        blow: The catastrophe.
        tick: The tick for which it stands in the timetable, at most a step before the one that the region lives.

    Returns:
        How many died, and how many lived where it struck.
    """
    there = np.flatnonzero(np.asarray(ground.look("alive")) & blow.where)
    if not len(there):
        return 0, 0
    with np.errstate(over="ignore"):
        key = bits.stream_key(NUMPY, world.seed, world.region, bits.CATASTROPHE, tick)
        word = bits.site_words(NUMPY, key, there.astype(np.int32), blow.number + 1)[blow.number]
    dead = there[word.astype(np.uint64) < blow.threshold]
    if len(dead):
        ground.flow("death", int(ground.look("energy", dead).sum(dtype=np.int64)))
        ground.flow("deaths", len(dead))
        vacate(ground, dead)
    return len(dead), len(there)
