"""Energy by source: what came in between two samples and what left, by what the ledger calls it.

The ledger is exact (`cyberspace.law.energy`): what the living of a region gain in a span of ticks is

    sunlight + soil + paid + genesis + people + received - upkeep - overflow - fines - death - copying - moving - lost - taken - sent

where `paid` is what tasks paid out of pools; what goes from one to another within a region (gifts, what a child is given) is in no
flow.  See `cyberspace.analysis.measures.trophic` for these.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.state import HEATS

INCOME = {
    "light": ("sunlight", "soil"),
    "tasks": ("paid",),
    "newcomers": ("genesis", "people"),
    "letters": ("received",),
}
"""Sources of what organisms gain, and the flows that each is of."""

OUTGO = {**{name: (name,) for name in HEATS}, "letters": ("sent",)}
"""Where it goes."""


def per_tick(
    sums: Mapping[str, NDArray[np.integer]], ticks: NDArray[np.integer], flows: tuple[str, ...]
) -> NDArray[np.float64]:
    """Flows per tick between samples, from sums since tick 0; (samples - 1,)."""
    gained = sum(np.diff(sums[name].astype(np.float64)) for name in flows)
    return np.asarray(gained / np.maximum(1, np.diff(ticks)), dtype=np.float64)


def income(sums: Mapping[str, NDArray[np.integer]], ticks: NDArray[np.integer]) -> dict[str, NDArray[np.float64]]:
    """Energy per tick by source, each (samples - 1,)."""
    return {name: per_tick(sums, ticks, flows) for name, flows in INCOME.items()}


def outgo(sums: Mapping[str, NDArray[np.integer]], ticks: NDArray[np.integer]) -> dict[str, NDArray[np.float64]]:
    """Energy per tick by where it goes, each (samples - 1,)."""
    return {name: per_tick(sums, ticks, flows) for name, flows in OUTGO.items()}


def shares(parts: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """Each as a share of all; 0 where there is nothing."""
    whole = np.sum(list(parts.values()), axis=0)
    return {name: np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0) for name, part in parts.items()}
