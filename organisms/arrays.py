"""What the text over arrays may use: types of arrays, and the functions that NumPy and jax.numpy have alike.

Arrays of JAX are given the types of NumPy, which they follow.  The last axis is that of the sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
"""An array of any type; where one type is meant, one of the names below says so."""

Bools = NDArray[np.bool_]
Int8s = NDArray[np.int8]
Int32s = NDArray[np.int32]
Words = NDArray[np.uint32]
"""Random words, bits of goals and marks."""

Number = TypeVar("Number", int, NDArray[np.int32])
"""A whole number of 32 bits: of one site in the text over single sites, an array of them in the text over arrays."""

Value = Array | bool | int | np.generic
Key = tuple[Words, Words]
"""Key of a stream of random words, each of shape (1,)."""


class Where(Protocol):
    """Chooses between two numbers, or site by site between those of two arrays: what scalar rules have in place of `if`."""

    def __call__(self, condition: Value, one: Value, two: Value, /) -> Any:
        """One where the condition holds, else two."""


class Namespace(Protocol):
    """The functions of an array namespace that laws, rules and tasks may use; `numpy` and `jax.numpy` are such namespaces."""

    def abs(self, x: Value, /) -> Array:
        """Absolute values."""

    def arange(self, stop: int, /, *, dtype: type[np.generic] = ...) -> Array:
        """0 to stop - 1."""

    def asarray(self, x: Value, /, *, dtype: type[np.generic] = ...) -> Array:
        """An array of the namespace."""

    def broadcast_to(self, x: Array, shape: tuple[int, ...], /) -> Array:
        """The array, repeated along axes of length 1."""

    def clip(self, x: Value, low: int, high: Value, /) -> Array:
        """Values no less than low and no more than high."""

    def concatenate(self, arrays: Sequence[Array], /, *, axis: int = 0) -> Array:
        """Arrays one after the other along an axis."""

    def full(self, shape: int | tuple[int, ...], value: Value, /, *, dtype: type[np.generic] | str) -> Array:
        """One value everywhere."""

    def maximum(self, one: Value, two: Value, /) -> Array:
        """The larger of two values."""

    def minimum(self, one: Value, two: Value, /) -> Array:
        """The smaller of two values."""

    def ones(self, shape: int | tuple[int, ...], /, *, dtype: type[np.generic] | type[bool]) -> Array:
        """Ones, or True."""

    def sign(self, x: Array, /) -> Array:
        """-1, 0 or 1."""

    def stack(self, arrays: Sequence[Array], /, *, axis: int = 0) -> Array:
        """Arrays on a new axis."""

    def tile(self, x: Array, repeats: tuple[int, ...], /) -> Array:
        """The array, repeated."""

    def where(self, condition: Value, one: Value, two: Value, /) -> Array:
        """One where the condition holds, else two."""

    def zeros(self, shape: int | tuple[int, ...], /, *, dtype: type[np.generic] | type[bool]) -> Array:
        """Zeros, or False."""

    def zeros_like(self, x: Array, /) -> Array:
        """Zeros of an array's shape and type."""


NUMPY = cast(Namespace, np)
"""NumPy, as a namespace."""


def ones_in(words: NDArray[np.integer]) -> NDArray[np.uint8]:
    """How many bits are set in each of some numbers, none below 0, uint8 in their shape."""
    if hasattr(np, "bitwise_count"):
        counted: NDArray[np.uint8] = np.bitwise_count(words)
        return counted
    parts = np.ascontiguousarray(words).view(np.uint8).reshape(*words.shape, words.itemsize)  # NumPy 1
    halves = parts - (parts >> 1 & 0x55)
    halves = (halves & 0x33) + (halves >> 2 & 0x33)
    found: NDArray[np.uint8] = (halves + (halves >> 4) & 0x0F).sum(axis=-1, dtype=np.uint8)
    return found
