"""Reading what a span of kernels left beside the region: its tallies, and its births in order."""

from __future__ import annotations

from functools import partial

import jax
import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.backend import NO_BIRTHS, SpanResult
from cyberspace.backends.xla.kernels.meet import BORN
from cyberspace.backends.xla.kernels.span import Lived
from cyberspace.backends.xla.kernels.sums import tallies
from cyberspace.law.state import TALLY
from cyberspace.law.world import World

FEWEST = 1024
"""Entries that are read at least; else as many as the next power of two, so that few reads are compiled."""


def read(world: World, first: int, lived: Lived) -> SpanResult:
    """What happened in a span that began at a tick; waits until it has been lived."""
    tally, births = tallies(np.asarray(lived.sums)), births_of(world, first, lived)
    ticks, counts = np.unique(births[births[:, 4] <= world.loci.faithful, 0], return_counts=True)
    tally[(ticks - first) // world.step, TALLY.index("faithful")] = counts
    return SpanResult(tally, births)


@partial(jax.jit, static_argnums=1)
def _head(lived: Lived, size: int) -> tuple[jax.Array, jax.Array]:
    return lived.list[:size], lived.records[:, :size]


def births_of(world: World, first: int, lived: Lived) -> NDArray[np.int32]:
    """`SpanResult.births`."""
    landed = int(np.asarray(lived.count)[0])
    if not landed:
        return NO_BIRTHS
    size = min(lived.records.shape[1], max(FEWEST, 1 << (landed - 1).bit_length()))
    entries, records = (np.asarray(one)[..., :landed] for one in _head(lived, size))
    (born,) = np.nonzero(entries >> BORN)
    entries, (distance, cradle, birth) = entries[born], records[:, born]
    ticks = first + world.step * (np.searchsorted(np.asarray(lived.starts), born, side="right") - 1)
    sites = (entries & ((1 << BORN) - 1)) + world.first_site
    order = np.lexsort((sites, ticks))
    return np.stack([ticks, sites, cradle, birth, distance], axis=1).astype(np.int32)[order]
