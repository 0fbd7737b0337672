"""The verbs as numba kernels, parallel over tiles; `cyberspace.verbs` says what each one means.

A tile is 32 sites side by side.  No kernel reads what another tile writes in the same call, so neither the number of threads nor
their order matters.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np
from numba import njit, prange

from cyberspace.backends.numba_settle import (
    DEATH,
    DEATHS,
    GIVES,
    GOES,
    OVERFLOW,
    SUNLIGHT,
    UPKEEP,
    move,
    settle,
)
from cyberspace.backends.numba_vector import LANES, bit_length, random_byte, think_row, threefry, widen_row
from organisms.body import ANSWER, GIVE, MOVE, REPRODUCE, SENSES, SIGNAL
from organisms.learning.hebbian import SCALE, UNIT

CHUNK = 512
"""Sites that one thread takes at a time."""

BASIC = len(SENSES)


@njit(parallel=True, nogil=True, cache=True)
def think(
    weights, inputs, activity, alive, old_activity, energy, payoff, channels, partner, somebody, messages, axis, answer_now,
    shift, zero,
):  # fmt: skip
    """sense and think: fills `inputs` int16 (tiles, inputs, 32) and `activity`; the partner is seen in `somebody`, `messages`."""
    tiles, units, columns, _ = weights.shape
    senses, stride = columns - units, activity.shape[1]
    for tile in prange(tiles):
        first, input_at = tile * LANES, tile * columns * LANES
        seen = inputs[tile]
        sense_own(seen, energy[first : first + LANES], axis, answer_now)
        sense_partner(seen, partner[first : first + LANES], somebody, messages)
        widen_row(payoff, inputs, first, input_at + 6 * LANES)
        for row in range(senses - BASIC):
            widen_row(channels, inputs, row * stride + first, input_at + (BASIC + row) * LANES)
        for row in range(units):
            widen_row(old_activity, inputs, row * stride + first, input_at + (senses + row) * LANES)
        for unit in range(units):
            weight_at = (tile * units + unit) * columns * LANES
            activity_at = unit * stride + first
            think_row(weights, inputs, activity, alive, weight_at, input_at, activity_at, first, columns, shift, zero)


@njit(nogil=True, cache=True)
def sense_own(seen, energy, axis, answer_now):
    """The senses that need nobody else, but for `payoff`."""
    for lane in range(LANES):
        seen[0, lane] = SIGNAL
        seen[1, lane] = min(8 * bit_length(energy[lane]), 127)
        seen[2, lane] = axis
        seen[7, lane] = answer_now


@njit(nogil=True, cache=True)
def sense_partner(seen, partner, somebody, messages):
    """Somebody and the two messages, for somebody bool (sites,) and messages int8 (2, sites)."""
    for lane in range(LANES):
        other = max(partner[lane], 0)
        met = np.int16((partner[lane] >= 0) & somebody[other])
        seen[3, lane] = met * SIGNAL
        seen[4, lane] = met * messages[0, other]
        seen[5, lane] = met * messages[1, other]


@njit(parallel=True, nogil=True, cache=True)
def count_synapses(weights, synapses):
    """Non-zero weights of each site, int32 (sites,)."""
    tiles, units, columns, _ = weights.shape
    for tile in prange(tiles):
        for lane in range(LANES):
            synapses[tile * LANES + lane] = 0
        for unit in range(units):
            for column in range(columns):
                for lane in range(LANES):
                    synapses[tile * LANES + lane] += weights[tile, unit, column, lane] != 0


@njit(parallel=True, nogil=True, cache=True)
def learn(weights, genome, inputs, activity, signal, k0, k1, numbers):
    """learn: `organisms.learning.hebbian` for signals int8 (answers, sites)."""
    for tile in prange(len(weights)):
        first = tile * LANES
        some = False
        for answer in range(numbers.answers):
            for lane in range(LANES):
                some |= signal[answer, first + lane] != 0
        if some:
            for lane in range(LANES):
                learn_one(weights, genome, inputs, activity, signal, k0, k1, numbers, tile, lane)


@njit(nogil=True, cache=True)
def learn_one(weights, genome, inputs, activity, signal, k0, k1, numbers, tile, lane):
    """learn, for one organism."""
    _, units, columns, _ = weights.shape
    site = tile * LANES + lane
    genes = genome[site]
    total = np.int32(0)
    for answer in range(numbers.answers):
        total += np.int32(signal[answer, site])
    mean = np.int32(total // numbers.answers)
    a, b, c, d = genes[numbers.rule], genes[numbers.rule + 1], genes[numbers.rule + 2], genes[numbers.rule + 3]
    for unit in range(units):
        own = ANSWER <= unit < ANSWER + numbers.answers
        felt = np.int32(signal[unit - ANSWER, site]) if own else mean
        gain = np.int32(np.int32(genes[numbers.rates + unit]) * felt)
        if gain != 0:
            post = np.int32(activity[unit, site])
            row = weights[tile, unit]
            dither = (np.uint32(0), np.uint32(0))
            for column in range(columns):
                k = unit * columns + column
                if k % 8 == 0:
                    dither = threefry(k0, k1, np.uint32(site), np.uint32(k // 8))
                byte = random_byte(dither, k)
                pre = np.int32(inputs[tile, column, lane])
                terms = a * post * pre + ((b * post + c * pre) << UNIT) + (d << (2 * UNIT))
                change = (((gain * terms) >> (SCALE - 8)) + byte) >> 8
                row[column, lane] = min(max(row[column, lane] + change, -128), 127)


@njit(parallel=True, nogil=True, cache=True)
def pay(arrays, owed, tallies, k0, k1, numbers):
    """pay: income, upkeep (`owed` int32 per site), cap, death; also draws where a spark would fall."""
    sites = len(arrays.energy)
    for chunk in prange((sites + CHUNK - 1) // CHUNK):
        pay_chunk(
            arrays.energy, arrays.alive, arrays.activity, arrays.spark, owed, tallies[chunk], chunk * CHUNK,
            min(sites, chunk * CHUNK + CHUNK), k0, k1, numbers,
        )  # fmt: skip
        wishes(
            arrays.wish, arrays.alive, arrays.activity[GIVE], arrays.activity[REPRODUCE], arrays.activity[MOVE], numbers.fire,
            chunk * CHUNK, min(sites, chunk * CHUNK + CHUNK),
        )  # fmt: skip


@njit(nogil=True, cache=True)
def pay_chunk(energy, alive, activity, spark, owed, tally, low, high, k0, k1, numbers):
    """pay, for the sites from low to high."""
    count = high - low
    chance = np.empty(CHUNK, dtype=np.uint32)
    dying = np.empty(CHUNK, dtype=np.int32)
    for k in range(count):
        chance[k], second = threefry(k0, k1, np.uint32(low + k), np.uint32(0))
        spark[low + k] = second < numbers.spark
    living, upkeep, overflow = np.int32(0), np.int32(0), np.int32(0)
    sunlight, cap, death = np.int32(numbers.sunlight), np.int32(numbers.cap), np.uint32(numbers.death)
    for k in range(count):
        lives = np.int32(alive[low + k])
        held = np.int32(energy[low + k] + np.int32(lives * sunlight))
        price = np.int32(lives * min(owed[low + k], held))
        held = np.int32(held - price)
        above = np.int32(max(np.int32(held - cap), np.int32(0)))
        held = np.int32(held - above)
        energy[low + k] = held
        dying[k] = lives & (np.int32(held == 0) | np.int32(chance[k] < death))
        living = np.int32(living + lives)
        upkeep = np.int32(upkeep + price)
        overflow = np.int32(overflow + above)
    for site in range(low, high):
        if dying[site - low] != 0:
            tally[DEATH] += energy[site]
            tally[DEATHS] += 1
            energy[site] = 0
            alive[site] = False
            for unit in range(activity.shape[0]):
                activity[unit, site] = 0
    tally[SUNLIGHT] += np.int64(living) * numbers.sunlight
    tally[UPKEEP] += upkeep
    tally[OVERFLOW] += overflow


@njit(nogil=True, cache=True)
def wishes(wish, alive, give, reproduce, move, fire, low, high):
    """Who wants anything but to be heard: a quick look, so that most pairs need no letters."""
    for site in range(low, high):
        goes = np.uint8(reproduce[site] > fire) | np.uint8(move[site] > fire)
        wish[site] = np.uint8(alive[site]) * (np.uint8(give[site] > fire) * GIVES + goes * GOES)


@njit(inline="always")
def may_land(wish, energy, sender, site):
    """Whether something could settle if nobody gave: a living resident keeps at least half of its energy."""
    kept = energy[site] - (energy[site] >> 1)
    return (wish[sender] & GOES) != 0 and (kept == 0 or (energy[sender] >> 1) > 2 * kept)


@njit(parallel=True, nogil=True, cache=True)
def meet(arrays, partner, residue, records, tallies, noise, radiation, tick, tide, copy_cost, move_cost, numbers):
    """emit, meet, settle: every pair once, by the thread that holds its first site."""
    sites, wish, energy = len(arrays.energy), arrays.wish, arrays.energy
    for chunk in prange((sites + CHUNK - 1) // CHUNK):
        for site in range(chunk * CHUNK, min(sites, chunk * CHUNK + CHUNK)):
            other = partner[site]
            if other > site and (
                (residue[other] == tide and may_land(wish, energy, site, other))
                or (residue[site] == tide and may_land(wish, energy, other, site))
                or ((wish[site] | wish[other]) & GIVES) != 0
            ):
                meet_pair(
                    arrays, site, other, records, tallies[chunk], noise, radiation, tick, tide, copy_cost, move_cost,
                    numbers,
                )  # fmt: skip


@njit(nogil=True, cache=True)
def letter(arrays, site, other, tide, copy_cost, move_cost, numbers):
    """(gift, endowment, moves) that a living site writes to its partner; see `cyberspace.verbs.emit`."""
    held = arrays.energy[site]
    company = arrays.alive[other]
    gift = np.int32(0)
    if company and arrays.activity[GIVE, site] > numbers.fire:
        gift = np.int32(held >> numbers.gift_shift)
    if other % numbers.tide != tide:
        return gift, np.int32(0), False
    held = np.int32(held - gift)
    half = np.int32(held >> 1)
    if arrays.activity[REPRODUCE, site] > numbers.fire and held > numbers.spore_energy and half > copy_cost:
        return gift, half, False
    return gift, np.int32(0), not company and arrays.activity[MOVE, site] > numbers.fire and held > move_cost


@njit(nogil=True, cache=True)
def meet_pair(arrays, one, two, records, tally, noise, radiation, tick, tide, copy_cost, move_cost, numbers):
    """Both letters of one pair; see `cyberspace.verbs.settle`."""
    nothing = (np.int32(0), np.int32(0), False)
    sent1 = letter(arrays, one, two, tide, copy_cost, move_cost, numbers) if arrays.alive[one] else nothing
    sent2 = letter(arrays, two, one, tide, copy_cost, move_cost, numbers) if arrays.alive[two] else nothing
    arrays.energy[one] += sent2[0] - sent1[0] - sent1[1]
    arrays.energy[two] += sent1[0] - sent2[0] - sent2[1]
    wins1 = sent1[1] > 0 and (not arrays.alive[two] or sent1[1] > 2 * arrays.energy[two])
    wins2 = sent2[1] > 0 and (not arrays.alive[one] or sent2[1] > 2 * arrays.energy[one])
    if not wins1:
        arrays.energy[one] += sent1[1]
    if not wins2:
        arrays.energy[two] += sent2[1]
    if wins1:
        settle(arrays, one, two, sent1[1], records, tally, noise, radiation, tick, tide, copy_cost, numbers)
    if wins2:
        settle(arrays, two, one, sent2[1], records, tally, noise, radiation, tick, tide, copy_cost, numbers)
    if sent1[2]:
        move(arrays, one, two, tally, move_cost)
    if sent2[2]:
        move(arrays, two, one, tally, move_cost)
