"""Building blocks of the numba kernels: the product of one row of a tile, and Threefry on scalars.

The product is written as LLVM vectors, because a loop over lanes is widened to 32-bit multiplications and guarded by alias
checks, which costs a factor of five.  The vectors are of plain LLVM types: every CPU gets what it can do.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit
from numba.core import cgutils, types
from numba.extending import intrinsic

from organisms.bits import PARITY

LANES = 32
"""Sites of a tile, side by side in memory."""

_I8, _I16, _I32, _I64 = (ir.IntType(width) for width in (8, 16, 32, 64))
_V8, _V16, _V32 = (ir.VectorType(kind, LANES) for kind in (_I8, _I16, _I32))


def _splat(builder: Any, value: Any, vector: Any) -> Any:
    undefined = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(undefined, value, ir.Constant(_I32, 0))
    return builder.shuffle_vector(first, undefined, ir.Constant(ir.VectorType(_I32, LANES), [0] * LANES))


def _load(builder: Any, base: Any, offset: Any, vector: Any) -> Any:
    return builder.load(builder.bitcast(builder.gep(base, [offset]), vector.as_pointer()), align=1)


@intrinsic
def think_row(  # type: ignore[no-untyped-def]
    context, weights, inputs, activity, alive, weight_at, input_at, activity_at, alive_at, inner, shift, zero
):
    """activity = clip((weights . inputs) >> shift, -127, 127) for one unit of the 32 sites of a tile; 0 where alive is 0.

    weights int8 (inner, 32) at `weight_at`, inputs int16 (inner, 32) at `input_at`, activity int8 and alive bool (32,) at theirs,
    all offsets in elements; inner even.  `zero` is an int16 0 that the compiler can't see through: two products of int8 fit into
    int16, and without it LLVM would widen them to 32 bits before it multiplies.
    """
    offsets = (types.intp,) * 5
    signature = types.void(weights, inputs, activity, alive, *offsets, types.int32, types.int16)

    def generate(ctx: Any, builder: Any, signature: Any, args: Any) -> Any:
        arrays = zip((weights, inputs, activity, alive), args[:4], strict=True)
        w, x, out, living = (ctx.make_array(kind)(ctx, builder, value).data for kind, value in arrays)
        weight_at, input_at, activity_at, alive_at, inner, shift, zero = args[4:]
        total = cgutils.alloca_once(builder, _V32)
        builder.store(ir.Constant(_V32, [0] * LANES), total)
        hidden_zero = _splat(builder, zero, _V16)
        lanes, two = ir.Constant(_I64, LANES), ir.Constant(_I64, 2)
        with cgutils.for_range_slice(builder, ir.Constant(_I64, 0), inner, two, _I64) as (j, _):
            products = []
            for k in range(2):
                at = builder.mul(builder.add(j, ir.Constant(_I64, k)), lanes)
                row = builder.sext(_load(builder, w, builder.add(weight_at, at), _V8), _V16)
                products.append(builder.mul(row, _load(builder, x, builder.add(input_at, at), _V16)))
            pair = builder.sext(builder.xor(builder.add(*products), hidden_zero), _V32)
            builder.store(builder.add(builder.load(total), pair), total)
        value = builder.ashr(builder.load(total), _splat(builder, shift, _V32))
        low, high = (ir.Constant(_V32, [limit] * LANES) for limit in (-127, 127))
        value = builder.select(builder.icmp_signed("<", value, low), low, value)
        value = builder.select(builder.icmp_signed(">", value, high), high, value)
        mask = builder.neg(_load(builder, living, alive_at, _V8))
        target = builder.bitcast(builder.gep(out, [activity_at]), _V8.as_pointer())
        builder.store(builder.and_(builder.trunc(value, _V8), mask), target, align=1)
        return ctx.get_dummy_value()

    return signature, generate


@intrinsic
def widen_row(context, source, target, source_at, target_at):  # type: ignore[no-untyped-def]
    """Copy 32 int8 from `source` to int16 `target`, at offsets in elements."""
    signature = types.void(source, target, types.intp, types.intp)

    def generate(ctx: Any, builder: Any, signature: Any, args: Any) -> Any:
        arrays = zip((source, target), args[:2], strict=True)
        have, want = (ctx.make_array(kind)(ctx, builder, value).data for kind, value in arrays)
        row = builder.sext(_load(builder, have, args[2], _V8), _V16)
        builder.store(row, builder.bitcast(builder.gep(want, [args[3]]), _V16.as_pointer()), align=1)
        return ctx.get_dummy_value()

    return signature, generate


@njit(inline="always")
def bit_length(value):  # type: ignore[no-untyped-def]
    """Bits of an int32 from 0 on, without branches, so that a loop of it becomes vectors."""
    rest, bits = np.int32(value), np.int32(value > 0)
    for step in (16, 8, 4, 2, 1):
        shift = np.int32(np.int32(rest >= (1 << step)) * step)
        rest = np.int32(rest >> shift)
        bits = np.int32(bits + shift)
    return bits


@njit(inline="always")
def _round(x0, x1, rotation):  # type: ignore[no-untyped-def]
    x0 = np.uint32(x0 + x1)
    turned = np.uint32(np.uint32(x1 << np.uint32(rotation)) | np.uint32(x1 >> np.uint32(32 - rotation)))
    return x0, np.uint32(turned ^ x0)


@njit(inline="always")
def _four(x0, x1, r0, r1, r2, r3):  # type: ignore[no-untyped-def]
    x0, x1 = _round(x0, x1, r0)
    x0, x1 = _round(x0, x1, r1)
    x0, x1 = _round(x0, x1, r2)
    return _round(x0, x1, r3)


@njit(inline="always")
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


@njit(inline="always")
def random_byte(words, k):  # type: ignore[no-untyped-def]
    """Byte k of a stream, given the block of two words that holds it."""
    word = words[0] if k % 8 < 4 else words[1]
    return np.int32(np.uint32(word >> np.uint32(8 * (k % 4))) & np.uint32(255))
