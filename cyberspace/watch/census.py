"""Counts of who lives in a space: its lineages, where somebody is, and how it went over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.state import TALLY
from cyberspace.law.timetable import Begun
from cyberspace.law.world import World
from cyberspace.record.scores import COLUMNS, Scores, closed, known, scored, spreads
from cyberspace.watch.look import Look
from cyberspace.wire.messages import LineageTold, MemberTold

SHOWN = 6
"""Lineages with a class of their own in the field `lineage`."""

SAMPLES = 4096
"""Samples of the series that are kept; then every other one is dropped."""

ASKED = 4096
"""Organisms of a region whose scores are looked at, at most; a record has them of all."""

MARKS = 4096
"""Lineages of a region that are counted; in a soup at its start everybody is a lineage."""


Known = tuple[tuple[int, int], int]
"""An identity, and the mark of its lineage."""


def marks(look: Look) -> NDArray[np.int64]:
    """Founders' marks and members of the largest lineages of a region, int64 (2, lineages); those beyond `MARKS` are left out."""
    found, counts = np.unique(look("founder")[look("alive")], return_counts=True)
    order = np.lexsort((found, -counts))[:MARKS]
    return np.stack([found[order].astype(np.int64), counts[order]])


def largest(counted: list[NDArray[np.int64]], most: int = SHOWN) -> list[int]:
    """Marks of the largest lineages of a space, from what `marks` counted in its regions; largest first, then by mark."""
    every = np.concatenate(counted, axis=1)
    found, inverse = np.unique(every[0], return_inverse=True)
    counts = np.zeros(len(found), dtype=np.int64)
    np.add.at(counts, inverse, every[1])
    ordered: list[int] = found[np.lexsort((found, -counts))[:most]].tolist()
    return ordered


def lineages(look: Look, first: int, wanted: list[int]) -> list[LineageTold]:
    """Lineages in a region: members, their energy and generations, and the richest member; those that have none are left out."""
    alive, founder = look("alive"), look("founder")
    found: list[LineageTold] = []
    for mark in wanted:
        sites = np.flatnonzero(alive & (founder == np.uint32(mark)))
        if not len(sites):
            continue
        energy, generation = look("energy", sites), look("generation", sites)
        found.append(
            {
                "founder": mark,
                "members": len(sites),
                "energy": int(energy.sum(dtype=np.int64)),
                "generation": int(generation.max()),
                "best": member(look, first, int(sites[energy.argmax()])),
            }
        )
    return found


def together(parts: list[LineageTold]) -> LineageTold:
    """A lineage of a space, from what `lineages` tells of it in each region."""
    return {
        "founder": parts[0]["founder"],
        "members": sum(part["members"] for part in parts),
        "energy": sum(part["energy"] for part in parts),
        "generation": max(part["generation"] for part in parts),
        "best": max((part["best"] for part in parts), key=lambda best: best["energy"]),
    }


def member(look: Look, first: int, site: int) -> MemberTold:
    """Where somebody lives (numbered in the universe, where the region begins at `first`), who it is and what it has."""
    at = np.array([site])
    cradle, born, generation, energy = (int(look(name, at)[0]) for name in ("cradle", "born", "generation", "energy"))
    return {"site": first + site, "cradle": cradle, "born": born, "generation": generation, "energy": energy}


def where(look: Look, first: int, cradle: int, born: int) -> int | None:
    """Where an identity lives now; None if it lives no more."""
    sites = np.flatnonzero(look("alive") & (look("cradle") == cradle) & (look("born") == born))
    return first + int(sites[0]) if len(sites) else None


def identity(look: Look, site: int) -> Known | None:
    """Who lives at a site of a region; None if nobody does."""
    alive, cradle, born, founder = (int(look(name, np.array([site]))[0]) for name in ("alive", "cradle", "born", "founder"))
    return ((cradle, born), founder) if alive else None


def who_lives(look: Look) -> NDArray[np.int32]:
    """(cradle, tick of birth) of those who live in a region, shape (living, 2)."""
    alive = look("alive")
    return np.column_stack([look("cradle")[alive], look("born")[alive]])


def nearest(look: Look, world: World, founder: int, site: int) -> tuple[int, tuple[int, int]] | None:
    """Who of a lineage lives nearest to a site of the universe, in a region: steps along the near axes, and who.

    Another region than the site's is as far away as can be, and then the place in it is compared.
    """
    sites = np.flatnonzero(look("alive") & (look("founder") == np.uint32(founder)))
    if not len(sites):
        return None
    near = [axis for axis in world.lattice.axes if not axis.far]
    shape = tuple(axis.length for axis in near)
    here = site - int(world.first_site)
    elsewhere = not 0 <= here < world.sites
    steps = np.full(len(sites), world.sites if elsewhere else 0)
    for axis, at, there in zip(near, np.unravel_index(here % world.sites, shape), np.unravel_index(sites, shape), strict=True):
        apart = np.abs(there - at)
        steps += np.minimum(apart, axis.length - apart) if axis.curled else apart
    best = sites[[int(steps.argmin())]]
    return int(steps.min()), (int(look("cradle", best)[0]), int(look("born", best)[0]))


