"""Settlers: organisms from elsewhere that a region begins with, dealt in turn over the sites that genesis inhabits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from organisms.arrays import Array


@dataclass(frozen=True, eq=False)
class Settlers:
    """Organisms of a space's body.

    Attributes:
        genome: int8 (loci, n).
        founder: Marks of their lineages, uint32 (n,), never 0.
        weights: Weights that they bring, int8 (units, inputs, n); None if they begin with inborn ones.
        first: Who comes first in this region.
        step: How many of them a turn skips: as many as the space has regions, so that its regions are dealt to like players.
    """

    genome: NDArray[np.int8]
    founder: NDArray[np.uint32]
    weights: NDArray[np.int8] | None = None
    first: int = 0
    step: int = 1

    def turn(self, count: int) -> NDArray[np.int64]:
        """Which of them live at so many sites, in their order, int64 (count,)."""
        return (self.first + self.step * np.arange(count, dtype=np.int64)) % len(self.founder)

    def bring(self, columns: dict[str, Array], turn: Array) -> None:
        """Put the weights that they bring in place of the inborn ones, for those whose turn it is."""
        if self.weights is not None:
            columns["weights"] = self.weights[..., turn]
