"""The Muller plot: the share of the living that each branch of the tree of life holds over time, branches inside those they grew from.

After Muller: Some genetic aspects of sex (1932).  A branch begins with an ancestor from which, its own branches left out, at least
`Muller.least` of the living descended at some sample: so a lineage that holds everything is split where it matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from cyberspace.analysis.story.tracing import Found

LEAST = (0.05, 0.06, 0.08, 0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
"""Shares of the living that a branch must have held; the first is taken that leaves few enough."""

MOST = 24
"""Branches that are told apart, at most."""

FIRST = -1
"""When the first of a lineage, who was there from the start, was born."""

Shares = NDArray[np.float32]


@dataclass(frozen=True)
class Branch:
    """All that descend from one organism, but for those who belong to a branch that grew out of it.

    Attributes:
        cradle: Where that organism was born, or lived at tick 0.
        born: When; `FIRST` where it was there from the start.  With `cradle` its identity.
        founder: Mark of its lineage; 0 where that was not recorded.
        parent: Number of the branch that it grew out of, lower than its own; -1 for none.
        own: Share of the living that belong to it, (samples,).
    """

    cradle: int
    born: int
    founder: int
    parent: int
    own: Shares


@dataclass(frozen=True)
class Muller:
    """Branches over time.

    Attributes:
        ticks: Ticks of the samples, int64 (samples,).
        branches: The branches, in order of birth.
        least: Share of the living that each has held by itself at some sample, at least.
    """

    ticks: NDArray[np.int64]
    branches: tuple[Branch, ...]
    least: float

    @property
    def rest(self) -> Shares:
        """Share of the living that belong to no branch, (samples,)."""
        held = np.sum([one.own for one in self.branches], axis=0, dtype=np.float32, initial=0)
        return np.maximum(0, 1 - np.broadcast_to(held, self.ticks.shape)).astype(np.float32)

    def clade(self, number: int) -> Shares:
        """Share of the living that descend from the first of a branch, those of its branches included, (samples,)."""
        held: Shares = np.sum([self.branches[k].own for k in self.within(number)], axis=0, dtype=np.float32)
        return held

    def within(self, number: int) -> list[int]:
        """Numbers of a branch and all that grew out of it."""
        grown = [number]
        for k in range(number + 1, len(self.branches)):
            if self.branches[k].parent in grown:
                grown.append(k)
        return grown

    def layers(self, nested: bool = True) -> tuple[list[int], Shares]:
        """The plot from the bottom up: branch of each layer (-1: none), and where each ends, (layers, samples).

        What a branch holds by itself lies in equal parts below, between and above the branches that grew out of it; or below them, where
        there is little room: then they are not nested.
        """
        order: list[int] = []
        for number, one in enumerate(self.branches):
            if one.parent < 0:
                self._nest(number, order)
        if not nested:
            order = list(dict.fromkeys(order))
        parts: list[Shares] = [self.branches[number].own / np.float32(order.count(number)) for number in order]
        return [*order, -1], np.cumsum(np.stack([*parts, self.rest]), axis=0, dtype=np.float32)

    def _nest(self, number: int, order: list[int]) -> None:
        order.append(number)
        for child, one in enumerate(self.branches):
            if one.parent == number:
                self._nest(child, order)
                order.append(number)

    def at(self, tick: float, height: float, nested: bool = True) -> int:
        """The branch at a tick and a height, 0 to 1, of the plot; -1 where there is none."""
        if not len(self.ticks):
            return -1
        order, tops = self.layers(nested)
        k = int(np.abs(self.ticks - tick).argmin())
        return order[min(int(np.searchsorted(tops[:, k], height, side="right")), len(order) - 1)]


def muller(ticks: NDArray[np.int64], found: Sequence[Found], most: int = MOST) -> Muller:
    """The plot of branches that were found, the small ones joined to those they grew from until there are few."""
    order = sorted(range(len(found)), key=lambda k: (found[k].who, k))
    place = {k: n for n, k in enumerate(order)}
    whole = [
        Branch(one.who & (2**31 - 1), (one.who >> 31) - 1, one.founder, place.get(one.parent, -1), one.own)
        for one in (found[k] for k in order)
    ]
    for least in LEAST:
        kept = join(whole, least)
        if len(kept) <= most:
            break
    return Muller(ticks, tuple(kept), least)


def join(branches: Sequence[Branch], least: float) -> list[Branch]:
    """Those branches, the youngest first, that held at least a share by themselves at some sample; the others joined to their parents."""
    own = [one.own.copy() for one in branches]
    keep = [False] * len(branches)
    for k in range(len(branches) - 1, -1, -1):
        keep[k] = bool(own[k].max(initial=0) >= least)
        if not keep[k] and branches[k].parent >= 0:
            own[branches[k].parent] += own[k]

    def above(k: int) -> int:
        parent = branches[k].parent
        return parent if parent < 0 or keep[parent] else above(parent)

    number = {k: n for n, k in enumerate(k for k in range(len(branches)) if keep[k])}
    return [replace(branches[k], parent=number.get(above(k), -1), own=own[k]) for k in number]
