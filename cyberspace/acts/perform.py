"""What people do to a region: each act is a pure function of the region and the act, applied at the start of a tick.

An act reads and writes only the sites that it concerns, through `Ground`, which a backend is; so it means the same on
every backend.  Its energy comes from the wallet or from outside (`people`) and goes to the wallet or away (`taken`): the ledger holds.
Sites are numbered through the universe; an identity is (cradle, tick of birth).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cyberspace.acts.ground import (
    ROW,
    Ground,
    Sites,
    add,
    carry,
    escrow_row,
    find,
    identities,
    local,
    need_free,
    need_plaza,
    purse,
    put_blocks,
    take_down,
    vacate,
)
from cyberspace.acts.leaving import LEAVING, clear, need_body, taken
from cyberspace.acts.undo import undo
from cyberspace.errors import Refused
from cyberspace.law.state import EMPTY, SOIL, VENT, WALL
from cyberspace.law.verbs.spark import first_of_lineage
from cyberspace.law.world import World
from cyberspace.record.act import Act, Happened
from cyberspace.tasks.job import BITS, FELT, HAND, JOB, PLACES, TABLE
from organisms import bits, genome

LARGEST = 2**30
"""Tokens in wallet and escrows together, at most."""

BLOCKS = {"empty": EMPTY, "wall": WALL, "soil": SOIL, "vent": VENT}
KINDS = {"table": TABLE, "bits": BITS, "hand": HAND}


def perform(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    """Do an act, checked by `wire.protocol.check_act`, at the start of a tick; `number` is how many were done before in the region.

    Returns:
        "done" (whether it could be done) and "said"; what an undo must know is in it as well.
    """
    try:
        return do(ground, world, tick, number, act)
    except Refused as refused:
        ground.flow("acts", 1)
        return {"done": False, "said": str(refused)}


def do(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    """As `perform`, but nothing has happened where it can't be done.

    Raises:
        Refused: If it can't be done, with what to try.
    """
    if "barred" in act:
        raise Refused(act["barred"], "land that nobody has fenced, or the name of its owner (by)")
    happened: Happened = {"done": True, **DO[act["kind"]](ground, world, tick, number, act)}
    ground.flow("acts", 1)
    return happened


def _fund(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    need_plaza(world)
    row = escrow_row(world)
    held = int(ground.look("wallet")[0]) + int(ground.look("pools")[row : row + PLACES].sum(dtype=np.int64))
    if held + act["tokens"] > LARGEST:
        raise Refused(
            f"wallet and escrows hold {held:,} tokens; expected at most {LARGEST:,} in all", f"tokens={LARGEST - held}"
        )
    purse(ground, world, act["tokens"])
    ground.flow("people", act["tokens"])
    return {"said": f"{act['tokens']:,} tokens came into the wallet"}


def _block(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    need_plaza(world)
    at = local(world, act["sites"])
    kind = BLOCKS[act["block"]]
    new = np.full(len(at), kind + (act["place"] if kind == VENT else 0), dtype=np.uint8)
    old, who = np.array(ground.look("block", at)), identities(ground, at)
    energy = clear(ground, at) if kind == WALL and act.get("clear", False) else []
    changed = put_blocks(ground, at, new)
    if not len(changed):
        raise Refused("nothing changed: the blocks stand already, or somebody lives there", "other sites, or another block")
    keep = np.flatnonzero(np.isin(at, changed))
    past: Happened = {"sites": (changed + world.first_site).tolist(), "new": int(new[0]), "old": old[keep].tolist()}
    if energy:
        past["energy"] = [energy[k] for k in keep]
    return {
        "said": f"{act['block']} at {len(changed):,} site{'' if len(changed) == 1 else 's'}",
        **past,
        "who": [who[k] for k in keep],
    }


def _move(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    start, end = local(world, [act["site"]]), local(world, [act["to"]])
    if not ground.look("alive", start)[0]:
        raise Refused("nobody lives there", "a site where somebody lives")
    need_free(ground, end)
    (who,) = identities(ground, start)
    carry(ground, start, end)
    return {"said": f"carried from {act['site']} to {act['to']}", "who": who}


def _transplant(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    at, loci = local(world, [act["to"]]), world.loci
    need_free(ground, at)
    need_body(world, act)
    if act["energy"] > world.physics.cap:
        raise Refused(f"energy: expected at most the cap, {world.physics.cap}", f"energy={world.physics.cap}")
    born = tick - 1  # whoever is born here in this tick is somebody else
    lies = [int(ground.look(name, at)[0]) for name in ("cradle", "born")]
    if lies == [act["to"], born] and ground.look("founder", at)[0]:
        raise Refused("somebody was born there a moment ago; try again", "another site, or a tick later")
    if act["wallet"]:
        need_plaza(world)
        purse(ground, world, -act["energy"])
    else:
        ground.flow("people", act["energy"])
    with np.errstate(over="ignore"):
        key = bits.stream_key(np, world.seed, world.region, bits.PEOPLE, number)
        mark = (
            genome.founder_mark(np, loci, key, at.astype(np.int32))
            if act["founder"] is None
            else np.array([act["founder"]], dtype=np.uint32)
        )
    columns = first_of_lineage(np, world, np.array(act["genome"], dtype=np.int8)[:, None], mark, born, at.astype(np.int32))
    columns["energy"] = np.array([act["energy"]], dtype=np.int32)
    columns["cradle"] = np.array([act["to"]], dtype=np.int32)
    if act["weights"]:
        columns["weights"] = np.array(act["weights"], dtype=np.int8).reshape(columns["weights"].shape)
    for name, column in columns.items():
        ground.put(name, column, at)
    return {"said": f"put at {act['to']}", "who": [act["to"], born]}


def _take(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    return _transplant(ground, world, tick, number, taken(world, act))


def _erase(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    at = local(world, act["sites"])
    at = at[ground.look("alive", at)]
    if not len(at):
        raise Refused("nobody lives there", "a site where somebody lives")
    energy, who = np.array(ground.look("energy", at)), identities(ground, at)
    vacate(ground, at)
    ground.flow("taken", int(energy.sum(dtype=np.int64)))
    ground.flow("deaths", len(at))
    gone: Happened = {"sites": (at + world.first_site).tolist(), "who": who, "energy": energy.tolist()}
    return {"said": f"{len(at):,} erased", **gone}


def _post(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    need_plaza(world)
    place, kind = act["place"], KINDS[act["job"]]
    jobs = np.array(ground.look("jobs"))
    if jobs[ROW["kind"], place]:
        raise Refused(f"place {place} of the board has a job; close it first", f"close place={place}, or another place")
    needed = {TABLE: ("table",), BITS: ("inputs", "expected"), HAND: ("inputs",)}[kind]
    given = {"table": act["table"], "inputs": act["inputs"], "expected": act["expected"]}
    missing = [name for name in needed if given[name] is None]
    if missing:
        raise Refused(f"{missing[0]}: is missing", f"{missing[0]}=..., which a job of this kind needs")
    expected = act["expected"] or ""
    if kind == BITS and not set(expected[: world.body.answers]) - {"-"}:
        raise Refused(
            "expected: names no bit that an organism here can answer",
            f"0 or 1 among the first {world.body.answers} of expected",
        )
    purse(ground, world, -act["price"] * act["answers"], place, act["price"] * act["answers"])
    length = world.physics.lesson_ticks << world.pace
    job = {
        "kind": kind,
        "number": number + 1,
        "price": act["price"],
        "table": _bits(act["table"] or "", "1"),
        "inputs": _bits(act["inputs"] or "", "1"),
        "shown": _bits(act["inputs"] or "", "01"),
        "expected": _bits(expected[: world.body.answers], "1"),
        "asked": _bits(expected[: world.body.answers], "01"),
        "until": act["until"] // length,
    }
    jobs[:, place] = [job[name] for name in JOB]
    ground.put("jobs", jobs)
    return {"said": f"job {number + 1} stands at place {place}", "number": number + 1}


def _bits(signs: str, chosen: str) -> int:
    return sum(1 << k for k, sign in enumerate(signs) if sign in chosen)


def _close(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    back = take_down(ground, world, act["place"])
    return {"said": f"{back:,} tokens came back", "back": back}


def _feel(ground: Ground, at: Sites, amount: int) -> None:
    """The sense of payoff after a payment, or after a fine below 0."""
    felt = min(127, 8 * abs(amount).bit_length())
    ground.put("payoff", np.array([felt if amount > 0 else -felt], dtype=np.int8), at)


def _room(ground: Ground, world: World, at: Sites, amount: int) -> None:
    if int(ground.look("energy", at)[0]) + amount > world.physics.cap:
        raise Refused(f"it can hold no more: expected at most the cap, {world.physics.cap}", "fewer tokens")


def _judge(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    need_plaza(world)
    place = act["place"]
    job = ground.look("jobs")[:, place]
    if job[ROW["kind"]] != HAND:
        raise Refused(f"place {place} of the board has no job that is judged by hand", "a place with a job of the kind hand")
    at, price = find(ground, act["who"]), int(job[ROW["price"]])
    if int(ground.look("block", at)[0]) != VENT + place:
        raise Refused("it has left the vent", "somebody who is at the vent")
    if act["right"]:
        if int(ground.look("pools")[escrow_row(world) + place, 0]) < price:
            raise Refused("the escrow is spent", f"close place={place}, then post again")
        _room(ground, world, at, price)
        purse(ground, world, 0, place, -price)
        add(ground, "energy", at, price)
        ground.flow("paid", price)
    _feel(ground, at, price if act["right"] else -price)
    memory = np.array(ground.look("memory", at))
    memory[FELT] = 1 if act["right"] else -1
    ground.put("memory", memory, at)
    return {"said": f"{price:,} tokens paid" if act["right"] else "told that it was wrong"}


def _pay(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    need_plaza(world)
    at, tokens = find(ground, act["who"]), act["tokens"]
    _room(ground, world, at, tokens)
    purse(ground, world, -tokens)
    add(ground, "energy", at, tokens)
    ground.flow("paid", tokens)
    _feel(ground, at, tokens)
    return {"said": f"{tokens:,} tokens paid"}


DO: dict[str, Callable[[Ground, World, int, int, Act], Happened]] = {
    "fund": _fund,
    "block": _block,
    "move": _move,
    "transplant": _transplant,
    "erase": _erase,
    "post": _post,
    "close": _close,
    "judge": _judge,
    "pay": _pay,
    "undo": undo,
    "take": _take,
    **LEAVING,
}
