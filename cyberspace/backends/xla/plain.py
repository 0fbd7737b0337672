"""Ticks as one compiled call over whole arrays: on a CPU, at openings of links, and on devices for which there are no kernels."""

from __future__ import annotations

from dataclasses import fields, replace

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from cyberspace.backends.xla.engine import XLA, make_engine
from cyberspace.backends.xla.terms import NOTHING_TOLD, Told, clock_under, world_under
from cyberspace.law.clock import ClockTables, lesson_of, link_moment, near_moment
from cyberspace.law.exchange import Near, OverLink, apart
from cyberspace.law.letters import Letter
from cyberspace.law.state import TALLY, Region
from cyberspace.law.tick import live
from cyberspace.law.verbs.answer import Lesson, pose
from cyberspace.law.verbs.emit import Letters
from cyberspace.law.verbs.meet import Landings
from cyberspace.law.world import World
from organisms.arrays import Array, Int32s, Words
from topology import LinkEnd

MOST, LEAST = 64, 4
"""Ticks of one compiled call, at most; and where many may be born."""

RECORDS = 2**13
"""Places for records of births in a call that lives more than `LEAST` ticks."""

for kind in (Letters, Landings, Letter, Lesson):
    jax.tree_util.register_dataclass(kind, data_fields=[field.name for field in fields(kind)], meta_fields=[])


def ticks_at_once(world: World) -> int:
    """Most ticks of one compiled call: fewer where many may be born, for there is a place for each of them."""
    return max(LEAST, min(MOST, RECORDS // max(1, world.meetings.slots)))


def _tables(world: World, known: Told) -> ClockTables:
    return ClockTables(*(jnp.asarray(table) for table in clock_under(world, known)))


def _pose(world: World, region: Region, tick: int) -> Lesson:
    """The lesson that a tick belongs to."""
    number, ends = lesson_of(tick >> world.pace, world.physics.lesson_ticks)
    return make_engine().barrier(pose(XLA, world, region, number, ends))


def live_span(
    world: World, region: Region, number: int, first_site: int, first: int, ticks: int, known: Told = NOTHING_TOLD
) -> tuple[Region, Words, Int32s]:
    """The region after some ticks, at most `ticks_at_once`; with their tallies and birth records stacked."""
    engine, tables = make_engine(), _tables(world, known)
    world = world_under(replace(world, region=number, first_site=first_site), known)

    def step(k: int, carry: tuple[Region, Array, Array]) -> tuple[Region, Array, Array]:
        region, tallies, records = carry
        tick = first + k * world.step
        now = near_moment(tables, tick >> world.pace, world.pace, world.meetings.tide)
        if world.plaza:
            now = now._replace(partner=apart(XLA, region.block, now.partner))
        now = engine.barrier(now)
        lived = live(engine, world, region, now, _pose(world, region, tick), Near())
        tallies, records = jnp.asarray(tallies).at[k].set(lived.tally), jnp.asarray(records).at[k].set(lived.births)
        return lived.region, tallies, records

    most = ticks_at_once(world)
    tallies = jnp.zeros((most, len(TALLY), 2), dtype=np.uint32)
    records = jnp.full((most, 3, world.meetings.slots), -1, dtype=np.int32)
    after: tuple[Region, Words, Int32s] = lax.fori_loop(0, ticks, step, (region, tallies, records))
    return after


def live_crossing(
    world: World, region: Region, number: int, first_site: int, tick: int, due: Letter, tides: tuple[int, int],
    met: bool, known: Told = NOTHING_TOLD, *, end: LinkEnd,
) -> tuple[Region, Words, Int32s, Letter]:  # fmt: skip
    """The region after a tick at which a link opens, its tally, its birth records, and the letter that is posted."""
    engine, tables = make_engine(), _tables(world, known)
    world = world_under(replace(world, region=number, first_site=first_site), known)
    now = link_moment(tables, end.axis, tick, tides[1])
    lived = live(engine, world, region, now, _pose(world, region, tick), OverLink(end, due, tides[0], met))
    assert lived.letter is not None
    return lived.region, lived.tally, lived.births, lived.letter
