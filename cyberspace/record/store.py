"""The one door to zarr: how arrays are laid out on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray
from zarr.codecs import BloscCodec

COMPRESSOR = BloscCodec(cname="lz4", shuffle="bitshuffle")
"""Fast, and small for state of low entropy."""

Group = zarr.Group


def open_group(path: Path, mode: str) -> Group:
    """A zarr group in a folder; mode "r", "r+" or "w"."""
    return zarr.open_group(str(path), mode=mode, zarr_format=3)  # type: ignore[arg-type]


def create(
    group: Group, name: str, dtype: Any, shape: tuple[int, ...], chunks: tuple[int, ...], axes: tuple[str, ...], **about: Any
) -> Any:
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


def write_whole(group: Group, name: str, values: NDArray[Any], axes: tuple[str, ...], **about: Any) -> None:
    """A new array in one chunk."""
    shape = tuple(max(1, length) for length in values.shape)
    array = create(group, name, values.dtype, values.shape, shape, axes, **about)
    if values.size:
        array[...] = values


def append(array: Any, values: NDArray[Any]) -> None:
    """Add rows along the first axis."""
    if len(values):
        array.append(np.ascontiguousarray(values))


def truncate(array: Any, length: int) -> None:
    """Drop the rows from `length` on."""
    if array.shape[0] > length:
        array.resize((length, *array.shape[1:]))
