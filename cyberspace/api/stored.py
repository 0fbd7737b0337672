"""One organism of a run at rest, with its ancestors as far as the record tells of births."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.lineages import key
from cyberspace.api.births import Identity
from cyberspace.api.hands import owner
from cyberspace.api.organism import Organism, organism_of
from cyberspace.api.sheets import axis_names
from cyberspace.law.state import WorldState
from cyberspace.law.universe import Universe
from cyberspace.watch.genealogy import Genealogy
from cyberspace.watch.look import Seen, Sites
from organisms.arrays import Array


def stored_organism(
    universe: Universe, state: WorldState, tick: int, site: int, births: NDArray[np.int64] | None, run: str
) -> Organism:
    """Who lives at a site.

    Args:
        universe: The universe.
        state: Of the region of the site.
        tick: Its tick.
        site: Numbered in the universe.
        births: int64 (births, 5) as recorded: tick, site, parent (its cradle), parent_born, distance; None where nothing is recorded.
        run: What the run is called.
    """

    def look(name: str, sites: Sites = None, /) -> Array:
        values: Array = getattr(state.region, name)
        return values if sites is None else values[..., sites]

    number = owner(universe, site)
    world, space = universe.worlds[number], universe.space_of(number)
    seen, at = Seen(world, number - space.first_region, tick, look, Genealogy(0)), site - int(world.first_site)
    who = int(state.region.cradle[at]), int(state.region.born[at])
    return organism_of(seen, at, list(axis_names(space).values()), _ancestry(births, who), run)


def _ancestry(births: NDArray[np.int64] | None, who: Identity) -> list[Identity]:
    """Identities of the parent, its parent and so on."""
    found: list[Identity] = []
    if births is None or not len(births):
        return found
    keys = key(births[:, 1], births[:, 0])
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    while True:
        wanted = int(key(np.array([who[0]], dtype=np.int64), np.array([who[1]], dtype=np.int64))[0])
        at = int(np.searchsorted(keys, wanted))
        if at == len(keys) or keys[at] != wanted:
            return found
        row = births[order[at]]
        who = int(row[2]), int(row[3])
        found.append(who)
