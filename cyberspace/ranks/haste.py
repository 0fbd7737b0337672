"""Cables that were put back are used at once: TCP asks ever more seldom while nothing comes through, and would wait as long again.

What MPI sends over TCP is sent again after 0.2, 0.4, 0.8 ... seconds, up to two minutes.  Linux from 6.15 on lets a process bound that for
its own connections; elsewhere a cable must be back within half the deadline to be sure of it.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from contextlib import closing, suppress

TCP_RTO_MAX_MS = 44
"""Linux: the longest time after which something is sent again; not in Python's `socket` yet."""

MOST_MS, LOOK_SECONDS = 1000, 1.0


class Haste:
    """Bounds the time after which what was lost is sent again, for all TCP connections that this process has while it waits."""

    def __init__(self) -> None:
        self._next = 0.0

    def look(self) -> None:
        """Look for connections, once in a second: MPI makes them when it needs them."""
        now = time.monotonic()
        if sys.platform == "linux" and now >= self._next:
            self._next = now + LOOK_SECONDS
            for name in os.listdir("/proc/self/fd"):
                with suppress(OSError):
                    if os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):
                        _bound(int(name))


def _bound(number: int) -> None:
    with closing(socket.socket(fileno=os.dup(number))) as same:
        if same.family in (socket.AF_INET, socket.AF_INET6) and same.type == socket.SOCK_STREAM:
            same.setsockopt(socket.IPPROTO_TCP, TCP_RTO_MAX_MS, MOST_MS)
