"""sense, think and learn as numba kernels; `cyberspace.law.verbs.sense`, `organisms.think` and `organisms.learning` say what they mean."""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np
from numba import njit, prange

from cyberspace.backends.cpu.arrays import bounds, stream_key
from cyberspace.backends.cpu.product import QUAD, think_one
from cyberspace.backends.cpu.vector import bit_length, random_byte, threefry
from organisms import bits
from organisms.body import ANSWER, MESSAGE, SENSES, SIGNAL
from organisms.learning.hebbian import SCALE, UNIT

LEARN = bits.LEARN
SENSE = {name: np.uint64(8 * k) for k, (name, _) in enumerate(SENSES)}
BIAS, ENERGY, AXIS, SOMEBODY, FIRST, SECOND, PAYOFF, NOW = SENSE.values()
"""Where each sense stands in a word of 64 bits."""


@njit(nogil=True, cache=True)
def listen(arrays):
    """Fill `heard` with what every site shows now, since thinking and dying change it site by site."""
    heard, alive, activity = arrays.heard, arrays.alive, arrays.activity
    for site in range(len(alive)):
        first, second = np.uint32(np.uint8(activity[site, MESSAGE])), np.uint32(np.uint8(activity[site, MESSAGE + 1]))
        heard[site] = np.uint32(alive[site]) | first << np.uint32(8) | second << np.uint32(16)


@njit(nogil=True, cache=True)
def sense(arrays, now, low, high):
    """sense, for the sites from low to high: all senses but the channels."""
    energy, partner, payoff, heard = arrays.energy[low:high], now.partner[low:high], arrays.payoff[low:high], arrays.heard
    inputs = arrays.inputs[low:high].view(np.uint64)
    same = np.uint64(SIGNAL) | np.uint64(now.level) << AXIS | (np.uint64(SIGNAL) << NOW if now.ends else np.uint64(0))
    known = np.empty(high - low, dtype=np.uint8)
    for k in range(high - low):
        known[k] = min(8 * bit_length(energy[k]), 127)
    for k in range(high - low):
        word = np.uint64(heard[partner[k]])  # -1 is the last place, where all is silent
        met = (word & np.uint64(1)) * np.uint64(SIGNAL) << SOMEBODY | word >> np.uint64(8) << FIRST
        own = np.uint64(known[k]) << ENERGY | np.uint64(np.uint8(payoff[k])) << PAYOFF
        inputs[k, 0] = same | own | met


@njit(nogil=True, cache=True)
def think(arrays, low, high, zero, numbers):
    """think, for the sites from low to high: fills the other inputs, `activity`, `fires` and `says`."""
    weights, inputs, activity, fires, says = arrays.weights, arrays.inputs, arrays.activity, arrays.fires, arrays.says
    alive, shift, fire = arrays.alive, np.int32(numbers.shift), np.int8(min(max(numbers.fire, -128), 127))
    for site in range(low, high):
        think_one(weights, inputs, activity, fires, says, site, np.int8(alive[site]), shift, fire, np.int32(zero))


@njit(parallel=True, nogil=True, cache=True)
def learn(arrays, signal, tick, chunks, numbers):
    """learn: `organisms.learning.hebbian` for signals int8 (answers, sites)."""
    for chunk in prange(chunks):
        low, high = bounds(len(arrays.energy), chunk, chunks)
        key = stream_key(numbers, LEARN, tick)
        felt = np.zeros(high - low, dtype=np.int8)
        for answer in range(numbers.answers):
            felt |= signal[answer, low:high]
        for k in range(len(felt)):
            if felt[k] != 0:
                learn_one(arrays, signal, key, low + k, numbers)


@njit(forceinline=True)
def learn_one(arrays, signal, key, site, numbers):
    """learn, for one organism."""
    genes, weights, inputs = arrays.genome[site], arrays.weights[site], arrays.inputs[site]
    a, b, c, d = genes[numbers.rule], genes[numbers.rule + 1], genes[numbers.rule + 2], genes[numbers.rule + 3]
    if a == 0 and b == 0 and c == 0 and d == 0:
        return
    total = np.int32(0)
    for answer in range(numbers.answers):
        total += np.int32(signal[answer, site])
    mean = np.int32(total // numbers.answers)
    for unit in range(weights.shape[1]):
        own = ANSWER <= unit < ANSWER + numbers.answers
        felt = np.int32(signal[unit - ANSWER, site]) if own else mean
        gain = np.int32(np.int32(genes[numbers.rates + unit]) * felt)
        if gain != 0:
            post = np.int32(arrays.activity[site, unit])
            words = (np.uint32(0), np.uint32(0))
            for column in range(len(inputs)):
                k = unit * len(inputs) + column
                if k % 8 == 0:
                    words = threefry(key[0], key[1], np.uint32(site), np.uint32(k // 8))
                pre = np.int32(inputs[column])
                terms = a * post * pre + ((b * post + c * pre) << UNIT) + (d << (2 * UNIT))
                change = (((gain * terms) >> (SCALE - 8)) + random_byte(words, k)) >> 8
                weight = weights[column // QUAD, unit, column % QUAD] + change
                weights[column // QUAD, unit, column % QUAD] = min(max(weight, -128), 127)
