"""Who lived at each sample, and from whom of the sample before each descends.

Where a record samples `cradle` and `born` it says who lives where.  Most do not, and then an inhabitant is taken for the last one born at
its site, as far as `founder` bears that out: who moved there, or arose from nothing, is not of that lineage, or stands where nobody
lived.  One who arose is known when it has had children; who moved is taken for an heir of the nearest of its lineage at the sample before,
so that lineages have as many heirs as they have.  `Sample.known` says for how many it is known who they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.lineages import key, rows_of
from cyberspace.analysis.measuring.pedigree import Pedigree

Ints = NDArray[np.int64]

NOBODY = -1
"""Identity of whom nothing is known."""


@dataclass(frozen=True)
class Seen:
    """What a record says of all sites at a sample.

    Attributes:
        tick: The tick.
        alive: Whether somebody lives there, bool (sites,).
        founder: Mark of its lineage, int64 (sites,); zeros where not recorded.
        who: Its identity, int64 (sites,); None where not recorded.
    """

    tick: int
    alive: NDArray[np.bool_]
    founder: Ints
    who: Ints | None = None


@dataclass(frozen=True)
class Sample:
    """The living of a sample, in order of site.

    Attributes:
        tick: The tick.
        site: Where each lives, int64 (n,).
        who: Identity of each, int64 (n,); `NOBODY` where not known.
        row: Row of its birth in the pedigree; -1 for the first of a lineage and where not known.
        founder: Mark of its lineage; zeros where not recorded.
        ancestor: Number, among the living of the sample before, of the one it descends from or is; -1 where not known, or it arose since.
        same: Whether it has the genotype of that one, by exact copies, bool (n,).
    """

    tick: int
    site: Ints
    who: Ints
    row: Ints
    founder: Ints
    ancestor: Ints
    same: NDArray[np.bool_]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Of whom it is known who they are, bool (n,)."""
        return np.asarray(self.who != NOBODY)

    @property
    def born(self) -> Ints:
        """When each was born, (n,); -1 for who was there from the start, -2 where not known."""
        return np.where(self.known, (self.who >> 31) - 1, -2)


