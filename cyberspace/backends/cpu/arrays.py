"""What the numba kernels work on: a region with each organism in one place, the clock as tables, and the world's numbers."""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cyberspace.backends.cpu.product import QUAD
from cyberspace.backends.cpu.vector import threefry
from organisms.body import GIVE, MOVE, REPRODUCE

CHUNK = 512
"""Sites that one thread takes at a time, at least; a multiple of `LINE`."""

LINE = 64
"""Chunks begin at multiples of this, so that no two threads write to one line of the cache."""

COLUMNS = ("sunlight", "soil", "upkeep", "overflow", "death", "copying", "moving", "births", "faithful", "deaths")
SUNLIGHT, SHED, UPKEEP, OVERFLOW, DEATH, COPYING, MOVING, BIRTHS, FAITHFUL, DEATHS = range(len(COLUMNS))
"""Columns of what the chunks count, by the names of `cyberspace.law.state.TALLY`."""

COUNTED = (*COLUMNS, "sparks", "genesis", "alive")
"""What is counted of a tick."""

BREEDS, LEAVES, GIVES = (1 << unit for unit in (REPRODUCE, MOVE, GIVE))
"""Bits of `Arrays.fires`."""


class Arrays(NamedTuple):
    """A region; names as in the state, and below them what is kept beside it.

    Every organism has its own lines of the cache: `genome` is (sites, loci), `activity` (sites, units) and `weights` (sites, quads, units,
    4), a quad being four inputs.
    """

    genome: Any
    weights: Any
    activity: Any
    alive: Any
    energy: Any
    payoff: Any
    performed: Any
    memory: Any
    cradle: Any
    born: Any
    parent: Any
    parent_born: Any
    generation: Any
    founder: Any
    block: Any
    inputs: Any  # int8 (sites, inputs): senses, then the last activities; the channels are written when a lesson is posed
    fires: Any  # bits of the units above `fire`, uint8 (sites, units / 8); 0 where nobody lives
    says: Any  # bits of the units above 0, as `fires`
    heard: Any  # what a site shows at the end of a tick: alive and two messages in 3 bytes, uint32 (sites + 1,), the last 0
    spark: Any  # whether a spark falls at this site if it is empty, bool


class Numbers(NamedTuple):
    """What a kernel must know of the world."""

    seed: int
    region: int
    pace: int
    lesson: int
    work: bool  # whether upkeep is by work done, as on a CPU
    shift: int
    synapses: int
    rates: int
    rule: int
    copier: int
    loci: int
    first_site: int
    faithful: int
    answers: int
    sunlight: int
    plaza: bool
    soil: int
    upkeep: int
    cap: int
    spore_energy: int
    newborn_energy: int
    gift_shift: int
    fire: int
    tide: int
    death: Any
    spark: Any
    radiation: Any
    silent: int


class Clock(NamedTuple):
    """The ruler clock as tables; see `topology.meeting.Meetings`."""

    axis: Any  # the axis that opens at each tick of a period, -1 for none
    level: Any  # log2 of the stretch, by axis and for none
    rows: Any  # row of `partners` by axis, and for none, at even and at odd openings
    partners: Any  # int32 (rows, sites), -1 for nobody; nobody meets in the last
    copy_cost: Any  # by axis and for none
    move_cost: Any  # by axis and for none


class Moment(NamedTuple):
    """What one tick means for everybody, as `cyberspace.law.world.Moment`."""

    tick: Any
    ends: Any  # whether a lesson ends
    level: Any  # what the sense `axis` shows
    meets: Any  # whether anybody meets within the region
    partner: Any
    tide: Any
    copy_cost: Any
    move_cost: Any


def to_quads(weights: NDArray[np.int8]) -> NDArray[np.int8]:
    """Weights int8 (units, inputs, sites) as (sites, quads, units, 4)."""
    units, inputs, sites = weights.shape
    return np.ascontiguousarray(weights.reshape(units, inputs // QUAD, QUAD, sites).transpose(3, 1, 0, 2))


def from_quads(weights: NDArray[np.int8]) -> NDArray[np.int8]:
    """The inverse of `to_quads`."""
    sites, quads, units, _ = weights.shape
    found = np.empty((units, quads, QUAD, sites), dtype=np.int8)
    for first in range(0, sites, CHUNK):  # in parts that stay in the cache
        found[..., first : first + CHUNK] = weights[first : first + CHUNK].transpose(2, 1, 3, 0)
    return found.reshape(units, quads * QUAD, sites)


@njit(nogil=True, cache=True)
def moment(clock, lived, numbers):
    """The moment of a tick on near axes, for the ticks that the region has lived."""
    axis = clock.axis[lived % len(clock.axis)]
    opening = lived >> clock.level[axis]
    row = clock.rows[axis, opening & 1]
    return Moment(
        lived << numbers.pace,
        lived % numbers.lesson == numbers.lesson - 1,
        min(16 * clock.level[axis], 127),
        row < len(clock.partners) - 1,
        clock.partners[row],
        -(opening >> 1) % numbers.tide,
        clock.copy_cost[axis],
        clock.move_cost[axis],
    )


@njit(nogil=True, cache=True)
def bounds(sites, chunk, chunks):
    """First site of a chunk and of the next."""
    lines = (sites + LINE - 1) // LINE
    return min(sites, chunk * lines // chunks * LINE), min(sites, (chunk + 1) * lines // chunks * LINE)


@njit(inline="always")
def stream_key(numbers, stream, tick):
    """`organisms.bits.stream_key` as a pair of scalars."""
    return threefry(np.uint32(numbers.seed), np.uint32(numbers.region), np.uint32(stream), np.uint32(tick))
