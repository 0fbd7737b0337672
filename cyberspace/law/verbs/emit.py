"""emit: every site writes one letter to its partner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cyberspace.law.state import Region
from cyberspace.law.world import Moment, World
from organisms.body import GIVE, MOVE, REPRODUCE


@dataclass(frozen=True)
class Letters:
    """What each site sends to its partner; messages are read from the activities.

    Attributes:
        gift: Energy, int32 (sites,).
        endowment: Energy that goes with a spore, int32 (sites,); 0 for no spore.
        moves: Whether the organism itself goes, bool (sites,).
    """

    gift: Any
    endowment: Any
    moves: Any


def tide_in(xp: Any, world: World, now: Moment) -> Any:
    """Where an organism may land at this moment, bool (sites,)."""
    return xp.arange(world.sites) % world.meetings.tide == now.tide


def emit(xp: Any, world: World, region: Region, now: Moment) -> tuple[Region, Letters]:
    """Write the letters and take what goes with them from the senders.

    On a near axis the sender is told at once what would come back, so a gift or a mover that nobody could take is not sent.
    """
    physics = world.physics
    partner = xp.maximum(now.partner, 0)
    met = (now.partner >= 0) & region.alive
    company = met & region.alive[partner]
    lands = met & tide_in(xp, world, now)[partner]

    gift = xp.where(company & (region.activity[GIVE] > physics.fire), region.energy >> physics.gift_shift, 0)
    energy = region.energy - gift
    half = energy >> 1
    wants = region.activity[REPRODUCE] > physics.fire
    spores = lands & wants & (energy > physics.spore_energy) & (half > now.copy_cost)
    endowment = xp.where(spores, half, 0).astype(np.int32)
    leaves = region.activity[MOVE] > physics.fire
    moves = lands & ~company & ~spores & leaves & (energy > now.move_cost)
    return replace(region, energy=energy - endowment), Letters(gift.astype(np.int32), endowment, moves)
