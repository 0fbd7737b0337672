"""The sketch of a genome: sixteen numbers of four bits that are near where genomes are near, made alike for every genome of any run.

    s_k = round(7.25 sum_l sign_kl w_k(g_l) / sqrt(L)) mod 16,  sign_kl = +-1 by Threefry,  w_k(g) = (-1)^(ones in g and k + 1)

Of any two alleles, whichever they are, half of the w (Walsh functions of their four bits) are the same: so it counts in how many loci
genomes differ, not by how much, and the step from 7 to -8, a small one for a copier, is none larger than another.  The rest is a random
projection (Johnson, Lindenstrauss, 1984; signs: Achlioptas, 2003) onto sixteen circles: while two genomes are near, squared distances
between sketches are as the shares of loci that differ, up to a third more or less; those of strangers are as any two points' are.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from organisms import bits
from organisms.arrays import ones_in

NUMBERS = 16
"""Numbers of a sketch."""

GAIN = 7.25
"""Of the sum over loci, for a genome of one locus: so that 5 % of the loci change each number by some two."""

KEY = 0x6B696E
"""Of the signs."""

ROUND = 16
"""Steps of a circle."""

WALSH = tuple(k % 15 + 1 for k in range(NUMBERS))
"""Which bits of an allele each number asks about: an odd number of ones among them counts as -1."""

_angles = 2 * math.pi * np.arange(ROUND) / ROUND
CIRCLE = (ROUND / (2 * math.pi) * np.stack([np.cos(_angles), np.sin(_angles)], axis=1)).astype(np.float32)
"""The places of a circle, (`ROUND`, 2)."""

AT_ONCE = 2**11
"""Genomes that are read at once, which a cache holds."""

Bytes = NDArray[np.uint8]


def signs(loci: int) -> NDArray[np.int8]:
    """+1 or -1 for each number of a sketch and each locus, (`NUMBERS`, loci)."""
    where = np.arange(loci, dtype=np.uint32)
    word, _ = bits.threefry2x32(np.array([KEY], np.uint32), np.zeros(1, np.uint32), where, np.zeros(1, np.uint32))
    chosen = (word[None] >> np.arange(NUMBERS, dtype=np.uint32)[:, None]) & np.uint32(1)
    return chosen.astype(np.int8) * np.int8(2) - np.int8(1)


def sketch(genomes: NDArray[np.int8]) -> NDArray[np.int64]:
    """Sketches of genomes (loci, sites), int64 (sites,): number k in bits 4 k to 4 k + 3, in integers alone, so alike on any machine."""
    loci, sites = genomes.shape
    turned = np.packbits(signs(loci) < 0, axis=1, bitorder="little")[:, :, None]
    part = round(2**16 * GAIN / math.sqrt(loci))
    found = np.zeros(sites, dtype=np.uint64)
    for first in range(0, sites, AT_ONCE):
        odd = _odd(genomes[:, first : first + AT_ONCE])
        for k, asked in enumerate(WALSH):
            sums = loci - 2 * np.add.reduce(ones_in(odd[asked] ^ turned[k]), axis=0, dtype=np.int32).astype(np.int64)
            found[first : first + AT_ONCE] |= ((sums * part + 2**15 >> 16) & 15).astype(np.uint64) << np.uint64(4 * k)
    return found.view(np.int64)


def _odd(genomes: NDArray[np.int8]) -> dict[int, Bytes]:
    """By bits of an allele, whether an odd number of them is set: of genomes (loci, sites), eight loci a byte, (bytes, sites)."""
    alleles = genomes.view(np.uint8)
    found: dict[int, Bytes] = {}
    for j in range(4):
        plane = np.zeros((-(-len(alleles) // 8), alleles.shape[1]), dtype=np.uint8)
        for k in range(8):
            bit = alleles[k::8] & np.uint8(1 << j)
            (np.left_shift if k > j else np.right_shift)(bit, np.uint8(abs(k - j)), out=bit)
            plane[: len(bit)] |= bit
        found |= {1 << j: plane} | {asked | 1 << j: before ^ plane for asked, before in found.items()}
    return found


def numbers(sketches: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The numbers of sketches (...), each from 0 to 15 and on a circle, uint8 (..., `NUMBERS`)."""
    shifts = np.arange(0, 4 * NUMBERS, 4, dtype=np.uint64)
    return ((np.ascontiguousarray(sketches).view(np.uint64)[..., None] >> shifts) & np.uint64(15)).astype(np.uint8)


def points(sketches: NDArray[np.int64]) -> NDArray[np.float32]:
    """Sketches (...) as points, float32 (..., 2 `NUMBERS`): each circle is one of the plane, on which a step has length 1."""
    return CIRCLE[numbers(sketches)].reshape(*np.shape(sketches), 2 * NUMBERS)
