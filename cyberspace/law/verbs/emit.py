"""emit: every site writes one letter to its partner."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cyberspace.law.clock import Moment
from cyberspace.law.engine import Engine
from cyberspace.law.letters import DESCENT, MOVER, SPORE, Letter, pack_genomes
from cyberspace.law.rules import Truth, endowment_of, gift_of, may_breed, may_go, tide_is_in
from cyberspace.law.state import Region
from cyberspace.law.world import World
from organisms.arrays import Bools, Int32s, Namespace, Value
from organisms.body import GIVE, MESSAGE, MOVE, REPRODUCE
from topology import LinkEnd


@dataclass(frozen=True)
class Letters:
    """What each site sends to its partner on a near axis; messages are read from the activities.

    Attributes:
        gift: Energy, int32 (sites,).
        endowment: Energy that goes with a spore, int32 (sites,); 0 for no spore.
        moves: Whether the organism itself goes, bool (sites,).
    """

    gift: Int32s
    endowment: Int32s
    moves: Bools


def tide_in(xp: Namespace, world: World, now: Moment) -> Bools:
    """Where an organism may land at this moment, bool (sites,)."""
    return xp.asarray(tide_is_in(world.numbers(xp), world.meetings.tide, now.tide))


def emit(xp: Namespace, world: World, region: Region, now: Moment) -> tuple[Region, Letters]:
    """Write the letters of a near opening and take what goes with them from the senders.

    On a near axis the sender is told at once what would come back, so a gift or a mover that nobody could take is not sent.
    """
    physics, acts = world.physics, region.activity > world.physics.fire
    partner = xp.maximum(now.partner, 0)
    met = (now.partner >= 0) & region.alive
    company = met & region.alive[partner]
    lands = met & tide_in(xp, world, now)[partner]

    gift = xp.where(company & acts[GIVE], gift_of(region.energy, physics.gift_shift), 0)
    energy = region.energy - gift
    spores = may_breed(lands & acts[REPRODUCE], energy, physics.spore_energy, now.copy_cost)
    endowment = xp.where(spores, endowment_of(energy), 0).astype(np.int32)
    moves = may_go(lands & ~company & ~spores & acts[MOVE], energy, now.move_cost)
    return replace(region, energy=energy - endowment), Letters(gift.astype(np.int32), endowment, xp.asarray(moves))


def slot_places(xp: Namespace, end: LinkEnd, tide: Value) -> tuple[Int32s, Bools]:
    """Place of each slot on the shore, int32 (slots,), and whether there is such a place; the last may lie beyond the shore."""
    places = xp.asarray(tide).astype(np.int32) + xp.arange(end.slots, dtype=np.int32) * np.int32(end.tide)
    return xp.minimum(places, len(end.sites) - 1), places < len(end.sites)


def post(engine: Engine, world: World, end: LinkEnd, region: Region, met: bool, now: Moment) -> tuple[Region, Letter, Int32s]:
    """Write the letter of a link and take what goes with it from the senders.

    A sender does not know who will stand at the other side one stretch later, so nothing comes back.

    Args:
        engine: What the backend provides.
        world: The world.
        end: The link's end.
        region: Its state.
        met: Whether there is a region to write to; a letter to nobody is blank. May be traced.
        now: The moment, with the tide of this opening.

    Returns:
        The region, the letter, and the energy that goes with it, of places and then of slots.
    """
    xp, physics = engine.xp, world.physics
    shore = xp.asarray(end.sites)
    places, exists = slot_places(xp, end, now.tide)
    alive, energy = xp.where(met, region.alive[shore], False), region.energy[shore]
    gift = xp.where(alive & (region.activity[GIVE][shore] > physics.fire), gift_of(energy, physics.gift_shift), 0)
    energy = energy - gift
    at, held = shore[places], energy[places]
    activity = region.activity[:, at]
    lives, acts = alive[places] & exists, activity > physics.fire
    spores = may_breed(lives & acts[REPRODUCE], held, physics.spore_energy, now.copy_cost)
    moves = may_go(lives & ~spores & acts[MOVE], held, now.move_cost)
    endowment = xp.where(spores, endowment_of(held), xp.where(moves, held, 0)).astype(np.int32)
    slots = xp.where(exists, places, len(end.sites))  # `put` drops what lies beyond the shore
    alive = alive & ~engine.put(xp.zeros(len(end.sites), dtype=bool), slots, moves)
    letter = _letter(engine, region, at, spores, moves, alive, shore, gift, endowment)
    energy = engine.put(energy, slots, held - endowment)
    gone = xp.where(moves, at, world.sites)
    region = replace(
        region,
        energy=engine.put(region.energy, shore, energy.astype(np.int32)),
        alive=engine.put(region.alive, gone, xp.zeros(end.slots, dtype=bool)),
        activity=engine.put(region.activity, gone, xp.zeros((world.body.units, end.slots), dtype=np.int8)),
    )
    return region, letter, xp.concatenate([letter.gift, endowment])


def _letter(
    engine: Engine, region: Region, at: Int32s, spores: Truth, moves: Truth, alive: Bools, shore: Int32s, gift: Int32s,
    endowment: Int32s,
) -> Letter:  # fmt: skip
    """The letter of those who live on a shore, with what the slots at some sites send."""
    xp, sends = engine.xp, spores | moves
    return Letter(
        somebody=alive,
        messages=xp.where(alive, region.activity[MESSAGE : MESSAGE + 2][:, shore], 0).astype(np.int8),
        gift=gift.astype(np.int32),
        kind=xp.where(spores, SPORE, xp.where(moves, MOVER, 0)).astype(np.uint8),
        endowment=endowment,
        genome=xp.where(sends, pack_genomes(xp, engine.take(region, "genome", at)), 0).astype(np.uint8),
        weights=xp.where(sends, engine.take(region, "weights", at), 0).astype(np.int8),
        activity=xp.where(moves, region.activity[:, at], 0).astype(np.int8),
        payoff=xp.where(moves, region.payoff[at], 0).astype(np.int8),
        trace=xp.where(moves, region.trace[:, at], 0).astype(np.int8),
        **{name: xp.where(sends, getattr(region, name)[at], 0).astype(getattr(region, name).dtype) for name in DESCENT},
    )
