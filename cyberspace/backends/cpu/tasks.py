"""answer and earn as numba kernels; `cyberspace.law.verbs.answer` and `cyberspace.law.verbs.earn` say what each one means.

A task that has no text over single sites is posed and judged by its own NumPy text; only what every task shares is compiled for it.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

from functools import cache

import numpy as np
from numba import njit, prange
from numba.extending import register_jitable

from cyberspace.backends.cpu.arrays import CHUNK
from cyberspace.backends.cpu.compiled import is_ours
from cyberspace.backends.cpu.vector import bit_length, threefry, where
from cyberspace.law import rules
from cyberspace.law.world import MAX_SCORE, RATIO_BITS
from organisms.body import ANSWER

level_of = register_jitable(rules.level_of)


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


@cache
def posing(pose):
    """The kernel of a task's `pose` over single sites: (words, lesson, tables, where, channels int8 (sites, channels), hidden)."""
    pose_run = register_jitable(pose)

    @njit(parallel=True, nogil=True, cache=is_ours(pose))
    def kernel(words, lesson, tables, where, channels, hidden):
        for chunk in prange((len(where) + CHUNK - 1) // CHUNK):
            low, high = chunk * CHUNK, min(len(where), chunk * CHUNK + CHUNK)
            pose_run(words[:, low:high], lesson, tables, where[low:high], channels[low:high], hidden[low:high])

    return kernel


@cache
def judging(judge):
    """The kernel of a task's `judge`: (says uint8 (sites, units / 8), answers, hidden, lesson, tables, where, alive, memory)."""
    judge_run = register_jitable(judge)

    @njit(parallel=True, nogil=True, cache=is_ours(judge))
    def kernel(says, answers, hidden, lesson, tables, where, alive, memory):
        for chunk in prange((len(where) + CHUNK - 1) // CHUNK):
            low, high = chunk * CHUNK, min(len(where), chunk * CHUNK + CHUNK)
            lives, said = where[low:high] & alive[low:high], answers_said(says, answers, low, high)
            judge_run(said, hidden[low:high], lesson, tables, lives, memory, low, high)

    return kernel


@cache
def scoring(score):
    """The kernel of a task's `score`: (lesson, tables, where, alive, memory, score, did, signal)."""
    score_run = register_jitable(score)

    @njit(parallel=True, nogil=True, cache=is_ours(score))
    def kernel(lesson, tables, where, alive, memory, scores, did, signal):
        for chunk in prange((len(where) + CHUNK - 1) // CHUNK):
            low, high = chunk * CHUNK, min(len(where), chunk * CHUNK + CHUNK)
            lives = where[low:high] & alive[low:high]
            score_run(lesson, tables, lives, memory[:, low:high], scores[:, low:high], did[:, low:high], signal[:, low:high])

    return kernel


@njit(inline="always")
def answers_said(says, answers, low, high):
    """Bits of the answer units that are above 0, uint32, of the sites from low to high."""
    said, mask = np.empty(high - low, dtype=np.uint32), np.uint32((1 << answers) - 1)
    for k in range(high - low):
        bits = np.uint32(says[low + k, 0]) >> np.uint32(ANSWER)
        if says.shape[1] > 1:
            bits = np.uint32(bits | np.uint32(says[low + k, 1]) << np.uint32(8 - ANSWER))
        said[k] = bits & mask
    return said


@njit(nogil=True, cache=True)
def pool_ratio(pool, claims):
    """`cyberspace.law.verbs.earn.pool_ratio` of scalars."""
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
        low, high = chunk * CHUNK, min(sites, chunk * CHUNK + CHUNK)
        held, lives, felt, paid, owed = energy[low:high], alive[low:high], payoff[low:high], income[low:high], fines[low:high]
        fined, earned = np.int64(0), np.int64(0)
        for k in range(high - low):
            fine = min(owed[k], held[k])
            net = np.int32(paid[k] - fine)
            held[k] += net
            fined += fine
            earned += paid[k]
            size = np.int32(level_of(where, bit_length(np.int32(abs(net)))))
            felt[k] = np.int8(size if net > 0 else -size) if lives[k] else felt[k]
        tallies[chunk, 0] += fined
        tallies[chunk, 1] += earned
