"""All that descend from one organism: where they live at a tick."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.lineages import key
from render.about import SpaceAbout
from render.clade import Clade
from render.frames import Frame

NAMES = ("cradle", "born", "parent", "parent_born", "founder")
"""Quantities that tell who descends from whom."""

Bools = NDArray[np.bool_]


@dataclass
class Descendants:
    """Finds the descendants among the living.

    Attributes:
        clade: What the record tells of them.
        known: Keys of all that are known, in order; those that a live run shows are added.
    """

    clade: Clade
    known: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        mine = self.clade.mine
        keys = key(self.clade.sites[mine].astype(np.int64), self.clade.ticks[mine].astype(np.int64))
        self.known = np.unique(np.append(keys, key(np.array([self.clade.cradle]), np.array([self.clade.born]))))

    def lit(self, frame: Frame, space: SpaceAbout) -> Bools:
        """Where a descendant lives, in the shape of the frame's arrays.

        Exact where the frame tells identities.  Else whoever lives at a site is taken for the last one that was born there, if it is of
        the clade's lineage.
        """
        arrays = frame.arrays
        alive = next(arrays[name] for name in ("alive", "energy", "founder") if name in arrays).astype(bool)
        if {"cradle", "born"} <= arrays.keys():
            return np.asarray(self._by_identity(frame) & alive)
        found = self._by_site(frame.tick, space).reshape(space.shape)
        if any(a != b for a, b in zip(found.shape, alive.shape, strict=True)):  # the frame holds a slice of it
            return np.zeros(alive.shape, dtype=bool)
        found &= alive
        if "founder" in arrays and found.any():
            marks, counts = np.unique(arrays["founder"][found], return_counts=True)
            found &= arrays["founder"] == marks[counts.argmax()]
        return found

    def _by_identity(self, frame: Frame) -> Bools:
        own, above = (key(frame.arrays[c].astype(np.int64), frame.arrays[b].astype(np.int64)) if {c, b} <= frame.arrays.keys()
                      else None for c, b in (("cradle", "born"), ("parent", "parent_born")))  # fmt: skip
        assert own is not None
        found = self._is_known(own)
        if above is not None:
            found |= self._is_known(above)
            fresh = own[found]
            if len(fresh) and not self._is_known(fresh).all():
                self.known = np.union1d(self.known, fresh)
        return found

    def _is_known(self, keys: NDArray[np.int64]) -> Bools:
        at = np.searchsorted(self.known, keys).clip(0, len(self.known) - 1)
        return np.asarray(self.known[at] == keys)

    def _by_site(self, tick: int, space: SpaceAbout) -> Bools:
        """Whether the last one born at each site of a space before a tick is a descendant, (sites,)."""
        clade, stop = self.clade, int(np.searchsorted(self.clade.ticks, tick))
        sites = clade.sites[:stop].astype(np.int64) - space.first_site
        here = (sites >= 0) & (sites < space.sites)
        last = np.full(space.sites, False)
        last[sites[here]] = clade.mine[:stop][here]  # of several births at a site the last one stays
        if 0 <= (first := clade.cradle - space.first_site) < space.sites and clade.born < tick and not (sites == first).any():
            last[first] = True
        return last
