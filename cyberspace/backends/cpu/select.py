"""What a traced task needs beside the operators of Python: choosing without a branch, and division as NumPy has it."""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np
from numba.core import types
from numba.core.types.misc import unliteral
from numba.extending import intrinsic

from cyberspace.backends.cpu.part import part


@intrinsic
def choose(typing, condition, one, two):
    """One where the condition holds, else two, both of one type: no branch, so that loops become vectors, and little to compile."""
    kind, asked = unliteral(one), types.boolean

    def generate(context, builder, signature, args):
        return builder.select(context.cast(builder, args[0], asked, types.boolean), args[1], args[2])

    return kind(asked, kind, kind), generate


@part
def quotient(one, two):
    """Whole quotient, rounded down; 0 where it is divided by 0."""
    if two == 0:
        return one & ~one
    if two == -1:
        return -one
    return one // two


@part
def rest(one, two):
    """What is left of `quotient`, with the sign of the divisor; 0 where it is divided by 0."""
    if two == 0 or two == -1:
        return one & ~one
    return one % two


@part
def bit_count(value):
    """Bits that are set in a uint64."""
    one = np.uint64(value - (np.uint64(value >> np.uint64(1)) & np.uint64(0x5555555555555555)))
    two = np.uint64(0x3333333333333333)
    one = np.uint64((one & two) + (np.uint64(one >> np.uint64(2)) & two))
    one = np.uint64(np.uint64(one + np.uint64(one >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F))
    return np.uint64(np.uint64(one * np.uint64(0x0101010101010101)) >> np.uint64(56))
