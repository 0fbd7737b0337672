"""answer and earn as numba kernels; `cyberspace.verbs.earn` says what each one means.

A task without a kernel is posed and judged by its own NumPy text; only what every task shares is compiled for it.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np
from numba import njit, prange

from cyberspace.backends.numba_vector import bit_length, threefry
from cyberspace.world import MAX_SCORE, RATIO_BITS
from organisms.body import SIGNAL

CHUNK = 512


@njit(nogil=True, cache=True)
def stream_key(seed, region, stream, tick):
    """`organisms.bits.stream_key` as a pair of scalars."""
    return threefry(np.uint32(seed), np.uint32(region), np.uint32(stream), np.uint32(tick))


@njit(parallel=True, nogil=True, cache=True)
def site_words(k0, k1, words):
    """`organisms.bits.site_words`, into uint32 (count, sites)."""
    count, sites = words.shape
    for chunk in prange((sites + CHUNK - 1) // CHUNK):
        for block in range((count + 1) // 2):
            for site in range(chunk * CHUNK, min(sites, chunk * CHUNK + CHUNK)):
                first, second = threefry(k0, k1, np.uint32(site), np.uint32(block))
                words[2 * block, site] = first
                if 2 * block + 1 < count:
                    words[2 * block + 1, site] = second


@njit(parallel=True, nogil=True, cache=True)
def judge_logic(answers, asked, lesson, last, wanted, worth, meets, alive, memory, score, did, signal):
    """`cyberspace.tasks.logic.Logic.judge`: updates memory; at the end of a block fills score, signal and what was done."""
    units, sites = answers.shape
    words, goals, streaks = wanted.shape[0], score.shape[0], memory.shape[0]
    exists = np.uint32((2**units - 1) * 0x01010101)
    ends = lesson == last
    for chunk in prange((sites + CHUNK - 1) // CHUNK):
        for site in range(chunk * CHUNK, min(sites, chunk * CHUNK + CHUNK)):
            said = np.uint32(0)
            for unit in range(units):
                said |= np.uint32(answers[unit, site] > 0) << np.uint32(unit)
            said = np.uint32(said * np.uint32(0x01010101))
            for word in range(words):
                right = np.uint32(~(said ^ wanted[word, asked[site]]) & exists)
                before = exists if lesson == 0 else np.uint32(memory[word, site])
                if meets[site] and alive[site]:
                    memory[word, site] = np.int32(before & right)
        if ends:
            for site in range(chunk * CHUNK, min(sites, chunk * CHUNK + CHUNK)):
                paid = np.uint32(0)
                lives = meets[site] and alive[site]
                if lives:
                    for word in range(streaks - 1, 2 * words - 1, -1):
                        memory[word, site] = memory[word % words, site] & memory[word - words, site]
                    for word in range(words):
                        memory[words + word, site] = memory[word, site]
                for goal in range(goals):
                    ok = np.uint32(np.uint32(memory[goal // 4, site]) >> np.uint32(8 * (goal % 4))) & np.uint32(0xFF)
                    score[goal, site] = worth[goal] if ok != 0 and lives else 0
                    streak = np.uint32(memory[streaks - words + goal // 4, site])
                    did[goal, site] = np.uint32(streak >> np.uint32(8 * (goal % 4))) & np.uint32(0xFF) != 0
                    paid |= ok
                for unit in range(units):
                    if lives and (paid >> np.uint32(unit)) & np.uint32(1):
                        signal[unit, site] = SIGNAL


@njit(nogil=True, cache=True)
def pool_ratio(pool, claims):
    """`cyberspace.verbs.earn.pool_ratio` of scalars."""
    if pool >= claims:
        return np.int64(1 << RATIO_BITS)
    return (np.int64(pool) << RATIO_BITS) // np.int64(claims)


@njit(parallel=True, nogil=True, cache=True)
def collect(score, did, first_goal, meets, alive, judged, pools, performed, income, fines):
    """Pay one task's scores from its pools: adds to income and fines, sets `performed` where it was judged."""
    goals, groups = pools.shape
    size = score.shape[1] // groups
    own = np.uint32(((1 << goals) - 1) << first_goal)
    for group in prange(groups):
        low, high = group * size, group * size + size
        if judged:
            for site in range(low, high):
                if meets[site] and alive[site]:
                    performed[site] &= ~own
        for goal in range(goals):
            claims = np.int64(0)
            for site in range(low, high):
                if meets[site] and alive[site]:
                    claims += max(0, min(score[goal, site], MAX_SCORE))
            ratio = pool_ratio(pools[goal, group], claims)
            bit = np.uint32(1 << (first_goal + goal))
            for site in range(low, high):
                asked = min(max(score[goal, site], -MAX_SCORE), MAX_SCORE)
                if judged and did[goal, site] and meets[site] and alive[site]:
                    performed[site] |= bit
                if asked != 0 and meets[site] and alive[site]:
                    if asked < 0:
                        fines[site] -= asked
                    else:
                        paid = (asked * ratio) >> RATIO_BITS
                        income[site] += paid
                        pools[goal, group] -= paid


@njit(parallel=True, nogil=True, cache=True)
def feel(energy, alive, payoff, income, fines, tallies):
    """Energies and the sense `payoff` after a lesson; the fines that were paid and the income by chunk."""
    sites = len(income)
    for chunk in prange((sites + CHUNK - 1) // CHUNK):
        for site in range(chunk * CHUNK, min(sites, chunk * CHUNK + CHUNK)):
            fined = min(fines[site], energy[site])
            net = income[site] - fined
            energy[site] += net
            tallies[chunk, 0] += fined
            tallies[chunk, 1] += income[site]
            if alive[site]:
                bits = min(8 * bit_length(abs(net)), 127)
                payoff[site] = bits if net > 0 else -bits
