"""Who descends from whom, as far back as a run has been watched."""

from __future__ import annotations

from collections import deque
from itertools import chain

import numpy as np
from numpy.typing import NDArray

KEPT = 2**20
"""Births that are remembered, at least."""

FEW, LEVELS = 64, 3
"""So many tables of births become one of the next level, so that there are few to look through and each birth is copied twice at most."""

UNKNOWN = -1


class Genealogy:
    """The latest births of a universe.

    Args:
        sites: Its sites.
    """

    def __init__(self, sites: int):
        self._levels: list[deque[NDArray[np.int32]]] = [deque() for _ in range(LEVELS)]
        self._count = 0
        self._born = np.full(sites, -2, dtype=np.int32)
        self._distance = np.full(sites, UNKNOWN, dtype=np.int16)

    def add(self, births: NDArray[np.int32]) -> None:
        """Take note of births, rows as in `cyberspace.backends.backend.SpanResult`, of one region and later than those before."""
        if not len(births):
            return
        self._keep(births, 0)
        self._count += len(births)
        while self._count - len((oldest := next(level for level in reversed(self._levels) if level))[0]) >= KEPT:
            self._count -= len(oldest.popleft())
        self._born[births[:, 1]] = births[:, 0]  # where a site had several births, the last one stays
        self._distance[births[:, 1]] = births[:, 4]

    def recall(self, births: NDArray[np.int32]) -> None:
        """Take note of births of before the run was watched, in order of ticks, as far as there is room."""
        if len(births):
            rows = births[-KEPT:]
            self._levels[-1].appendleft(rows)
            self._count += len(rows)
            self._born[rows[:, 1]], self._distance[rows[:, 1]] = rows[:, 0], rows[:, 4]

    def _keep(self, births: NDArray[np.int32], level: int) -> None:
        self._levels[level].append(births)
        if len(self._levels[level]) == FEW and level + 1 < LEVELS:
            rows = np.concatenate(self._levels[level])
            self._levels[level].clear()
            self._keep(rows[np.argsort(rows[:, 0], kind="stable")], level + 1)  # several regions are out of step

    def distance(self, cradle: NDArray[np.int32], born: NDArray[np.int32]) -> NDArray[np.int16]:
        """Loci in which the genome of each identity differed from its parent's at birth; `UNKNOWN` where it is not known.

        Whoever came from a region of another rank is known there alone.
        """
        return np.where(self._born[cradle] == born, self._distance[cradle], np.int16(UNKNOWN))

    def parent(self, cradle: int, born: int) -> tuple[int, int] | None:
        """Identity of the parent of an identity, None if it is not known."""
        for chunk in chain(*self._levels):
            if chunk[0, 0] <= born <= chunk[-1, 0]:
                low, high = np.searchsorted(chunk[:, 0], [born, born + 1])
                at = np.flatnonzero(chunk[low:high, 1] == cradle)
                if len(at):
                    return int(chunk[low + at[0], 2]), int(chunk[low + at[0], 3])
        return None

    def children(self, who: list[tuple[int, int]], most: int) -> list[tuple[int, int]]:
        """Identities of the children of some identities, as far as they are known, the eldest first; at most so many."""
        keys, first = np.sort(_key(*np.array(who, dtype=np.int64).T)), min(born for _, born in who)
        found: list[NDArray[np.int32]] = []
        for chunk in chain(*self._levels):
            if chunk[-1, 0] <= first:
                continue
            if len(keys) == 1:
                mine = (chunk[:, 3] == who[0][1]) & (chunk[:, 2] == who[0][0])
            else:
                parents = _key(chunk[:, 2].astype(np.int64), chunk[:, 3].astype(np.int64))
                mine = keys[np.searchsorted(keys, parents).clip(0, len(keys) - 1)] == parents
            if mine.any():
                found.append(chunk[mine, :2])
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
