"""Who descends from whom, as far back as a run has been watched."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import chain

import numpy as np
from numpy.typing import NDArray

KEPT = 2**20
"""Births that are remembered, at least."""

FEW, LEVELS = 16, 4
"""So many tables of births become one of the next level: there are few to look through, and each birth is copied three times at most."""

RECALLED = 2**16
"""Births of before the run was watched that stand in one table."""

UNKNOWN = -1


class Births:
    """A table of births.

    Args:
        rows: As in `cyberspace.backends.backend.SpanResult`, in order of ticks; at least one.
    """

    def __init__(self, rows: NDArray[np.int32]):
        self.rows, self._ticks = rows, np.ascontiguousarray(rows[:, 0])
        self.first, self.last = int(rows[0, 0]), int(rows[-1, 0])
        self._index: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None

    def parent(self, cradle: int, born: int) -> tuple[int, int] | None:
        """The parent of an identity; None if its birth is not among these."""
        if not self.first <= born <= self.last:
            return None
        low, high = np.searchsorted(
            self._ticks, np.array([born, born + 1], dtype=np.int32)
        )  # of their type: else all are converted
        at = np.flatnonzero(self.rows[low:high, 1] == cradle)
        return (int(self.rows[low + at[0], 2]), int(self.rows[low + at[0], 3])) if len(at) else None

    def children(self, keys: NDArray[np.int64]) -> NDArray[np.int32]:
        """(tick, site) of the children of some identities, by their keys in order."""
        parents, order = self.index()
        low, high = np.searchsorted(parents, keys), np.searchsorted(parents, keys, side="right")
        found = [order[low[k] : high[k]] for k in np.flatnonzero(high > low)]
        return self.rows[np.concatenate(found), :2] if found else self.rows[:0, :2]

    def index(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Keys of the parents in order, and the row of each; made when it is first asked for."""
        if self._index is None:
            parents = _key(self.rows[:, 2].astype(np.int64), self.rows[:, 3].astype(np.int64))
            order = np.argsort(parents, kind="stable")
            self._index = parents[order], order
        return self._index


class Genealogy:
    """The latest births of a universe.

    Args:
        sites: Its sites.
    """

    def __init__(self, sites: int):
        self._levels: list[deque[Births]] = [deque() for _ in range(LEVELS)]
        self._count = 0
        self._born = np.full(sites, -2, dtype=np.int32)
        self._distance = np.full(sites, UNKNOWN, dtype=np.int16)

    def add(self, births: NDArray[np.int32]) -> None:
        """Take note of births, rows as in `cyberspace.backends.backend.SpanResult`, of one region and later than those before."""
        if not len(births):
            return
        self._keep(births, 0)
        self._count += len(births)
        while self._count - len((oldest := next(level for level in reversed(self._levels) if level))[0].rows) >= KEPT:
            self._count -= len(oldest.popleft().rows)
        self._born[births[:, 1]] = births[:, 0]  # where a site had several births, the last one stays
        self._distance[births[:, 1]] = births[:, 4]

    def recall(self, births: NDArray[np.int32]) -> None:
        """Take note of births of before the run was watched, in order of ticks, as far as there is room."""
        rows = births[-KEPT:]
        for last in range(len(rows), 0, -RECALLED):
            self._levels[-1].appendleft(Births(rows[max(0, last - RECALLED) : last]))
            self._levels[-1][0].index()  # now, while nobody waits and nothing is lived yet
        self._count += len(rows)
        self._born[rows[:, 1]], self._distance[rows[:, 1]] = rows[:, 0], rows[:, 4]

    def _keep(self, births: NDArray[np.int32], level: int) -> None:
        self._levels[level].append(Births(births))
        if len(self._levels[level]) == FEW and level + 1 < LEVELS:
            rows = np.concatenate([one.rows for one in self._levels[level]])
            self._levels[level].clear()
            self._keep(rows[np.argsort(rows[:, 0], kind="stable")], level + 1)  # several regions are out of step

    def _tables(self) -> Iterator[Births]:
        return chain(*self._levels)

    def distance(self, cradle: NDArray[np.int32], born: NDArray[np.int32]) -> NDArray[np.int16]:
        """Loci in which the genome of each identity differed from its parent's at birth; `UNKNOWN` where it is not known.

        Whoever came from a region of another rank is known there alone.
        """
        return np.where(self._born[cradle] == born, self._distance[cradle], np.int16(UNKNOWN))

    def parent(self, cradle: int, born: int) -> tuple[int, int] | None:
        """Identity of the parent of an identity, None if it is not known."""
        found = (table.parent(cradle, born) for table in self._tables())
        return next((one for one in found if one is not None), None)

    def children(self, who: list[tuple[int, int]], most: int) -> list[tuple[int, int]]:
        """Identities of the children of some identities, as far as they are known, the eldest first; at most so many."""
        keys, first = np.unique(_key(*np.array(who, dtype=np.int64).T)), min(born for _, born in who)
        found = [rows for table in self._tables() if table.last > first and len(rows := table.children(keys))]
        if not found:
            return []
        rows = np.concatenate(found)
        eldest = rows[np.lexsort((rows[:, 1], rows[:, 0]))[:most]]
        return [(cradle, born) for born, cradle in eldest.tolist()]

    def ancestors(self, cradle: int, born: int, most: int) -> list[tuple[int, int]]:
        """Parent, grandparent and so on of an identity, as far as they are known, at most so many."""
        found: list[tuple[int, int]] = []
        here = self.parent(cradle, born)
        while here is not None and len(found) < most:
            found.append(here)
            here = self.parent(*here)
        return found


def _key(cradle: NDArray[np.int64], born: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for an identity, in the order of birth."""
    return (born << 32) + cradle
