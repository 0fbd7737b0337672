"""How fast the line to a run is, measured by the answers that come, and how much of a space is asked for so that nothing waits long."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

WAIT = 0.35
"""Seconds that a frame may be on its way, since what is clicked meanwhile comes after it."""

FIRST = 24_000.0
"""Bytes of a frame while nothing is known of the line."""

QUICK = 4e6
"""Bytes a second from which on arrays come as they are: packing them costs the run more than it saves."""

SMALL, LARGE = 6_000, 12_000
"""Bytes up to which an answer tells of the delay alone, and from which on of the rate too."""

BLINK = 0.03
"""Seconds that can't be told from none: the viewer looks for answers once a turn, the run between two spans of ticks."""

LEAST = 4096
"""Sites of a space of which all are always asked for."""

KEPT = (0.35, 1.3)
"""Parts of the most places between which what was asked for last stays, so that a picture does not flicker."""

GUESS = 4.0
"""Bytes of a site in a frame, before one has come."""


@dataclass
class Bandwidth:
    """What is known of a line.

    Attributes:
        near: Whether the run is on this machine: nothing is measured then.
        delay: Seconds there and back of the smallest answers; 0 while not known.
        rates: The latest estimates, bytes a second; the best of them counts, since a run that is busy looks like a slow line.
        each: Bytes of a site in the last frame.
        able: Whether the run packs arrays, and tells how long it took: nothing is measured of one that does not.
        size: Bytes of the answer that came last.
    """

    near: bool = False
    delay: float = 0.0
    rates: deque[float] = field(default_factory=lambda: deque(maxlen=5))
    each: float = GUESS
    able: bool = False
    size: int = 0
    _before: dict[tuple[tuple[str, int], ...], dict[str, int]] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Bytes a second; infinite where the run is near, 0 while not known."""
        return math.inf if self.near or not self.able else max(self.rates, default=0.0)

    @property
    def packs(self) -> bool:
        """Whether arrays should come packed."""
        return self.rate < QUICK

    def weigh(self, sites: int) -> None:
        """Take note that the answer that came last is a frame of so many sites."""
        if sites >= LEAST // 4:
            self.each = (self.each + self.size / sites) / 2

    def note(self, size: int, seconds: float, took: float) -> None:
        """Take note of an answer of so many bytes that came so many seconds after the question, of which the run took some."""
        away, self.size = max(0.0, seconds - took), size
        if size <= SMALL:
            self.delay = min(1.05 * self.delay, away) if self.delay else away
        elif size >= LARGE or not self.rates:
            self.rates.append(size / max(BLINK, away - self.delay))

    def strides(self, lengths: Mapping[str, int], sites: int) -> dict[str, int]:
        """Of each axis every how many-th place is asked for, those of 1 left out, so that a frame is not long on its way.

        Args:
            lengths: Places along each axis of which all are shown.
            sites: Sites of the space.
        """
        if sites <= LEAST:
            return {}
        key = tuple(lengths.items())
        most, before = (max(FIRST / 4, WAIT * self.rate) if self.rate else FIRST) / max(0.1, self.each), self._before.get(key)
        if before and KEPT[0] * most <= _places(lengths, before) <= KEPT[1] * most:
            return before
        found = dict.fromkeys(lengths, 1)
        while _places(lengths, found) > most:
            axis = max(found, key=lambda name: lengths[name] / found[name])
            if lengths[axis] <= found[axis]:
                break
            found[axis] *= 2
        self._before[key] = {name: stride for name, stride in found.items() if stride > 1}
        return self._before[key]

    def words(self, strides: Mapping[str, int]) -> str:
        """That the line is slow and what is done about it; empty if nothing is."""
        if not strides:
            return ""
        names = " and ".join(
            f"every {stride}th {name}" if stride > 2 else f"every other {name}" for name, stride in strides.items()
        )
        rate = f"{self.rate / 1000:,.0f} kB/s" if self.rates else "of unknown speed"
        return f"slow line ({rate}, {self.delay:.1f} s): {names} is shown, packed"


def _places(lengths: Mapping[str, int], strides: Mapping[str, int]) -> int:
    """Places that are asked for."""
    return math.prod(-(-length // strides.get(name, 1)) for name, length in lengths.items())


def widened(values: NDArray[np.generic], strides: tuple[int, ...], shape: tuple[int, ...]) -> NDArray[np.generic]:
    """Values of every so many-th place, as values of a shape: each stands for the places after it."""
    for axis, stride in enumerate(strides):
        if stride > 1:
            values = np.repeat(values, stride, axis=axis)
            values = values[tuple(slice(length) if k == axis else slice(None) for k, length in enumerate(shape))]
    return values
