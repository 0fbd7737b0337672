"""Branches of the tree of life, found backwards in time: who lived at a sample is traced to its birth, its parent's birth and so on.

Of a line that is traced no more is kept than how many of the living of each sample descend from it, so what is held at once is the
lines that are still apart: few, for they meet.  Where two meet, all that descends from their common ancestor is known; is that
more than a share of the living at some sample, the ancestor begins a branch, and what lies above it counts without it.

A record seldom says who lives where (`cradle` and `born`), so an inhabitant is taken for the last one born at its site, if the site
was not empty or another lineage's at the sample before its birth was found.  Who moved there is so taken for a neighbour of its
lineage or, where nobody fits, left out, and its lineage's branches are told larger in proportion.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.story.past import Ints, Living, Past

FINE = 0.04
"""Share of the living that a branch has held by itself at some sample, at least, when it is first found."""

Counts = NDArray[np.float32]


@dataclass
class Line:
    """A line that is traced.

    Attributes:
        counts: How many of the traced living of each sample descend from it and from no branch that is found already, (samples,).
        founder: Mark of its lineage.
        size: Sum of the counts.
        met: Whether it has grown since it was last looked at.
        over: Numbers of found branches that descend from it and from no other found branch.
    """

    counts: Counts
    founder: int
    size: float = 0.0
    met: bool = True
    over: list[int] = field(default_factory=list)

    def join(self, other: Line) -> None:
        """Take in a line that descends from the same one."""
        self.counts += other.counts
        self.size += other.size
        self.met = True
        self.over += other.over


@dataclass
class Found:
    """A branch as it is found.

    Attributes:
        who: Key of the identity of its first organism.
        founder: Mark of its lineage.
        own: How many of the traced living of each sample belong to it and to no branch of its own, (samples,).
        parent: Number of the branch that it grew out of; -1 for none.
    """

    who: int
    founder: int
    own: Counts
    parent: int = -1


class Tracer:
    """Takes samples and births, the newest first, and finds branches.

    Args:
        samples: How many samples there are.
        share: Of the living of a sample, that begins a branch.
    """

    def __init__(self, samples: int, share: float = FINE):
        self._samples, self._share = samples, share
        self._known: dict[int, Line] = {}  # by key of the identity
        self._there: dict[int, Line] = {}  # by site, of whom the birth was not found yet
        self.traced = np.zeros(samples, dtype=np.float32)
        self._fewest = 2**62
        self.lost: dict[int, Counts] = {}
        self.found: list[Found] = []

    def sample(self, k: int, sites: Ints, living: Living) -> None:
        """Who lived at a sample."""
        here = np.flatnonzero(living.alive)
        self.traced[k] = len(here)
        self._fewest = min(self._fewest, len(here) or self._fewest)
        founders = living.founder[here].tolist()
        if living.who is not None:
            for who, founder in zip(living.who[here].tolist(), founders, strict=True):
                self._count(self._known, who, founder, k)
            return
        inhabitants = dict(zip(sites[here].tolist(), founders, strict=True))
        for site in [site for site, line in self._there.items() if inhabitants.get(site) != line.founder]:
            line = self._there.pop(site)  # it came later, and was not born there
            self.lost[line.founder] = self.lost.get(line.founder, np.zeros(self._samples, np.float32)) + line.counts
        for site, founder in inhabitants.items():
            self._count(self._there, site, founder, k)

    def _count(self, lines: dict[int, Line], place: int, founder: int, k: int) -> None:
        line = lines.get(place)
        if line is None:
            line = lines[place] = Line(np.zeros(self._samples, dtype=np.float32), founder)
        line.counts[k] += 1
        line.size += 1
        line.met = True

    def births(self, rows: Ints) -> None:
        """Births before the sample that was told last, the newest first: own key, site, parent's key."""
        known, there = self._known, self._there
        for own, site, parent in zip(*rows.T.tolist(), strict=True):
            line = known.pop(own, None)
            if site in there:
                inhabitant = there.pop(site)
                if line is None:
                    line = inhabitant
                else:
                    line.join(inhabitant)
            if line is None:
                continue
            if line.met:
                self._look(own, line)
            above = known.get(parent)
            if above is None:
                known[parent] = line
            else:
                above.join(line)

    def _look(self, who: int, line: Line) -> None:
        """Whether a line of which all descendants are known is a branch; what is above it counts without it then."""
        line.met = False
        if line.size < self._share * self._fewest:
            return
        lived = self.traced > 0
        if float((line.counts[lived] / self.traced[lived]).max(initial=0)) < self._share:
            return
        for number in line.over:
            self.found[number].parent = len(self.found)
        self.found.append(Found(who, line.founder, line.counts.copy()))
        line.counts[:] = 0
        line.size, line.over = 0.0, [len(self.found) - 1]

    def end(self) -> dict[int, Counts]:
        """All births were told: lines that are left began with the first of their lineage.  What is in no branch, by founder."""
        for site, line in self._there.items():  # it was there from the start
            first = site  # the key of one that was born at tick -1
            if first in self._known:
                self._known[first].join(line)
            else:
                self._known[first] = line
        left: dict[int, Counts] = {}
        for who, line in self._known.items():
            self._look(who, line)
            left[line.founder] = left.get(line.founder, np.zeros(self._samples, np.float32)) + line.counts
        return left


def trace(past: Past, marks: list[dict[int, int]] | None = None) -> Generator[None, None, Tracer]:
    """Find the branches of a record, bit by bit: a `Tracer` that was told everything, its `found` branches told as shares of the living.

    Args:
        past: The record.
        marks: Takes, for each sample, the lineages and how many of the living are theirs, with the number of all the living as 0.
    """
    tracer = Tracer(len(past.ticks))
    told: list[dict[int, int]] = []
    for k in range(len(past.ticks) - 1, -1, -1):
        living = past.living(k)
        told.append({0: living.total, **living.marks})
        tracer.sample(k, past.sites, living)
        for rows in past.births(int(past.ticks[k - 1]) if k else 0, int(past.ticks[k])):
            for first in range(0, len(rows), 4096):
                tracer.births(rows[first : first + 4096])
                yield
    if marks is not None:
        marks += told[::-1]
    _share(tracer, tracer.end())
    return tracer


def _share(tracer: Tracer, left: dict[int, Counts]) -> None:
    """Counts to shares of the living, those that were lost given to the branches of their lineage in proportion."""
    known = dict(left)
    for one in tracer.found:
        known[one.founder] = known.get(one.founder, np.zeros_like(one.own)) + one.own
    for one in tracer.found:
        lost = tracer.lost.get(one.founder)
        if lost is not None:
            one.own *= 1 + lost / np.maximum(1, known[one.founder])
        one.own /= np.maximum(1, tracer.traced)
