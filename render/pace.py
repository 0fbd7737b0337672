"""How fast a run that goes on is to go, and how that is told: what players want of it, and what it makes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.about import About

EVERY = (1, 2, 5, 10, 50, 300)
SPEEDS = (1, 2, 5, 10, 20, 60)
"""Every how many-th sample of a record is shown, and how many of these a second."""

RATES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
"""Ticks per second that a run can be slowed to; beyond the last one, and from what it makes on, it is as fast as it goes."""

USUAL = 50
"""The first of them where it is not known what the run makes."""


@dataclass
class Playing:
    """How time goes on.

    Attributes:
        tick: The tick that is shown of a record; None for the newest.
        on: Whether a record plays.
        speed: Samples per second.
        every: Show only every so many-th sample, or of a live run no more than every so many ticks.
        owed: Samples that are due, a fraction.
    """

    tick: int | None = None
    on: bool = False
    speed: int = 5
    every: int = 1
    owed: float = 0.0

    def samples(self, passed: float) -> int:
        """Samples that are due after so many seconds more."""
        self.owed += passed * self.speed
        steps, self.owed = int(self.owed), self.owed % 1
        return steps * self.every

    def go(self, ticks: NDArray[np.int64], samples: int) -> None:
        """Go so many samples on or back among the ticks of a record; it stops at the last."""
        at = len(ticks) - 1 if self.tick is None else int(np.searchsorted(ticks, self.tick))
        at = min(max(0, at + samples), len(ticks) - 1)
        self.tick = int(ticks[at])
        if at == len(ticks) - 1 and samples > 0:
            self.on = False


def slower(about: About) -> int:
    """The next lower rate: below what the run makes, where that is less than is wanted."""
    made = [rate for rate in (about.rate, about.speed) if rate > 0]
    lower = [rate for rate in RATES if rate < 0.95 * min(made)] if made else [USUAL]
    return lower[-1] if lower else RATES[0]


def faster(about: About) -> int:
    """The next higher rate; 0, as fast as it goes, where the run makes no more anyway, or there is none."""
    lags = not about.paused and 0 < about.speed < 0.7 * about.rate
    return 0 if not about.rate or lags else next((rate for rate in RATES if rate > about.rate), 0)


def rate_words(rate: int) -> str:
    """A rate that is wanted."""
    return f"{rate:,} ticks per second" if rate else "as fast as it goes"


def state_words(about: About, playing: bool) -> str:
    """How what is watched goes: a record, or a run with what it makes and who holds it back."""
    if not about.live:
        return "record, plays" if playing else "record"
    if about.held:
        return about.held
    return "paused" if about.paused else f"live, {round_speed(about.speed)} ticks/s" if about.speed else "live"


def round_speed(speed: float) -> str:
    """A measured rate, to two places, so that it does not flicker."""
    if speed < 10:
        return f"{speed:.1f}"
    unit = 10 ** (len(str(int(speed))) - 2)
    return f"{int(round(speed / unit) * unit):,}"
