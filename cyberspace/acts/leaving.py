"""What people leave in a plaza: signs, chests with organisms, fenced land.  What stands already is written into the act, see `notebook`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cyberspace.acts.ground import ROW, Ground, Sites, identities, local, need_plaza, put_blocks, vacate
from cyberspace.acts.notebook import box
from cyberspace.errors import Refused
from cyberspace.law.state import VENT, WALL
from cyberspace.law.world import World
from cyberspace.record.act import Act, Happened

CHEST = 8
"""Organisms in a chest, at most."""

MOST = 4096
"""Sites of fenced land, at most."""

LEAST = 3
"""Sites along an axis of fenced land, at least: a wall, one within, a wall."""


def sign(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    """Write a sign, or take one down."""
    need_plaza(world)
    local(world, [act["site"]])
    lies = act.get("lies")
    if not act["text"] and not (lies and lies["text"]):
        raise Refused("there is no sign", "a text, to write one")
    return {"said": f"it says: {act['text']}" if act["text"] else "taken down"}


def store(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    """Keep an organism in a chest."""
    need_plaza(world)
    local(world, [act["site"]])
    need_body(world, act)
    if act.get("held", 0) >= CHEST:
        raise Refused(f"the chest is full: it holds {CHEST}", "another site, or taking one out first")
    return {"said": f"{act['name']} lies in the chest at {act['site']}"}


def need_body(world: World, act: Act) -> None:
    """Refuse an organism of another body plan."""
    loci = world.loci
    if len(act["genome"]) != loci.count or (act["weights"] and len(act["weights"]) != loci.body.synapses):
        raise Refused(
            f"another body plan: expected {loci.count} alleles and {loci.body.synapses} weights",
            "an organism of this space's body",
        )


def taken(world: World, act: Act) -> Act:
    """Putting down an organism out of a chest as a transplant."""
    need_plaza(world)
    local(world, [act["site"]])
    kept = act.get("kept")
    if kept is None:
        raise Refused(f"the chest at {act['site']} holds no organism {act['item']}", "one that it holds")
    return {
        "kind": "transplant", "to": act["to"], "genome": kept["genome"], "weights": kept["weights"], "founder": kept["founder"],
        "energy": act["energy"], "wallet": act["wallet"],
    }  # fmt: skip


def land(world: World, act: Act) -> tuple[Sites, NDArray[np.uint8]]:
    """Sites of land to be fenced, numbered within the region, and the block of each: walls around, vents within."""
    local(world, [act["site"], act["to"]])
    corners = np.array([act["site"], act["to"]]) - int(world.first_site)
    at = np.sort(world.lattice.coordinates(corners), axis=1)
    used = [axis for axis, length in enumerate(world.lattice.near_shape) if length > 1]
    lengths = [int(at[axis, 1] - at[axis, 0] + 1) for axis in used]
    if min(lengths, default=0) < LEAST or int(np.prod(lengths)) > MOST:
        raise Refused(
            f"land of {' x '.join(map(str, lengths))} sites: expected at least {LEAST} along each axis and {MOST} in all",
            "corners farther apart, or closer",
        )
    sites = box(world, act["site"], act["to"])
    inside = world.lattice.coordinates(sites)
    edge = np.any([(inside[axis] == at[axis, 0]) | (inside[axis] == at[axis, 1]) for axis in used], axis=0)
    return sites, np.where(edge, WALL, VENT + act["place"]).astype(np.uint8)


def clear(ground: Ground, at: Sites) -> list[int]:
    """Let whoever lives at sites die; what they held, 0 where nobody lived."""
    energy = np.where(ground.look("alive", at), ground.look("energy", at), 0)
    living = at[ground.look("alive", at)]
    if len(living):
        vacate(ground, living)
        ground.flow("taken", int(energy.sum(dtype=np.int64)))
        ground.flow("deaths", len(living))
    found: list[int] = energy.tolist()
    return found


def fence(ground: Ground, world: World, tick: int, number: int, act: Act) -> Happened:
    """Fence land: walls around it, vents of its place of the board within."""
    need_plaza(world)
    at, new = land(world, act)
    if ground.look("jobs")[ROW["kind"], act["place"]]:
        raise Refused(f"place {act['place']} of the board has a job; close it first", "another place")
    other = np.ones(world.sites, dtype=bool)
    other[at] = False
    if (other & (ground.look("block") == VENT + act["place"])).any():
        raise Refused(f"vents of place {act['place']} stand elsewhere", "another place, or removing those first")
    walls = at[new == WALL]
    crowd = int(np.count_nonzero(ground.look("alive", walls)))
    if crowd and not act.get("clear", False):
        raise Refused(f"{crowd} live where the walls would stand", "clear=true, and they die; or other corners")
    old, who = np.array(ground.look("block", at)), identities(ground, at)
    energy = np.zeros(len(at), dtype=np.int64)
    energy[new == WALL] = clear(ground, walls)
    put_blocks(ground, at, new)
    return {
        "said": f"{act['by']} fenced {len(at):,} sites with place {act['place']}", "sites": (at + world.first_site).tolist(),
        "old": old.tolist(), "who": who, "energy": energy.tolist(),
    }  # fmt: skip


LEAVING: dict[str, Callable[[Ground, World, int, int, Act], Happened]] = {"sign": sign, "store": store, "fence": fence}
"""By kind; `take` is done by `cyberspace.acts.perform`, as a transplant."""
