"""The axes of space: the one table from which everything else learns which there are, and one axis of a world.

To add a far axis, add a row; `cyberspace.machine.detect.find_place` finds the level on a machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class AxisRow(NamedTuple):
    """What an axis is unless a world says otherwise.

    Attributes:
        name: Its name.
        far: Whether it numbers regions rather than the sites of one region.
        stretch: Start value: ticks between two openings, and the multiplier on the energy that crossing costs.
        curled: Whether it is a loop.
    """

    name: str
    far: bool
    stretch: int
    curled: bool = False


TABLE = (
    AxisRow("row", far=True, stretch=128),
    AxisRow("rack", far=True, stretch=64),
    AxisRow("host", far=True, stretch=32),
    AxisRow("device", far=True, stretch=16, curled=True),
    AxisRow("sm", far=False, stretch=8),
    AxisRow("warp", far=False, stretch=4),
    AxisRow("lane", far=False, stretch=2),
)
"""All axes, from the widest to the closest; the two closest far axes number hosts and the regions of one host."""

FAR_AXES = tuple(row.name for row in TABLE if row.far)
"""Axes that number regions; crossing one is a letter that arrives at the next opening."""

NEAR_AXES = tuple(row.name for row in TABLE if not row.far)
"""Axes that number the sites of one region; the last varies fastest."""

SPACE_AXES = FAR_AXES + NEAR_AXES

CPU_NAMES = dict(zip(("core", "thread", "lane"), NEAR_AXES, strict=True))
"""What a region on a CPU calls its near axes."""

DEFAULT_STRETCH = {row.name: row.stretch for row in TABLE}
"""By axis, see `AxisRow`."""

DEFAULT_CURLED = frozenset(row.name for row in TABLE if row.curled)
"""Axes that are loops unless the world says otherwise."""

MAX_STRETCH = 2**16


@dataclass(frozen=True)
class Axis:
    """One axis of space.

    Attributes:
        name: One of `SPACE_AXES`.
        length: Sites (near) or regions (far) along it; 1 means that the axis is flat here.
        stretch: Ticks between two openings; a power of two from 1 to `MAX_STRETCH`.
        curled: Whether the axis is a loop.

    Raises:
        ValueError: If the name is unknown, the length is below 1 or the stretch is no power of two.
    """

    name: str
    length: int
    stretch: int
    curled: bool = False

    def __post_init__(self) -> None:
        if self.name not in SPACE_AXES:
            raise ValueError(f"axis: got {self.name!r}; expected one of {', '.join(SPACE_AXES)}")
        if self.length < 1:
            raise ValueError(f"axis {self.name}: got length {self.length}; expected 1 or more")
        power_of_two = self.stretch > 0 and self.stretch & (self.stretch - 1) == 0
        if not power_of_two or self.stretch > MAX_STRETCH:
            raise ValueError(f"axis {self.name}: got stretch {self.stretch}; expected a power of two from 1 to {MAX_STRETCH}")

    @property
    def far(self) -> bool:
        """Whether the axis joins regions rather than sites."""
        return self.name in FAR_AXES

    @property
    def level(self) -> int:
        """log2 of the stretch."""
        return self.stretch.bit_length() - 1
