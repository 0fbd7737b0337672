"""The functions of `organisms.arrays.Namespace` for the arrays of a block of sites: see `cyberspace.backends.xla.block`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import jax.numpy as jnp
import numpy as np
from numpy.typing import DTypeLike

from cyberspace.backends.xla.block import Block, Cell, Unfit, alike, as_block, choose, lift
from organisms.arrays import Namespace


def namespace(width: int) -> Namespace:
    """The namespace of the arrays of so many sites."""
    return cast(Namespace, Blocks(width))


class Blocks:
    """The namespace of the arrays of a block of so many sites."""

    def __init__(self, width: int):
        self.width = width

    def _made(self, shape: int | tuple[int, ...], cell: Cell) -> Block:
        lengths = shape if isinstance(shape, tuple) else (shape,)
        wide = bool(lengths) and lengths[-1] == self.width
        return Block(alike((*lengths[:-1], 1) if wide else lengths, cell), self.width if wide else 0)

    def full(self, shape: int | tuple[int, ...], value: object, *, dtype: DTypeLike) -> Block:
        """One value everywhere."""
        cell = as_block(value).astype(dtype)
        return self._made(shape, cell.cells.flat[0])

    def zeros(self, shape: int | tuple[int, ...], *, dtype: DTypeLike) -> Block:
        """Zeros, or False."""
        return self._made(shape, np.dtype(dtype).type(0))

    def ones(self, shape: int | tuple[int, ...], *, dtype: DTypeLike) -> Block:
        """Ones, or True."""
        return self._made(shape, np.dtype(dtype).type(1))

    def zeros_like(self, x: Block) -> Block:
        """Zeros of an array's shape and type."""
        return self._made(x.shape, x.dtype.type(0))

    def arange(self, stop: int, *, dtype: DTypeLike = np.int32) -> Block:
        """0 to stop - 1."""
        if stop == self.width:
            raise Unfit("numbers of sites")
        return as_block(np.arange(stop, dtype=dtype))

    def asarray(self, x: object, *, dtype: DTypeLike | None = None) -> Block:
        """A block."""
        return as_block(x) if dtype is None else as_block(x).astype(dtype)

    def broadcast_to(self, x: object, shape: tuple[int, ...]) -> Block:
        """Repeated along axes of length 1."""
        block, wide = as_block(x), shape[-1] == self.width
        cells = np.broadcast_to(block.cells, (*shape[:-1], 1) if wide else shape)
        return Block(cells, self.width if wide else 0)

    def concatenate(self, arrays: Sequence[Block], *, axis: int = 0) -> Block:
        """One after the other along an axis."""
        width = max(array.width for array in arrays)
        if width and axis % arrays[0].ndim == arrays[0].ndim - 1:
            raise Unfit("sites after one another")
        return Block(np.concatenate([array.cells for array in arrays], axis=axis), width)

    def stack(self, arrays: Sequence[Block], *, axis: int = 0) -> Block:
        """On a new axis."""
        blocks = [as_block(array) for array in arrays]
        cells = np.broadcast_arrays(*(block.cells for block in blocks))
        return Block(np.stack(cells, axis=axis), max(block.width for block in blocks))

    def tile(self, x: Block, repeats: tuple[int, ...]) -> Block:
        """Repeated."""
        if x.width and repeats[-1] != 1:
            raise Unfit("sites again")
        return Block(np.tile(x.cells, repeats), x.width)

    def where(self, condition: object, one: object, two: object) -> Block:
        """One where the condition holds, else two."""
        return lift(choose, condition, one, two)

    def clip(self, x: object, low: object, high: object) -> Block:
        """Values no less than low and no more than high."""
        return lift(lambda cell, least, most: jnp.minimum(jnp.maximum(cell, least), most), x, low, high)

    def abs(self, x: object) -> Block:
        """Absolute values."""
        return lift(abs, x)

    def sign(self, x: Block) -> Block:
        """-1, 0 or 1."""
        return lift(lambda cell: (cell > 0).astype(np.int32) - (cell < 0).astype(np.int32), x)  # type: ignore[operator]

    def maximum(self, one: object, two: object) -> Block:
        """The larger of two values."""
        return lift(jnp.maximum, one, two)

    def minimum(self, one: object, two: object) -> Block:
        """The smaller of two values."""
        return lift(jnp.minimum, one, two)
