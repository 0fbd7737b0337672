"""What the text over arrays asks of a backend, and how what flowed in a tick is added up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.state import TALLY, Region
from cyberspace.law.world import TaskPlace
from cyberspace.tasks.task import Hidden
from organisms.arrays import Array, Bools, Int8s, Int32s, Key, Namespace, Value, Words
from organisms.genome import Loci
from organisms.learning.rule import Rule

Carried = TypeVar("Carried")
Write = Callable[[Region, Int32s, Int32s], tuple[Region, Int32s]]
"""(region, records, slots or sites) -> (region, records) with those places written."""

Change = Callable[[Region, Words], tuple[Region, Words]]
"""(region, sums) -> (region, sums)."""


class Engine(Protocol):
    """What a backend of this text provides."""

    @property
    def xp(self) -> Namespace:
        """The array namespace."""

    def write_where(self, mask: Bools, write: Write, region: Region, records: Int32s) -> tuple[Region, Int32s]:
        """Apply `write` to the places where a mask is set; places beyond the mask's length are padding."""

    def barrier(self, values: Carried) -> Carried:
        """The same values, computed before anything that uses them, so that no compiler computes them once for each use."""

    def think(self, weights: Int8s, inputs: Int8s, shift: int) -> Int8s:
        """`organisms.think.squash` of the `weighted_sum`."""

    def when(self, condition: Value, change: Change, region: Region, sums: Words) -> tuple[Region, Words]:
        """change(region, sums) if the condition holds, else (region, sums)."""

    def judged(
        self, judge: Callable[..., tuple[Region, Int32s, Int8s]], place: TaskPlace, region: Region, hidden: Hidden
    ) -> tuple[Region, Int32s, Int8s]:
        """judge(place, region, hidden), where each site is judged by itself: see `cyberspace.law.verbs.answer.judge`."""

    def put(self, array: Array, places: Int32s, values: Value) -> Array:
        """The array with columns (last axis) replaced; padding is dropped."""

    def take(self, region: Region, name: str, sites: Int32s) -> Array:
        """Columns of a field of the region; genomes and weights are read in no other way."""

    def learners(self, rule: Rule, loci: Loci, region: Region, signal: Int8s) -> Bools:
        """Where the living may learn from a signal, bool (sites,): see `organisms.learning.rule.learners`."""

    def learn(self, rule: Rule, loci: Loci, region: Region, pre: Int8s, signal: Int8s, key: Key, where: Bools) -> Int8s:
        """The weights after `organisms.learning.rule.learn` where that is told, as they are kept; traces are the region's."""

    def synapses(self, weights: Int8s) -> Int32s:
        """Non-zero weights of each site, int32 (sites,)."""


AT_ONCE = 2**20
"""Numbers below 2^12 that can be added in 32 bits."""

LOW = 24
"""Bits of the lower of two words that hold a sum."""


def low_high(xp: Namespace, values: Array) -> Words:
    """Sum of at most 2^24 numbers below 2^24 without 64-bit integers, as two words: see `exact`; some more bits fit in each.

    Low and high halves of the numbers are added apart, `AT_ONCE` numbers at a time.
    """
    values = values.astype(np.uint32)
    if values.size > AT_ONCE:
        flat = values.reshape(-1)
        parts = [low_high(xp, flat[first : first + AT_ONCE]) for first in range(0, values.size, AT_ONCE)]
        return sum(parts[1:], start=parts[0])
    low = (values & np.uint32(0xFFF)).sum(dtype=np.uint32)
    high = (values >> np.uint32(12)).sum(dtype=np.uint32)
    below = (low & np.uint32(2**LOW - 1)) + ((high & np.uint32(0xFFF)) << np.uint32(12))
    return xp.stack([below, (low >> np.uint32(LOW)) + (high >> np.uint32(12))])


def exact(totals: Words) -> NDArray[np.int64]:
    """The int64 sums that `low_high` stands for, over its last axis: the second word counts in 2^24."""
    wide = np.asarray(totals).astype(np.int64)
    return np.asarray(wide[..., 0] + (wide[..., 1] << LOW))


class Flows:
    """Collects what flowed in one tick."""

    def __init__(self, xp: Namespace):
        self._xp = xp
        self._parts: dict[str, list[Words]] = {name: [] for name in TALLY}

    def add(self, flows: Mapping[str, Array]) -> None:
        """Add arrays by the names of `TALLY`."""
        for name, values in flows.items():
            self._parts[name].append(low_high(self._xp, values))

    def add_totals(self, totals: Mapping[str, Words]) -> None:
        """Add what `low_high` made of arrays, by the names of `TALLY`."""
        for name, values in totals.items():
            self._parts[name].append(values)

    def tally(self) -> Words:
        """uint32 (len(TALLY), 2)."""
        nothing = self._xp.zeros(2, dtype=np.uint32)
        return self._xp.stack([sum(parts, start=nothing) for parts in self._parts.values()])
