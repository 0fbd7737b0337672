"""A verb that is added to the tick: the rich pay a tithe, which turns to heat.  Both texts of the law, in one file."""

from dataclasses import replace

import numpy as np
from numba import njit

from cyberspace.backends.cpu.arrays import OVERFLOW


def tithe(engine, region, flows):
    """The region after a tenth (or so) of what is above 100 was taken; over arrays."""
    taken = engine.xp.where(region.alive & (region.energy > 100), region.energy >> 4, 0).astype(np.int32)
    flows.add({"overflow": taken})
    return replace(region, energy=region.energy - taken)


@njit(nogil=True)
def tithe_sites(arrays, tally, low, high):
    """The same over single sites."""
    for site in range(low, high):
        if arrays.alive[site] and arrays.energy[site] > 100:
            taken = arrays.energy[site] >> 4
            arrays.energy[site] -= taken
            tally[OVERFLOW] += taken
