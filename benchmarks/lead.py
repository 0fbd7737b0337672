"""How far a region can run ahead of another by the schedule of `benchmarks.maxplus`: exactly, and in closed form.

Say that i is d ticks ahead of j if it has completed d ticks more.  Let j stop for ever when it
has completed m ticks: it never lives tick m.  Whoever is j's partner at an opening at tick k >= m never gets that letter, which is due
at k + stretch, and stops before tick k + stretch.  So a stop spreads as a letter does: along axis a one place at each opening, `stretch`
ticks each, and, since the parity alternates, ever on in the same direction.  The tick before which i stops is the earliest arrival of the
stop, and its largest value, less m, over all i, j and m is what any region can ever be ahead of any other, whatever ticks and letters
take; a j that is slow enough attains it.  `stop` computes the arrivals, `largest_lead` the largest.  In closed form, waiting for the first
opening of an axis takes at most stretch - 1 ticks, for the right direction one stretch more, then each place takes one stretch:

    lead <= sum over far axes of (places + 2) * stretch - 1      places = length - 1 along a line
    lead <= sum over far axes of (places + 1) * stretch - 1      places = length / 2 around a loop (two ways to go)

On one axis this is exact; with several it is not far above, since the waits don't all come at their worst (`lead_bound`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.maxplus import Schedule
from topology import FAR_AXES


def stop(schedule: Schedule, region: int, tick: int) -> NDArray[np.int64]:
    """If a region never lives a tick, the first tick that each region never lives, shape (regions,)."""
    never = np.iinfo(np.int64).max
    before = np.full(schedule.regions, never)
    before[region] = tick
    if not schedule.partners:
        return before
    for now, axis, opening in schedule.openings(tick):
        if (before <= now).all():
            break
        partner = schedule.partners[axis][opening % 2]
        silent = (partner >= 0) & (before[np.maximum(partner, 0)] <= now)
        before[silent] = np.minimum(before[silent], now + schedule.axes[axis].stretch)
    return before


def largest_lead(schedule: Schedule, sources: Sequence[int] | None = None) -> int:
    """The most ticks that any region can ever complete more than any other: exact for the sources given (all by default).

    The worst moments to stop are those just after an opening, within two periods (so many, since parity alternates).
    """
    if not schedule.partners:
        raise ValueError("one region, or regions that are not joined: there is no bound")
    period = 2 * max(schedule.axes[axis].stretch for axis in schedule.partners)
    moments = []
    for tick, _, _ in schedule.openings(0):
        if tick >= period:
            break
        moments.append(tick + 1)
    chosen = range(schedule.regions) if sources is None else sources
    return max(int(stop(schedule, region, tick).max()) - tick for region in chosen for tick in moments)


def corners(schedule: Schedule) -> list[int]:
    """Regions that are the worst to stop (checked over all regions of small lattices): the ends of lines.

    Where a length is even the two ends mirror each other, and all places of a loop are alike.
    """
    ends = [(0,) if length % 2 == 0 else (0, length - 1) for length in map(schedule.lattice.length, FAR_AXES)]
    grid = np.array(np.meshgrid(*ends, indexing="ij")).reshape(len(FAR_AXES), -1)
    return sorted(set(np.ravel_multi_index(tuple(grid), schedule.lattice.shape[: len(FAR_AXES)]).tolist()))


def lead_bound(schedule: Schedule) -> int:
    """The closed form: no region is ever further ahead of another."""
    total = 0
    for axis in (schedule.axes[number] for number in schedule.partners):
        loop = axis.curled and axis.length % 2 == 0
        total += ((axis.length // 2 + 1) if loop else (axis.length + 1)) * axis.stretch - 1
    return total
