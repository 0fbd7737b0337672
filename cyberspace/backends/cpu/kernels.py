"""A tick as numba kernels, parallel over chunks of sites; `cyberspace.law.tick` and `cyberspace.law.verbs` say what each verb means.

Within a kernel no chunk reads what another one writes, so neither the number of threads nor their order matters.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np
from numba import njit

from cyberspace.backends.cpu.arrays import (
    COLUMNS,
    DEATH,
    DEATHS,
    OVERFLOW,
    SHED,
    SUNLIGHT,
    UPKEEP,
    bounds,
    stream_key,
)
from cyberspace.backends.cpu.brain import listen, sense, think
from cyberspace.backends.cpu.compiled import KERNEL
from cyberspace.backends.cpu.meet import give_pairs, land_pairs
from cyberspace.backends.cpu.parallel import in_parallel
from cyberspace.backends.cpu.part import part
from cyberspace.backends.cpu.scratch import scratch
from cyberspace.backends.cpu.settle import sparks
from cyberspace.backends.cpu.vector import threefry
from cyberspace.law import clock, kinds
from cyberspace.law.clock import Moment
from cyberspace.law.state import SOIL
from organisms import bits
from topology import meeting

LIFE = bits.LIFE
SPARKS = len(COLUMNS)
LINE = 64
upkeep, work_of = part(kinds.upkeep), part(kinds.work_of)
tide_offset, lesson_of = part(meeting.tide_offset), part(clock.lesson_of)
near_moment = part(clock.near_moment)

LISTENS, THINKS, PAYS, SETTLES = 1, 2, 4, 8
"""Parts of a tick: what is heard is noted; sense and think; pay; meet, settle and spark."""

TICK = LISTENS | THINKS | PAYS | SETTLES
NEAR = -1
"""In place of a link's axis: a tick on near axes."""


@njit(**KERNEL, cache=True)
def live(arrays, tables, counts, totals, records, lived, axis, tide, does, params):
    """Ticks, or parts of one, as many as there are rows of `totals` and of `records`; all but `TICK` for the sake of what comes between.

    `counts` int64 (chunks, COLUMNS) is for use on the way, `totals` int64 (ticks, COUNTED) is added to, `records` as in
    `cyberspace.backends.backend.birth_table`, `lived` is how many ticks the region has lived.  Where a link opens, `axis` is its own,
    and `tide` its shore's: nobody meets within the region then.
    """
    for k in range(len(totals)):
        now = near_moment(tables, lived + k, params.pace, params.tide)
        if axis != NEAR:
            cost = tables.copy_cost[axis], tables.move_cost[axis]
            now = Moment(now.tick, tables.shows[axis], axis == NEAR, arrays.itself, tide, *cost)
        ends = lesson_of(lived + k, params.lesson_ticks)[1]
        if does & LISTENS:
            listen(arrays)
        if does & (THINKS | PAYS):
            in_parallel(sense_think_pay, len(counts), arrays, now, ends, counts, does, params)
        if does & SETTLES:
            if now.meets:
                in_parallel(meet, len(counts), arrays, now, counts, records[k], params)
            close(arrays, now.tick, counts, totals[k], params)


@part
def sense_think_pay(chunk, arrays, now, ends, counts, does, params):
    """sense and think, or pay, or all three, for one chunk."""
    low, high = bounds(len(arrays.energy), chunk, len(counts))
    if does & THINKS:
        sense(arrays, now, ends, low, high)
        think(arrays, low, high, params)
    if does & PAYS:
        pay(arrays, now.tick, counts[chunk], low, high, params)


@part
def owe(arrays, owed, low, high, params):
    """Upkeep of the sites from low to high, into int32 (high - low,)."""
    least = upkeep(params.upkeep, params.base)
    for k in range(high - low):
        owed[k] = least
    if params.per_synapse != 0 or params.per_unit != 0:
        kind = params.base, params.per_synapse, params.per_unit
        for k in range(high - low):
            weights, activity = arrays.brains[low + k], arrays.activity[low + k]
            synapses, active = np.int32(0), np.int32(0)
            for column in range(len(weights)):
                synapses += np.int32(weights[column] != 0)
            for unit in range(len(activity)):
                active += np.int32(activity[unit] != 0)
            owed[k] = upkeep(params.upkeep, work_of(kind, synapses, active))


