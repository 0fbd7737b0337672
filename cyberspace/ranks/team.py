"""What carries letters between regions and messages between ranks; here within one process, over MPI in `cyberspace.ranks.mpi`."""

from __future__ import annotations

from collections import deque
from typing import Protocol

from cyberspace.law.letters import body_of, read_stamp
from cyberspace.law.universe import Universe

Message = tuple[int, str, object]
"""The rank that sent it, what it is, and what it says, which whoever hears it checks."""


class RankLost(Exception):
    """Another rank died."""


class Team(Protocol):
    """The ranks of a run, as one of them sees them.  Nothing here waits for another rank, but for `idle`, shortly."""

    rank: int
    size: int
    mended: bool
    """Whether it is smaller than it was launched."""
    hosts: tuple[str, ...]
    """Name of the host of each rank."""

    @property
    def threads(self) -> int | None:
        """Threads for this rank's share of the host's cores; None for all."""

    def join(self, universe: Universe, placement: tuple[int, ...], epoch: int) -> None:
        """Be ready for the letters to the regions of this rank."""

    def mend(self) -> tuple[int, ...]:
        """After `RankLost`: go on with those who are left, numbered anew; the ranks that were lost."""

    def leave(self, code: int) -> None:
        """The end, for all ranks at once."""

    def post(self, block: bytearray) -> None:
        """Send a letter to the region that its stamp names."""

    def collect(self, receiver: int, axis: int, opening: int) -> memoryview | None:
        """Take the body of the letter posted at an opening of an axis, once it is there."""

    def tell(self, rank: int, what: str, said: object) -> None:
        """Send a message to a rank, oneself included."""

    def hear(self) -> list[Message]:
        """Messages that have come in, in the order in which each rank sent them."""

    def idle(self) -> None:
        """Give way for a moment, because nothing can be done."""

    def pending(self) -> str:
        """What was sent and not taken yet, for messages about waiting."""


class Single:
    """One process, one rank."""

    rank, size = 0, 1
    hosts: tuple[str, ...] = ("",)
    threads, mended = None, False

    def __init__(self) -> None:
        self._letters: dict[tuple[int, int, int], bytearray] = {}
        self._messages: deque[Message] = deque()

    def join(self, universe: Universe, placement: tuple[int, ...], epoch: int) -> None:
        """Nothing to prepare."""

    def mend(self) -> tuple[int, ...]:
        """Never needed."""
        raise AssertionError("one process can't lose another")

    def leave(self, code: int) -> None:
        """Nobody to wait for."""

    def post(self, block: bytearray) -> None:
        """Keep a letter for its receiver."""
        stamp = read_stamp(block)
        self._letters[stamp.receiver, stamp.axis, stamp.opening] = block

    def collect(self, receiver: int, axis: int, opening: int) -> memoryview | None:
        """Take a letter."""
        block = self._letters.pop((receiver, axis, opening), None)
        return None if block is None else body_of(block)  # it never left this process

    def tell(self, rank: int, what: str, said: object) -> None:
        """Keep a message."""
        self._messages.append((rank, what, said))

    def hear(self) -> list[Message]:
        """Messages kept."""
        found = list(self._messages)
        self._messages.clear()
        return found

    def idle(self) -> None:
        """Nobody else could bring what is missing."""
        raise AssertionError("one process waits for itself")

    def pending(self) -> str:
        """Nothing is ever under way."""
        return "nothing"
