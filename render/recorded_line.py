"""Following a line in a record: who stands for somebody at a tick, by the rule of `cyberspace.watch.lines`.

A record tells births, and who lives where only in samples that hold `cradle` and `born`, and at checkpoints.  Elsewhere whoever lives at a
site is taken for the last one that was born there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.universe import Space
from cyberspace.watch.lines import UP
from render.about import Place
from render.kinship import Births, key
from render.stored import Stored

DOWN, FRONT = 32, 256
"""Births, at most, down from a common ancestor, and of one generation descendants that are followed: the eldest."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Living:
    """Who lives at a tick, in all spaces.

    Attributes:
        keys: Who, as `render.kinship.key` has it, in order, int64 (living,).
        sites: Where, as a number in the universe, int64 (living,).
        marks: Their founders' marks, uint32 (living,); zeros where these are not known.
    """

    keys: Ints
    sites: Ints
    marks: NDArray[np.uint32]

    def holds(self, keys: Ints) -> NDArray[np.bool_]:
        """Which of some live."""
        if not len(self.keys):
            return np.zeros(len(keys), dtype=bool)
        return np.asarray(self.keys[np.searchsorted(self.keys, keys).clip(0, len(self.keys) - 1)] == keys)

    def site(self, who: int) -> int:
        """Where somebody lives that does."""
        return int(self.sites[np.searchsorted(self.keys, who)])

    def at(self, site: int) -> int | None:
        """Who lives at a site; None for nobody."""
        found = np.flatnonzero(self.sites == site)
        return int(self.keys[found[0]]) if len(found) else None


@dataclass(frozen=True)
class Stands:
    """Who stands for somebody: by which rule, and how many births up and down from it."""

    who: int
    rule: str
    up: int = 0
    down: int = 0


def living_at(stored: Stored, spaces: Iterable[Space], births: Births, tick: int) -> Living:
    """Who lives at a tick of a record."""
    keys, sites, marks = [], [], []
    for space in spaces:
        known = {name: stored.field(space.name, name, tick) for name in ("alive", "energy", "founder", "cradle", "born")}
        teller = next((known[name] for name in ("alive", "energy", "founder") if known[name] is not None), None)
        first = stored.first_site(space.name)
        if teller is None:
            continue
        here = np.flatnonzero(np.ravel(teller))
        if known["cradle"] is not None and known["born"] is not None:
            cradle, born = (np.ravel(known[name])[here].astype(np.int64) for name in ("cradle", "born"))  # type: ignore[arg-type]
        else:
            cradle, born = here + first, births.last_born(first, teller.size, tick)[here]
        keys.append(key(cradle, born))
        sites.append(here + first)
        founder = known["founder"]
        marks.append(np.zeros(len(here), np.uint32) if founder is None else np.ravel(founder)[here].astype(np.uint32))
    if not keys:
        return Living(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint32))
    every = np.concatenate(keys)
    order = np.argsort(every, kind="stable")
    return Living(every[order], np.concatenate(sites)[order], np.concatenate(marks)[order])


def stands_for(who: int, births: Births, living: Living, tick: int) -> Stands | None:
    """Who stands for somebody at a tick; None if no relative is known to live."""
    if living.holds(np.array([who]))[0]:
        return Stands(who, "itself")
    ancestor, below = who, who
    for up in range(UP + 1):
        if up and living.holds(np.array([ancestor]))[0]:
            return Stands(ancestor, "relative", up, 0)
        front = np.array([ancestor])
        for down in range(1, DOWN + 1):
            front = births.born_of(front, tick)
            front = front[front != below][:FRONT]
            if not len(front):
                break
            alive = front[living.holds(front)]
            if len(alive):
                return Stands(int(alive[0]), "relative" if up else "descendant", up, down)
        parent = births.parent_of(ancestor)
        if parent is None:
            return None
        ancestor, below = parent, ancestor
    return None


def nearest(living: Living, founder: int, space: Space, first: int, place: Place) -> Stands | None:
    """Who of a founder's lineage lives nearest to a place, in its space, by steps along the axes."""
    shape = space.lattice.shape
    some = np.flatnonzero((living.marks == founder) & (living.sites >= first) & (living.sites < first + int(np.prod(shape))))
    if not founder or not len(some):
        return None
    there = np.stack(np.unravel_index(living.sites[some] - first, shape), axis=1)
    return Stands(int(living.keys[some[np.abs(there - np.array(place)).sum(axis=1).argmin()]]), "lineage")
