"""How fast a run goes, as the player says, and how often it is looked at."""

from __future__ import annotations

import time
from typing import Any

WATCHED, ALONE = 0.03, 0.2
"""Seconds of life between two looks while somebody watches, and while nobody does."""

RECENT = 10.0
"""Seconds after a request during which somebody watches."""

LEAD = 64
"""Ticks by which a region may be ahead of the slowest of its rank while somebody watches."""

MOST = 256
"""Ticks between two looks, at most."""


class Pacing:
    """A tick beyond which nobody may live now, and the length of a span.

    Attributes:
        paused: Whether the player holds the run.
        rate: Ticks per second that the player wants; 0 for as many as can be.
        asked: When somebody last asked for something.
    """

    def __init__(self) -> None:
        self.paused, self.rate, self.asked = False, 0, -RECENT
        self._until, self._began = 0, (0.0, 0)
        self._speed, self._last = 0.0, (0.0, 0)

    def control(self, do: str, ticks: int, rate: int, farthest: int) -> None:
        """Do what a `control` request says, when the farthest region has reached a tick."""
        if do == "step":
            self._until = ticks + (self._until if self.paused else farthest)
        elif do == "pause":
            self._until = farthest
        elif do == "pace":
            self.rate = rate
        self.paused = {"pause": True, "step": True, "resume": False}.get(do, self.paused)
        self._began = time.monotonic(), farthest

    @property
    def watched(self) -> bool:
        """Whether somebody asked for something of late."""
        return time.monotonic() - self.asked < RECENT

    def until(self, slowest: int) -> int | None:
        """The tick beyond which nobody may live now, where the slowest region is at a tick; None if there is none."""
        if self.paused:
            return self._until
        if self.rate:
            since, first = self._began
            return first + int(self.rate * (time.monotonic() - since))
        return slowest + LEAD if self.watched else None

    def most(self, seconds: float) -> int:
        """Ticks of a span, where a tick takes so many seconds."""
        wanted = WATCHED if self.watched else ALONE
        return max(1, min(MOST, int(wanted / max(seconds, 1e-7))))

    def note(self, tick: int) -> None:
        """Take note of how far the run is."""
        now = time.monotonic()
        since, before = self._last
        if now - since >= 1:
            self._speed, self._last = (tick - before) / (now - since) if since else 0.0, (now, tick)

    def about(self) -> dict[str, Any]:
        """How it goes."""
        return {"paused": self.paused, "rate": self.rate, "ticks_per_second": round(self._speed, 1)}
