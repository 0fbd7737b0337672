"""How arrays of a record are read while the run may still write."""

from __future__ import annotations

from types import EllipsisType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Rows(Protocol):
    """An array on disk."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape now."""

    def __getitem__(self, rows: int | slice | EllipsisType, /) -> object:
        """Some of its rows."""


def written(ticks: Rows) -> NDArray[np.int64]:
    """Ticks of complete samples.  An array grows before its new rows are written: until then they read as 0."""
    known = np.asarray(ticks[...])
    return known[: 1 + int(np.count_nonzero(known[1:]))] if len(known) else known


def first_row(ticks: Rows, tick: int, stop: int) -> int:
    """First row, below `stop`, whose tick is not below `tick`; reads few chunks of the array."""
    low, high = 0, stop
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if int(np.asarray(ticks[middle])) < tick else (low, middle)
    return low
