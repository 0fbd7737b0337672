"""settle: who landed is written: newborns by the copier, and those who moved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cyberspace.law.clock import Moment
from cyberspace.law.engine import Engine
from cyberspace.law.state import Region
from cyberspace.law.verbs.emit import Letters, tide_in
from cyberspace.law.verbs.meet import Landings
from cyberspace.law.world import World
from organisms import bits, copier, genome
from organisms.arrays import Array, Int8s, Int32s, Namespace, Value

Columns = dict[str, Array]
"""What is written at some sites, by field: (*components, k)."""


def settle(
    engine: Engine, world: World, region: Region, letters: Letters, landings: Landings, now: Moment
) -> tuple[Region, Int32s]:
    """The region with those who landed on a near axis, and the birth records int32 (3, slots), see `cyberspace.law.tick.Lived`.

    Slot k of the tide is site `tide + k * world.meetings.tide`; the last may lie beyond the last site.
    """
    xp, slots = engine.xp, world.meetings.slots
    sites = now.tide + xp.arange(slots, dtype=np.int32) * np.int32(world.meetings.tide)
    landed = (landings.births | landings.arrivals) & tide_in(xp, world, now)
    mask = (sites < world.sites) & landed[xp.minimum(sites, world.sites - 1)]

    def write(region: Region, records: Int32s, slot: Int32s) -> tuple[Region, Int32s]:
        at = xp.where(slot < slots, sites[xp.minimum(slot, slots - 1)], world.sites)
        columns, born = land(engine, world, region, landings, now, at)
        return put_columns(engine, region, at, columns), engine.put(records, slot, born)

    region, records = engine.write_where(mask, write, region, xp.full((3, slots), -1, dtype=np.int32))
    # A mover leaves nothing behind but its genome, as matter.
    return replace(region, activity=xp.where(letters.moves, 0, region.activity).astype(np.int8)), records


def put_columns(engine: Engine, region: Region, at: Int32s, columns: Columns) -> Region:
    """The region with columns of some fields replaced."""
    return replace(region, **{name: engine.put(getattr(region, name), at, new) for name, new in columns.items()})


def land(
    engine: Engine, world: World, region: Region, landings: Landings, now: Moment, sites: Int32s
) -> tuple[Columns, Int32s]:
    """What is written at some of the sites where something lands, from the partners.

    Args:
        engine: What the backend provides.
        world: The world.
        region: Its state.
        landings: From `meet`.
        now: The moment.
        sites: Numbers of the sites, (k,); those beyond the last site are padding.

    Returns:
        Columns for every field but `energy`, `alive` and `block`, and the birth records, int32 (3, k).
    """
    xp = engine.xp
    here = xp.minimum(sites, world.sites - 1)
    sender = xp.maximum(now.partner[here], 0)
    birth = landings.births[here]
    parents, weights = engine.take(region, "genome", sender), engine.take(region, "weights", sender)
    child, distance = newborn(engine, world, region, parents, weights, here, now)
    child |= {"memory": 0, "parent": region.cradle[sender], "parent_born": region.born[sender]}
    child |= {"generation": region.generation[sender] + 1, "founder": region.founder[sender]}
    columns = {}
    for name, value in child.items():
        old = engine.take(region, name, sender)
        columns[name] = xp.where(birth, value, old).astype(old.dtype)
    return columns, birth_records(xp, birth, distance, child)


def birth_records(xp: Namespace, birth: Array, distance: Int32s, child: dict[str, Value]) -> Int32s:
    """int32 (3, k), see `cyberspace.law.tick.Lived`."""
    rows = [xp.where(birth, row, -1) for row in (distance, child["parent"], child["parent_born"])]
    return xp.stack(rows).astype(np.int32)


def newborn(
    engine: Engine, world: World, region: Region, parents: Int8s, weights: Int8s, here: Int32s, now: Moment
) -> tuple[dict[str, Value], Int32s]:
    """The children of parents (loci, k) with weights (units, inputs, k) on the matter that lies at sites (k,).

    Returns:
        Their columns, but for memory and descent; and the Hamming distance of each to its parent, int32 (k,).
    """
    xp, matter = engine.xp, engine.take(region, "genome", here)
    keys = [bits.stream_key(xp, world.seed, world.region, s, now.tick) for s in (bits.NOISE, bits.RADIATION)]
    child = copier.copy(xp, world.loci, parents, weights, matter, keys[0], here)
    child = copier.irradiate(xp, world.loci, child, world.physics.radiation, world.physics.silent, keys[1], here)
    columns: dict[str, Value] = {
        "genome": child,
        "weights": genome.inborn_weights(world.loci, child),
        "activity": 0,
        "payoff": 0,
        "trace": 0,
        "performed": 0,
        "cradle": here + world.first_site,
        "born": now.tick,
    }
    return columns, genome.hamming_distance(child, parents)
