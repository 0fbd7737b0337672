"""All that descend from one organism, as a record tells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Clade:
    """Births since somebody was born, and which of them are of its descendants.

    Attributes:
        cradle: Where it was born; with `born` its identity.
        born: When.
        ticks: Tick of each birth, in order, int32 (births,).
        sites: Where, numbered in the universe, int32 (births,).
        mine: Whether the newborn descends from it, or is it, bool (births,).
    """

    cradle: int
    born: int
    ticks: NDArray[np.int32]
    sites: NDArray[np.int32]
    mine: NDArray[np.bool_]
