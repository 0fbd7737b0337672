"""The ruler clock: at most one axis opens per tick, for the whole universe.

Axis *a* opens every `stretch_a` ticks.  With powers of two, a schedule without conflicts exists exactly when the
sum of 1/stretch over the axes in use is at most 1 (Kraft's inequality; L. G. Kraft, MIT, 1949), and is found by giving
offsets in order of stretch, as the marks of a ruler are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from topology.axes import MAX_STRETCH


class Opens(Protocol):
    """What has a place in the clock: an axis or a beach."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def stretch(self) -> int:
        """Ticks between two openings; a power of two."""

    @property
    def level(self) -> int:
        """log2 of the stretch."""


class KraftError(ValueError):
    """The axes open more often than there are ticks.

    Attributes:
        total: Sum of 1/stretch.
        axis: Name of the axis with the smallest claim that can be mended alone (the one with the largest stretch).
        fits: A stretch for `axis` under which the sum is at most 1, or None if no stretch of that axis alone is enough.
    """

    def __init__(self, axes: Sequence[Opens]):
        self.total = sum((Fraction(1, axis.stretch) for axis in axes), Fraction())
        self.axis, self.fits = self._mend(axes)
        remedy = f"give {self.axis} a stretch of {self.fits}" if self.fits else "double every stretch"
        super().__init__(f"sum of 1/stretch over the axes: got {self.total}; expected at most 1; try: {remedy}")

    def _mend(self, axes: Sequence[Opens]) -> tuple[str, int | None]:
        for axis in sorted(axes, key=lambda axis: -axis.stretch):
            room = 1 - (self.total - Fraction(1, axis.stretch))
            fits = axis.stretch
            while room > 0 and fits <= MAX_STRETCH and Fraction(1, fits) > room:
                fits *= 2
            if room > 0 and fits <= MAX_STRETCH:
                return axis.name, fits
        return axes[0].name, None


@dataclass(frozen=True)
class RulerClock:
    """Which axis opens at which tick.

    Attributes:
        axes: The axes in use, in any order.
        offsets: First tick at which each axis opens, below its stretch.
        period: Ticks after which the schedule repeats: the largest stretch (1 without axes).

    Raises:
        KraftError: If the sum of 1/stretch exceeds 1.
    """

    axes: tuple[Opens, ...]
    offsets: tuple[int, ...] = field(init=False)
    period: int = field(init=False)

    def __post_init__(self) -> None:
        if sum((Fraction(1, axis.stretch) for axis in self.axes), Fraction()) > 1:
            raise KraftError(self.axes)
        object.__setattr__(self, "period", max((axis.stretch for axis in self.axes), default=1))
        taken = np.zeros(self.period, dtype=bool)
        offsets = [0] * len(self.axes)
        # Closest axes first: a free tick modulo a small stretch stays free for it in the whole period.
        for index in sorted(range(len(self.axes)), key=lambda index: self.axes[index].stretch):
            stretch = self.axes[index].stretch
            offsets[index] = int(np.flatnonzero(~taken[:stretch])[0])
            taken[offsets[index] :: stretch] = True
        object.__setattr__(self, "offsets", tuple(offsets))

    def opening(self, tick: int) -> tuple[int, int]:
        """The axis (index into `axes`, -1 for none) that opens at a tick and how often it did so before."""
        for index, (axis, offset) in enumerate(zip(self.axes, self.offsets, strict=True)):
            if tick >= 0 and tick % axis.stretch == offset:
                return index, tick // axis.stretch
        return -1, 0

    def table(self) -> NDArray[np.int32]:
        """Index of the axis that opens (-1: none) at each tick of one period, shape (period,)."""
        return self._opens.copy()

    @cached_property
    def _opens(self) -> NDArray[np.int32]:
        return np.array([self.opening(tick)[0] for tick in range(self.period)], dtype=np.int32)
