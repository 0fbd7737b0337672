"""What the text over arrays asks of a backend, and how what flowed in a tick is added up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from cyberspace.law.state import TALLY, Region

Write = Callable[[Region, Any, Any], tuple[Region, Any]]
"""(region, records, slots or sites) -> (region, records) with those places written."""


class Engine(Protocol):
    """What a backend of this text provides."""

    @property
    def xp(self) -> Any:
        """The array namespace."""

    def sparse(self, mask: Any, write: Write, region: Region, records: Any) -> tuple[Region, Any]:
        """Apply `write` to the places where a mask is set; places beyond the mask's length are padding."""

    def fix(self, values: Any) -> Any:
        """The same values, computed before anything that uses them, so that no compiler computes them once for each use."""

    def weigh(self, weights: Any, inputs: Any) -> Any:
        """`organisms.think.weighted_sum`."""

    def when(self, condition: Any, change: Any, region: Region, records: Any) -> tuple[Region, Any]:
        """change(region, records) if the condition holds, else (region, records)."""

    def put(self, array: Any, places: Any, values: Any) -> Any:
        """The array with columns (last axis) replaced; padding is dropped."""

    def take(self, region: Region, name: str, sites: Any) -> Any:
        """Columns of a field of the region; genomes and weights are read in no other way."""

    def learn(self, rule: Any, loci: Any, region: Region, pre: Any, signal: Any, key: Any, sites: Any) -> Any:
        """The weights after a learning rule of `organisms.learning`, in the form in which they are kept."""

    def synapses(self, weights: Any) -> Any:
        """Non-zero weights of each site, int32 (sites,)."""


def low_high(xp: Any, values: Any) -> Any:
    """Sum of at most 2^20 numbers below 2^24 without 64-bit integers: [sum of low 12 bits, sum of value >> 12]."""
    values = values.astype(np.uint32)
    low = (values & np.uint32(0xFFF)).sum(dtype=np.uint32)
    return xp.stack([low, (values >> np.uint32(12)).sum(dtype=np.uint32)])


def exact(totals: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The int64 sums that `low_high` stands for, over its last axis."""
    totals = np.asarray(totals).astype(np.int64)
    low, high = totals[..., 0], totals[..., 1]
    return np.asarray(low + (high << 12))


class Flows:
    """Collects what flowed in one tick."""

    def __init__(self, xp: Any):
        self._xp = xp
        self._parts: dict[str, list[Any]] = {name: [] for name in TALLY}

    def add(self, flows: dict[str, Any]) -> None:
        """Add arrays by the names of `TALLY`."""
        for name, values in flows.items():
            self._parts[name].append(low_high(self._xp, values))

    def add_totals(self, totals: dict[str, Any]) -> None:
        """Add what `low_high` made of arrays, by the names of `TALLY`."""
        for name, values in totals.items():
            self._parts[name].append(values)

    def tally(self) -> Any:
        """uint32 (len(TALLY), 2)."""
        nothing = self._xp.zeros(2, dtype=np.uint32)
        return self._xp.stack([sum(parts, start=nothing) for parts in self._parts.values()])
