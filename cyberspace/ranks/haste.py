"""Cables that were put back are used at once: TCP asks ever more seldom while nothing comes through, and would wait as long again.

What was sent and not answered is sent again after 0.2, 0.4, 0.8 ... seconds, up to two minutes.  Linux from 6.15 on lets a process bound
that for its own connections; with an older one a cable must be back within half the deadline to be sure of it.  What never left this
host, because its own cable is out, waits as long, but goes at once when the connection is told not to delay.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import time
from contextlib import closing, suppress

TCP_RTO_MAX_MS = 44
"""Linux: the longest time after which something is sent again; not in Python's `socket` yet."""

AGAIN_MS, SELDOM_MS = 1_000, 120_000
GIVE_UP_MS = 24 * 3_600_000
"""The kernel gives up what it sends again after so long; by itself after fifteen times.  Ranks have a deadline of their own."""

LOOK_SECONDS = 1.0
UNANSWERED = struct.Struct("24xI")
"""Where the kernel's `tcp_info` counts what was sent and not answered."""


class Haste:
    """Keeps the TCP connections of this process quick while it waits."""

    def __init__(self) -> None:
        self._next = 0.0

    def look(self) -> None:
        """Look at the connections, once in a second: MPI makes them when it needs them."""
        now = time.monotonic()
        if sys.platform == "linux" and now >= self._next:
            self._next = now + LOOK_SECONDS
            for name in os.listdir("/proc/self/fd"):
                with suppress(OSError):
                    if os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):
                        _hasten(int(name))


def _hasten(number: int) -> None:
    with closing(socket.socket(fileno=os.dup(number))) as same:
        if same.family not in (socket.AF_INET, socket.AF_INET6) or same.type != socket.SOCK_STREAM:
            return
        (unanswered,) = UNANSWERED.unpack_from(same.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, UNANSWERED.size))
        if not unanswered:
            same.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # sends what waits
        same.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GIVE_UP_MS)
        # After fifteen times the kernel gives up what never left, whatever it was told of time: so not too often.
        same.setsockopt(socket.IPPROTO_TCP, TCP_RTO_MAX_MS, AGAIN_MS if unanswered else SELDOM_MS)
