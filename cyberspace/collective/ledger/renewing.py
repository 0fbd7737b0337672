"""A claim that is held for as long as its work takes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cyberspace.collective.ledger.guards import LeaseLost
from cyberspace.errors import InputError

TIMES = 3
"""Renewals in the time of a lease, so that one may fail."""

WAIT = 5.0
"""Seconds that the last renewal is waited for; one that comes later finds a closed row."""


@contextmanager
def renewing(renew: Callable[[], None], lease: float) -> Iterator[None]:
    """Call `renew` again and again, from a thread, while the work inside goes on.

    A claim that is lost is not renewed: the work inside is told so when it next writes.  A storage that does not answer is asked again.

    Args:
        renew: Holds the claim for `lease` seconds more; raises `LeaseLost` if it is closed, and InputError if that can't be known.
        lease: Seconds.
    """
    done = threading.Event()

    def work() -> None:
        while not done.wait(max(0.01, lease / TIMES)):
            try:
                renew()
            except LeaseLost:
                return
            except InputError:
                continue

    thread = threading.Thread(target=work, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(WAIT)
