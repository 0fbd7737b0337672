"""The clock of a region as tables, and what one tick means for everybody: the same text for arrays, traced ticks and numba."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from cyberspace.law.world import World
from organisms.arrays import Array, Int32s
from topology.meeting import tide_offset

LOUDEST = 127
"""Largest activity of a sense."""


class ClockTables(NamedTuple):
    """The ruler clock and what an opening costs; in the last entry of what is told by axis, no axis opens.

    Attributes:
        axis: Axis that opens at each tick of a period, -1 for none, int32 (period,).
        level: log2 of the stretch, by axis, (axes + 1,).
        shows: What the sense `axis` shows, by axis, (axes + 1,).
        rows: Row of `partners` by axis, at even and at odd openings, int32 (axes + 1, 2).
        partners: Partner of each site, -1 for nobody, int32 (rows, sites); in the last row nobody meets.
        copy_cost: Cost of copying, by axis, (axes + 1,).
        move_cost: Cost of moving, by axis, (axes + 1,).
    """

    axis: Int32s
    level: Int32s
    shows: Int32s
    rows: Int32s
    partners: Int32s
    copy_cost: Int32s
    move_cost: Int32s


class Moment(NamedTuple):
    """What one tick means for everybody; its numbers may be traced.

    Attributes:
        tick: The tick.
        shows: What the sense `axis` shows.
        meets: Whether anybody meets within the region.
        partner: Partner of each site, int32 (sites,); -1 for nobody.
        tide: First site where the tide is in; at an opening of a link, first place of the shore.
        copy_cost: Cost of copying along the axis that opens.
        move_cost: Cost of moving along it.
    """

    tick: int
    shows: int
    meets: bool
    partner: Int32s
    tide: int
    copy_cost: int
    move_cost: int


def clock_tables(world: World, dtype: type[np.signedinteger[Any]] = np.int32) -> ClockTables:
    """The tables of a region, in NumPy; what is told by axis in some type."""
    meetings, physics = world.meetings, world.physics

    def by_axis(numbers: list[int] | tuple[int, ...]) -> Array:
        return np.array([*numbers, 0], dtype=dtype)

    levels = [axis.level for axis in meetings.clock.axes]
    shows = [min(16 * level, LOUDEST) for level in levels]
    costs = by_axis(physics.copy_cost), by_axis(physics.move_cost)
    return ClockTables(meetings.clock.table(), by_axis(levels), by_axis(shows), meetings.rows, meetings.table.copy(), *costs)


def near_moment(tables: ClockTables, lived: int, pace: int, tide: int) -> Moment:
    """The moment of a tick on near axes.

    Args:
        tables: The clock.
        lived: Ticks that the region has lived.
        pace: log2 of the ticks of the universe for each of them.
        tide: One site in this many may receive.
    """
    axis = tables.axis[lived % tables.axis.shape[0]]
    opening = lived >> tables.level[axis]
    row = tables.rows[axis, opening & 1]
    return Moment(
        lived << pace,
        tables.shows[axis],
        row < tables.partners.shape[0] - 1,
        tables.partners[row],
        tide_offset(opening, tide),
        tables.copy_cost[axis],
        tables.move_cost[axis],
    )


def link_moment(tables: ClockTables, axis: int, tick: int, tide: int) -> Moment:
    """The moment of a tick at which a link opens, with the tide of its shore: nobody meets within the region."""
    nobody = tables.partners[tables.partners.shape[0] - 1]
    return Moment(tick, tables.shows[axis], False, nobody, tide, tables.copy_cost[axis], tables.move_cost[axis])


def lesson_of(lived: int, length: int) -> tuple[int, bool]:
    """Number of the lesson that a tick belongs to, and whether it ends then."""
    return lived // length, lived % length == length - 1
