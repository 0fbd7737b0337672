"""A tick in parts, for the sites of one block; `cyberspace.law.tick` and `cyberspace.law.verbs` say what each verb means.

Within a part no block reads what another one writes, but for the pairs that it settles; `cyberspace.backends.cpu.span` says when all
have to wait.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np

from cyberspace.backends.cpu.arrays import ALIVE, DEATH, DEATHS, GENESIS, OVERFLOW, SHED, SPARKS, SUNLIGHT, UPKEEP, stream_key
from cyberspace.backends.cpu.lanes import lane, plain
from cyberspace.backends.cpu.meet import give_pairs, land_pairs
from cyberspace.backends.cpu.part import part
from cyberspace.backends.cpu.scratch import scratch
from cyberspace.backends.cpu.settle import sparks
from cyberspace.backends.cpu.vector import set_bytes_of, threefry
from cyberspace.law import kinds
from cyberspace.law.state import SOIL
from organisms import bits

LIFE = bits.LIFE
LINE = 64
upkeep, work_of = part(kinds.upkeep), part(kinds.work_of)


@part
def owe(arrays, owed, low, high, params):
    """Upkeep of the sites from low to high, into int32 (high - low,)."""
    least = upkeep(params.upkeep, params.base)
    for k in range(high - low):
        owed[k] = least
    if params.per_synapse != 0 or params.per_unit != 0:
        count_active(arrays.acts, owed, low)
        kind = lane(params.base), lane(params.per_synapse), lane(params.per_unit)
        price, synapses = lane(params.upkeep), arrays.synapses[low:high]
        for k in range(high - low):
            owed[k] = plain(upkeep(price, work_of(kind, lane(synapses[k]), lane(owed[k]))))


@part
def count_active(acts, found, low):
    """Active units of the sites from `low` on, into int32 (sites,), from uint64 (sites, units / 8): short loops that become vectors."""
    if acts.shape[1] == 2:  # the most common body
        own = acts[low : low + len(found)]
        for k in range(len(found)):
            found[k] = np.int32(summed(np.uint64(set_bytes_of(own[k, 0]) + set_bytes_of(own[k, 1]))))
        return
    groups = acts.shape[1]
    count = scratch(len(found) * groups, np.uint64)
    own = acts[low : low + len(found)].reshape(-1)
    for k in range(len(own)):
        count[k] = summed(set_bytes_of(own[k]))
    for k in range(len(found)):
        found[k] = count[k * groups]
    for group in range(1, groups):
        for k in range(len(found)):
            found[k] += np.int32(count[k * groups + group])


@part
def summed(word):
    """Sum of the bytes of a uint64, if it is below 256."""
    some = np.uint64(word + (word >> np.uint64(32)))
    some = np.uint64(some + (some >> np.uint64(16)))
    return np.uint64(some + (some >> np.uint64(8))) & np.uint64(255)


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
    tally[ALIVE] += living
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
def meet(arrays, now, low, high, tally, records, params):
    """emit, meet, settle for one block: every pair once, by whoever lives the block that holds the first of its sites that matters."""
    if now.meets:
        land_pairs(arrays, now, records, tally, low, high, params)
        give_pairs(arrays, now, records, tally, low, high, params)


@part
def close(arrays, tick, low, high, tally, params):
    """spark."""
    if params.spark > 0:
        fell = sparks(arrays, low, high, tick, params)
        tally[SPARKS] += fell
        tally[GENESIS] += fell * params.newborn_energy
