"""How fast a run goes, as the player says, and how often it is looked at."""

from __future__ import annotations

import time
from dataclasses import dataclass

WATCHED, ALONE = 0.03, 0.1
"""Seconds of life between two looks while somebody watches, and while nobody does."""

RECENT = 10.0
"""Seconds after a request during which somebody watches."""

LEAD = 64
"""Ticks by which a region may be ahead of the slowest of its rank while somebody watches."""

MOST = 256
"""Ticks between two looks, at most."""


@dataclass(frozen=True)
class Tempo:
    """How fast the run goes, as all ranks keep to it.

    Attributes:
        until: Tick at which all wait; None if they need not.
        rate: Ticks per second, while nobody has to wait; 0 for as many as can be.
        first: Tick from which these ticks are counted.
    """

    until: int | None = None
    rate: int = 0
    first: int = 0


class TempoKeeper:
    """Keeps one rank to the tempo: a tick beyond which nobody may live now, and the length of a span.

    Attributes:
        asked: When somebody last asked for something.
    """

    def __init__(self) -> None:
        self._tempo, self._began = Tempo(), 0.0
        self.asked = -RECENT

    def keep(self, tempo: Tempo) -> None:
        """Keep to a tempo from now on."""
        self._tempo, self._began = tempo, time.monotonic()

    @property
    def held(self) -> bool:
        """Whether the run is to wait at a tick."""
        return self._tempo.until is not None

    @property
    def watched(self) -> bool:
        """Whether somebody asked for something of late."""
        return time.monotonic() - self.asked < RECENT

    def until(self, slowest: int) -> int | None:
        """The tick beyond which nobody may live now, where the slowest region is at a tick; None if there is none."""
        if self.held:
            return self._tempo.until
        if self._tempo.rate:
            return self._tempo.first + int(self._tempo.rate * (time.monotonic() - self._began))
        return slowest + LEAD if self.watched else None

    def waits(self, slowest: int) -> bool:
        """Whether a rank whose slowest region is at a tick is to wait, there or soon."""
        until = self.until(slowest)
        return self.held or (until is not None and slowest >= until)

    def most(self, seconds: float) -> int:
        """Ticks of a span, where a tick takes so many seconds."""
        wanted = WATCHED if self.watched else ALONE
        return max(1, min(MOST, int(wanted / max(seconds, 1e-7))))
