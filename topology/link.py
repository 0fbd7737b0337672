"""Links: how regions reach each other, along far axes and over beaches.

A link joins places of equal number on both sides, its shores.  For a far axis the shore is the whole region; a beach names
slices.  What is posted at the n-th opening is due at the (n + 1)-th, at the same place of the other shore.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from topology.axes import FAR_AXES, NEAR_AXES, SPACE_AXES
from topology.clock import RulerClock
from topology.lattice import Lattice
from topology.meeting import pair, tide_offset

FAR_TIDE = 64
"""Start value: one place of a shore in this many may receive an organism at an opening of a link."""

NOBODY = -1


@dataclass(frozen=True)
class Beach:
    """A link between regions of different kind or shape, with a stretch of its own; in the clock it is one more axis.

    Attributes:
        name: "beach:" and the names of the two spaces.
        stretch: Ticks between two openings; a power of two.
        cost: Multiplier on the energy that crossing costs.
    """

    name: str
    stretch: int
    cost: int

    @property
    def level(self) -> int:
        """log2 of the stretch."""
        return self.stretch.bit_length() - 1


@dataclass(frozen=True)
class LinkEnd:
    """One region's end of a link.

    Attributes:
        axis: Index of the far axis or the beach in the clock.
        sites: The region's sites on the shore, int32 (places,), in the order in which they face the other shore.
        partners: Regions that letters go to at even and at odd openings; `NOBODY` where the axis ends.
        tide: One place in this many may receive an organism.
        delays: Ticks from an opening to the tick in which the region lives it, for its openings in turn; all 0 unless the region is slow.
    """

    axis: int
    sites: NDArray[np.int32]
    partners: tuple[int, int]
    tide: int = FAR_TIDE
    delays: tuple[int, ...] = (0,)

    def lived(self, clock: RulerClock, opening: int) -> int:
        """The tick in which the region lives an opening."""
        return clock.offsets[self.axis] + opening * clock.axes[self.axis].stretch + self.delays[opening % len(self.delays)]

    @property
    def slots(self) -> int:
        """Organisms that one letter can carry."""
        return -(-len(self.sites) // self.tide)

    def partner(self, opening: int) -> int:
        """The region that is met at an opening; `NOBODY` before the first."""
        return self.partners[opening % 2] if opening >= 0 else NOBODY

    def tide_at(self, opening: int) -> int:
        """First place of the shore where the tide is in at an opening."""
        return tide_offset(opening, self.tide)


def region_coordinates(lattice: Lattice) -> NDArray[np.int64]:
    """Coordinates along `FAR_AXES` of the regions of a space, shape (far axes, regions), in lattice order."""
    return np.stack(np.unravel_index(np.arange(lattice.regions), lattice.shape[: len(FAR_AXES)])).astype(np.int64)


def far_ends(lattice: Lattice, clock: RulerClock, first_region: int) -> list[list[LinkEnd]]:
    """Ends of each region of a space along its far axes; regions are numbered from `first_region` on."""
    coordinates = region_coordinates(lattice)
    everywhere = np.arange(lattice.sites, dtype=np.int32)
    names = [axis.name for axis in clock.axes]
    ends: list[list[LinkEnd]] = [[] for _ in range(lattice.regions)]
    for axis in lattice.axes:
        if not axis.far or axis.length == 1:
            continue
        along = FAR_AXES.index(axis.name)
        met = [pair(axis.length, parity, axis.curled)[coordinates[along]] for parity in (0, 1)]
        for region in range(lattice.regions):
            partners = tuple(_number(lattice, coordinates[:, region], along, met[p][region], first_region) for p in (0, 1))
            ends[region].append(LinkEnd(names.index(axis.name), everywhere, (partners[0], partners[1])))
    return ends


def slow_ends(ends: list[LinkEnd], clock: RulerClock, pace: int) -> list[LinkEnd]:
    """The ends of a region that lives one tick of 2^pace: each opening is lived in the first of its ticks that is not taken.

    Raises:
        ValueError: If an opening would be lived after the next one of the same link.
    """
    step, period = 1 << pace, max(clock.period, 1 << pace)
    delays: list[list[int]] = [[0] * max(1, period // clock.axes[end.axis].stretch) for end in ends]
    taken = np.zeros(period // step, dtype=bool)
    for tick in range(period):
        opens, number = clock.opening(tick)
        for k, end in enumerate(ends):
            if end.axis == opens:
                free = [slot for slot in range(-(-tick // step), -(-tick // step) + len(taken)) if not taken[slot % len(taken)]]
                if not free or free[0] * step - tick >= clock.axes[opens].stretch:
                    raise ValueError(clock.axes[opens].name)
                taken[free[0] % len(taken)] = True
                delays[k][number] = free[0] * step - tick
    return [replace(end, delays=tuple(late)) for end, late in zip(ends, delays, strict=True)]


def _number(lattice: Lattice, coordinates: NDArray[np.int64], along: int, place: int, first: int) -> int:
    if place < 0:
        return NOBODY
    there = coordinates.copy()
    there[along] = place
    return first + int(np.ravel_multi_index(tuple(there), lattice.shape[: len(FAR_AXES)]))


def shore(lattice: Lattice, ranges: dict[str, tuple[int, int]]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Regions of a space and sites of each that lie inside half-open ranges along axes; both in lattice order.

    Raises:
        ValueError: If an axis is none of the lattice's or a range does not lie inside it; the message starts with the axis.
    """
    regions, sites = region_coordinates(lattice), lattice.coordinates(np.arange(lattice.sites))
    chosen, inside = np.ones(lattice.regions, dtype=bool), np.ones(lattice.sites, dtype=bool)
    for name, (low, high) in ranges.items():
        if name not in SPACE_AXES or not 0 <= low < high <= lattice.length(name):
            whole = [0, lattice.length(name)]
            raise ValueError(f"{name}: got {[low, high]}; expected a range inside {whole}; try: {whole}")
        if name in FAR_AXES:
            chosen &= (regions[FAR_AXES.index(name)] >= low) & (regions[FAR_AXES.index(name)] < high)
        else:
            inside &= (sites[NEAR_AXES.index(name)] >= low) & (sites[NEAR_AXES.index(name)] < high)
    return np.flatnonzero(chosen), np.flatnonzero(inside).astype(np.int32)
