"""Canaries: words drawn at random inside real text, whose entropy is known, so that who knows them has seen them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cyberspace.collective.golf.sources import Bytes, Floats

LETTERS = b"abcdefghijklmnop"
LENGTH = 48
"""Letters of a canary; each is worth 4 bits."""

COUNT = 4
"""Canaries in a part."""

BOUND = 40.0
"""Bits that may be saved on what is known: an honest predictor saves more with a chance below 2^-40, whatever it is."""


@dataclass(frozen=True)
class Part:
    """A part of the data.

    Attributes:
        name: train, public or sealed.
        text: uint8 (bytes,).
        own: Bits that the source itself needs for each byte, float64 (bytes,); NaN where nobody knows.
    """

    name: str
    text: Bytes
    own: Floats

    @property
    def known(self) -> np.ndarray:  # type: ignore[type-arg]
        """Where the entropy is known, bool (bytes,)."""
        return ~np.isnan(self.own)

    @property
    def scored(self) -> np.ndarray:  # type: ignore[type-arg]
        """Which bytes make the score: all but canaries; all of a source of known entropy."""
        known = self.known
        return known if known.all() else ~known

    def runs(self) -> list[slice]:
        """Stretches of known entropy: each canary, or all of it."""
        edges = np.flatnonzero(np.diff(np.concatenate([[0], self.known.view(np.int8), [0]])))
        return [slice(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]

    def score(self, costs: Floats) -> float:
        """Bits per byte over what is scored."""
        return float(costs[self.scored].mean())


def with_canaries(name: str, text: Bytes, chance: np.random.Generator, count: int = COUNT) -> Part:
    """A part of real text, with canaries between its bytes."""
    places = np.sort(chance.choice(np.arange(64, max(65 + count, len(text) - 1)), count, replace=False))
    words = [np.frombuffer(bytes(LETTERS[one] for one in chance.integers(0, 16, LENGTH)), dtype=np.uint8) for _ in range(count)]
    pieces: list[Bytes] = []
    own: list[Floats] = []
    last = 0
    for place, word in zip([*places.tolist(), len(text)], [*words, np.empty(0, dtype=np.uint8)], strict=True):
        pieces += [text[last:place], word]
        own += [np.full(len(text[last:place]), np.nan), np.full(len(word), 4.0)]
        last = place
    return Part(name, np.concatenate(pieces), np.concatenate(own))


def saved(part: Part, costs: Floats) -> float:
    """Bits saved against what is known: on the canary that was foretold best, or on all of a source; minus infinity where nothing is known.

    A union over canaries is paid for with its logarithm.
    """
    runs = part.runs()
    found = [float((part.own[run] - costs[run]).sum()) for run in runs]
    return max(found) - float(np.log2(len(runs))) if runs else -np.inf
