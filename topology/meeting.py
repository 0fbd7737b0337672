"""Brickwork meetings and tides: who deals with whom, and where an organism may land.

At the n-th opening of an axis, sites are paired along it: coordinates (2k+p, 2k+1+p) with p = n mod 2.  A curled axis
of even length wraps; a site without a partner meets nobody.  So each site deals with exactly one partner: a perfect
matching of those that have one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from topology.axes import NEAR_AXES, Axis
from topology.clock import RulerClock
from topology.lattice import Lattice

NEAR_TIDE = 8
"""Start value: one site in this many may receive an organism at an opening of a near axis."""


def pair(length: int, parity: int, curled: bool) -> NDArray[np.int64]:
    """Partner's coordinate of each coordinate along one axis, shape (length,); -1 where there is none."""
    here = np.arange(length)
    first = (here - parity) % 2 == 0
    partner = np.where(first, here + 1, here - 1)
    if curled and length % 2 == 0 and length > 1:
        return partner % length
    return np.where((partner < 0) | (partner >= length), -1, partner)


def partners(lattice: Lattice, axis: Axis, parity: int) -> NDArray[np.int32]:
    """Partner's number for each site of a region at an opening of a near axis, shape (sites,); -1 where there is none."""
    if axis.far:
        return np.full(lattice.sites, -1, dtype=np.int32)
    along = NEAR_AXES.index(axis.name)
    coordinates = lattice.coordinates(np.arange(lattice.sites))
    met = pair(axis.length, parity, axis.curled)[coordinates[along]]
    there = coordinates.copy()
    there[along] = np.maximum(met, 0)
    return np.where(met < 0, -1, lattice.site(there)).astype(np.int32)


def tide_offset(opening: int, tide: int) -> int:
    """Number of the first site where the tide is in at an axis's n-th opening: (site + n div 2) mod tide = 0."""
    return -(opening // 2) % tide


@dataclass(frozen=True)
class Meetings:
    """Everything about place and time that a tick on near axes asks for.

    Attributes:
        lattice: The lattice.
        tide: One site in this many may receive at an opening.
        clock: The ruler clock of the universe; one over the lattice's own axes if none is given.
        rows: Row of `table` at even and at odd openings of each of the clock's axes, and of none (last), int32 (axes + 1, 2).
        table: Partners, int32 (rows, sites); the last row, where nobody meets, is -1 everywhere.
    """

    lattice: Lattice
    tide: int = NEAR_TIDE
    clock: RulerClock = None  # type: ignore[assignment]
    rows: NDArray[np.int32] = field(init=False, repr=False, compare=False)
    table: NDArray[np.int32] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.tide < 1:
            raise ValueError(f"tide {self.tide}: expected 1 or more")
        if self.clock is None:
            object.__setattr__(self, "clock", RulerClock(self.lattice.axes))
        names = [axis.name for axis in self.clock.axes]
        near = [axis for axis in self.lattice.axes if not axis.far and axis.length > 1]
        table = [partners(self.lattice, axis, parity) for axis in near for parity in (0, 1)]
        table.append(np.full(self.lattice.sites, -1, dtype=np.int32))
        rows = np.full((len(names) + 1, 2), len(table) - 1, dtype=np.int32)
        for k, axis in enumerate(near):
            rows[names.index(axis.name)] = 2 * k, 2 * k + 1
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "table", np.stack(table))

    @property
    def slots(self) -> int:
        """Sites that may receive at one opening, at most."""
        return -(-self.lattice.sites // self.tide)

    def at(self, tick: int) -> tuple[int, int, int]:
        """(axis index or -1, row of `table`, tide offset) at a tick."""
        axis, opening = self.clock.opening(tick)
        return axis, int(self.rows[axis, opening % 2]), tide_offset(opening, self.tide) if axis >= 0 else 0
