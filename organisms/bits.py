"""Randomness as a pure function of (seed, region, stream, tick, site): Threefry-2x32 with 20 rounds.

Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011).  No key is threaded through the program
and no order of evaluation matters.
"""

from __future__ import annotations

import numpy as np

from organisms.arrays import Int32s, Key, Namespace, Value, Words

ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)
PARITY = 0x1BD11BDA

GENESIS, LIFE, NOISE, RADIATION, SPARK, LEARN, PEOPLE, CATASTROPHE, TASK = 0, 1, 2, 3, 4, 5, 6, 7, 16
"""One stream for each use of randomness; tasks count up from the last."""

STREAMS = {
    "GENESIS": "genomes at tick 0",
    "LIFE": "who dies by chance, where a spark falls; who lives at tick 0",
    "NOISE": "the copier's noise",
    "RADIATION": "hits of a child",
    "SPARK": "genomes of sparks",
    "LEARN": "dither of the learning rule",
    "PEOPLE": "lineages that people bring",
    "CATASTROPHE": "who dies in a catastrophe",
    "TASK": "bits of the first task; the others count up from it",
}
"""What each stream is for."""


def threefry2x32(k0: Words, k1: Words, c0: Words, c1: Words) -> tuple[Words, Words]:
    """Two random words for a key (k0, k1) and a counter (c0, c1); uint32 arrays that broadcast together.

    NumPy scalars warn when they wrap around: pass arrays of at least one dimension.
    """
    keys = (k0, k1, k0 ^ k1 ^ np.uint32(PARITY))
    x0, x1 = c0 + k0, c1 + k1
    for group in range(5):
        for rotation in ROTATIONS[4 * (group % 2) : 4 * (group % 2) + 4]:
            x0 = x0 + x1
            x1 = (x1 << np.uint32(rotation)) | (x1 >> np.uint32(32 - rotation))
            x1 = x1 ^ x0
        x0 = x0 + keys[(group + 1) % 3]
        x1 = x1 + keys[(group + 2) % 3] + np.uint32(group + 1)
    return x0, x1


def stream_key(xp: Namespace, seed: Value, region: Value, stream: int, tick: Value) -> Key:
    """Key (two uint32 arrays of shape (1,)) of one stream at one tick in one region."""

    def word(value: Value) -> Words:
        return xp.asarray(np.uint32(value) if isinstance(value, int) else value).astype(np.uint32).reshape(1)

    return threefry2x32(word(seed), word(region), word(stream), word(tick))


def site_words(xp: Namespace, key: Key, sites: Int32s, count: int) -> Words:
    """Random words, uint32 of shape (count, sites), for site numbers of shape (sites,)."""
    blocks = (count + 1) // 2
    counter = xp.arange(blocks, dtype=np.uint32)[:, None]
    x0, x1 = threefry2x32(key[0][:, None], key[1][:, None], sites.astype(np.uint32)[None, :], counter)
    return xp.stack([x0, x1], axis=1).reshape(2 * blocks, -1)[:count]


def site_fields(xp: Namespace, key: Key, sites: Int32s, count: int, width: int) -> Words:
    """Random bit fields of 4 or 8 bits, uint32 of shape (count, sites); field k is taken from word k // (32 / width)."""
    per_word = 32 // width
    words = site_words(xp, key, sites, -(-count // per_word))
    shifts = (xp.arange(per_word, dtype=np.uint32) * np.uint32(width))[None, :, None]
    fields = (words[:, None, :] >> shifts) & np.uint32(2**width - 1)
    return fields.reshape(words.shape[0] * per_word, -1)[:count]


def threshold(number: int) -> np.uint32:
    """A number that random words are compared with; one that is traced is uint32 already."""
    if isinstance(number, int):
        return np.uint32(number)
    return number


def probability_word(probability: float) -> int:
    """The number of 2^32 words that mean "it happens": floor(p 2^32), at most 2^32 - 1."""
    return min(int(probability * 2.0**32), 2**32 - 1)
