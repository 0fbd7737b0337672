"""meet and settle: gifts are added, spores and movers land or go back.

A spore settles where nobody lives, or where its endowment exceeds twice the resident's energy.  Both sites of a pair cannot
win: each endowment is at most what its sender keeps.  So a pair has at most one writer, and landing may be done in place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cyberspace.law.state import Region
from cyberspace.law.verbs.emit import Letters, tide_in
from cyberspace.law.world import Moment, World
from organisms import bits, copier, genome


@dataclass(frozen=True)
class Landings:
    """Where something lands.

    Attributes:
        births: Where a spore settles, bool (sites,).
        arrivals: Where a mover settles, bool (sites,).
    """

    births: Any
    arrivals: Any


def meet(xp: Any, world: World, region: Region, letters: Letters, now: Moment) -> tuple[Region, Landings, dict[str, Any]]:
    """Settle the energies of all letters.

    Returns:
        The region with energies and `alive` settled, the landings, and the flows `death` (of residents), `copying`, `moving` with
        the counts `births` and `deaths`.
    """
    there, partner = now.partner >= 0, xp.maximum(now.partner, 0)
    energy = region.energy + xp.where(there, letters.gift[partner], 0)
    spore = xp.where(there, letters.endowment[partner], 0)
    births = (spore > 0) & (~region.alive | (spore > 2 * energy))
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
    flows = {
        "death": lost,
        "copying": xp.where(births, now.copy_cost, 0),
        "moving": xp.where(arrivals, now.move_cost, 0),
        "births": births,
        "deaths": killed,
    }
    region = replace(region, energy=energy.astype(np.int32), alive=alive)
    return region, Landings(births, arrivals), flows


def land(engine: Any, world: World, region: Region, landings: Landings, now: Moment, sites: Any) -> tuple[dict[str, Any], Any]:
    """What is written at some of the sites where something lands.

    Args:
        engine: One of `cyberspace.law.tick.Engine`.
        world: The world.
        region: Its state.
        landings: From `meet`.
        now: The moment.
        sites: Numbers of the sites, (k,); those beyond the last site are padding.

    Returns:
        Columns for every field but `energy` and `alive`, each (*components, k), and the birth records, int32 (3, k):
        distance from the parent's genome (-1 for a mover), parent's cradle, parent's birth tick.
    """
    xp = engine.xp
    here = xp.minimum(sites, world.sites - 1)
    sender = xp.maximum(now.partner[here], 0)
    birth = landings.births[here]
    parents, weights, matter = (
        engine.take(region, *what) for what in (("genome", sender), ("weights", sender), ("genome", here))
    )
    child, distance = newborn(xp, world, parents, weights, matter, here, now)
    child |= {"memory": 0, "parent": region.cradle[sender], "parent_born": region.born[sender]}
    child |= {"generation": region.generation[sender] + 1, "founder": region.founder[sender]}
    columns = {}
    for name, value in child.items():
        old = engine.take(region, name, sender)
        columns[name] = xp.where(birth, value, old).astype(old.dtype)
    records = [xp.where(birth, row, -1) for row in (distance, child["parent"], child["parent_born"])]
    return columns, xp.stack(records).astype(np.int32)


def newborn(
    xp: Any, world: World, parents: Any, weights: Any, matter: Any, here: Any, now: Moment
) -> tuple[dict[str, Any], Any]:
    """The children of parents (loci, k) with weights (units, inputs, k) on matter (loci, k) at sites (k,).

    Returns:
        Their columns, but for memory and descent; and the Hamming distance of each to its parent, int32 (k,).
    """
    keys = [bits.stream_key(xp, world.seed, world.region, s, now.tick) for s in (bits.NOISE, bits.RADIATION)]
    child = copier.copy(xp, world.loci, parents, weights, matter, keys[0], here)
    child = copier.irradiate(xp, world.loci, child, world.physics.radiation, world.physics.silent, keys[1], here)
    columns = {
        "genome": child,
        "weights": genome.inborn_weights(xp, world.loci, child),
        "activity": 0,
        "payoff": 0,
        "performed": 0,
        "cradle": here + world.first_site,
        "born": now.tick,
    }
    return columns, genome.hamming_distance(xp, child, parents)


def leave(xp: Any, region: Region, letters: Letters) -> Region:
    """Clear what a mover leaves behind; its genome stays as matter."""
    return replace(region, activity=xp.where(letters.moves, 0, region.activity))


def landing_slots(xp: Any, world: World, landings: Landings, now: Moment) -> Any:
    """Which slots of the tide are written, bool (slots,); slot k is site `tide + k * world.meetings.tide`."""
    sites = slot_sites(xp, world, now)
    landed = (landings.births | landings.arrivals) & tide_in(xp, world, now)
    return (sites < world.sites) & landed[xp.minimum(sites, world.sites - 1)]


def slot_sites(xp: Any, world: World, now: Moment) -> Any:
    """Site of every slot of the tide, int32 (slots,); the last may lie beyond the last site."""
    return now.tide + xp.arange(world.meetings.slots, dtype=np.int32) * np.int32(world.meetings.tide)
