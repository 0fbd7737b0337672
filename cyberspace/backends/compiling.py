"""What is being compiled at this moment, for those who tell of it, and how long compiling took: it is no part of how fast a world lives."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SOON = {"xla_backend_optimization_level": 0, "xla_cpu_use_fusion_emitters": False}
"""Options with which XLA compiles a tick on a CPU in a third of the time, though not for speed."""

OPTIONS: dict[str, int | bool] = {}
"""Options with which XLA compiles what regions live by; none but in tests, where most of what is compiled lives a hundred ticks."""

Hear = Callable[[str], object]
"""Is told what is being compiled, on the thread that does it; empty when that is done."""


class Compiling:
    """What this process compiles, whichever backend does it.

    Attributes:
        doing: In words; empty while nothing is compiled.
    """

    def __init__(self) -> None:
        self.doing = ""
        self._depth, self._began, self._spent = 0, 0.0, 0.0
        self._lock = threading.Lock()
        self._hear: list[Hear] = []

    @property
    def seconds(self) -> float:
        """Seconds that went into compiling since this process began, what is under way included."""
        with self._lock:
            return self._spent + (time.monotonic() - self._began if self._depth else 0.0)

    def begin(self, what: str) -> None:
        """Something is compiled from now on; it may be a part of something else that is."""
        with self._lock:
            if self._depth == 0:
                self._began = time.monotonic()
            self._depth += 1
        self._tell(what)

    def go_on(self, what: str) -> None:
        """What is compiled has come to another part of itself."""
        with self._lock:
            under_way = self._depth > 0
        if under_way:
            self._tell(what)

    def end(self) -> None:
        """The last thing that began is done."""
        with self._lock:
            self._depth -= 1
            done = self._depth == 0
            if done:
                self._spent += time.monotonic() - self._began
        if done:
            self._tell("")

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        """Something is compiled within."""
        self.begin(what)
        try:
            yield
        finally:
            self.end()

    @contextmanager
    def heard_by(self, hear: Hear) -> Iterator[None]:
        """Somebody is told, within."""
        self._hear.append(hear)
        try:
            yield
        finally:
            self._hear.remove(hear)

    def _tell(self, what: str) -> None:
        self.doing = what
        for hear in tuple(self._hear):
            hear(what)


COMPILING = Compiling()
"""The one of this process."""
