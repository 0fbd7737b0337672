"""Taking back what people did, as far as nobody has moved in; an undo is itself an act, and what it must know stands in the journal."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cyberspace.acts.ground import ROW, Ground, carry, identities, local, need_free, purse, put_blocks, take_down, vacate
from cyberspace.errors import Refused
from cyberspace.law.state import WALL
from cyberspace.law.world import World
from cyberspace.record.act import Act, Happened


def undo(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    """Take back the act that stands in "act", which left "happened"; `cyberspace.acts.history` has put both in."""
    if "act" not in act:
        raise Refused("there is no such act to take back", "the n of an act that was done in this region and not taken back")
    return UNDO[act["act"]["kind"]](ground, world, act["act"], act["happened"])


def _unfund(ground: Ground, world: World, act: Act, happened: Happened) -> Happened:
    purse(ground, world, -act["tokens"])
    ground.flow("taken", act["tokens"])
    return {"said": f"{act['tokens']:,} tokens went away"}


def _unblock(ground: Ground, world: World, act: Act, happened: Happened) -> Happened:
    at = local(world, happened["sites"])
    now, then = np.array(identities(ground, at)), np.array(happened["who"])
    own = (ground.look("block", at) == happened["new"]) & ((now[:, 0] < 0) | (now == then).all(axis=1))
    old = np.array(happened["old"], dtype=np.uint8)
    changed = put_blocks(ground, at[own], old[own])
    if not len(changed):
        raise Refused("others have built or moved in there", "an act of its own at those sites")
    return {"said": f"{len(changed):,} of {len(at):,} sites are as before"}


def _unmove(ground: Ground, world: World, act: Act, happened: Happened) -> Happened:
    start, end = local(world, [act["site"]]), local(world, [act["to"]])
    if identities(ground, end) != [happened["who"]]:
        raise Refused("it does not live there any more", "an act of its own on it where it lives now")
    need_free(ground, start)
    carry(ground, end, start)
    return {"said": f"carried back to {act['site']}"}


def _untransplant(ground: Ground, world: World, act: Act, happened: Happened) -> Happened:
    at = local(world, [act["to"]])
    if identities(ground, at) != [happened["who"]]:
        raise Refused("it does not live there any more", "an act of its own on it where it lives now")
    energy = int(ground.look("energy", at)[0])
    back = min(energy, act["energy"]) if act["wallet"] else 0
    vacate(ground, at)
    purse(ground, world, back)
    ground.flow("taken", energy - back)
    ground.flow("deaths", 1)
    return {"said": "taken away again"}


def _unerase(ground: Ground, world: World, act: Act, happened: Happened) -> Happened:
    at = local(world, happened["sites"])
    lies = np.stack([ground.look(name, at) for name in ("cradle", "born")], axis=1)
    own = (lies == np.array(happened["who"])).all(axis=1) & ~ground.look("alive", at) & (ground.look("block", at) != WALL)
    if not own.any():
        raise Refused("others have moved in there", "transplant to another site")
    energy = np.array(happened["energy"], dtype=np.int32)[own]
    ground.put("alive", np.ones(int(own.sum()), dtype=bool), at[own])
    ground.put("energy", energy, at[own])
    ground.flow("people", int(energy.sum(dtype=np.int64)))
    return {"said": f"{int(own.sum()):,} of {len(at):,} live again"}


def _unpost(ground: Ground, world: World, act: Act, happened: Happened) -> Happened:
    if int(ground.look("jobs")[ROW["number"], act["place"]]) != happened["number"]:
        raise Refused("the job is closed", "another post")
    return {"said": f"{take_down(ground, world, act['place']):,} tokens came back"}


def _stays(ground: Ground, world: World, act: Act, happened: Happened) -> Happened:
    raise Refused(f"{act['kind']} can't be taken back", "the n of another act")


UNDO: dict[str, Callable[[Ground, World, Act, Happened], Happened]] = {
    "fund": _unfund,
    "block": _unblock,
    "move": _unmove,
    "transplant": _untransplant,
    "erase": _unerase,
    "post": _unpost,
    "close": _stays,
    "judge": _stays,
    "pay": _stays,
    "undo": _stays,
}
