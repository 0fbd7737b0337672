"""The guard: a small process beside each rank that outlives it, and sees to it that nothing is left where a job ends badly.

It is a process and not a thread, since mpi4py holds the interpreter's lock while MPI starts, and MPI may hang where a job is to end.
While the ranks find each other it looks on; then it holds the tether to `cyberspace launch`.  If the tether breaks, or the rank has
told how it ends and its daemon does not, the guard ends both.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from cyberspace.errors import EXIT_INTERRUPTED
from cyberspace.ranks.startup_watch import LAUNCHERS, StartupWatch, name_of
from cyberspace.ranks.tether import Line, line_to_launcher, tie

LOOK_SECONDS = 0.25
RANK_SECONDS, DAEMON_SECONDS = 3.0, 4.5
"""After a rank has told that it ends badly: for which it, and the daemon that started it, may still be there."""

STARTED, ENDED = b"s", b"e"
DEATH_SIGNAL, NAME = 1, 15
"""Options of Linux' prctl."""

DEAF = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP)
"""Signals that are meant for the rank."""


class Guard:
    """The rank's end.

    Args:
        rank: Number of this process.
        local_size: Ranks of this host, as their launcher says; 0 if it does not.
        deadline: Seconds that a rank waits for another.
    """

    def __init__(self, rank: int, local_size: int, deadline: float):
        launcher, here = os.getppid(), os.getpid()
        read, self._write = os.pipe()
        if os.fork() == 0:
            try:
                os.close(self._write)
                os.setsid()  # who kills a rank with all that belongs to it does not mean its guard
                if sys.platform == "linux":
                    ctypes.CDLL(None).prctl(NAME, b"cyberspace-guard", 0, 0, 0)
                _Watch(read, launcher, here, rank, line_to_launcher()).stand(StartupWatch(launcher, rank, local_size, deadline))
            finally:
                os._exit(0)
        os.close(read)

    def started(self) -> None:
        """The ranks have found each other."""
        self._say(STARTED)

    def ended(self, code: int) -> None:
        """This rank is about to end."""
        self._say(ENDED + bytes([code & 255]))

    def _say(self, what: bytes) -> None:
        with suppress(OSError):  # somebody killed it
            os.write(self._write, what)


class _Watch:
    """The guard's end.

    Args:
        read: Where the rank speaks.
        launcher: The process that started the rank.
        parent: The rank.
        rank: Its number.
        line: Where `cyberspace launch` is, if it started the job.
    """

    def __init__(self, read: int, launcher: int, parent: int, rank: int, line: Line | None):
        for number in DEAF:
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        self._read, self._launcher, self._parent, self._rank, self._line = read, launcher, parent, rank, line
        _be_silent(0, 1)
        self._tether: socket.socket | None = None
        self._started, self._alive, self._code = False, True, -1

    def stand(self, start: StartupWatch) -> None:
        """Stand beside the rank until nothing is left to see to."""
        self._tether = tie(self._line, self._rank) if self._line else None
        ending = 0.0
        while self._alive or self._may_linger(time.monotonic() - ending):
            if not self._hear(LOOK_SECONDS):
                self._end_all()
                return
            if not self._started and self._alive and (why := start.trouble()):
                self._end_start(why, start.ranks)
                return
            if self._code >= 0 and not ending:
                ending = time.monotonic()
            if ending and self._alive and time.monotonic() - ending > self._grace(RANK_SECONDS):
                _kill(self._parent)
        if self._line and self._code >= 0:
            self._end_daemon()

    def _hear(self, seconds: float) -> bool:
        """Hear the rank and the launcher; False if the launcher is gone, or does not answer."""
        ends: list[int | socket.socket] = [self._read] if self._alive else []
        ready = select.select(ends + ([self._tether] if self._tether else []), [], [], seconds)[0]
        if self._read in ready:
            said = os.read(self._read, 64)
            self._alive, self._started = said != b"", self._started or STARTED in said
            if ENDED in said or STARTED in said:
                _be_silent(2)
            if ENDED in said:
                self._code = said[said.index(ENDED) + 1]
                self._tell(f"ended {self._code}")
        if self._tether not in ready or self._tether is None:
            return True
        with suppress(OSError):
            return self._tether.recv(64) != b""
        return False

    def _tell(self, line: str) -> None:
        if self._tether is not None:
            with suppress(OSError):
                self._tether.sendall(f"{line}\n".encode())

    def _grace(self, seconds: float) -> float:
        """How long an end may take: where all end together, one may wait for another."""
        together = self._code in (0, EXIT_INTERRUPTED)
        return seconds + (self._line.deadline if self._line else 300.0) if together else seconds

    def _may_linger(self, seconds: float) -> bool:
        """Whether the daemon has still time to end by itself; it goes on where the rank was killed and others live."""
        return self._code >= 0 and self._line is not None and self._daemon and seconds < self._grace(DAEMON_SECONDS)

    @property
    def _daemon(self) -> bool:
        return name_of(self._launcher) in LAUNCHERS

    def _end_daemon(self) -> None:
        if self._daemon:
            _kill(self._launcher)

    def _end_all(self) -> None:
        """The launcher is gone: end the rank and its daemon, of which a far one notices nothing while a cable is pulled."""
        _wait(lambda: not self._daemon, RANK_SECONDS)
        self._end_daemon()
        if self._alive:
            _kill(self._parent)

    def _end_start(self, why: str, ranks: list[int]) -> None:
        """End the job: the first of its ranks on this host tells and ends the launcher, the others themselves if that does not help."""
        if not ranks or self._parent == ranks[0]:
            os.write(2, f"cyberspace: {why}; the job is ended; try: starting it again\n".encode())
            self._tell(f"unmet {why}")
            if self._daemon:
                with suppress(OSError):
                    os.kill(self._launcher, signal.SIGTERM)
        _wait(lambda: not self._hear(LOOK_SECONDS) or not self._alive, RANK_SECONDS)
        _kill(self._parent)
        if self._line:
            _wait(lambda: not self._daemon, DAEMON_SECONDS - RANK_SECONDS)
            self._end_daemon()


def _wait(until: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not until() and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS / 5)


def _be_silent(*ends: int) -> None:
    """Let go of what the rank speaks to: its daemon waits until nobody holds it any more."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for end in ends:
        os.dup2(nothing, end)
    os.close(nothing)


def _kill(number: int) -> None:
    with suppress(OSError):
        os.kill(number, signal.SIGKILL)


def die_with_the_launcher() -> None:
    """On Linux: ask to be killed when the parent dies, so that a killed launcher leaves no orphans."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGKILL)