def members(look: Look, first: int, founder: int, most: int) -> list[MemberTold]:
    """The richest members of a lineage in a region."""
    sites = np.flatnonzero(look("alive") & (look("founder") == np.uint32(founder)))
    order = np.argsort(-look("energy", sites), kind="stable")[:most]
    return [member(look, first, int(site)) for site in sites[order]]


@dataclass(frozen=True)
class Count:
    """What is counted in some regions of a space.

    Attributes:
        tick: The tick of the slowest of these regions.
        living: Organisms that live there.
        energy: Energy that these organisms hold.
        performing: How many of them perform each goal, int64 (goals,).
        births: Births since the run was started.
        faithful: How many of these births were within 5 % of the parent.
        scores: What is known of the scores of these organisms, or of many of them, float64 (k,) for each task that says one.
    """

    tick: int
    living: int
    energy: int
    performing: NDArray[np.int64]
    births: int
    faithful: int
    scores: tuple[Scores, ...] = ()

    def __add__(self, other: Count) -> Count:
        """The count of both."""
        sums = {name: getattr(self, name) + getattr(other, name) for name in COUNTED}
        scores = tuple(np.concatenate(pair) for pair in zip(self.scores, other.scores, strict=True))
        return Count(tick=min(self.tick, other.tick), scores=scores, **sums)


COUNTED = ("living", "energy", "performing", "births", "faithful")


def count(look: Look, world: World, tick: int, counts: NDArray[np.int64], begun: Begun) -> Count:
    """Count a region; `counts` and `begun` as in `LocalRegion`."""
    performed = look("performed")[look("alive")]
    performing = [np.count_nonzero(performed & np.uint32(1 << k)) for k in range(len(world.goals))]
    born, faithful = (int(counts[TALLY.index(name)]) for name in ("births", "faithful"))
    energy = int(look("energy").sum(dtype=np.int64))
    scores = _scores(look, world, closed(world, tick, begun))
    return Count(tick, len(performed), energy, np.array(performing, dtype=np.int64), born, faithful, scores)


def _scores(look: Look, world: World, closed: set[int]) -> tuple[Scores, ...]:
    """Scores of the living of a region; of many, those of some that are spread evenly over it."""
    tasks = scored(world)
    if not tasks:
        return ()
    living = np.flatnonzero(look("alive"))
    asked = living[:: max(1, -(-len(living) // ASKED))]
    return known(world, tasks, asked, np.array(look("memory", asked)), np.array(look("block", asked)), closed)


class Series:
    """How a space went: a sample now and then, over the time that it was watched.

    Heredity is that of the births since the sample before; where there were none it stays as it was, and is NaN before the first.
    """

    def __init__(self, world: World):
        self._world = world
        self._rows: list[tuple[float, ...]] = []
        self._births = self._faithful = 0
        self._heredity = float("nan")
        self._every, self._skipped = 1, 0

    def sample(self, count: Count) -> None:
        """Add a sample, unless there is one of this tick."""
        if self._rows and self._rows[-1][0] >= count.tick:
            return
        self._skipped += 1
        if self._skipped < self._every:
            return
        shares = (count.performing / max(1, count.living)).tolist()
        births = count.births - self._births
        if births > 0:
            self._heredity = (count.faithful - self._faithful) / births
        scores = spreads(self._world, [count.scores]).ravel().tolist() if count.scores else ()
        self._rows.append((count.tick, count.living, self._heredity, count.energy, *shares, *scores))
        self._births, self._faithful, self._skipped = count.births, count.faithful, 0
        if len(self._rows) > SAMPLES:
            self._rows, self._every = self._rows[::2], 2 * self._every

    def recall(self, rows: NDArray[np.float64]) -> None:
        """Begin with samples of before the run was watched: rows of tick, population, heredity, energy and shares, in order."""
        self._rows = [tuple(row) for row in rows.tolist()]
        known = rows[~np.isnan(rows[:, 2]), 2]
        self._heredity = float(known[-1]) if len(known) else self._heredity

    def since(self, tick: int, most: int | None = None) -> dict[str, NDArray[np.generic]]:
        """Arrays of the samples from a tick on; of more than so many, some that are spread evenly, the last among them."""
        tasks, goals = len(scored(self._world)), 4 + len(self._world.goals)
        width = goals + tasks * len(COLUMNS)
        chosen = [row for row in self._rows if row[0] >= tick]
        chosen = chosen if most is None else chosen[:: -max(1, -(-len(chosen) // most))][::-1]
        rows = np.array(chosen, dtype=np.float64).reshape(-1, width)
        scores = {"scores": rows[:, goals:].reshape(-1, tasks, len(COLUMNS)).astype(np.float32)} if tasks else {}
        return {
            "tick": rows[:, 0].astype(np.int64),
            "population": rows[:, 1].astype(np.int64),
            "heredity": rows[:, 2].astype(np.float32),
            "energy": rows[:, 3].astype(np.int64),
            "shares": rows[:, 4:goals].astype(np.float32),
            **scores,
        }
