"""What numba compiles to measure memory and threads."""

from __future__ import annotations

import numba


@numba.njit(nogil=True)
def chase(following, start, steps):  # type: ignore[no-untyped-def]
    """Follow a chain of indices; each step waits for the one before."""
    at = start
    for _ in range(steps):
        at = following[at]
    return at


@numba.njit(nogil=True)
def read(words, rounds):  # type: ignore[no-untyped-def]
    """Sum all words, so many times; each round changes one, so that none can be left out."""
    total = 0
    for k in range(rounds):
        words[0] = k
        for i in range(len(words)):
            total += words[i]
    return total


@numba.njit(parallel=True)
def fill(parts, value):  # type: ignore[no-untyped-def]
    """Each thread writes its own row; with rows of one word, the price of starting and joining the threads."""
    for k in numba.prange(parts.shape[0]):
        for i in range(parts.shape[1]):
            parts[k, i] = value


@numba.njit(parallel=True)
def read_next(parts, sums):  # type: ignore[no-untyped-def]
    """Each thread reads the row that the next one wrote."""
    for k in numba.prange(parts.shape[0]):
        row = (k + 1) % parts.shape[0]
        total = parts[row, 0]
        for i in range(1, parts.shape[1]):
            total += parts[row, i]
        sums[k] = total
