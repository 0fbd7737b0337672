"""How a record is read, by whoever does, while the run may still write; what is damaged is named.

A record of format 1 has no file that says what is whole: its arrays grow one after the other, and before new rows are written they
read as 0.  So samples count only when their coordinate `tick`, which is written last, is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import EllipsisType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, problem
from cyberspace.record import store
from cyberspace.record.layout import ROWS
from cyberspace.record.published import damage, is_published


class Rows(Protocol):
    """An array on disk."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape now."""

    def __getitem__(self, rows: int | slice | EllipsisType, /) -> object:
        """Some of its rows."""


class Tables:
    """A record as it was when it was opened.

    Args:
        path: Its folder.

    Raises:
        InputError: If there is none, or its metadata are damaged.
    """

    def __init__(self, path: Path):
        if not path.is_dir():
            attempt = f"cyberspace run --resume {path.parent} --ticks N"
            raise InputError(problem(str(path), "no record", "one that the run has written", attempt))
        self.path, self.published = path, is_published(path)
        try:
            sure = store.Sure(path, read_only=True)
            self._root = store.open_whole(sure, "r", True) if self.published else store.open_plain(path)
        except Exception as error:
            raise damage(path / store.METADATA, path, error) from None

    def column(self, name: str) -> Column:
        """The array of a name, "pond/series/tick".

        Raises:
            InputError: If it is damaged, or there is none.
        """
        try:
            return Column(self, name, store.array(self._root, name))
        except Exception as error:
            raise damage(self.path / name, self.path, error) from None

    def __contains__(self, name: str) -> bool:
        if self.published:  # as the one file says, so that what is lost is not taken for what never was
            return name in self._root
        return (self.path / name / store.METADATA).is_file()

    def columns(self, name: str) -> dict[str, Column]:
        """All arrays of a group.

        Raises:
            InputError: If one is damaged, or there is no such group.
        """
        try:
            found = sorted(store.inner(self._root, name).array_keys())
        except Exception as error:
            raise damage(self.path / name, self.path, error) from None
        return {one: self.column(f"{name}/{one}") for one in found}

    def about(self, name: str) -> Mapping[str, object]:
        """The attributes of a group, or of the whole where no name is given.

        Raises:
            InputError: If it is damaged.
        """
        try:
            return dict((store.inner(self._root, name) if name else self._root).attrs)
        except Exception as error:
            raise damage(self.path / name, self.path, error) from None


class Column:
    """An array of a record, of which what can't be read is told.

    Args:
        tables: The record.
        name: Its name there.
        array: The array.
    """

    def __init__(self, tables: Tables, name: str, array: store.Array):
        self._tables, self._name, self._array = tables, name, array

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        return self._array.shape

    @property
    def about(self) -> Mapping[str, object]:
        """Its attributes."""
        return dict(self._array.attrs)

    def __getitem__(self, rows: int | slice | EllipsisType, /) -> NDArray[np.generic]:
        try:
            return np.asarray(self._array[rows])
        except Exception as error:  # zarr and its codecs raise what they like
            raise damage(self._tables.path / self._name, self._tables.path, error) from None


def open_record(path: Path) -> Tables | None:
    """The record in a folder; None if nothing was recorded yet.

    Raises:
        InputError: If its metadata are damaged.
    """
    return Tables(path) if path.is_dir() else None


def written(ticks: Rows) -> NDArray[np.int64]:
    """Ticks of complete samples."""
    known = np.asarray(ticks[...])
    return known[: 1 + int(np.count_nonzero(known[1:]))] if len(known) else known


def whole_rows(table: Mapping[str, Rows], ticks: str = "tick") -> int:
    """Complete rows of a table in order of ticks."""
    most = min(array.shape[0] for array in table.values())
    for stop in range(most, 0, -ROWS):  # from the end, for rows that are not written yet read as 0
        begin = max(0, stop - ROWS)
        told = np.flatnonzero(np.asarray(table[ticks][begin:stop]))
        if len(told):
            return begin + int(told[-1]) + 1
    return most


def first_row(ticks: Rows, tick: int, stop: int) -> int:
    """First row, below `stop`, whose tick is not below `tick`; reads few chunks of the array."""
    low, high = 0, stop
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if int(np.asarray(ticks[middle])) < tick else (low, middle)
    return low
