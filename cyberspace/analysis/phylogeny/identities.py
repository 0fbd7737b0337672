"""Who must be in a tree: those who live in a region, and those of whom a letter under way tells."""

from __future__ import annotations

import numpy as np

from cyberspace.analysis.lineages import key
from cyberspace.analysis.phylogeny.tree import Leaves
from cyberspace.law.letters import MOVER, SPORE, open_block, unpack
from cyberspace.law.state import WorldState
from cyberspace.law.world import World

NEEDED = ("alive", "cradle", "born", "generation")
"""Fields of the state that tell it."""


def identities(world: World, state: WorldState) -> Leaves:
    """Who lives in a region or moves in a letter that it sent, and who sent a spore that has not settled, be it dead.

    Not in order, and whoever lives and sent a spore is there twice: `cyberspace.analysis.phylogeny.tree.together` puts that right.
    """
    region = state.region
    alive = np.flatnonzero(region.alive)
    who = key(region.cradle[alive].astype(np.int64), region.born[alive].astype(np.int64))
    parts = [Leaves(who, region.generation[alive].astype(np.int64), np.ones(len(who), dtype=bool))]
    for block in state.outbox:
        stamp, body = open_block(block)
        letter = unpack(world, next(end for end in world.ends if end.axis == stamp.axis), body)
        for kind in (SPORE, MOVER):
            mine = letter.kind == kind
            sent = key(letter.cradle[mine].astype(np.int64), letter.born[mine].astype(np.int64))
            parts.append(Leaves(sent, letter.generation[mine].astype(np.int64), np.full(len(sent), kind == MOVER)))
    columns = (np.concatenate([getattr(one, name) for one in parts]) for name in ("who", "generation", "living"))
    return Leaves(*columns)
