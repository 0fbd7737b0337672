"""One tick, verb by verb: sense, think, answer, earn, learn, pay, emit, meet, settle, spark.

The text is the same for NumPy and JAX; what differs between them (where a sparse set of sites is written, how a sum is kept exact)
is in the `Engine`.  On an opening of a link the letter that is due arrives before everything else, and one is posted at the end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from cyberspace.law.engine import Engine, Flows, low_high
from cyberspace.law.letters import Letter
from cyberspace.law.state import WALL, Region
from cyberspace.law.verbs import cross, earn, emit, pay, settle, spark
from cyberspace.law.verbs.sense import look, sense
from cyberspace.law.world import Almanac, Moment, World
from organisms import bits
from organisms.body import ANSWER
from organisms.learning.table import RULES
from organisms.think import squash
from topology import LinkEnd


def live(
    engine: Engine, world: World, almanac: Almanac, region: Region, tick: Any, lesson: tuple[Any, list[Any]], ends: Any
) -> tuple[Region, Any, Any]:
    """One tick on near axes.

    Args:
        engine: What the backend provides.
        world: The world.
        almanac: Its clock as tables.
        region: The state before.
        tick: Number of the tick; may be traced.
        lesson: (channels, hidden) of the lesson that this tick belongs to.
        ends: Whether the lesson ends with this tick: answers count, pools are filled and pay, organisms learn; may be traced.

    Returns:
        The state after, the tally uint32 (len(TALLY), 2), and the birth records int32 (3, slots), -1 where nobody was born.
    """
    xp, now, flows = engine.xp, almanac.moment(engine.xp, tick), Flows(engine.xp)
    if world.plaza:
        now = replace(now, partner=apart(xp, region.block, now.partner))
    region, life = dwell(engine, world, region, now, look(xp, region, now), lesson, ends, flows)
    region, letters = engine.fix(emit.emit(xp, world, region, now))
    region, landings, settled = engine.fix(settle.meet(xp, world, region, letters, now))
    flows.add(settled)
    region, births = land(engine, world, region, landings, now)
    region = settle.leave(xp, region, letters)
    return *close(engine, world, region, life, births, now, flows), births


def live_crossing(
    engine: Engine, world: World, almanac: Almanac, end: LinkEnd, region: Region, tick: Any, lesson: tuple[Any, list[Any]], ends: Any,
    due: Letter, tides: tuple[Any, Any], met: Any,
) -> tuple[Region, Any, Any, Letter]:  # fmt: skip
    """One tick at which a link opens.

    Args:
        engine: As for `live`, and so are world, almanac, region, tick, lesson and ends.
        world: See there.
        almanac: See there.
        end: The link.
        region: See there.
        tick: See there.
        lesson: See there.
        ends: See there.
        due: The letter that arrives; blank where none is due.
        tides: Tide on the shore at the opening at which `due` was posted, and at this one.
        met: Whether there is a region to write to.

    Returns:
        As `live`, with birth records (3, end.slots); and the letter that is posted.
    """
    flows = Flows(engine.xp)
    now = almanac.crossing(end, tick, tides[1])
    region, births, arrived = engine.fix(cross.arrive(engine, world, end, region, due, replace(now, tide=tides[0])))
    flows.add(arrived)
    region, life = dwell(engine, world, region, now, cross.seen(engine, world, end, due), lesson, ends, flows)
    region, letter, sent = engine.fix(cross.post(engine, world, end, region, met, now))
    flows.add(sent)
    return *close(engine, world, region, life, births, now, flows), births, letter


def dwell(
    engine: Engine, world: World, region: Region, now: Moment, seen: tuple[Any, Any], lesson: tuple[Any, list[Any]], ends: Any,
    flows: Flows,
) -> tuple[Region, Any]:  # fmt: skip
    """sense, think, answer, earn, learn, pay: the region, and the random words of the tick, uint32 (2, sites)."""
    xp, tick = engine.xp, now.tick
    inputs = engine.fix(sense(xp, world, region, now, seen, lesson[0], ends))
    thought = squash(xp, engine.weigh(region.weights, inputs), world.body.shift)
    region = replace(region, activity=xp.where(region.alive, thought, 0).astype(np.int8))
    region, earned = engine.when(
        ends,
        lambda region, _: end_lesson(engine, world, region, inputs, lesson[1], tick),
        region,
        xp.zeros((len(earn.EARNED), 2), dtype=np.uint32),
    )
    flows.add_totals(dict(zip(earn.EARNED, earned, strict=True)))
    life = engine.fix(pay.life_words(xp, world, tick))
    region, paid = engine.fix(pay.pay(engine, world, region, life[0]))
    flows.add(paid)
    return region, life


def close(
    engine: Engine, world: World, region: Region, life: Any, births: Any, now: Moment, flows: Flows
) -> tuple[Region, Any]:
    """spark, and the tally of the tick: the region and uint32 (len(TALLY), 2)."""
    faithful = (births[0] >= 0) & (births[0] <= world.loci.faithful)
    region, fell = strike(engine, world, region, life[1], now)
    flows.add({"alive": region.alive, "faithful": faithful, "sparks": fell})
    flows.add({"genesis": engine.xp.where(fell, world.physics.newborn_energy, 0)})
    return region, flows.tally()


def apart(xp: Any, block: Any, partner: Any) -> Any:
    """Partners where walls stand, int32 (sites,): a wall meets nobody."""
    wall = block == WALL
    return xp.where(wall | wall[xp.maximum(partner, 0)], -1, partner)


def end_lesson(engine: Engine, world: World, region: Region, inputs: Any, hidden: list[Any], tick: Any) -> tuple[Region, Any]:
    """answer, earn, learn: the region, and the totals of `earn.EARNED`, uint32 (len(EARNED), 2)."""
    xp = engine.xp
    answers = region.activity[ANSWER : ANSWER + world.body.answers]
    lesson = (tick >> world.pace) // world.physics.lesson_ticks
    region, signal, earned = earn.earn(engine, world, region, answers, hidden, lesson)
    totals = xp.stack([low_high(xp, earned[name]) for name in earn.EARNED])
    # Without a signal nothing is learned, and for most tasks that is most of the time.
    return engine.when(
        (signal != 0).any(),
        lambda region, totals: (learn(engine, world, region, inputs, signal, tick), totals),
        region,
        totals,
    )


def learn(engine: Engine, world: World, region: Region, inputs: Any, signal: Any, tick: Any) -> Region:
    """learn: every brain changes its weights by the rule of the world."""
    rule, xp = RULES[world.rule], engine.xp
    if rule is None or not world.tasks:
        return region
    key = bits.stream_key(xp, world.seed, world.region, bits.LEARN, tick)
    return replace(region, weights=engine.learn(rule, world.loci, region, inputs, signal, key, xp.arange(world.sites)))


def land(engine: Engine, world: World, region: Region, landings: settle.Landings, now: Moment) -> tuple[Region, Any]:
    """settle: write those who landed; see `live` for the birth records."""
    xp = engine.xp
    mask = settle.landing_slots(xp, world, landings, now)
    sites = settle.slot_sites(xp, world, now)

    def write(region: Region, records: Any, slots: Any) -> tuple[Region, Any]:
        inside = slots < world.meetings.slots
        at = xp.where(inside, sites[xp.minimum(slots, world.meetings.slots - 1)], world.sites)
        columns, born = settle.land(engine, world, region, landings, now, at)
        region = replace(region, **{name: engine.put(getattr(region, name), at, new) for name, new in columns.items()})
        return region, engine.put(records, slots, born)

    return engine.sparse(mask, write, region, xp.full((3, world.meetings.slots), -1, dtype=np.int32))


def strike(engine: Engine, world: World, region: Region, life: Any, now: Moment) -> tuple[Region, Any]:
    """spark: random organisms on empty sites; also returns where, bool (sites,)."""
    mask = spark.sparks(engine.xp, world, region, life)
    if not world.physics.spark:
        return region, mask

    def write(region: Region, records: Any, sites: Any) -> tuple[Region, Any]:
        columns = spark.strangers(engine.xp, world, bits.SPARK, now.tick, sites)
        region = replace(region, **{name: engine.put(getattr(region, name), sites, new) for name, new in columns.items()})
        return region, records

    return engine.sparse(mask, write, region, engine.xp.zeros(0, dtype=np.int32))[0], mask
