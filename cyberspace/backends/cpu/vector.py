"""Building blocks of the numba kernels: Threefry and bit lengths of scalars, written so that loops of them become vectors."""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from cyberspace.backends.cpu.part import part
from organisms.bits import PARITY

LOW, ONES = np.uint64(0x7F7F7F7F7F7F7F7F), np.uint64(0x0101010101010101)
EVEN, ENDS = np.uint64(0x00FF00FF00FF00FF), np.uint64(0x0001000100010001)


@intrinsic
def exponent(typing, number):  # type: ignore[no-untyped-def]
    """The exponent of an int32 from 0 on as a float32 holds it."""

    def generate(context, builder, signature, args):  # type: ignore[no-untyped-def]
        held = builder.bitcast(builder.sitofp(args[0], ir.FloatType()), ir.IntType(32))
        return builder.lshr(held, ir.IntType(32)(23))

    return types.int32(types.int32), generate


@part
def bit_length(value):  # type: ignore[no-untyped-def]
    """Bits of an int32 from 0 on, of which a loop becomes vectors; one more than there are, perhaps, for numbers of more than 24 bits."""
    return max(np.int32(exponent(np.int32(value)) - np.int32(126)), np.int32(0))


@part
def _round(x0, x1, rotation):  # type: ignore[no-untyped-def]
    x0 = np.uint32(x0 + x1)
    turned = np.uint32(np.uint32(x1 << np.uint32(rotation)) | np.uint32(x1 >> np.uint32(32 - rotation)))
    return x0, np.uint32(turned ^ x0)


@part
def _four(x0, x1, r0, r1, r2, r3):  # type: ignore[no-untyped-def]
    x0, x1 = _round(x0, x1, r0)
    x0, x1 = _round(x0, x1, r1)
    x0, x1 = _round(x0, x1, r2)
    return _round(x0, x1, r3)


@part
def threefry(k0, k1, c0, c1):  # type: ignore[no-untyped-def]
    """`organisms.bits.threefry2x32` on uint32 scalars; numba widens, so every result is cast back."""
    k2 = np.uint32(np.uint32(k0 ^ k1) ^ np.uint32(PARITY))
    x0, x1 = np.uint32(c0 + k0), np.uint32(c1 + k1)
    x0, x1 = _four(x0, x1, 13, 15, 26, 6)
    x0, x1 = np.uint32(x0 + k1), np.uint32(np.uint32(x1 + k2) + np.uint32(1))
    x0, x1 = _four(x0, x1, 17, 29, 16, 24)
    x0, x1 = np.uint32(x0 + k2), np.uint32(np.uint32(x1 + k0) + np.uint32(2))
    x0, x1 = _four(x0, x1, 13, 15, 26, 6)
    x0, x1 = np.uint32(x0 + k0), np.uint32(np.uint32(x1 + k1) + np.uint32(3))
    x0, x1 = _four(x0, x1, 17, 29, 16, 24)
    x0, x1 = np.uint32(x0 + k1), np.uint32(np.uint32(x1 + k2) + np.uint32(4))
    x0, x1 = _four(x0, x1, 13, 15, 26, 6)
    return np.uint32(x0 + k2), np.uint32(np.uint32(x1 + k0) + np.uint32(5))


@part
def random_byte(words, k):  # type: ignore[no-untyped-def]
    """Byte k of a stream, given the block of two words that holds it."""
    word = words[0] if k % 8 < 4 else words[1]
    return np.int32(np.uint32(word >> np.uint32(8 * (k % 4))) & np.uint32(255))


@part
def set_bytes_of(word):  # type: ignore[no-untyped-def]
    """1 in each byte of a uint64 that is not 0."""
    return (np.uint64((word & LOW) + LOW) | word) >> np.uint64(7) & ONES


@part
def set_bytes(words):  # type: ignore[no-untyped-def]
    """How many bytes of some uint64 are not 0; a byte of the sums on the way counts at most 128 words."""
    found = np.int64(0)
    for first in range(0, len(words), 128):
        some = np.uint64(0)
        for k in range(first, min(first + 128, len(words))):
            some = np.uint64(some + set_bytes_of(words[k]))
        even = np.uint64((some & EVEN) + (some >> np.uint64(8) & EVEN))
        found += np.int64(np.uint64(even * ENDS) >> np.uint64(48))
    return found


@part
def where(condition, one, two):  # type: ignore[no-untyped-def]
    """What scalar rules have in place of `if`, for numbers of one site."""
    return one if condition else two
