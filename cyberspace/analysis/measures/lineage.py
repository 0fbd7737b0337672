"""Lineages: all that descend from one founder; how many there are, how they share the living, how old they and their members are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Lineages:
    """Lineages among some living, the largest first.

    Attributes:
        marks: Mark of each founder, int64 (lineages,).
        sizes: How many of the living are of each, int64 (lineages,).
        held: Energy that they hold, int64 (lineages,).
        ages: Ticks since the founder was born; not a number where that is not known, float (lineages,).
    """

    marks: Ints
    sizes: Ints
    held: Ints
    ages: NDArray[np.float64]

    @property
    def mean_age(self) -> float:
        """Of the living, the mean age of the lineage of each, in ticks; not a number where none is known."""
        known = np.isfinite(self.ages)
        return float(np.average(self.ages[known], weights=self.sizes[known])) if known.any() else float("nan")


def lineages(marks: Ints, energy: Ints, began: Ints, tick: int) -> Lineages:
    """The lineages of some living.

    Args:
        marks: Mark of the founder of each, (n,).
        energy: What each holds, (n,).
        began: When the founder of each was born, (n,); below -1 where that is not known, -1 for who was there from the start.
        tick: Now.
    """
    found, which, sizes = np.unique(marks, return_inverse=True, return_counts=True)
    held = np.bincount(which, energy.astype(np.float64), minlength=len(found)).astype(np.int64)
    first = np.full(len(found), np.iinfo(np.int64).max)
    known = began >= -1
    np.minimum.at(first, which[known], began[known])
    ages = np.where(first <= tick, tick - np.maximum(first, 0), np.nan).astype(np.float64)
    order = np.argsort(-sizes, kind="stable")
    return Lineages(found[order], sizes[order].astype(np.int64), held[order], ages[order])
