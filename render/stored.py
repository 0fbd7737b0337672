"""How quantities of checkpoints are read, one at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.record import checkpoint, store


def saved_region(path: Path, region: int, name: str) -> NDArray[Any]:
    """A quantity of one region in a checkpoint, (sites, components...)."""
    group: Any = store.open_group(path / f"{checkpoint.SHARD}{region:06d}" / "state.zarr", "r")
    return np.moveaxis(np.asarray(group[name][...]), -1, 0)
