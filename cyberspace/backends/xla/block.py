"""The arrays of a few sites inside a kernel: rows, each a vector over the sites, since a kernel has no arrays of two axes.

A `Block` has the shape, the indexing and the operators of an array, and `Blocks` is the namespace for it; so the text of the law, which
is written over arrays, and the tasks of a user run in kernels as they stand.  What they ask for that a kernel cannot give is `Unfit`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Sequence
from types import EllipsisType
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import DTypeLike, NDArray

from organisms.arrays import Array

Cell = object
"""A vector over the sites, or one number for all of them; traced, or a constant."""

Index = int | slice | EllipsisType | None
Cells = NDArray[np.object_]


class Unfit(Exception):
    """Something that arrays can do and the arrays of a kernel can't."""


class Twin(NamedTuple):
    """A cell of each site and of its partner."""

    own: Cell
    other: Cell


def each(function: Callable[..., Cell], *cells: Cell) -> Cell:
    """A function of cells; of each side of twins."""
    if any(isinstance(cell, Twin) for cell in cells):
        return Twin(*(function(*(cell[side] if isinstance(cell, Twin) else cell for cell in cells)) for side in (0, 1)))
    return function(*cells)


def own(cell: Cell) -> Cell:
    """What a cell says of the site itself."""
    return cell.own if isinstance(cell, Twin) else cell


def _other(cell: Cell) -> Cell:
    if isinstance(cell, Twin):
        return Twin(cell.other, cell.own)
    if getattr(cell, "shape", ()) != ():
        raise Unfit("a number of somebody else")
    return cell


def constant(cell: Cell) -> bool:
    """Whether a cell is known when the kernel is made."""
    return isinstance(cell, int | bool | np.generic)


def _plain(cell: Cell) -> Cell:
    return np.bool_(cell) if isinstance(cell, bool) else cell


