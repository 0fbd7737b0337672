"""The one door to zarr: how arrays are laid out on disk."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import zarr
from numpy.typing import DTypeLike, NDArray
from zarr.codecs import BloscCodec, Crc32cCodec
from zarr.storage import LocalStore

if TYPE_CHECKING:
    from zarr.abc.store import ByteRequest
    from zarr.core.buffer import Buffer, BufferPrototype
    from zarr.core.common import JSON as JSON
    from zarr.core.metadata import ArrayV3Metadata

    Array = zarr.Array[ArrayV3Metadata]

COMPRESSOR = BloscCodec(cname="lz4", shuffle="bitshuffle")
"""Fast, and small for state of low entropy."""

METADATA = "zarr.json"
"""The file that says what an array or a group is."""

Group = zarr.Group


class Kept(LocalStore):
    """A folder that remembers what was written into it, until that is flushed to the disk."""

    def __init__(self, root: Path | str, *, read_only: bool = False) -> None:
        super().__init__(root, read_only=read_only)
        self._written: set[Path] = set()
        self._known: set[Path] = set()  # folders whose own names are on the disk

    async def _set(self, key: str, value: Buffer, exclusive: bool = False) -> None:
        self._written.add(self.root / key)
        await super()._set(key, value, exclusive)

    def set_sync(self, key: str, value: Buffer) -> None:
        """Write a file."""
        self._written.add(self.root / key)
        super().set_sync(key, value)

    def flush(self) -> None:
        """Have on the disk what was written.

        Raises:
            OSError: If the disk is full or fails.
        """
        parents = {path.parent for path in self._written}
        above = {folder for path in parents for folder in path.parents if folder.is_relative_to(self.root.parent)}
        for path in [*sorted(self._written), *sorted(parents | (above - self._known), reverse=True)]:
            flush(path)
        self._known |= above
        self._written.clear()


class Sure(LocalStore):
    """A folder whose writer leaves out no chunk, be it empty: one that is not there is an error, where zarr would read zeros."""

    async def get(
        self, key: str, prototype: BufferPrototype | None = None, byte_range: ByteRequest | None = None
    ) -> Buffer | None:
        """What is in a file."""
        return self._sure(key, await super().get(key, prototype, byte_range))

    def get_sync(
        self, key: str, *, prototype: BufferPrototype | None = None, byte_range: ByteRequest | None = None
    ) -> Buffer | None:
        """What is in a file."""
        return self._sure(key, super().get_sync(key, prototype=prototype, byte_range=byte_range))

    def _sure(self, key: str, found: Buffer | None) -> Buffer | None:
        if found is None and "/c/" in key and not key.endswith(METADATA):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.root / key))
        return found


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk.

    Raises:
        OSError: If the disk fails.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_group(path: Path, mode: Literal["r", "r+", "w"]) -> Group:
    """A zarr group in a folder: to be read, to be added to, or new."""
    return zarr.open_group(local(path), mode=mode, zarr_format=3)


def local(path: Path) -> LocalStore:
    """A folder as zarr's store, whatever its name looks like: an address, or a chain of them."""
    return LocalStore(path)


def open_plain(path: Path) -> Group:
    """A group to be read, its arrays by their own metadata, in which a chunk that is not there holds zeros."""
    return zarr.open_group(LocalStore(path, read_only=True), mode="r", zarr_format=3, use_consolidated=False)


def open_whole(root: LocalStore, mode: Literal["r", "r+", "w"], consolidated: bool) -> Group:
    """A group in which every chunk is written, empty or not; its arrays by their own metadata, or all by those of the group."""
    with zarr.config.set({"array.write_empty_chunks": True}):
        return zarr.open_group(root, mode=mode, zarr_format=3, use_consolidated=consolidated)


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
    """An array inside a group, of which every chunk is written.

    Raises:
        KeyError: If there is none.
    """
    with zarr.config.set({"array.write_empty_chunks": True}):
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
    sums: bool, **about: JSON,
) -> Array:  # fmt: skip
    """A new array with named dimensions and attributes; with a checksum in every chunk, if that is asked for."""
    return group.create_array(
        name,
        shape=shape,
        chunks=chunks,
        dtype=np.dtype(dtype),
        compressors=[COMPRESSOR, Crc32cCodec()] if sums else [COMPRESSOR],
        dimension_names=axes,
        attributes=about,
    )


def write_whole(group: Group, name: str, values: NDArray[np.generic], axes: tuple[str, ...], **about: JSON) -> None:
    """A new array in one chunk."""
    shape = tuple(max(1, length) for length in values.shape)
    made = create(group, name, values.dtype, values.shape, shape, axes, False, **about)
    if values.size:
        made[...] = values


def append(array: Array, values: NDArray[np.generic]) -> None:
    """Add rows along the first axis."""
    if len(values):
        array.append(np.ascontiguousarray(values))


def put(array: Array, at: int, values: NDArray[np.generic]) -> None:
    """Have rows along the first axis, from one on: those that are there already are left if they say the same, others are added.

    Raises:
        ValueError: If there would be a hole before them.
    """
    have = array.shape[0]
    if at > have:
        raise ValueError(f"{array.path} has {have} rows, and row {at} was to be written")
    known = min(len(values), have - at)
    if known and not _same(array, at, values[:known]):
        array[at : at + known] = np.ascontiguousarray(values[:known])
    append(array, values[known:])


def _same(array: Array, at: int, values: NDArray[np.generic]) -> bool:
    """Whether rows of an array are these; what can't be read is not."""
    try:
        return np.array_equal(np.asarray(array[at : at + len(values)]), values, equal_nan=values.dtype.kind == "f")
    except Exception:  # zarr and its codecs raise what they like at a damaged chunk
        return False


def truncate(array: Array, length: int) -> None:
    """Drop the rows from `length` on."""
    if array.shape[0] > length:
        array.resize((length, *array.shape[1:]))
