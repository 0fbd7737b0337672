"""Taking back what people did, as far as nobody has moved in; an undo is itself an act, and what it must know stands in the journal."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cyberspace.acts.ground import ROW, Ground, Sites, carry, identities, local, need_free, purse, put_blocks, take_down, vacate
from cyberspace.acts.leaving import CHEST, land
from cyberspace.errors import Refused
from cyberspace.law.state import WALL
from cyberspace.law.world import World
from cyberspace.record.act import Act, Happened


def undo(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    """Take back the act that stands in "act", which left "happened"; `cyberspace.acts.history` has put both in."""
    if "act" not in act:
        raise Refused("there is no such act to take back", "the n of an act that was done in this region and not taken back")
    if act["act"]["kind"] in UNLEAVE:
        return UNLEAVE[act["act"]["kind"]](ground, world, act)
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
    _revive(ground, world, changed, happened)
    return {"said": f"{len(changed):,} of {len(at):,} sites are as before"}


def _revive(ground: Ground, world: World, changed: Sites, happened: Happened) -> None:
    """Those who were cleared away live again where their matter lies yet."""
    held = dict(zip(happened["sites"], happened.get("energy", []), strict=False))
    then = dict(zip(happened["sites"], happened["who"], strict=True))
    at = np.array([site for site in changed if held.get(site + world.first_site, 0)], dtype=np.int64)
    if not len(at):
        return
    lies = np.stack([ground.look(name, at) for name in ("cradle", "born")], axis=1)
    own = (lies == np.array([then[site + world.first_site] for site in at])).all(axis=1)
    own &= ~ground.look("alive", at) & (ground.look("block", at) != WALL)
    at = at[own]
    energy = np.array([held[site + world.first_site] for site in at], dtype=np.int32)
    ground.put("alive", np.ones(len(at), dtype=bool), at)
    ground.put("energy", energy, at)
    ground.flow("people", int(energy.sum(dtype=np.int64)))


def _unsign(ground: Ground, world: World, act: Act) -> Happened:
    lies = act.get("lies")
    if lies is None or lies["n"] != act["of"]:
        raise Refused("somebody has written another sign there", "a sign of its own")
    return {"said": "the sign is as before"}


def _unstore(ground: Ground, world: World, act: Act) -> Happened:
    if act.get("kept") is None:
        raise Refused("it was taken out of the chest", "another act")
    return {"said": "taken out of the chest again"}


def _untake(ground: Ground, world: World, act: Act) -> Happened:
    if act.get("held", 0) >= CHEST:
        raise Refused(f"the chest is full: it holds {CHEST}", "taking one out first")
    kept = act["act"].get("kept")
    assert kept is not None
    return {**_untransplant(ground, world, act["act"], act["happened"]), "said": f"{kept['name']} lies in the chest again"}


def _unfence(ground: Ground, world: World, act: Act) -> Happened:
    fence, happened = act["act"], act["happened"]
    if ground.look("jobs")[ROW["kind"], fence["place"]]:
        raise Refused(f"place {fence['place']} of the board has a job", f"close place={fence['place']} first")
    at, new = land(world, fence)
    old = np.array(happened["old"], dtype=np.uint8)
    own = ground.look("block", at) == new
    changed = put_blocks(ground, at[own], old[own])
    _revive(ground, world, changed, happened)
    return {"said": f"the land is open; {len(changed):,} of {len(at):,} sites are as before"}


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


UNLEAVE: dict[str, Callable[[Ground, World, Act], Happened]] = {
    "sign": _unsign,
    "store": _unstore,
    "take": _untake,
    "fence": _unfence,
}
"""Those that need what people left there since; `cyberspace.acts.notebook` has put it in."""

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
