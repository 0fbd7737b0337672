"""Claims that are held for as long as their work takes."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cyberspace.collective.ledger.guards import LeaseLost

TIMES = 3
"""Renewals in the time of a lease, so that one may fail."""


@dataclass(eq=False)
class Held:
    """A claim that is renewed.

    Attributes:
        renew: Holds it for another lease.
        every: Seconds between two renewals.
        due: When it is renewed next, by the monotonic clock.
    """

    renew: Callable[[], None]
    every: float
    due: float


class Renewer:
    """The one thread of a process that renews all that is worked on there.

    A thread for each experiment would have to be waited for, which takes longer than many an experiment where a machine is busy.
    """

    def __init__(self) -> None:
        self._changed, self._held = threading.Condition(), set[Held]()
        self._thread: threading.Thread | None = None
        self._wakes = math.inf

    def begin(self, held: Held) -> None:
        """Renew it from now on."""
        with self._changed:
            self._held.add(held)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="leases", daemon=True)
                self._thread.start()
            elif held.due < self._wakes:
                self._changed.notify()

    def end(self, held: Held) -> None:
        """Renew it no more.  A renewal that is under way finds a closed row, or an open one that it may hold."""
        with self._changed:
            self._held.discard(held)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._wakes = min((one.due for one in self._held), default=math.inf)
                left = self._wakes - time.monotonic()
                if left > 0:
                    self._changed.wait(None if math.isinf(left) else left)
                due = [one for one in self._held if one.due <= time.monotonic()]
            for one in due:
                self._renew(one)

    def _renew(self, held: Held) -> None:
        """A claim that is lost is not renewed: its work is told so when it next writes.  A storage that does not answer is asked again."""
        try:
            held.renew()
        except LeaseLost:
            self.end(held)
        except Exception:  # whatever it is, the work is told of it when it next writes
            pass
        held.due = time.monotonic() + held.every


_renewer = Renewer()


def _forked() -> None:
    """A child has no thread of its parent's."""
    global _renewer
    _renewer = Renewer()


os.register_at_fork(after_in_child=_forked)


@contextmanager
def renewing(renew: Callable[[], None], lease: float) -> Iterator[None]:
    """Call `renew` again and again while the work inside goes on.

    Args:
        renew: Holds the claim for `lease` seconds more; raises `LeaseLost` if it is closed.
        lease: Seconds.
    """
    every = max(0.01, lease / TIMES)
    held = Held(renew, every, time.monotonic() + every)
    _renewer.begin(held)
    try:
        yield
    finally:
        _renewer.end(held)
