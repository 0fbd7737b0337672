"""How arrays of records and checkpoints are read while the run may still write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.record import checkpoint, store


def written(ticks: Any) -> NDArray[np.int64]:
    """Ticks of complete samples.  An array grows before its new rows are written: until then they read as 0."""
    known = np.asarray(ticks[...])
    return known[: 1 + int(np.count_nonzero(known[1:]))] if len(known) else known


def saved_region(path: Path, region: int, name: str) -> NDArray[Any]:
    """A quantity of one region in a checkpoint, (sites, components...)."""
    group: Any = store.open_group(path / f"{checkpoint.SHARD}{region:06d}" / "state.zarr", "r")
    return np.moveaxis(np.asarray(group[name][...]), -1, 0)


def first_row(ticks: Any, tick: int, stop: int) -> int:
    """First row, below `stop`, whose tick is not below `tick`; reads few chunks of the array."""
    low, high = 0, stop
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if int(np.asarray(ticks[middle])) < tick else (low, middle)
    return low
