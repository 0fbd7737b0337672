"""What a run waits for before its first ticks: that something is compiled, here or on another rank.

While a backend compiles nothing else runs here, so a thread keeps the line alive.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cyberspace.backends.compiling import COMPILING

PATIENCE = 1.0
"""Seconds after which a log is told for the first time that something is compiled."""


class Waiting:
    """Tells what is being compiled, while it is.

    Args:
        line: Writes a line.
        interval: Seconds between two lines.
        quiet: Tell nothing.
    """

    def __init__(self, line: Callable[[str], None], interval: float, quiet: bool):
        self._line, self._interval, self._quiet = line, interval, quiet
        self._told = time.monotonic() - interval + min(PATIENCE, interval)
        self._before = COMPILING.seconds
        self._elsewhere: dict[int, tuple[str, float]] = {}
        self._elsewhere_spent = 0.0
        self._thread: threading.Thread | None = None

    @property
    def seconds(self) -> float:
        """Seconds in which something was compiled, since the start."""
        now = time.monotonic()
        began = min((since for _, since in self._elsewhere.values()), default=now)
        return max(COMPILING.seconds - self._before, self._elsewhere_spent + now - began)

    @contextmanager
    def here(self) -> Iterator[None]:
        """Tell of what this process compiles within."""
        if self._quiet:
            yield
            return
        done = threading.Event()
        thread = threading.Thread(target=self._beat, args=(done,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _beat(self, done: threading.Event) -> None:
        while not done.wait(min(self._interval, PATIENCE)):
            if COMPILING.doing:
                self.tell()

    def on(self, rank: int, what: str) -> None:
        """Another rank compiles something; nothing any more if that is empty."""
        if what:
            since = self._elsewhere.get(rank, ("", time.monotonic()))[1]
            self._elsewhere[rank] = (what, since)
        elif rank in self._elsewhere:
            _, since = self._elsewhere.pop(rank)
            if not self._elsewhere:
                self._elsewhere_spent += time.monotonic() - since

    def tell(self) -> None:
        """Write the line, if something is compiled and the last one is old enough."""
        now = time.monotonic()
        what = COMPILING.doing
        if self._quiet or now - self._told < self._interval or not (what or self._elsewhere):
            return
        if not what:
            rank, (said, _) = next(iter(self._elsewhere.items()))
            more = f" (and {len(self._elsewhere) - 1} more)" if len(self._elsewhere) > 1 else ""
            what = f"on rank {rank}{more}, {said}"
        self._told = now
        self._line(f"compiling {what}, {self.seconds:.0f} s so far")
