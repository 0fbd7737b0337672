"""A door: one region's end of a link."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Door:
    """One region's way to another.

    Attributes:
        name: The far axis as the space calls it, or the beach.
        beach: Whether it is a beach.
        region: Number of the region, in the universe.
        other: That of the region on the other side.
        stretch: Ticks between two openings to that side.
        offset: The first of them.
        low: First place of the shore.
        high: The place after its last.
        side: -1 if the other lies before it along the axis, 1 if behind it; -1 for beaches.
    """

    name: str
    beach: bool
    region: int
    other: int
    stretch: int
    offset: int
    low: tuple[int, ...]
    high: tuple[int, ...]
    side: int

    def opened(self, tick: int) -> int | None:
        """When it opened last before a tick; None if it never did."""
        number = (tick - 1 - self.offset) // self.stretch
        return self.offset + number * self.stretch if number >= 0 else None

    def opens(self, tick: int) -> int:
        """When it opens next, from a tick on."""
        return self.offset + max(0, -(-(tick - self.offset) // self.stretch)) * self.stretch
