"""A region cut into blocks of sites, each lived by one thread at a time, for as long as nobody meets across their edges.

The ruler clock makes this pay: an axis opens every `stretch` ticks, so between two openings of `sm` an sm needs nothing from outside, and
its brains stay in the cache meanwhile.  At an opening of `sm` two blocks are lived together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.cpu.arrays import LINE
from cyberspace.law.world import World
from organisms.arrays import Int32s

LEAST, MOST = 128, 1024
"""Sites of a block: fewer cost more in calls than they spare, more do not stay in the cache."""

PER_THREAD = 4
"""Blocks for each thread, at least, so that one that is held up does not hold up the others."""

INNER, PAIRED, SWEPT = 0, 1, 2
"""Kinds of openings: nobody meets across edges; blocks meet in pairs; anything else, where all wait for all three times in a tick."""


@dataclass(frozen=True)
class Partition:
    """Blocks of neighbouring sites.

    Attributes:
        starts: First site of each block, and the end of the last, int64 (blocks + 1,).
        split: Whether pools are shared by several blocks; else each block holds whole pools.
        kinds: `INNER`, `PAIRED` or `SWEPT` for each row of partners, int64 (rows,).
        mates: The other block of each for each row of partners, itself if there is none, int64 (rows, blocks).
        units: The first block of each unit that is lived at a time, int64 (rows + 1, blocks); in the last row each block by itself.
        counts: How many units there are, int64 (rows + 1,).
    """

    starts: NDArray[np.int64]
    split: bool
    kinds: NDArray[np.int64]
    mates: NDArray[np.int64]
    units: NDArray[np.int64]
    counts: NDArray[np.int64]

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return len(self.starts) - 1

    @property
    def widest(self) -> int:
        """Sites of the largest block."""
        return int(np.diff(self.starts).max())


def block_size(pool: int, sm: int, sites: int, threads: int) -> int:
    """Sites of a block in a region.

    Args:
        pool: Sites that share a pool.
        sm: Sites of an sm.
        sites: Sites of the region.
        threads: Threads that live it.
    """
    if pool == sm and sm <= MOST and sites // sm >= PER_THREAD * threads:
        return sm * max(1, LEAST // sm)
    size = max(LEAST, min(MOST, sites // (PER_THREAD * threads)) // LINE * LINE)
    return pool * (size // pool) if size >= pool else size


def make_partition(world: World, partners: Int32s, threads: int) -> Partition:
    """The blocks of a region for some threads, whoever meets whom: partners int32 (rows, sites), the last row nobody."""
    sites, pool = world.sites, world.sites // world.groups
    size = block_size(pool, sites // world.lattice.near_shape[0], sites, threads)
    edges = (
        range(0, sites, size)
        if size >= pool
        else (edge for first in range(0, sites, pool) for edge in range(first, first + pool, size))
    )
    starts = np.array([*edges, sites], dtype=np.int64)
    block = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    rows, blocks = len(partners), len(starts) - 1
    kinds, mates = np.zeros(rows, dtype=np.int64), np.tile(np.arange(blocks), (rows, 1))
    units, counts = np.tile(np.arange(blocks), (rows + 1, 1)), np.full(rows + 1, blocks)
    for row, partner in enumerate(partners):
        across = (partner >= 0) & (block[partner] != block)
        if across.any():
            there, here = block[partner[across]], block[across]
            mates[row, here] = there
            kinds[row] = PAIRED if (mates[row, here] == there).all() else SWEPT
        if kinds[row] == PAIRED:
            (first,) = np.nonzero(np.arange(blocks) <= mates[row])
            counts[row] = len(first)
            units[row, : len(first)] = first
    return Partition(starts, size < pool, kinds, mates, units, counts)
