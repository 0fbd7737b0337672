"""Those who settle across a beach and reproduce there."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from cyberspace.analysis.story.marks import Mark
from cyberspace.analysis.story.past import Ints, Past
from topology import Beach

MOST = 2**20
"""Crossers that are remembered: the newest."""


def beaches(past: Past) -> list[tuple[str, str]]:
    """Spaces between which one can cross, from and to."""
    universe = past.folder.universe
    found: list[tuple[str, str]] = []
    for axis, beach in enumerate(universe.clock.axes):
        if isinstance(beach, Beach):
            one = next(world for world in universe.worlds if any(end.axis == axis for end in world.ends))
            two = universe.worlds[next(end for end in one.ends if end.axis == axis).partners[0]]
            found += [(one.space, two.space), (two.space, one.space)]
    return list(dict.fromkeys(found))


def amphibians(past: Past) -> Generator[None, None, list[Mark]]:
    """For each way over a beach, the first organism that was born on the far side of a parent from this one and had a child there."""
    found: list[Mark] = []
    universe = past.folder.universe
    sites = {space.name: range(first := int(universe.worlds[space.first_region].first_site), first + _sites(past, space.name))
             for space in universe.spaces}  # fmt: skip
    for origin, target in beaches(past):
        crossers = np.zeros(0, dtype=np.int64)
        for rows in past.forward(target):
            crossers, first = settled(rows, crossers, sites[origin])
            yield
            if first >= 0:
                own, cradle = int(rows[first, 0]), int(rows[first, 2]) & (2**31 - 1)
                words = f"born in {target} of a parent from {origin}, one has a child there"
                born = (int(rows[first, 2]) >> 31) - 1
                found.append(Mark((own >> 31) - 1, "amphibian", words, target, int(rows[first, 1]), cradle, born))
                break
    return found


def _sites(past: Past, name: str) -> int:
    universe = past.folder.universe
    return sum(world.sites for world in universe.worlds if world.space == name)


def settled(rows: Ints, crossers: Ints, origin: range) -> tuple[Ints, int]:
    """The crossers so far, and the first row whose parent is one of them; -1 if there is none.

    Args:
        rows: Births of the far side: own key, site, parent's key.
        crossers: Keys of those born there before of parents from this side.
        origin: Sites of this side, where such parents were born.
    """
    cradle = rows[:, 2] & (2**31 - 1)
    crossed = (cradle >= origin.start) & (cradle < origin.stop)
    crossers = np.concatenate([crossers, rows[crossed, 0]])[-MOST:]
    parents = np.flatnonzero(~crossed & np.isin(rows[:, 2], crossers))
    return crossers, int(parents[0]) if len(parents) else -1
