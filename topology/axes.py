"""The seven axes of space, from the widest to the closest, and what each one is by default."""

from __future__ import annotations

from dataclasses import dataclass

FAR_AXES = ("row", "rack", "host", "device")
"""Axes that number regions; crossing one is a letter that arrives at the next opening."""

NEAR_AXES = ("sm", "warp", "lane")
"""Axes that number the sites of one region; the last varies fastest."""

SPACE_AXES = FAR_AXES + NEAR_AXES

CPU_NAMES = {"core": "sm", "thread": "warp", "lane": "lane"}
"""What a region on a CPU calls its near axes."""

DEFAULT_STRETCH = {"row": 128, "rack": 64, "host": 32, "device": 16, "sm": 8, "warp": 4, "lane": 2}
"""Start values: ticks between two openings, and the multiplier on the energy that crossing costs."""

DEFAULT_CURLED = frozenset({"device"})
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
