"""arrive and post: what a region does at an opening of one of its links, in place of emit, meet and settle.

The letter that is due arrives before everything else, and a new one is written after everything else.  A sender does not know
who will stand at the other side one stretch later, so nothing comes back: what can't settle turns to heat where it landed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from cyberspace.law.letters import LINEAGE, MOVER, SPORE, Letter, pack_genomes, unpack_genomes
from cyberspace.law.state import WALL, Region
from cyberspace.law.verbs.settle import newborn
from cyberspace.law.world import Moment, World
from organisms.body import GIVE, MESSAGE, MOVE, REPRODUCE
from topology import LinkEnd


def slot_places(xp: Any, end: LinkEnd, tide: Any) -> tuple[Any, Any]:
    """Place of each slot on the shore, int32 (slots,), and whether there is such a place; the last may lie beyond the shore."""
    places = xp.asarray(tide).astype(np.int32) + xp.arange(end.slots, dtype=np.int32) * np.int32(end.tide)
    return xp.minimum(places, len(end.sites) - 1), places < len(end.sites)


def arrive(
    engine: Any, world: World, end: LinkEnd, region: Region, due: Letter, now: Moment
) -> tuple[Region, Any, dict[str, Any]]:
    """Settle a letter.

    Returns:
        The region, the birth records int32 (3, slots), -1 where nobody was born, and the flows `received`, `lost`, `death`, `copying`,
        `moving` with the counts `births` and `deaths`.
    """
    xp = engine.xp
    shore = xp.asarray(end.sites)
    places, exists = slot_places(xp, end, now.tide)
    taken = xp.where(region.alive[shore], due.gift, 0)
    region = replace(region, energy=engine.put(region.energy, shore, region.energy[shore] + taken))
    at = shore[places]
    held, resident = region.energy[at], region.alive[at]
    free = ~resident & (region.block[at] != WALL) if world.plaza else ~resident
    births = (due.kind == SPORE) & (free | (resident & (due.endowment > 2 * held)))
    arrivals = (due.kind == MOVER) & free
    landed = (births | arrivals) & exists
    refused = (due.kind > 0) & ~landed
    price = xp.where(births, now.copy_cost, now.move_cost)
    flows = {
        "received": xp.concatenate([due.gift, due.endowment]),
        "lost": xp.concatenate([due.gift - taken, xp.where(refused, due.endowment, 0)]),
        "death": xp.where(births, held, 0),
        "copying": xp.where(births, price, 0),
        "moving": xp.where(arrivals, price, 0),
        "births": births,
        "deaths": xp.concatenate([births & resident, refused & (due.kind == MOVER)]),
    }

    def write(region: Region, records: Any, slots: Any) -> tuple[Region, Any]:
        slot = xp.minimum(slots, end.slots - 1)
        site = xp.where(slots < end.slots, at[slot], world.sites)
        columns, born = land(engine, world, region, due, births[slot], slot, at[slot], now)
        columns |= {"energy": due.endowment[slot] - price[slot], "alive": xp.ones(slot.shape, dtype=bool)}
        region = replace(region, **{name: engine.put(getattr(region, name), site, new) for name, new in columns.items()})
        return region, engine.put(records, slots, born)

    region, records = engine.sparse(landed, write, region, xp.full((3, end.slots), -1, dtype=np.int32))
    return region, records, flows


def land(
    engine: Any, world: World, region: Region, due: Letter, birth: Any, slot: Any, here: Any, now: Moment
) -> tuple[dict[str, Any], Any]:
    """What is written where slots of a letter land, but for energy and `alive`; see `cyberspace.law.verbs.settle.land`.

    A mover keeps brain and descent; what the tasks of its old region knew of it stays behind.
    """
    xp = engine.xp
    matter = engine.take(region, "genome", here)
    genomes, weights = unpack_genomes(xp, due.genome[:, slot], world.loci.count), due.weights[:, :, slot]
    columns, distance = newborn(xp, world, genomes, weights, matter, here, now)
    columns |= {"generation": due.generation[slot] + 1, "founder": due.founder[slot]}
    columns |= {"parent": due.cradle[slot], "parent_born": due.born[slot]}
    kept = {"genome": genomes, "weights": weights, "activity": due.activity[:, slot], "payoff": due.payoff[slot]}
    kept |= {name: getattr(due, name)[slot] for name in LINEAGE}
    found = {
        name: xp.where(birth, value, kept.get(name, 0)).astype(getattr(region, name).dtype) for name, value in columns.items()
    }
    found["memory"] = xp.zeros((world.memory_words, slot.shape[0]), dtype=np.int32)
    records = [xp.where(birth, row, -1) for row in (distance, columns["parent"], columns["parent_born"])]
    return found, xp.stack(records).astype(np.int32)


def seen(engine: Any, world: World, end: LinkEnd, due: Letter) -> tuple[Any, Any]:
    """What the letter tells each site of its partner: somebody bool (sites,), messages int8 (2, sites)."""
    xp = engine.xp
    shore = xp.asarray(end.sites)
    somebody = engine.put(xp.zeros(world.sites, dtype=bool), shore, due.somebody)
    return somebody, engine.put(xp.zeros((2, world.sites), dtype=np.int8), shore, due.messages)


def post(
    engine: Any, world: World, end: LinkEnd, region: Region, met: Any, now: Moment
) -> tuple[Region, Letter, dict[str, Any]]:
    """Write a letter and take what goes with it from the senders.

    Args:
        engine: What the backend provides.
        world: The world.
        end: The link.
        region: Its state.
        met: Whether there is a region to write to; a letter to nobody is blank. May be traced.
        now: The moment, with the tide of this opening.

    Returns:
        The region, the letter and the flow `sent`.
    """
    xp, physics = engine.xp, world.physics
    shore = xp.asarray(end.sites)
    places, exists = slot_places(xp, end, now.tide)
    alive, energy = region.alive[shore] & met, region.energy[shore]
    gift = xp.where(alive & (region.activity[GIVE][shore] > physics.fire), energy >> physics.gift_shift, 0)
    energy = energy - gift
    at, held, half = shore[places], energy[places], energy[places] >> 1
    activity = region.activity[:, at]
    lives, acts = alive[places] & exists, activity > physics.fire
    spores = lives & acts[REPRODUCE] & (held > physics.spore_energy) & (half > now.copy_cost)
    moves = lives & ~spores & acts[MOVE] & (held > now.move_cost)
    sends = spores | moves
    endowment = xp.where(spores, half, xp.where(moves, held, 0)).astype(np.int32)
    leaves = engine.put(xp.zeros(len(end.sites), dtype=bool), _or_beyond(xp, end, places, exists), moves)
    alive = alive & ~leaves
    letter = Letter(
        somebody=alive,
        messages=xp.where(alive, region.activity[MESSAGE : MESSAGE + 2][:, shore], 0).astype(np.int8),
        gift=gift.astype(np.int32),
        kind=(spores * SPORE + moves * MOVER).astype(np.uint8),
        endowment=endowment,
        genome=xp.where(sends, pack_genomes(xp, engine.take(region, "genome", at)), 0).astype(np.uint8),
        weights=xp.where(sends, engine.take(region, "weights", at), 0).astype(np.int8),
        activity=xp.where(moves, activity, 0).astype(np.int8),
        payoff=xp.where(moves, region.payoff[at], 0).astype(np.int8),
        **{name: xp.where(sends, getattr(region, name)[at], 0).astype(getattr(region, name).dtype) for name in LINEAGE},
    )
    energy = engine.put(energy, _or_beyond(xp, end, places, exists), held - endowment)
    gone = xp.where(moves, at, world.sites)
    region = replace(
        region,
        energy=engine.put(region.energy, shore, energy.astype(np.int32)),
        alive=engine.put(region.alive, gone, xp.zeros(end.slots, dtype=bool)),
        activity=engine.put(region.activity, gone, xp.zeros((world.body.units, end.slots), dtype=np.int8)),
    )
    return region, letter, {"sent": xp.concatenate([letter.gift, endowment])}


def _or_beyond(xp: Any, end: LinkEnd, places: Any, exists: Any) -> Any:
    """Places of slots; beyond the shore, where `put` drops them, for slots that do not exist."""
    return xp.where(exists, places, len(end.sites))
