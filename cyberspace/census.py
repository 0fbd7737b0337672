"""Counts of who lives in a space: its lineages, where somebody is, and how it went over time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.look import Look
from cyberspace.state import TALLY
from cyberspace.world import World

SHOWN = 6
"""Lineages with a class of their own in the field `lineage`."""

SAMPLES = 4096
"""Samples of the series that are kept; then every other one is dropped."""

MEMBERS = ("site", "cradle", "born", "generation", "energy")


def largest(look: Look, most: int = SHOWN) -> list[tuple[int, int]]:
    """(founder's mark, members) of the largest lineages, largest first, then by mark."""
    founder = look("founder")[look("alive")]
    marks, counts = np.unique(founder, return_counts=True)
    order = np.lexsort((marks, -counts))[:most]
    return [(int(marks[k]), int(counts[k])) for k in order]


def lineages(look: Look, first: int, most: int) -> list[dict[str, Any]]:
    """The largest lineages: members, their energy and generations, and the richest member."""
    alive, founder = look("alive"), look("founder")
    found = []
    for mark, members in largest(look, most):
        sites = np.flatnonzero(alive & (founder == np.uint32(mark)))
        energy, generation = look("energy", sites), look("generation", sites)
        best = member(look, first, int(sites[energy.argmax()]))
        about = {"founder": mark, "members": members, "energy": int(energy.sum(dtype=np.int64))}
        found.append({**about, "generation": int(generation.max()), "best": best})
    return found


def member(look: Look, first: int, site: int) -> dict[str, int]:
    """Where somebody lives (numbered in the universe, where the space begins at `first`), who it is and what it has."""
    at = np.array([site])
    return {"site": first + site} | {name: int(look(name, at)[0]) for name in MEMBERS[1:]}


def where(look: Look, first: int, cradle: int, born: int) -> int | None:
    """Where an identity lives now; None if it lives no more."""
    sites = np.flatnonzero(look("alive") & (look("cradle") == cradle) & (look("born") == born))
    return first + int(sites[0]) if len(sites) else None


def members(look: Look, first: int, founder: int, most: int) -> list[dict[str, int]]:
    """The richest members of a lineage."""
    sites = np.flatnonzero(look("alive") & (look("founder") == np.uint32(founder)))
    order = np.argsort(-look("energy", sites), kind="stable")[:most]
    return [member(look, first, int(site)) for site in sites[order]]


class Series:
    """How a space went: a sample now and then, over the time that it was watched."""

    def __init__(self, world: World):
        self._world = world
        self._rows: list[tuple[float, ...]] = []
        self._births = self._faithful = 0
        self._every, self._skipped = 1, 0

    def note(self, tally: NDArray[np.int64]) -> None:
        """Take note of a span of ticks, int64 (ticks, len(TALLY))."""
        self._births += int(tally[:, TALLY.index("births")].sum())
        self._faithful += int(tally[:, TALLY.index("faithful")].sum())

    def sample(self, look: Look, tick: int) -> None:
        """Add a sample, unless there is one of this tick."""
        if self._rows and self._rows[-1][0] >= tick:
            return
        self._skipped += 1
        if self._skipped < self._every:
            return
        alive = look("alive")
        performed = look("performed")[alive]
        goals = range(len(self._world.goals))
        living = max(1, len(performed))
        shares = [np.count_nonzero(performed & np.uint32(1 << k)) / living for k in goals]
        heredity = self._faithful / self._births if self._births else 0.0
        self._rows.append((tick, len(performed), heredity, float(look("energy").sum(dtype=np.int64)), *shares))
        self._births = self._faithful = self._skipped = 0
        if len(self._rows) > SAMPLES:
            self._rows, self._every = self._rows[::2], 2 * self._every

    def since(self, tick: int) -> dict[str, NDArray[Any]]:
        """Arrays of the samples from a tick on."""
        width = 4 + len(self._world.goals)
        rows = np.array([row for row in self._rows if row[0] >= tick], dtype=np.float64).reshape(-1, width)
        return {
            "tick": rows[:, 0].astype(np.int64),
            "population": rows[:, 1].astype(np.int64),
            "heredity": rows[:, 2].astype(np.float32),
            "energy": rows[:, 3].astype(np.int64),
            "shares": rows[:, 4:].astype(np.float32),
        }
