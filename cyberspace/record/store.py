"""The one door to zarr: how arrays are laid out on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import zarr
from numpy.typing import DTypeLike, NDArray
from zarr.codecs import BloscCodec
from zarr.storage import LocalStore

if TYPE_CHECKING:
    from zarr.core.common import JSON
    from zarr.core.metadata import ArrayV3Metadata

    Array = zarr.Array[ArrayV3Metadata]

COMPRESSOR = BloscCodec(cname="lz4", shuffle="bitshuffle")
"""Fast, and small for state of low entropy."""

Group = zarr.Group


def open_group(path: Path, mode: Literal["r", "r+", "w"]) -> Group:
    """A zarr group in a folder: to be read, to be added to, or new."""
    return zarr.open_group(local(path), mode=mode, zarr_format=3)


def local(path: Path) -> LocalStore:
    """A folder as zarr's store, whatever its name looks like: an address, or a chain of them."""
    return LocalStore(path)


def inner(group: Group, name: str) -> Group:
    """A group inside a group.

    Raises:
        KeyError: If there is none.
    """
    found = group[name]
    if not isinstance(found, Group):
        raise KeyError(name)
    return found


def array(group: Group, name: str) -> Array:
    """An array inside a group.

    Raises:
        KeyError: If there is none.
    """
    found = group[name]
    if isinstance(found, Group):
        raise KeyError(name)
    return found


def arrays(group: Group) -> Iterator[Array]:
    """All arrays of a group."""
    return (found for _, found in group.arrays())


def read(group: Group, name: str, start: int | None = None, stop: int | None = None) -> NDArray[Any]:
    """What an array inside a group holds; of one with axes, the part between two places along the first."""
    found = array(group, name)
    return np.asarray(found[start:stop] if found.ndim else found[...])


def create(
    group: Group, name: str, dtype: DTypeLike, shape: tuple[int, ...], chunks: tuple[int, ...], axes: tuple[str, ...],
    **about: JSON,
) -> Array:  # fmt: skip
    """A new array with named dimensions and attributes."""
    return group.create_array(
        name,
        shape=shape,
        chunks=chunks,
        dtype=np.dtype(dtype),
        compressors=[COMPRESSOR],
        dimension_names=axes,
        attributes=about,
    )


def write_whole(group: Group, name: str, values: NDArray[np.generic], axes: tuple[str, ...], **about: JSON) -> None:
    """A new array in one chunk."""
    shape = tuple(max(1, length) for length in values.shape)
    made = create(group, name, values.dtype, values.shape, shape, axes, **about)
    if values.size:
        made[...] = values


def append(array: Array, values: NDArray[np.generic]) -> None:
    """Add rows along the first axis."""
    if len(values):
        array.append(np.ascontiguousarray(values))


def truncate(array: Array, length: int) -> None:
    """Drop the rows from `length` on."""
    if array.shape[0] > length:
        array.resize((length, *array.shape[1:]))
