"""Binary Markov sources of known entropy, as texts: bytes 48 and 49, one a symbol."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from organisms.arrays import NUMPY
from organisms.bits import site_words

MARKOV: dict[str, tuple[float, ...]] = {"markov:1": (0.1, 0.7), "markov:2": (0.05, 0.7, 0.4, 0.85)}
"""Chance of a 1 after each context, the older symbol first, by the name of the text; as fractions of 2^32."""

SYMBOLS = 2**19


def chances(name: str) -> list[int]:
    """Thresholds of a 32-bit word below which the next symbol is 1, by context."""
    return [int(chance * 2**32) for chance in MARKOV[name]]


def markov_text(name: str, symbols: int = SYMBOLS) -> NDArray[np.uint8]:
    """So many symbols of a source, uint8 of 48 and 49, always the same ones."""
    words = site_words(
        NUMPY,
        (np.full(1, 2718, dtype=np.uint32), np.full(1, len(MARKOV[name]), dtype=np.uint32)),
        np.arange(symbols, dtype=np.int32),
        1,
    )[0]
    limits, mask, state, found = chances(name), len(MARKOV[name]) - 1, 0, bytearray(symbols)
    for k, word in enumerate(words.tolist()):
        bit = word < limits[state]
        state = (state << 1 | bit) & mask
        found[k] = 48 + bit
    return np.frombuffer(bytes(found), dtype=np.uint8)


def entropy(name: str) -> float:
    """Bits per symbol of a source."""
    ones, count = MARKOV[name], len(MARKOV[name])
    share = np.full(count, 1 / count)
    for _ in range(10_000):
        after = np.zeros(count)
        for state, chance in enumerate(ones):
            after[(state << 1) & (count - 1)] += share[state] * (1 - chance)
            after[(state << 1 | 1) & (count - 1)] += share[state] * chance
        share = after
    return float(sum(part * -(p * math.log2(p) + (1 - p) * math.log2(1 - p)) for part, p in zip(share, ones, strict=True)))


def own_cost(name: str, text: NDArray[np.uint8], start: int) -> float:
    """Bits per symbol that the source itself would need for a text from `start` on: no honest predictor is far below."""
    ones, mask, state, cost = MARKOV[name], len(MARKOV[name]) - 1, 0, 0.0
    for k, symbol in enumerate(text.tolist()):
        bit = symbol & 1
        cost -= math.log2(ones[state] if bit else 1 - ones[state]) if k >= start else 0.0
        state = (state << 1 | bit) & mask
    return cost / (len(text) - start)
