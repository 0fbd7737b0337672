"""What others need for the same bytes: adaptive models of a fixed order, a mixer of hashed contexts, gzip and xz."""

from __future__ import annotations

import gzip
import lzma

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cyberspace.tasks.corpus import context_hashes

Text = NDArray[np.uint8]
TABLE_BITS = 22


def order_n(text: Text, start: int, order: int, symbol: int = 8) -> float:
    """Bits per byte of `text[start:]` for an adaptive model that reads the whole text: bits by the chain rule, counted in each context of
    the last `order` bytes, each with 0.1 for what was never seen."""
    contexts = context_hashes(text, order + 1)[order]
    return float(_order_n(text, start, contexts, symbol, np.zeros((1 << TABLE_BITS, 2), dtype=np.float64)))


def hashed_mixer(text: Text, start: int, low: int = 1, high: int = 5) -> float:
    """Bits per byte of `text[start:]` for a logistic mixer of contexts of `low` to `high` bytes that reads the whole text.

    A table of 2^22 chances for each order, each with a count by which its step falls to 1/64; weights by bit; the step is the best of
    three on what comes before `start`, or of all where nothing does.
    """
    contexts = context_hashes(text, high + 1)[low:]
    found = [_hashed_mixer(text, start, contexts, rate) for rate in (0.002, 0.006, 0.02)]
    return float(min(found)[1])


def compressed(text: Text, start: int) -> dict[str, float]:
    """Bits per byte of `text[start:]` for gzip and xz: alone, and as what it adds to the text before it."""
    tail, whole, size = text[start:].tobytes(), text.tobytes(), len(text) - start
    found, packers = {}, {"gzip": _gzip, "xz": _xz}
    for name, pack in packers.items():
        found[f"{name} alone"] = 8 * len(pack(tail)) / size
        found[f"{name} after the training part"] = 8 * (len(pack(whole)) - len(pack(whole[:start]))) / size
    return found


def _gzip(raw: bytes) -> bytes:
    return gzip.compress(raw, 9, mtime=0)


def _xz(raw: bytes) -> bytes:
    return lzma.compress(raw, preset=9)


@njit(cache=True)
def _place(context, node):  # type: ignore[no-untyped-def]
    word = np.uint64(context) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(node) * np.uint64(0xD6E8FEB86659FD93)
    word = np.uint64(word ^ (word >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return np.int64(word >> np.uint64(64 - TABLE_BITS))


@njit(cache=True)
def _order_n(text, start, contexts, symbol, seen):  # type: ignore[no-untyped-def]
    total = 0.0
    for at in range(len(text)):
        node = 1
        for k in range(symbol):
            bit = (text[at] >> (symbol - 1 - k)) & 1
            place = _place(contexts[at], node)
            if at >= start:
                total -= np.log2((seen[place, bit] + 0.1) / (seen[place, 0] + seen[place, 1] + 0.2))
            seen[place, bit] += 1.0
            node = 2 * node + bit
    return total / (len(text) - start)


@njit(cache=True)
def _hashed_mixer(text, start, contexts, rate):  # type: ignore[no-untyped-def]
    orders = len(contexts)
    chance = np.full((orders, 1 << TABLE_BITS), np.float32(0.5))
    count = np.zeros((orders, 1 << TABLE_BITS), dtype=np.uint8)
    weights, places, logits = np.full((8, orders), 0.4), np.zeros(orders, dtype=np.int64), np.zeros(orders)
    before, after = 0.0, 0.0
    for at in range(len(text)):
        node = 1
        for k in range(8):
            bit, total = (text[at] >> (7 - k)) & 1, 0.0
            for order in range(orders):
                places[order] = _place(contexts[order, at], node)
                one = min(max(chance[order, places[order]], 1 / 4096), 4095 / 4096)
                logits[order] = np.log(one / (1 - one))
                total += weights[k, order] * logits[order]
            mixed = min(max(1 / (1 + np.exp(-total)), 1 / 65536), 65535 / 65536)
            cost = -np.log2(mixed if bit else 1 - mixed)
            if at >= start:
                after += cost
            else:
                before += cost
            for order in range(orders):
                weights[k, order] += rate * (bit - mixed) * logits[order]
                place = places[order]
                chance[order, place] += (bit - chance[order, place]) / (count[order, place] + 1.5)
                count[order, place] = min(count[order, place] + 1, 64)
            node = 2 * node + bit
    after /= len(text) - start
    return (before if start else after), after
