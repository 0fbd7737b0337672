"""The sketch of a genome: sixteen numbers of four bits that are near where genomes are near, made alike for every genome of any run.

    s_k = round(1.45 sum_l sign_kl g_l / sqrt(L)) mod 16,  sign_kl = +-1 by Threefry

A random projection (Johnson, Lindenstrauss, 1984; signs: Achlioptas, 2003) onto sixteen circles: while two genomes are near, squared
distances between sketches are as those between genomes, up to a third more or less; those of strangers are as any two points' are.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from organisms import bits

NUMBERS = 16
"""Numbers of a sketch."""

GAIN = 1.45
"""Of the sum over alleles, for a genome of one locus: so that 5 % of the loci, changed at random, change each number by some two."""

KEY = 0x6B696E
"""Of the signs."""

ROUND = 16
"""Steps of a circle."""

_angles = 2 * math.pi * np.arange(ROUND) / ROUND
CIRCLE = (ROUND / (2 * math.pi) * np.stack([np.cos(_angles), np.sin(_angles)], axis=1)).astype(np.float32)
"""The places of a circle, (`ROUND`, 2)."""

AT_ONCE = 2**11
"""Genomes that are read at once, which a cache holds."""


def signs(loci: int) -> NDArray[np.float32]:
    """+1 or -1 for each number of a sketch and each locus, (`NUMBERS`, loci)."""
    where = np.arange(loci, dtype=np.uint32)
    word, _ = bits.threefry2x32(np.array([KEY], np.uint32), np.zeros(1, np.uint32), where, np.zeros(1, np.uint32))
    chosen = (word[None] >> np.arange(NUMBERS, dtype=np.uint32)[:, None]) & np.uint32(1)
    return chosen.astype(np.float32) * np.float32(2) - np.float32(1)


def sketch(genomes: NDArray[np.int8]) -> NDArray[np.int64]:
    """Sketches of genomes (loci, sites), int64 (sites,): number k in bits 4 k to 4 k + 3, in integers alone, so alike on any machine."""
    loci, sites = genomes.shape
    by, part = signs(loci), round(2**16 * GAIN / math.sqrt(loci))
    shifts = np.arange(0, 4 * NUMBERS, 4, dtype=np.uint64)[:, None]
    found = np.zeros(sites, dtype=np.uint64)
    for first in range(0, sites, AT_ONCE):
        sums = (by @ genomes[:, first : first + AT_ONCE].astype(np.float32)).astype(np.int64)  # below 2^24: exact
        packed = ((sums * part + 2**15 >> 16) & 15).astype(np.uint64) << shifts
        found[first : first + AT_ONCE] = np.bitwise_or.reduce(packed, axis=0)
    return found.view(np.int64)


def numbers(sketches: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The numbers of sketches (...), each from 0 to 15 and on a circle, uint8 (..., `NUMBERS`)."""
    shifts = np.arange(0, 4 * NUMBERS, 4, dtype=np.uint64)
    return ((np.ascontiguousarray(sketches).view(np.uint64)[..., None] >> shifts) & np.uint64(15)).astype(np.uint8)


def points(sketches: NDArray[np.int64]) -> NDArray[np.float32]:
    """Sketches (...) as points, float32 (..., 2 `NUMBERS`): each circle is one of the plane, on which a step has length 1."""
    return CIRCLE[numbers(sketches)].reshape(*np.shape(sketches), 2 * NUMBERS)
