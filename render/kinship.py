"""Who descends from whom: births as rows of (tick, site, parent, parent_born, distance), found by identity."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from render.frames import Branch, Kin

COLUMNS = ("tick", "site", "parent", "parent_born", "distance")
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Births:
    """Rows of births, found by the identity (cradle, born) of the newborn.

    Attributes:
        rows: int64 (births, 5), columns as in `COLUMNS`.
    """

    rows: Ints
    _keys: Ints = field(init=False, repr=False)
    _order: Ints = field(init=False, repr=False)

    def __post_init__(self) -> None:
        keys = key(self.rows[:, 1], self.rows[:, 0])
        order = np.argsort(keys, kind="stable")
        object.__setattr__(self, "_order", order)
        object.__setattr__(self, "_keys", keys[order])

    def find(self, cradles: Ints, born: Ints) -> Ints:
        """The row of each newborn, -1 where it was not born of anybody or the row is not there."""
        if not len(self._keys):
            return np.full(np.shape(cradles), -1, dtype=np.int64)
        wanted = key(np.asarray(cradles), np.asarray(born))
        at = np.searchsorted(self._keys, wanted).clip(0, len(self._keys) - 1)
        return np.where(self._keys[at] == wanted, self._order[at], -1)

    def distances(self, cradles: Ints, born: Ints) -> Ints:
        """Distance of each newborn from its parent; -1 where that is not known."""
        rows = self.find(cradles, born)
        return np.where(rows >= 0, self.rows[np.maximum(rows, 0), 4] if len(self.rows) else -1, -1)

    def ancestors(self, cradle: int, born: int, most: int) -> list[Kin]:
        """Ancestors, the parent first; `distance` is that of the child from this ancestor."""
        found: list[Kin] = []
        while len(found) < most:
            row = int(self.find(np.array([cradle]), np.array([born]))[0])
            if row < 0:
                break
            _, _, cradle, born, distance = self.rows[row].tolist()
            found.append(Kin(cradle, born, distance))
        return found

    def back(self, cradles: Ints, born: Ints, tick: int) -> tuple[Ints, Ints]:
        """Identities of the nearest ancestors born before or at a tick; where the births are not known, of the oldest known ones."""
        who, which = np.unique(key(cradles, born), return_inverse=True)
        cradles, born = who & (2**31 - 1), who >> 31
        young = born > tick
        while young.any():
            rows = self.find(cradles, born)
            young &= (rows >= 0) & (born > tick)
            parents = self.rows[rows[young]]
            cradles[young], born[young] = parents[:, 2], parents[:, 3]
        return cradles[which], born[which]

    def children(self, cradle: int, born: int) -> list[Kin]:
        """Children, the oldest first."""
        mine = (self.rows[:, 2] == cradle) & (self.rows[:, 3] == born)
        return [Kin(site, tick, distance) for tick, site, _, _, distance in self.rows[mine].tolist()]

    @cached_property
    def _by_parent(self) -> tuple[Ints, Ints]:
        """Keys of the parents, in order, and the row of each."""
        parents = key(self.rows[:, 2], self.rows[:, 3])
        order = np.argsort(parents, kind="stable")
        return parents[order], order

    def born_of(self, parents: Ints, tick: int) -> Ints:
        """Keys of the children that some had by a tick, the eldest first."""
        known, order = self._by_parent
        low, high = np.searchsorted(known, parents), np.searchsorted(known, parents, side="right")
        rows = [order[low[k] : high[k]] for k in np.flatnonzero(high > low)]
        found = self.rows[np.concatenate(rows)] if rows else self.rows[:0]
        found = found[found[:, 0] <= tick]
        return np.sort(key(found[:, 1], found[:, 0]))

    def parent_of(self, who: int) -> int | None:
        """The key of somebody's parent; None if its birth is not known."""
        at = int(np.searchsorted(self._keys, who))
        if at >= len(self._keys) or self._keys[at] != who:
            return None
        return int(key(self.rows[self._order[at], 2], self.rows[self._order[at], 3]))

    def last_born(self, first: int, sites: int, tick: int) -> Ints:
        """When the last one by a tick was born at each of some sites, from a first one on; -1 where nobody was."""
        found = np.full(sites, -1, dtype=np.int64)
        rows = self.rows[(self.rows[:, 0] <= tick) & (self.rows[:, 1] >= first) & (self.rows[:, 1] < first + sites)]
        np.maximum.at(found, rows[:, 1] - first, rows[:, 0])
        return found

    def tree(self, cradles: Ints, born: Ints, goals: Ints | None = None) -> tuple[Branch, ...]:
        """The ancestry of some of the living, parents before children; only those that branch, begin or end are kept.

        Args:
            cradles: Where they were born.
            born: When.
            goals: What each performs, one-hot: nothing, or the last of the goals that it performs, (organisms, 1 + goals).
        """
        nodes: dict[tuple[int, int], tuple[tuple[int, int] | None, int]] = {}
        front = list(dict.fromkeys(zip(cradles.tolist(), born.tolist(), strict=True)))
        leaves = set(front)
        who = zip(cradles.tolist(), born.tolist(), strict=True)
        does = {} if goals is None else dict(zip(who, goals, strict=True))
        while front:
            rows = self.find(np.array([c for c, _ in front]), np.array([b for _, b in front]))
            above: list[tuple[int, int]] = []
            for one, row in zip(front, rows.tolist(), strict=True):
                if row < 0:
                    nodes[one] = (None, 0)
                    continue
                _, _, cradle, when, distance = self.rows[row].tolist()
                nodes[one] = ((cradle, when), distance)
                above.append((cradle, when))
            front = [one for one in dict.fromkeys(above) if one not in nodes]
        return _branches(nodes, leaves, does)


