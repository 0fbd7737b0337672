"""Words of four bytes inside a kernel: weights, alleles and what a brain sees, four side by side."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.block import Cell, own


def join(cells: Sequence[Cell]) -> jax.Array:
    """Four numbers from -128 to 127 as a word, the first in the lowest byte."""
    word: Cell = 0
    for k, cell in enumerate(cells):
        byte = (jnp.asarray(own(cell)).astype(jnp.int32) & 255) << (8 * k)
        word = byte if k == 0 else word | byte  # type: ignore[operator]
    return word  # type: ignore[return-value]


def byte(word: jax.Array, k: int) -> jax.Array:
    """The k-th byte of a word, int32 from -128 to 127."""
    return (word << (24 - 8 * k)) >> 24


def split(word: jax.Array) -> list[jax.Array]:
    """The four bytes of a word."""
    return [byte(word, k) for k in range(4)]


def multiply_add(dp4a: bool, one: jax.Array, two: jax.Array, total: jax.Array) -> jax.Array:
    """total + the products of the bytes of two words."""
    if dp4a:
        shape = [jax.ShapeDtypeStruct(total.shape, jnp.int32)]
        asm, kinds = "dp4a.s32.s32 $0, $1, $2, $3;", "=r,r,r,r"
        from jax.experimental.pallas import triton

        (found,) = triton.elementwise_inline_asm(
            asm, args=[one, two, total], constraints=kinds, pack=1, result_shape_dtypes=shape
        )
        return found  # type: ignore[no-any-return]
    for k in range(4):
        total = total + byte(one, k) * byte(two, k)
    return total


def nonzero(word: jax.Array) -> jax.Array:
    """How many of the four bytes are not zero."""
    low = word & np.int32(0x7F7F7F7F)
    high = (low + np.int32(0x7F7F7F7F)) | word
    return jax.lax.population_count(high & np.int32(-0x7F7F7F80))  # type: ignore[no-any-return]
