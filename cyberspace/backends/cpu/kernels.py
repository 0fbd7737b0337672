"""A tick as numba kernels, parallel over chunks of sites; `cyberspace.law.tick` and `cyberspace.law.verbs` say what each verb means.

Within a kernel no chunk reads what another one writes, so neither the number of threads nor their order matters.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np
from numba import njit, prange
from numba.extending import register_jitable

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
from cyberspace.backends.cpu.meet import give_pairs, land_pairs
from cyberspace.backends.cpu.settle import sparks
from cyberspace.backends.cpu.vector import threefry
from cyberspace.law import clock, kinds
from cyberspace.law.state import SOIL
from organisms import bits
from topology import meeting

LIFE = bits.LIFE
SPARKS = len(COLUMNS)
upkeep, work_of = register_jitable(kinds.upkeep), register_jitable(kinds.work_of)
tide_offset = register_jitable(meeting.tide_offset)
near_moment, lesson_of = njit(nogil=True, cache=True)(clock.near_moment), register_jitable(clock.lesson_of)


@njit(nogil=True, cache=True)
def live(arrays, tables, counts, totals, records, lived, zero, params):
    """Ticks on near axes at which no task judges, as many as there are rows of `totals` and of `records`.

    `counts` int64 (chunks, COLUMNS) is for use on the way, `totals` int64 (ticks, COUNTED) is added to, `records` as in
    `cyberspace.backends.backend.birth_table`, `lived` is how many ticks the region has lived.
    """
    for k in range(len(totals)):
        now = near_moment(tables, lived + k, params.pace, params.tide)
        listen(arrays)
        sense_think_pay(arrays, now, lesson_of(lived + k, params.lesson_ticks)[1], counts, True, True, zero, params)
        settle(arrays, now, counts, totals[k], records[k], params)


@njit(nogil=True, cache=True)
def settle(arrays, now, counts, total, records, params):
    """What comes after `pay` in a tick on near axes."""
    if now.meets:
        meet(arrays, now, counts, records, params)
    close(arrays, now.tick, counts, total, params)


@njit(parallel=True, nogil=True, cache=True)
def sense_think_pay(arrays, now, ends, counts, thinks, pays, zero, params):
    """sense and think, or pay, or all three."""
    chunks = len(counts)
    for chunk in prange(chunks):
        low, high = bounds(len(arrays.energy), chunk, chunks)
        if thinks:
            sense(arrays, now, ends, low, high)
            think(arrays, low, high, zero, params)
        if pays:
            pay(arrays, now.tick, counts[chunk], low, high, params)


@njit(nogil=True, cache=True)
def owe(arrays, low, high, params):
    """Upkeep of the sites from low to high, int32."""
    owed = np.full(high - low, upkeep(params.upkeep, params.base), dtype=np.int32)
    if params.per_synapse != 0 or params.per_unit != 0:
        kind = params.base, params.per_synapse, params.per_unit
        for k in range(high - low):
            weights, activity = arrays.weights[low + k].reshape(-1), arrays.activity[low + k]
            synapses, active = np.int32(0), np.int32(0)
            for column in range(len(weights)):
                synapses += np.int32(weights[column] != 0)
            for unit in range(len(activity)):
                active += np.int32(activity[unit] != 0)
            owed[k] = upkeep(params.upkeep, work_of(kind, synapses, active))
    return owed


@njit(nogil=True, cache=True)
def pay(arrays, tick, tally, low, high, params):
    """pay, for the sites from low to high: income, upkeep, cap, death; also draws where a spark would fall."""
    energy, alive, spark = arrays.energy[low:high], arrays.alive[low:high], arrays.spark[low:high]
    key, owed, dies = stream_key(params, LIFE, tick), owe(arrays, low, high, params), np.zeros(high - low + 8, dtype=np.uint8)
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


@njit(nogil=True, cache=True)
def shed(arrays, tally, low, high, soil):
    """What soil adds to the sunlight of those who live on it."""
    for site in range(low, high):
        if arrays.alive[site] and arrays.block[site] == SOIL:
            arrays.energy[site] += soil
            tally[SHED] += soil


@njit(nogil=True, cache=True)
def bury(arrays, dies, tally, low, high):
    """Death, where `dies` is 1; it is uint8, longer than the sites by eight zeros."""
    eights = dies[: (high - low + 7) // 8 * 8].view(np.uint64)
    for eight in range(len(eights)):
        if eights[eight] != 0:
            for site in range(low + 8 * eight, min(low + 8 * eight + 8, high)):
                if dies[site - low] != 0:
                    tally[DEATH] += arrays.energy[site]
                    tally[DEATHS] += 1
                    arrays.energy[site] = 0
                    arrays.alive[site] = False
                    arrays.activity[site] = 0
                    arrays.fires[site] = 0


@njit(parallel=True, nogil=True, cache=True)
def meet(arrays, now, counts, records, params):
    """emit, meet, settle: every pair once, by the thread that holds one of its sites."""
    chunks = len(counts)
    for chunk in prange(chunks):
        low, high = bounds(len(arrays.energy), chunk, chunks)
        land_pairs(arrays, now, records, counts[chunk], low, high, params)
        give_pairs(arrays, now, records, counts[chunk], low, high, params)


@njit(nogil=True, cache=True)
def close(arrays, tick, counts, total, params):
    """spark; adds the counts of the chunks to the total of the tick, and clears them."""
    fell = 0
    if params.spark > 0:
        fell = sparks(arrays, len(counts), tick, params)
    for column in range(len(COLUMNS)):
        for chunk in range(len(counts)):
            total[column] += counts[chunk, column]
            counts[chunk, column] = 0
    total[SPARKS] += fell
    total[SPARKS + 1] += fell * params.newborn_energy
    total[SPARKS + 2] += np.count_nonzero(arrays.alive)
