"""The share of a rank's time that goes to those who watch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

SHARE = 0.01
"""Share of the run's time that looking may take."""

CREDIT = 0.02
"""Seconds of looking that may be saved up."""

DEBT = 0.05
"""Seconds that may be owed: what takes long once, as a first look does that compiles, silences the rank for five seconds at most."""


class Allowance:
    """Seconds of looking that may be spent; below 0, nothing is looked at until they have come in again."""

    def __init__(self) -> None:
        self._left, self._counted, self._spending = CREDIT, time.monotonic(), False

    @property
    def left(self) -> bool:
        """Whether something is left now."""
        now = time.monotonic()
        self._left = min(CREDIT, self._left + SHARE * (now - self._counted))
        self._counted = now
        return self._left > 0

    @contextmanager
    def spent(self) -> Iterator[None]:
        """Pay for what is done within; once, if it is within another one."""
        if self._spending:
            yield
            return
        self._spending, since = True, time.monotonic()
        try:
            yield
        finally:
            self._spending = False
            self._left = max(-DEBT, self._left - (time.monotonic() - since))
