"""Sources of known entropy: Markov chains of order k, hidden Markov chains, brackets, copies.

Each can say what it would itself have needed for a text, to the bit.  No predictor that was fixed before the text was drawn needs less by b
bits with a chance above 2^-b (Kraft and Markov), so that a score far below is no score.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]


class Source(Protocol):
    """A source; what has come so far is a state.

    Attributes:
        letters: The bytes that it writes.
    """

    letters: bytes

    def begin(self) -> object:
        """The state before the first byte."""

    def chances(self, state: object) -> Floats:
        """Chances of each letter, float64 (letters,)."""

    def after(self, state: object, letter: int) -> object:
        """The state after a letter, by its number."""


class Markov:
    """A chain of order k over m letters, each context's chances drawn once for all from a Dirichlet law of 0.4."""

    def __init__(self, order: int = 2, letters: int = 4):
        self.letters = bytes(range(97, 97 + letters))
        self.order, self.size = order, letters**order
        self.table = (
            np.random.default_rng([314, order, letters]).dirichlet(np.full(letters, 0.4), self.size) * 0.97 + 0.03 / letters
        )

    def begin(self) -> object:
        """See `Source`."""
        return 0

    def chances(self, state: object) -> Floats:
        """See `Source`."""
        assert isinstance(state, int)
        found: Floats = self.table[state]
        return found

    def after(self, state: object, letter: int) -> object:
        """See `Source`."""
        assert isinstance(state, int)
        return (state * len(self.letters) + letter) % self.size

    def entropy(self) -> float:
        """Bits per byte in the long run: that of each context, by how often it comes."""
        share = np.full(self.size, 1 / self.size)
        for _ in range(2000):
            after = np.zeros(self.size)
            for letter in range(len(self.letters)):
                np.add.at(after, (np.arange(self.size) * len(self.letters) + letter) % self.size, share * self.table[:, letter])
            share = after
        return float(-(share[:, None] * self.table * np.log2(self.table)).sum())


class Hidden:
    """A hidden Markov chain of 4 states over 6 letters; what is known of the state is a belief."""

    letters = b"abcdef"

    def __init__(self) -> None:
        draw = np.random.default_rng([271, 4, 6])
        self.move = draw.dirichlet(np.full(4, 0.4), 4) * 0.9 + 0.025
        self.emit = draw.dirichlet(np.full(6, 0.3), 4) * 0.94 + 0.01

    def begin(self) -> object:
        """See `Source`."""
        return np.full(4, 0.25)

    def chances(self, state: object) -> Floats:
        """See `Source`."""
        assert isinstance(state, np.ndarray)
        found: Floats = state @ self.emit
        return found

    def after(self, state: object, letter: int) -> object:
        """See `Source`."""
        assert isinstance(state, np.ndarray)
        belief = state * self.emit[:, letter]
        return (belief / belief.sum()) @ self.move


class Dyck:
    """Balanced brackets of three kinds, at most 12 deep; an open one is closed next with a chance of 0.55."""

    letters = b"([{)]}"
    deepest, closes = 12, 0.55

    def begin(self) -> object:
        """See `Source`."""
        return ()

    def chances(self, state: object) -> Floats:
        """See `Source`."""
        assert isinstance(state, tuple)
        found = np.zeros(6)
        close = 0.0 if not state else 1.0 if len(state) == self.deepest else self.closes
        found[:3] = (1 - close) / 3
        if state:
            found[3 + state[-1]] = close
        return found

    def after(self, state: object, letter: int) -> object:
        """See `Source`."""
        assert isinstance(state, tuple)
        return (*state, letter) if letter < 3 else state[:-1]


class Copies:
    """Words of 12 letters out of 8, each written four times: a quarter is news, the rest is memory."""

    letters = b"abcdefgh"
    length, times = 12, 4

    def begin(self) -> object:
        """See `Source`."""
        return ()

    def chances(self, state: object) -> Floats:
        """See `Source`."""
        assert isinstance(state, tuple)
        if len(state) < self.length:
            return np.full(8, 1 / 8)
        found = np.zeros(8)
        found[state[len(state) % self.length]] = 1.0
        return found

    def after(self, state: object, letter: int) -> object:
        """See `Source`."""
        assert isinstance(state, tuple)
        grown = (*state, letter)
        return () if len(grown) == self.length * self.times else grown


MADE: dict[str, Callable[[], Source]] = {
    "markov:1": lambda: Markov(1), "markov:2": Markov, "markov:3": lambda: Markov(3), "hidden": Hidden, "dyck": Dyck, "copies": Copies,
}  # fmt: skip
"""By name."""


def draw(source: Source, count: int, chance: np.random.Generator) -> tuple[Bytes, Floats]:
    """A text of a source, uint8 (count,), and what the source itself would need for each byte, in bits."""
    state, text, costs = source.begin(), np.empty(count, dtype=np.uint8), np.empty(count)
    for k in range(count):
        chances = source.chances(state)
        letter = min(int(np.searchsorted(np.cumsum(chances), chance.random(), side="right")), len(chances) - 1)
        text[k], costs[k] = source.letters[letter], -np.log2(chances[letter])
        state = source.after(state, letter)
    return text, costs