@part
def pay(arrays, tick, tally, low, high, params):
    """pay, for the sites from low to high: income, upkeep, cap, death; also draws where a spark would fall."""
    energy, alive, spark = arrays.energy[low:high], arrays.alive[low:high], arrays.spark[low:high]
    key, owed, dies = stream_key(params, LIFE, tick), scratch(high - low, np.int32), scratch(high - low, np.uint8)
    owe(arrays, owed, low, high, params)
    death, strikes = np.uint32(params.death), np.uint32(params.spark)
    for k in range(high - low):
        first, second = threefry(key[0], key[1], np.uint32(low + k), np.uint32(0))
        dies[k], spark[k] = first < death, second < strikes
    if params.plaza:
        shed(arrays, tally, low, high, params.soil)
    living, upkeep, overflow = np.int32(0), np.int32(0), np.int32(0)
    sunlight, cap = np.int32(params.sunlight), np.int32(params.cap)
    for k in range(high - low):  # few arrays, so that this becomes vectors
        lives = np.int32(alive[k])
        held = np.int32(energy[k] + np.int32(lives * sunlight))
        price = np.int32(lives * min(owed[k], held))
        held = np.int32(held - price)
        above = np.int32(max(np.int32(held - cap), np.int32(0)))
        held = np.int32(held - above)
        energy[k] = held
        dies[k] = np.uint8(lives) & (dies[k] | np.uint8(held == 0))
        living = np.int32(living + lives)
        upkeep = np.int32(upkeep + price)
        overflow = np.int32(overflow + above)
    tally[SUNLIGHT] += np.int64(living) * params.sunlight
    tally[UPKEEP] += upkeep
    tally[OVERFLOW] += overflow
    bury(arrays, dies, tally, low, high)


@part
def shed(arrays, tally, low, high, soil):
    """What soil adds to the sunlight of those who live on it."""
    energy, alive, block = arrays.energy, arrays.alive, arrays.block
    for site in range(low, high):
        if alive[site] and block[site] == SOIL:
            energy[site] += soil
            tally[SHED] += soil


@part
def bury(arrays, dies, tally, low, high):
    """Death, where `dies`, uint8 (high - low,), is 1."""
    for first in range(0, high - low, LINE):
        last, some = min(first + LINE, high - low), np.uint8(0)
        for k in range(first, last):
            some |= dies[k]
        if some != 0:
            for k in range(first, last):
                if dies[k] != 0:
                    perish(arrays, low + k, tally)


@part
def perish(arrays, site, tally):
    """Whoever lives at a site dies."""
    tally[DEATH] += arrays.energy[site]
    tally[DEATHS] += 1
    arrays.energy[site] = 0
    arrays.alive[site] = False
    activity, fires = arrays.activity, arrays.fires
    for unit in range(activity.shape[1]):
        activity[site, unit] = 0
    for group in range(fires.shape[1]):
        fires[site, group] = 0


@part
def meet(chunk, arrays, now, counts, records, params):
    """emit, meet, settle for one chunk: every pair once, by the thread that holds one of its sites."""
    low, high = bounds(len(arrays.energy), chunk, len(counts))
    land_pairs(arrays, now, records, counts[chunk], low, high, params)
    give_pairs(arrays, now, records, counts[chunk], low, high, params)


@part
def close(arrays, tick, counts, total, params):
    """spark; adds the counts of the chunks to the total of the tick, and clears them."""
    fell, alive = 0, arrays.alive
    if params.spark > 0:
        fell = sparks(arrays, len(counts), tick, params)
    for column in range(len(COLUMNS)):
        for chunk in range(len(counts)):
            total[column] += counts[chunk, column]
            counts[chunk, column] = 0
    total[SPARKS] += fell
    total[SPARKS + 1] += fell * params.newborn_energy
    living = 0
    for site in range(len(alive)):
        living += alive[site]
    total[SPARKS + 2] += living
