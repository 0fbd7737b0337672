"""Questions to a rank that wait for their turn: those about one organism never behind those about all of a region."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from cyberspace.watch.allowance import RESERVED, Allowance

MUCH = ("frame", "marks", "count", "lineages", "traffic")
"""Questions about all of a region: whoever asks about one organism does not wait for them."""

LONG = 0.2
"""Seconds after which such a question waits for no other, but for those that the reserve pays."""

PATIENCE = 1.0
"""Seconds that a frame request with `after` waits for something new."""


@dataclass(frozen=True)
class Question:
    """What rank 0 asks.

    Attributes:
        number: Number of the question.
        what: Name of one of `cyberspace.watch.attendant.Attendant`'s answers.
        keys: Arguments of that answer.
    """

    number: int
    what: str
    keys: Mapping[str, object]


Asked = tuple[Question, float]
"""A question, and when it was asked."""


class Waiting:
    """Questions that wait.

    Part of what may be spent is kept for those about one organism, so that they are answered soon however much frames cost.

    Args:
        allowance: What may be spent on all of them.
    """

    def __init__(self, allowance: Allowance):
        self._allowance, self._reserve = allowance, allowance.beside(RESERVED)
        self._queue: deque[Asked] = deque()

    def put(self, ask: Question) -> None:
        """Let a question wait; behind others of its kind."""
        now = time.monotonic()
        at = next((k for k, (other, since) in enumerate(self._queue) if other.what in MUCH and now - since < LONG), None)
        last = ask.what in MUCH or at is None
        self._queue.insert(len(self._queue) if last or at is None else at, (ask, now))

    def drop(self, number: int) -> None:
        """Nobody waits for the answer of a question any more."""
        self._queue = deque(waiting for waiting in self._queue if waiting[0].number != number)

    def clear(self) -> None:
        """Nobody waits any more."""
        self._queue.clear()

    def stir(self) -> None:
        """Frames that wait for something new are due."""
        self._queue = deque((ask, -PATIENCE) for ask, _ in self._queue)

    def take(self, free: bool) -> tuple[Question, float, Allowance] | None:
        """The question whose turn it is, when it was asked, and who pays; None if none may be answered now.

        Args:
            free: Whether nothing is taken from the run: it waits anyway.
        """
        if not self._queue:
            return None
        small = next((k for k, (ask, _) in enumerate(self._queue) if ask.what not in MUCH), None)
        if small is not None and self._reserve.left:
            ask, since = self._queue[small]
            del self._queue[small]
            return ask, since, self._reserve
        if free or self._allowance.left:
            return *self._queue.popleft(), self._allowance
        return None

    def back(self, asked: list[Asked]) -> None:
        """Let questions wait on, before all others."""
        self._queue.extendleft(reversed(asked))
