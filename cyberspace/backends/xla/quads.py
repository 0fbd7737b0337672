"""How an accelerator keeps genomes and weights: four numbers in a word of 32 bits, the site last, so that one load brings four weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from types import EllipsisType
from typing import cast

import jax
import jax.numpy as jnp
import numpy as np

from organisms.arrays import Array, Int8s, Int32s


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Quads:
    """An array of int8 as words.

    Attributes:
        array: int32 (words, sites); byte k of word w, the lowest first, is row 4 w + k of the array.
        components: Lengths of the array's axes before the sites.
    """

    array: Array
    components: tuple[int, ...] = field(metadata={"static": True})

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """Type of the numbers."""
        return np.dtype(np.int8)

    def columns(self, sites: Int32s | EllipsisType) -> Int8s:
        """The numbers at some sites, int8 (*components, sites)."""
        words = self.array if sites is ... else self.array[:, sites]
        return cast(Int8s, split(words).reshape(*self.components, -1))

    def replaced(self, sites: Int32s, values: Array) -> Quads:
        """With the numbers at some sites, int8 (*components, sites), replaced; sites beyond the end are dropped."""
        new = join(jnp.asarray(values).reshape(prod(self.components), -1))
        return Quads(jnp.asarray(self.array).at[:, sites].set(new, mode="drop"), self.components)

    def rows(self, first: int, stop: int) -> Int8s:
        """Some rows of an array of one component, which begin and end with a word."""
        return cast(Int8s, split(self.array[first // 4 : stop // 4]))


def split(words: Array) -> Array:
    """The bytes of words (words, sites), int8 (4 words, sites)."""
    parts = [(words << (24 - 8 * k)) >> 24 for k in range(4)]
    return jnp.stack(parts, axis=1).reshape(-1, words.shape[1]).astype(np.int8)  # type: ignore[no-any-return]


def join(values: Array) -> Array:
    """The words of int8 (4 words, sites), int32 (words, sites)."""
    wide = values.astype(np.int32) & 255
    return wide[::4] | (wide[1::4] << 8) | (wide[2::4] << 16) | (wide[3::4] << 24)


def quads_of(values: Array) -> Quads:
    """NumPy's int8 (*components, sites) as words, on the device."""
    flat = np.asarray(values, dtype=np.int8).reshape(-1, 4, values.shape[-1])
    packed = np.ascontiguousarray(np.moveaxis(flat, 1, 2)).view("<i4")[..., 0]
    return Quads(jnp.array(packed, dtype=np.int32, copy=True), tuple(values.shape[:-1]))


def bytes_of(words: Quads) -> Int8s:
    """The inverse of `quads_of`."""
    packed = np.asarray(words.array).astype("<i4", copy=False)
    parts = packed.view(np.int8).reshape(*packed.shape, 4)
    return np.ascontiguousarray(np.moveaxis(parts, 2, 1)).reshape(*words.components, packed.shape[1])
