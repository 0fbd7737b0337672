"""arrive: the letter that is due at an opening of a link settles, before everything else.

Nobody waits for what it carries at the other side any more: what can't settle turns to heat where it landed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cyberspace.law.clock import Moment
from cyberspace.law.engine import Engine
from cyberspace.law.letters import DESCENT, MOVER, SPORE, Letter, unpack_genomes
from cyberspace.law.rules import overcomes
from cyberspace.law.state import WALL, Region
from cyberspace.law.verbs.emit import slot_places
from cyberspace.law.verbs.sense import Seen
from cyberspace.law.verbs.settle import Columns, birth_records, newborn, put_columns
from cyberspace.law.world import World
from organisms.arrays import Array, Bools, Int32s
from topology import LinkEnd


def arrive(
    engine: Engine, world: World, end: LinkEnd, region: Region, due: Letter, now: Moment
) -> tuple[Region, Int32s, dict[str, Array]]:
    """Settle a letter; `now` has the tide of the opening at which it was posted.

    Returns:
        The region, and the birth records int32 (3, slots), -1 where nobody was born, and what flowed, by the names
        of `TALLY`.
    """
    xp = engine.xp
    shore = xp.asarray(end.sites)
    places, exists = slot_places(xp, end, now.tide)
    taken = xp.where(region.alive[shore], due.gift, 0)
    region = replace(region, energy=engine.put(region.energy, shore, region.energy[shore] + taken))
    at = shore[places]
    held, resident = region.energy[at], region.alive[at]
    ground = region.block[at] != WALL
    # What it costs here may be more than it was known to cost there, by another physics or at another time.
    able = due.endowment > xp.where(due.kind == SPORE, now.copy_cost, now.move_cost)
    births = (due.kind == SPORE) & overcomes(due.endowment, held) & ground & exists & able
    arrivals = (due.kind == MOVER) & ~resident & ground & exists & able
    refused = (due.kind > 0) & ~births & ~arrivals
    price = xp.where(births, now.copy_cost, now.move_cost)
    flowed = {
        "received": xp.concatenate([due.gift, due.endowment]),
        "lost": xp.concatenate([due.gift - taken, xp.where(refused, due.endowment, 0)]),
        "death": xp.where(births, held, 0),
        "copying": xp.where(births, price, 0),
        "moving": xp.where(arrivals, price, 0),
        "births": births,
        "deaths": xp.concatenate([births & resident, refused & (due.kind == MOVER)]),
    }

    def write(region: Region, records: Int32s, slots: Int32s) -> tuple[Region, Int32s]:
        slot = xp.minimum(slots, end.slots - 1)
        site = xp.where(slots < end.slots, at[slot], world.sites)
        columns, born = land(engine, world, region, due, births[slot], slot, at[slot], now)
        columns |= {"energy": due.endowment[slot] - price[slot], "alive": xp.ones(slot.shape, dtype=bool)}
        return put_columns(engine, region, site, columns), engine.put(records, slots, born)

    region, records = engine.write_where(births | arrivals, write, region, xp.full((3, end.slots), -1, dtype=np.int32))
    return region, records, flowed


def land(
    engine: Engine, world: World, region: Region, due: Letter, birth: Bools, slot: Int32s, here: Int32s, now: Moment
) -> tuple[Columns, Int32s]:
    """What is written where slots of a letter land, but for energy and `alive`; see `cyberspace.law.verbs.settle.land`.

    A mover keeps brain and descent; what the tasks of its old region knew of it stays behind.
    """
    xp = engine.xp
    genomes, weights = unpack_genomes(xp, due.genome[:, slot], world.loci.count), due.weights[:, :, slot]
    child, distance = newborn(engine, world, region, genomes, weights, here, now)
    child |= {"generation": due.generation[slot] + 1, "founder": due.founder[slot]}
    child |= {"parent": due.cradle[slot], "parent_born": due.born[slot]}
    mover = {"genome": genomes, "weights": weights, "activity": due.activity[:, slot], "payoff": due.payoff[slot]}
    mover["trace"] = due.trace[:, slot]
    mover |= {name: getattr(due, name)[slot] for name in DESCENT}
    columns = {
        name: xp.where(birth, value, mover.get(name, 0)).astype(getattr(region, name).dtype) for name, value in child.items()
    }
    columns["memory"] = xp.zeros((world.memory_words, slot.shape[0]), dtype=np.int32)
    return columns, birth_records(xp, birth, distance, child)


def told(engine: Engine, world: World, end: LinkEnd, due: Letter) -> Seen:
    """What the letter tells each site of its partner."""
    xp = engine.xp
    shore = xp.asarray(end.sites)
    somebody = engine.put(xp.zeros(world.sites, dtype=bool), shore, due.somebody)
    return somebody, engine.put(xp.zeros((2, world.sites), dtype=np.int8), shore, due.messages)
