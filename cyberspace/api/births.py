"""Births and crossings since a simulation was made, as tables, and the ancestors that they tell of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cyberspace.api import dataset
from cyberspace.backends.backend import NO_BIRTHS
from cyberspace.law.universe import Universe
from cyberspace.run.crossings import CROSSINGS, NO_CROSSINGS
from cyberspace.run.local import LocalRegion

if TYPE_CHECKING:
    from cyberspace.api.dataset import DataFrame

BIRTHS = ("tick", "site", "parent", "parent_born", "distance")
WHAT = ("gift", "spore", "mover")
"""Kinds of what crosses a link."""

KEPT = 2**24
"""Births that are remembered, at least; the oldest are forgotten beyond it."""

Identity = tuple[int, int]
"""(cradle, tick of birth): nobody shares it."""


class Tables:
    """What regions told of births and crossings.

    Args:
        universe: The universe.
    """

    def __init__(self, universe: Universe):
        self._universe = universe
        self._births: list[NDArray[np.int32]] = []
        self._crossings: list[NDArray[np.int64]] = []
        self._count = 0
        self._index: tuple[int, dict[Identity, Identity]] = (0, {})

    def gather(self, regions: list[LocalRegion]) -> None:
        """Take what regions tell since they were last asked."""
        for births, crossed in (region.take_tables() for region in regions):
            if len(births):
                self._births.append(births)
                self._count += len(births)
            if len(crossed):
                self._crossings.append(crossed)
        while self._count - len(self._births[0] if self._births else ()) >= KEPT:
            self._count -= len(self._births.pop(0))

    def births(self) -> NDArray[np.int32]:
        """All births in order of tick and site, (births, 5): tick, site, parent, parent_born, distance."""
        rows = np.concatenate([NO_BIRTHS, *self._births])
        return rows[np.lexsort((rows[:, 1], rows[:, 0]))]

    def crossings(self) -> NDArray[np.int64]:
        """All crossings in order of tick and sender, (crossings, 6): see `cyberspace.run.crossings.CROSSINGS`."""
        rows = np.concatenate([NO_CROSSINGS, *self._crossings])
        return rows[np.lexsort((rows[:, 1], rows[:, 0]))]

    def ancestry(self, cradle: int, born: int) -> list[Identity]:
        """Identities of the parent, its parent and so on, as far as they are remembered."""
        if self._index[0] != self._count:
            rows = self.births().tolist()
            self._index = (self._count, {(site, tick): (parent, when) for tick, site, parent, when, _ in rows})
        parents, found = self._index[1], list[Identity]()
        here = parents.get((cradle, born))
        while here is not None:
            found.append(here)
            here = parents.get(here)
        return found


def births_table(universe: Universe, rows: NDArray[np.int32] | NDArray[np.int64]) -> DataFrame:
    """A table of births: tick, space, site, parent (its cradle), parent_born, distance (loci that differ from the parent's)."""
    firsts = np.array([universe.worlds[space.first_region].first_site for space in universe.spaces])
    spaces = (np.searchsorted(firsts, rows[:, 1], side="right") - 1).astype(np.int64)
    names = tuple(space.name for space in universe.spaces)
    return dataset.table({name: rows[:, k] for k, name in enumerate(BIRTHS)}, {"space": (spaces, names)})


def crossings_table(universe: Universe, rows: NDArray[np.int64]) -> DataFrame:
    """A table of who crossed a link: tick, what (gift, spore or mover), sender, receiver (regions), energy, founder."""
    columns = {name: rows[:, k] for k, name in enumerate(CROSSINGS) if name != "kind"}
    return dataset.table(columns, {"what": (rows[:, CROSSINGS.index("kind")], WHAT)})