def last_goals(performed: NDArray[np.generic], goals: int) -> Ints:
    """One-hot: nothing, or the last of the goals that somebody performs, (organisms, 1 + goals), from bits (organisms,)."""
    bits = performed.astype(np.int64)[:, None] >> np.arange(goals) & 1
    last = np.where(bits.any(axis=1), goals - np.argmax(bits[:, ::-1], axis=1), 0) if goals else np.zeros(len(bits), np.int64)
    return np.asarray(np.arange(goals + 1) == last[:, None], dtype=np.int64)


def key(cradles: Ints, born: Ints) -> Ints:
    """One number for an identity, in the order of birth."""
    return (np.asarray(born, dtype=np.int64) << 31) + np.asarray(cradles, dtype=np.int64)


def _branches(
    nodes: dict[tuple[int, int], tuple[tuple[int, int] | None, int]], leaves: set[tuple[int, int]],
    does: dict[tuple[int, int], Ints],
) -> tuple[Branch, ...]:  # fmt: skip
    """Chains without a branch folded into one step, their distances added."""
    children = dict.fromkeys(nodes, 0)
    living = {one: int(one in leaves) for one in nodes}
    for one in sorted(nodes, key=lambda one: -one[1]):
        parent = nodes[one][0]
        if parent is not None:
            children[parent] += 1
            living[parent] += living[one]
            if one in does:
                does[parent] = does[parent] + does[one] if parent in does else does[one]
    kept: dict[tuple[int, int], int] = {}
    found: list[Branch] = []
    for one in sorted(nodes, key=lambda one: (one[1], one[0])):
        parent, distance = nodes[one]
        if parent is not None and children[one] == 1 and one not in leaves:
            continue
        while parent is not None and parent not in kept:
            parent, more = nodes[parent]
            distance += more
        kept[one] = len(found)
        done = tuple(does[one].tolist()) if one in does else ()
        found.append(Branch(*one, -1 if parent is None else kept[parent], distance, living[one], done))
    return tuple(found)
