"""The tether: a TCP connection from the guard beside each rank to `cyberspace launch`, so that each learns what became of the other.

MPI and its daemons don't notice for a long time that a cable is pulled, and answer 0 for much that went wrong.  Over the tether a rank
says that it is there and how it ended; who says nothing at the end was killed.  The kernel asks whether the other side is still there,
and breaks a tether that got no answer for the deadline and a little longer: then both sides end what they have.
"""

from __future__ import annotations

import os
import secrets
import selectors
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

TETHER = "CYBERSPACE_TETHER"
"""Tells ranks where their launcher is: a secret, a port, the deadline, addresses."""

WELCOME = b"cyberspace launch\n"
KNOCK_SECONDS = 2.0
"""In which a launcher must answer at an address."""

SLACK = 3.0
"""Seconds beyond the deadline for which a tether holds without an answer: a rank that waits gives up first, and says for whom."""


@dataclass(frozen=True)
class Line:
    """What a rank needs to find its launcher.

    Attributes:
        secret: Words of others are not heard.
        port: Where the launcher listens.
        deadline: Seconds that a rank waits for another.
        addresses: Of the launcher's host, the likeliest first.
    """

    secret: str
    port: int
    deadline: float
    addresses: tuple[str, ...]

    def text(self) -> str:
        """As it stands in the environment."""
        return " ".join([self.secret, str(self.port), str(self.deadline), *self.addresses])


def line_to_launcher() -> Line | None:
    """What the environment says of a launcher."""
    words = os.environ.get(TETHER, "").split()
    if len(words) < 4:
        return None
    return Line(words[0], int(words[1]), float(words[2]), tuple(words[3:]))


def _hold(end: socket.socket, deadline: float) -> None:
    """Let the kernel ask every other second whether the other side is there, and break the tether if it is not."""
    end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    options = {"TCP_KEEPIDLE": 2, "TCP_KEEPINTVL": 2, "TCP_USER_TIMEOUT": int(1000 * (deadline + SLACK))}
    for name, value in options.items():
        if hasattr(socket, name):  # Linux
            end.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def tie(line: Line, rank: int) -> socket.socket | None:
    """A rank's end of its tether; None if its launcher is found at none of its addresses."""
    for address in line.addresses:
        with suppress(OSError):
            end = socket.create_connection((address, line.port), KNOCK_SECONDS)
            end.sendall(f"{line.secret} {rank} {socket.gethostname()}\n".encode())
            if end.recv(len(WELCOME)) == WELCOME:
                _hold(end, line.deadline)
                end.settimeout(KNOCK_SECONDS)
                return end
            end.close()
    return None


@dataclass
class Tied:
    """What a launcher knows of one end.

    Attributes:
        rank: Who it is; -1 until it has said so.
        host: Where.
        heard: What has come in and is no whole line yet.
    """

    rank: int = -1
    host: str = ""
    heard: bytes = b""


class Tethers:
    """The launcher's ends of all tethers of one start of a job.

    Args:
        deadline: Seconds that a rank waits for another.
        addresses: Of this host.

    Attributes:
        began: Host by rank, of all that were ever there.
        codes: Exit code by rank, of those that told theirs, in the order in which they did.
        unmet: Why the ranks did not find each other; empty if no one said so.
        silent: Hosts that gave no answer for longer than the deadline.
        lost: Hosts of ranks that went without a word, in the order in which they did.
    """

    def __init__(self, deadline: float, addresses: Sequence[str]):
        self._listen = socket.create_server(("", 0), backlog=1024)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listen, selectors.EVENT_READ)
        self._ends: dict[socket.socket, Tied] = {}
        self.line = Line(secrets.token_hex(8), self._listen.getsockname()[1], deadline, tuple(addresses))
        self.began: dict[int, str] = {}
        self.codes: dict[int, int] = {}
        self.unmet, self.silent, self.lost = "", set[str](), list[str]()

    @property
    def live(self) -> int:
        """Ranks that are there now."""
        return sum(tied.rank >= 0 for tied in self._ends.values())

    def attend(self, seconds: float) -> None:
        """Hear what comes in within a time."""
        for key, _ in self._selector.select(seconds):
            end = key.fileobj
            assert isinstance(end, socket.socket)
            if end is self._listen:
                self._accept()
            else:
                self._hear(end)

    def _accept(self) -> None:
        with suppress(OSError):
            end, _ = self._listen.accept()
            end.settimeout(KNOCK_SECONDS)
            _hold(end, self.line.deadline)
            self._ends[end] = Tied()
            self._selector.register(end, selectors.EVENT_READ)

    def _hear(self, end: socket.socket) -> None:
        tied, found = self._ends[end], b""
        try:
            found = end.recv(4096)
        except (TimeoutError, OSError) as error:
            if tied.rank >= 0 and not isinstance(error, ConnectionError):  # nobody ended it: no answer, or no way there
                self.silent.add(tied.host)
        *lines, tied.heard = (tied.heard + found).split(b"\n")
        if not found or not all(self._note(end, tied, line.decode(errors="replace").split(" ")) for line in lines):
            self._drop(end)

    def _note(self, end: socket.socket, tied: Tied, words: list[str]) -> bool:
        """Take a line; whether it is one of ours."""
        match words:
            case [secret, rank, host] if tied.rank < 0 and secret == self.line.secret and rank.isdecimal():
                tied.rank, tied.host = int(rank), host
                self.began[tied.rank] = host
                with suppress(OSError):
                    end.sendall(WELCOME)
            case ["ended", code] if tied.rank >= 0 and code.isdecimal():
                self.codes.setdefault(tied.rank, int(code))
            case ["unmet", *why] if tied.rank >= 0:
                self.unmet = " ".join(why)
            case _:
                return False
        return True

    def _drop(self, end: socket.socket) -> None:
        self._selector.unregister(end)
        tied = self._ends.pop(end)
        if tied.rank >= 0 and tied.rank not in self.codes:
            self.lost.append(tied.host)
        end.close()

    def close(self) -> None:
        """Let all go: ranks that are still there end themselves."""
        for end in [*self._ends]:
            self._drop(end)
        self._selector.close()
        self._listen.close()


@contextmanager
def tethers(deadline: float, addresses: Sequence[str]) -> Iterator[Tethers]:
    """Ends of tethers, as a context."""
    ends = Tethers(deadline, addresses)
    try:
        yield ends
    finally:
        ends.close()
