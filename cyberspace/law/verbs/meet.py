"""meet: gifts are added, and spores and movers land or go back.

A spore settles where nobody lives, or where its endowment exceeds twice the resident's energy.  Both sites of a pair cannot
win: each endowment is at most what its sender keeps.  So a pair has at most one writer, and landing may be done in place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cyberspace.law.clock import Moment
from cyberspace.law.rules import overcomes
from cyberspace.law.state import Region
from cyberspace.law.verbs.emit import Letters
from organisms.arrays import Array, Bools, Namespace


@dataclass(frozen=True)
class Landings:
    """Where something lands.

    Attributes:
        births: Where a spore settles, bool (sites,).
        arrivals: Where a mover settles, bool (sites,).
    """

    births: Bools
    arrivals: Bools


def meet(xp: Namespace, region: Region, letters: Letters, now: Moment) -> tuple[Region, Landings, dict[str, Array]]:
    """Settle the energies of all letters of a near opening; who lands is written by `settle`.

    Returns:
        The region with energies and `alive` settled, the landings, and what flowed, by the names of `TALLY`.
    """
    there, partner = now.partner >= 0, xp.maximum(now.partner, 0)
    energy = region.energy + xp.where(there, letters.gift[partner], 0)
    spore = xp.where(there, letters.endowment[partner], 0)
    births = xp.asarray(overcomes(spore, energy))
    arrivals = there & letters.moves[partner]
    killed = births & region.alive
    refused = (letters.endowment > 0) & ~births[partner]
    returned = xp.where(refused, letters.endowment, 0)
    lost = xp.where(killed, energy + returned, 0)
    energy = energy + returned - lost
    # What came with the letter replaces what the site held, which is 0 by now.
    energy = xp.where(births, spore - now.copy_cost, energy)
    energy = xp.where(arrivals, energy[partner] - now.move_cost, energy)
    energy = xp.where(letters.moves, 0, energy)
    alive = (region.alive | births | arrivals) & ~letters.moves
    costs = xp.where(births, now.copy_cost, 0), xp.where(arrivals, now.move_cost, 0)
    flowed = {"death": lost, "copying": costs[0], "moving": costs[1], "births": births, "deaths": killed}
    return replace(region, energy=energy.astype(np.int32), alive=alive), Landings(births, arrivals), flowed
