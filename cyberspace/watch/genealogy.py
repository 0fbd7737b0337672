"""Who descends from whom, as far back as a run has been watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KEPT = 2**20
"""Births that are remembered, at least; about twice as many at most."""

RECALLED = 2**12
"""Births of before the run was watched that are noted at a time."""

UNKNOWN = -1

Identity = tuple[int, int]
Place = tuple[int, int]
"""Births up from somebody to a common ancestor, and down from there."""

Rows = NDArray[np.int32]


@dataclass(frozen=True)
class Kindred:
    """Who descends from some roots, on one rank.

    Attributes:
        best: (up, down, tick of birth, cradle) of who lives and is the nearest, the eldest of several; None if nobody is known to live.
        placed: What is known here of the strangers of other ranks.
        strangers: Parents of births here who were born on other ranks; these may descend from the roots too.
    """

    best: tuple[int, int, int, int] | None
    placed: dict[Identity, Place]
    strangers: Sequence[Identity] = ()


class Genealogy:
    """The latest births of a universe.

    A birth is a row that knows the rows of its kin, so that whatever is asked about somebody costs no more than its kin are many.

    Args:
        sites: Its sites.
    """

    def __init__(self, sites: int):
        self._rows = np.empty((RECALLED, 5), dtype=np.int32)
        self._parent, self._child, self._elder, self._before = (np.empty(RECALLED, dtype=np.int32) for _ in range(4))
        self._count = 0
        self._last = np.full(sites, UNKNOWN, dtype=np.int32)
        self._orphans: dict[Identity, list[int]] = {}

    def add(self, births: NDArray[np.int32]) -> None:
        """Take note of births, rows as in `cyberspace.backends.backend.SpanResult`, of one region and later than those before."""
        if not len(births):
            return
        self._make_room(len(births))
        from cyberspace.watch.descent import link  # numba, which whoever only looks needs not

        first, self._count = self._count, self._count + len(births)
        self._rows[first : self._count] = births
        link(self._rows, self._parent, self._child, self._elder, self._before, self._last, first, self._count)
        for row in first + np.flatnonzero((self._parent[first : self._count] < 0) & (births[:, 2] >= 0)):
            self._orphans.setdefault((int(self._rows[row, 2]), int(self._rows[row, 3])), []).append(int(row))

    def recall(self, births: NDArray[np.int32]) -> None:
        """Take note of births of before the run was watched, in order of ticks, as far as there is room."""
        rows = births[-KEPT:]
        for first in range(0, len(rows), RECALLED):
            self.add(rows[first : first + RECALLED])

    def distance(self, cradle: NDArray[np.int32], born: NDArray[np.int32]) -> NDArray[np.int16]:
        """Loci in which the genome of each identity differed from its parent's at birth; `UNKNOWN` where it is not known.

        Whoever came from a region of another rank is known there alone.
        """
        row = self._find(np.column_stack([cradle, born]))
        return np.where(row >= 0, self._rows[row, 4], UNKNOWN).astype(np.int16)

    def parent(self, cradle: int, born: int) -> Identity | None:
        """Identity of the parent of an identity, None if it is not known."""
        return next(iter(self.ancestors(cradle, born, 1)), None)

    def ancestors(self, cradle: int, born: int, most: int) -> list[Identity]:
        """Parent, grandparent and so on of an identity, as far as they are known, at most so many."""
        found: list[Identity] = []
        row = self._row((cradle, born))
        while row >= 0 and len(found) < most:
            found.append((int(self._rows[row, 2]), int(self._rows[row, 3])))
            row = int(self._parent[row])
        return found

    def kindred(
        self, roots: Mapping[Identity, Place], line: list[Identity], asked: list[Identity], living: NDArray[np.int32]
    ) -> Kindred:
        """Who descends from some roots, themselves included.

        Args:
            roots: Where each stands.
            line: Ancestors of whom relatives are sought; their descendants are not those of a root above them, for these are theirs.
            asked: Strangers of other ranks.
            living: (cradle, tick of birth) of those who live here, shape (living, 2).
        """
        rows, up, down = self._descend(roots, line)
        lives = np.zeros(self._count + 1, dtype=bool)
        lives[self._find(living)] = True
        lives[UNKNOWN] = False  # whoever lives and is not known here
        best: tuple[int, int, int, int] | None = None
        alive = np.flatnonzero(lives[rows])
        if len(alive):
            born, cradle = self._rows[rows[alive], :2].T
            k = int(np.lexsort((cradle, born, down[alive], up[alive]))[0])
            best = int(up[alive[k]]), int(down[alive[k]]), int(born[k]), int(cradle[k])
        at = {row: k for k, row in enumerate(rows.tolist())} if asked else {}
        placed = {one: (int(up[k]), int(down[k])) for one in asked if (k := at.get(self._row(one), UNKNOWN)) >= 0}
        return Kindred(best, placed)

    def strangers(self, since: int) -> list[Identity]:
        """Parents of births here whose own births are not known here, and were not before a tick; in order."""
        return sorted(one for one in self._orphans if one[1] >= since)

    def _descend(self, roots: Mapping[Identity, Place], line: list[Identity]) -> tuple[Rows, Rows, Rows]:
        """Rows that descend from some roots but not through anybody of a line, and the births up and down to each."""
        from cyberspace.watch.descent import descend

        found = self._find(np.array([*roots, *line], dtype=np.int32)).tolist()
        begun = {row: place for row, place in zip(found, roots.values(), strict=False) if row >= 0}
        passed = set(found)
        for one, (high, low) in roots.items():
            begun |= {row: (high, low + 1) for row in self._orphans.get(one, ()) if row not in passed}
        no_way = np.zeros(self._count, dtype=bool)
        no_way[[row for row in passed if row >= 0]] = True
        first = np.array([(row, *place) for row, place in begun.items()], dtype=np.int32).reshape(-1, 3)
        rows, up, down = descend(self._child, self._elder, no_way, first).T
        return rows, up, down

    def _row(self, who: Identity) -> int:
        return int(self._find(np.array([who], dtype=np.int32))[0])

    def _find(self, who: NDArray[np.int32]) -> Rows:
        """The rows of some (cradle, tick of birth), `UNKNOWN` where there is none."""
        from cyberspace.watch.descent import find_all

        rows: Rows = find_all(self._rows, self._last, self._before, who)
        return rows

    def _make_room(self, many: int) -> None:
        """Forget the oldest births, or grow."""
        if self._count + many <= len(self._rows):
            return
        gone = max(0, self._count - KEPT)
        if gone < many:
            size = max(2 * len(self._rows), self._count + many)
            self._rows = np.resize(self._rows, (size, 5))
            self._parent, self._child, self._elder, self._before = (
                np.resize(one, size) for one in (self._parent, self._child, self._elder, self._before)
            )
            return
        kept, left = slice(gone, self._count), self._count - gone
        self._rows[:left] = self._rows[kept].copy()
        for links in (self._parent, self._child, self._elder, self._before):
            links[:left] = np.maximum(links[kept] - gone, UNKNOWN)
        self._last, self._count = np.maximum(self._last - gone, UNKNOWN), left
        orphans = {one: [row - gone for row in rows if row >= gone] for one, rows in self._orphans.items()}
        self._orphans = {one: rows for one, rows in orphans.items() if rows}