@dataclass
class Walk:
    """Goes through samples in order.

    Attributes:
        births: The pedigree.
        sites: Sites of the universe.
    """

    births: Pedigree
    sites: int
    _last: Ints = field(init=False)
    _there: Ints = field(init=False)
    _founder: Ints = field(init=False)
    _done: int = 0
    _of: dict[int, int] = field(default_factory=dict)
    _root: dict[int, int] = field(default_factory=dict)
    _before: Sample | None = None

    def __post_init__(self) -> None:
        self._last = np.full(self.sites, -1, dtype=np.int64)
        self._there = np.full(self.sites, NOBODY, dtype=np.int64)
        self._founder = np.zeros(self.sites, dtype=np.int64)

    def take(self, seen: Seen) -> Sample:
        """The living of the next sample."""
        stop, births = self.births.before(seen.tick), self.births
        begun = self._done
        rows = np.arange(begun, stop)
        self._last[births.site[begun:stop]] = rows  # of several births at a site the last one stays
        self._done = stop
        who = self._told(seen) if seen.who is not None else self._guessed(seen, begun)
        site = np.flatnonzero(seen.alive)
        row = births.rows(who[site], stop)
        ancestor, same = self._climb(who[site], row)
        if seen.who is None:
            ancestor = self._nearest(ancestor, seen.founder[site], site)
        sample = Sample(seen.tick, site, who[site], row, seen.founder[site], ancestor, same)
        self._there, self._founder, self._before = who, np.where(seen.alive, seen.founder, 0), sample
        return sample

    def _told(self, seen: Seen) -> Ints:
        assert seen.who is not None
        return np.where(seen.alive, seen.who, NOBODY)

    def _guessed(self, seen: Seen, begun: int) -> Ints:
        """Identities by what was born where, (sites,)."""
        births, last = self.births, self._last
        new = seen.alive & (last >= begun)
        who = np.where(new, births.keys[last] if len(births.keys) else NOBODY, NOBODY)
        stays = seen.alive & ~new & (seen.founder == self._founder) if self._before is not None else seen.alive & ~new
        here = np.arange(self.sites, dtype=np.int64)
        who = np.where(stays, self._there if self._before is not None else key(here, np.full(self.sites, -1)), who)
        known = np.flatnonzero(who != NOBODY)
        row = births.rows(who[known])
        root = births.of(births.root, row, who[known])
        self._learn(root, seen.founder[known])
        firm = np.array([self._of[one] for one in root.tolist()], dtype=np.int64) == seen.founder[known]
        who[known[~firm]] = NOBODY
        for site in np.flatnonzero(
            seen.alive & (who == NOBODY)
        ).tolist():  # perhaps the first of a lineage, known by its children
            first = self._root.get(int(seen.founder[site]), NOBODY)
            if first != NOBODY and first & (2**31 - 1) == site:
                who[site] = first
        return who

    def _learn(self, root: Ints, founder: Ints) -> None:
        """Which mark each lineage has: that of most who seem to be of it, when it is first seen."""
        pairs, counts = np.unique(np.stack([root, founder]), axis=1, return_counts=True)
        for k in np.argsort(-counts, kind="stable").tolist():
            one, mark = int(pairs[0, k]), int(pairs[1, k])
            if one not in self._of:
                self._of[one] = mark
                self._root.setdefault(mark, one)

    def _nearest(self, ancestor: Ints, founder: Ints, site: Ints) -> Ints:
        """Ancestors, where not known by birth the nearest of the same lineage at the sample before; -1 where there was none."""
        before, lost = self._before, np.flatnonzero((ancestor < 0) & (founder != 0))
        if before is None or not len(before.site) or not len(lost):
            return ancestor
        order = np.lexsort((before.site, before.founder))
        marks, places = before.founder[order], before.site[order]
        at = np.searchsorted(marks * self.sites + places, founder[lost] * self.sites + site[lost])
        sides = np.stack([np.maximum(at - 1, 0), np.minimum(at, len(order) - 1)])
        away = np.where(marks[sides] == founder[lost], np.abs(places[sides] - site[lost]), self.sites)
        best = away.argmin(axis=0)
        one = np.arange(len(lost))
        found = ancestor.copy()
        found[lost] = np.where(away[best, one] < self.sites, order[sides[best, one]], -1)
        return found

    def _climb(self, who: Ints, row: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """From each of the living up to whom it descends from of the sample before."""
        births, here, top = self.births, row.copy(), who.copy()
        same = np.ones(len(who), dtype=bool)
        if self._before is None:
            return np.full(len(who), -1, dtype=np.int64), same
        while True:
            young = np.flatnonzero((here >= 0) & (births.tick[here] >= self._before.tick)) if len(births.tick) else here[:0]
            if not len(young):
                break
            at = here[young]
            same[young] &= births.exact[at]
            top[young], here[young] = births.above[at], births.parent[at]
        ancestor = rows_of(self._before.who, top)
        return np.where(top == NOBODY, -1, ancestor), same


def genotypes(births: Pedigree, sample: Sample) -> Ints:
    """Genotype of each of the living by descent, (n,): the identity of the first who had it.

    Of whom nothing is known the mark of the lineage stands for it, as a number below `NOBODY`.
    """
    return np.where(sample.known, births.of(births.genotype, sample.row, sample.who), -2 - sample.founder)


def depths(births: Pedigree, sample: Sample) -> Ints:
    """Births from the first of its lineage to each of the living, (n,)."""
    return births.of(births.depth, sample.row, 0)


def began(births: Pedigree, sample: Sample) -> Ints:
    """When the first of the lineage of each of the living was born, (n,); -1 for there from the start, -2 where not known."""
    return np.where(sample.known, (births.of(births.root, sample.row, sample.who) >> 31) - 1, -2)