class Block:
    """An array over the sites of a block.

    Attributes:
        cells: (*components, 1) where the last axis is that of the sites, else as the shape says.
        width: Sites; 0 where the last axis is another one.
    """

    __array_ufunc__ = None  # NumPy's numbers leave operators to the block
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, cells: Cells, width: int):
        self.cells, self.width = cells, width

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of its axes."""
        return (*self.cells.shape[:-1], self.width) if self.width else self.cells.shape

    @property
    def size(self) -> int:
        """Numbers in it."""
        return math.prod(self.shape)

    @property
    def ndim(self) -> int:
        """Axes."""
        return self.cells.ndim

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """Type of its numbers."""
        kind: np.dtype[np.generic] = np.dtype(jnp.result_type(own(self.cells.flat[0])))
        return kind

    def __len__(self) -> int:
        return self.shape[0]

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[np.generic]:
        """The numbers, if they are known."""
        wide = [np.broadcast_to(np.asarray(own(cell)), (self.width,) if self.width else ()) for cell in self.cells.flat]
        return np.array(wide, dtype=dtype or self.dtype).reshape(self.shape)

    def __iter__(self) -> Iterator[Block]:
        return (self[k] for k in range(len(self)))

    def __getitem__(self, index: Index | Block | tuple[Index | Block, ...]) -> Block:
        """Rows; or, for an index that is a block, which is that of the partners, what the partner has there."""
        parts = index if isinstance(index, tuple) else (index,)
        if isinstance(parts[-1], Block):
            turned = self if len(parts) == 1 else self[cast("tuple[Index, ...]", parts[:-1])]
            return Block(filled(turned.cells.shape, [_other(cell) for cell in turned.cells.flat]), self.width)
        found = self.cells[cast("tuple[Index, ...]", parts)]
        if not isinstance(found, np.ndarray):
            found = filled((), [found])
        real = [part for part in parts if part is not None and part is not ...]
        if self.width and len(real) >= self.ndim and real[-1] != slice(None):
            raise Unfit("picking single sites")
        return Block(found, self.width)

    def astype(self, dtype: DTypeLike) -> Block:
        """In another type."""
        kind = np.dtype(dtype)

        def change(cell: Cell) -> Cell:
            return np.asarray(cell).astype(kind)[()] if constant(cell) else jnp.asarray(cell).astype(kind)

        return lift(change, self)

    def reshape(self, *shape: int | tuple[int, ...]) -> Block:
        """In another shape, the sites still last."""
        wanted = [length for part in shape for length in (part if isinstance(part, tuple) else (part,))]
        if self.width:
            if wanted[-1] not in (-1, self.width):
                raise Unfit("sites anywhere but last")
            wanted[-1] = 1
        return Block(self.cells.reshape(wanted), self.width)

    def sum(self, axis: int | None = None, dtype: DTypeLike | None = None, keepdims: bool = False) -> Block:
        """Sums over an axis, or over everything."""
        return self._fold(self.astype(dtype) if dtype is not None else self, operator.add, jnp.sum, axis, keepdims)

    def any(self, axis: int | None = None) -> Block:
        """Whether anything is true."""
        return self._fold(self, operator.or_, jnp.max, axis, False)

    def clip(self, low: int, high: int) -> Block:
        """Values no less than low and no more than high."""
        return lift(lambda cell: jnp.clip(cell, low, high), self)

    def _fold(
        self, array: Block, join: Callable[[Cell, Cell], Cell], reduce: Callable[..., Cell], axis: int | None, keep: bool
    ) -> Block:
        if axis is None:
            total = own(_join(join, list(array.cells.flat)))
            whole = _spread(total, array.width) if array.width else total
            return Block(filled((), [_reduced(reduce, whole) if array.width else whole]), 0)
        if array.width and axis % array.ndim == array.ndim - 1:
            raise Unfit("sums over the sites of a block")
        moved = np.moveaxis(array.cells, axis, 0)
        shape = moved.shape[1:]
        found = filled(shape, [_join(join, [moved[(k, *place)] for k in range(len(moved))]) for place in np.ndindex(shape)])
        return Block(np.expand_dims(found, axis) if keep else found, array.width)


def _reduced(reduce: Callable[..., Cell], cells: jax.Array) -> Cell:
    # A kernel reduces numbers of 32 bits; what is true or false is reduced as such.
    whole = reduce(cells.astype(np.int32) if cells.dtype == bool else cells)
    return whole != 0 if cells.dtype == bool else whole.astype(cells.dtype)  # type: ignore[attr-defined]


def _join(join: Callable[[Cell, Cell], Cell], cells: list[Cell]) -> Cell:
    while len(cells) > 1:  # in pairs, so that no chain is longer than it needs to be
        cells = [each(join, *cells[k : k + 2]) if k + 1 < len(cells) else cells[k] for k in range(0, len(cells), 2)]
    return cells[0] if cells else np.int32(0)


def _spread(cell: Cell, width: int) -> jax.Array:
    return jnp.broadcast_to(jnp.asarray(cell), (width,))  # type: ignore[no-any-return]


def filled(shape: tuple[int, ...], cells: Sequence[Cell]) -> Cells:
    """Cells in a shape; one by one, since NumPy would look into them."""
    found = np.empty(len(cells), dtype=object)
    for k, cell in enumerate(cells):
        found[k] = cell
    return found.reshape(shape)


def alike(shape: tuple[int, ...], cell: Cell) -> Cells:
    """The same cell everywhere."""
    return filled(shape, [cell] * math.prod(shape))


def rows(cells: Sequence[Cell], width: int) -> Array:
    """An array of such rows, (rows, sites)."""
    return cast(Array, Block(filled((len(cells), 1), cells), width))


def row(cell: Cell, width: int) -> Array:
    """An array of one row, (sites,)."""
    return cast(Array, Block(filled((1,), [cell]), width))


def column(cells: Sequence[Cell], *axes: int) -> Array:
    """An array without sites, of such numbers: one axis, and then others of length 1."""
    return cast(Array, Block(filled((len(cells), *axes), cells), 0))


def cells_of(array: Array) -> list[jax.Array]:
    """The cells of such an array, of the sites themselves; or of a number."""
    return [jnp.asarray(own(cell)) for cell in as_block(array).cells.flat]


def cell_of(array: Array) -> jax.Array:
    """The only one of them."""
    (cell,) = cells_of(array)
    return cell


def as_block(value: object) -> Block:
    """A number, an array that is known, or a block as a block."""
    if isinstance(value, Block):
        return value
    if isinstance(value, np.ndarray):
        return Block(filled(value.shape, list(value.flat)), 0)
    if getattr(value, "shape", ()) != ():
        raise Unfit("an array that is not of the kernel")
    return Block(filled((), [value]), 0)


def lift(function: Callable[..., Cell], *values: object) -> Block:
    """A function of cells, everywhere."""
    blocks = [as_block(value) for value in values]
    width = max(block.width for block in blocks)
    if any(not block.width and block.ndim and block.cells.shape[-1] > 1 for block in blocks) and width:
        raise Unfit("a number for each site that is known beforehand")
    shape = np.broadcast_shapes(*(block.cells.shape for block in blocks))
    spread = [np.broadcast_to(block.cells, shape) for block in blocks]
    with np.errstate(over="ignore"):
        found = [each(function, *(_plain(cells[place]) for cells in spread)) for place in np.ndindex(shape)]
    return Block(filled(shape, found), width)


def _with_operators() -> None:
    """Give `Block` the operators of an array."""

    def give(name: str) -> None:
        function, special = getattr(operator, name), name.strip("_")
        setattr(Block, f"__{special}__", lambda one, two: lift(function, one, two))
        setattr(Block, f"__r{special}__", lambda one, two: lift(function, two, one))

    def give_unary(name: str) -> None:
        function = getattr(operator, name)
        setattr(Block, f"__{name}__", lambda one: lift(function, one))

    for name in (
        "add",
        "sub",
        "mul",
        "floordiv",
        "mod",
        "lshift",
        "rshift",
        "and_",
        "or_",
        "xor",
        "lt",
        "le",
        "gt",
        "ge",
        "eq",
        "ne",
    ):
        give(name)
    for name in ("neg", "invert", "abs"):
        give_unary(name)


_with_operators()


def choose(condition: Cell, one: Cell, two: Cell) -> Cell:
    """One where the condition holds, else two."""
    if constant(condition):
        return one if condition else two
    if type(one) is int and type(two) is int:
        one, two = np.int32(one), np.int32(two)
    return jnp.where(condition, one, two)  # type: ignore[no-any-return]
