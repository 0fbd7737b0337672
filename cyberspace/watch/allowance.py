"""The share of a rank's time that goes to those who watch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHARE = 0.01
"""Share of the run's time that looking may take."""

RESERVED = 0.5
"""Part of it that is kept for questions about one organism."""

CREDIT = 0.02
"""Seconds of looking that may be saved up."""

DEBT = 0.05
"""Seconds that may be owed: what takes long once, as a first look does that compiles, silences the rank for five seconds at most."""

SITES = 2**16
"""Of a space or a universe, up to which all of it is looked at as often as is wished."""

WAITED = Path("/proc/thread-self/schedstat")
"""Where Linux tells for how many nanoseconds this thread has waited for a core, as the second number."""


class Allowance:
    """Seconds of looking that may be spent; below 0, nothing is looked at until they have come in again.

    Args:
        part: Part of the share of the time that may be spent.

    Time in which the thread was ready but had no core is not spent on looking: others took it, and would have taken it from ticks.
    """

    def __init__(self, part: float = 1.0) -> None:
        self._part, self._left, self._counted = part, CREDIT * part, time.monotonic()
        self._spending = [False]

    def beside(self, part: float) -> Allowance:
        """Another one, of another part; what is done within both is paid once."""
        other = Allowance(part)
        other._spending = self._spending
        return other

    @property
    def left(self) -> bool:
        """Whether something is left now."""
        now = time.monotonic()
        self._left = min(CREDIT * self._part, self._left + SHARE * self._part * (now - self._counted))
        self._counted = now
        return self._left > 0

    @contextmanager
    def spent(self) -> Iterator[None]:
        """Pay for what is done within; once, if it is within another one."""
        if self._spending[0]:
            yield
            return
        self._spending[0], since, waited = True, time.monotonic(), seconds_without_core()
        try:
            yield
        finally:
            self._spending[0] = False
            took = time.monotonic() - since - (seconds_without_core() - waited)
            self._left = max(-DEBT * self._part, self._left - took)


def interval(seconds: float, sites: int) -> float:
    """Seconds between two looks at all of so many sites: longer in proportion, so that these looks cost no larger share."""
    return seconds * max(1.0, sites / SITES)


def seconds_without_core() -> float:
    """Seconds for which this thread was ready and others had its core; 0 where the system does not tell."""
    try:
        return int(WAITED.read_bytes().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
