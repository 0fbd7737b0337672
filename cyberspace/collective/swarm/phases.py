"""Phases of a search: found in its rows, never typed in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.collective.ledger.rows import Experiment

LEAST = 8
"""Experiments of a phase, at least."""


@dataclass(frozen=True)
class Phase:
    """A stretch of experiments in which as many were kept.

    Attributes:
        first, last: Places in the order of writing, both in it.
        kept: Share of them that was kept.
        gain: Of the champion's confirmed score within it.
        name: "climbing" where the champion got better and more was kept than over all, "stalled" where it did not, "searching" between.
    """

    first: int
    last: int
    kept: float
    gain: float
    name: str


def phases(rows: Sequence[Experiment]) -> list[Phase]:
    """Phases of some rows: the cuts of the series of kept and discarded that pay by the Bayesian information criterion.

    Optimal partitioning (Jackson et al. 2005) of a series of zeros and ones.
    """
    judged = [row for row in rows if row.scored]
    kept = np.array([row.state == "kept" for row in judged], float)
    if not len(kept):
        return []
    scores = np.array([_confirmed(row) for row in judged])
    running = np.fmax.accumulate(np.where(kept > 0, scores, np.nan))
    ends = cuts(kept)
    found = []
    for first, stop in zip([0, *ends], [*ends, len(kept)], strict=True):
        before = running[first - 1] if first else running[np.isfinite(running).argmax()]
        gain = float(np.nan_to_num(running[stop - 1] - before))
        share = float(kept[first:stop].mean())
        name = "stalled" if gain <= 0 else "climbing" if share >= kept.mean() else "searching"
        found.append(Phase(first, stop - 1, share, gain, name))
    return found


def _confirmed(row: Experiment) -> float:
    value = row.found.get("confirmed")
    return float(value) if isinstance(value, int | float) else math.nan


def cuts(series: NDArray[np.float64]) -> list[int]:
    """Where a series of zeros and ones changes its mean: places at which new pieces begin."""
    count, penalty = len(series), math.log(max(2, len(series)))
    summed = np.concatenate([[0.0], np.cumsum(series)])
    best = np.full(count + 1, math.inf)
    best[0], back = -penalty, np.zeros(count + 1, int)
    for stop in range(LEAST, count + 1):
        starts = np.array([at for at in (0, *range(LEAST, stop - LEAST + 1)) if math.isfinite(best[at])])
        length = stop - starts
        ones = summed[stop] - summed[starts]
        costs = best[starts] + _surprise(ones, length) + penalty
        at = int(costs.argmin())
        best[stop], back[stop] = costs[at], starts[at]
    found, at = [], count
    while at > 0 and math.isfinite(best[at]):
        at = int(back[at])
        if at:
            found.append(at)
    return found[::-1]


def _surprise(ones: NDArray[np.float64], length: NDArray[np.int64]) -> NDArray[np.float64]:
    """Minus the log likelihood of pieces by their own means."""
    share = np.clip(ones / length, 1e-12, 1 - 1e-12)
    return np.asarray(-(ones * np.log(share) + (length - ones) * np.log(1 - share)))
