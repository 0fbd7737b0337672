"""answer and earn as numba kernels; `cyberspace.law.verbs.earn` says what each one means.

A task without a kernel is posed and judged by its own NumPy text; only what every task shares is compiled for it.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np
from numba import njit, prange

from cyberspace.backends.cpu.vector import bit_length, threefry
from cyberspace.law.world import MAX_SCORE, RATIO_BITS
from organisms.body import ANSWER, LOUD, SENSES, SIGNAL

CHUNK = 512
BASIC = len(SENSES)


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
def pose_logic(words, lesson, channels, where, inputs, asked):
    """`cyberspace.tasks.logic.Logic.pose` from its random words: shows so many channels where it is posed, and says what is asked."""
    sites, cycle, one = words.shape[1], lesson // 4, np.uint32(1)
    x0, y0, shift = np.uint32(lesson % 2), np.uint32(lesson // 2 % 2), np.uint32(8 * (cycle % 4))
    for chunk in prange((sites + CHUNK - 1) // CHUNK):
        low, high = chunk * CHUNK, min(sites, chunk * CHUNK + CHUNK)
        drawn, found = words[0 if cycle < 4 else 1, low:high], asked[low:high]
        for k in range(high - low):
            bits = np.uint32(drawn[k] >> shift)
            y = np.uint32(y0 ^ (x0 & bits))
            swap = np.uint32((x0 ^ y) & np.uint32(bits >> one))
            x = np.uint32(x0 ^ swap ^ np.uint32(bits >> np.uint32(2))) & one
            y = np.uint32(y ^ swap ^ np.uint32(bits >> np.uint32(3))) & one
            found[k] = np.uint8(x | np.uint32(y << one))
        for channel in range(channels):
            noise = words[max(channel, 2), low:high] if channel >= 2 else words[0, low:high]
            for k in range(high - low):
                bit = (noise[k] >> np.uint32(lesson)) & one if channel >= 2 else (found[k] >> channel) & 1
                if where[low + k]:
                    inputs[low + k, BASIC + channel] = LOUD if bit else -LOUD


@njit(parallel=True, nogil=True, cache=True)
def judge_logic(says, answers, asked, first, wanted, meets, alive, memory):
    """`cyberspace.tasks.logic.Logic.judge` of one lesson, which may be the first of a block: updates the words of this block in memory."""
    sites, words, exists = len(asked), wanted.shape[0], np.uint32((2**answers - 1) * 0x01010101)
    for chunk in prange((sites + CHUNK - 1) // CHUNK):
        low, high = chunk * CHUNK, min(sites, chunk * CHUNK + CHUNK)
        lives, said = np.empty(high - low, dtype=np.bool_), np.empty(high - low, dtype=np.uint32)
        posed, living, case = meets[low:high], alive[low:high], asked[low:high]
        for k in range(high - low):
            bits = np.uint32(says[low + k, 0]) >> np.uint32(ANSWER)
            if says.shape[1] > 1:
                bits = np.uint32(bits | np.uint32(says[low + k, 1]) << np.uint32(8 - ANSWER)) & np.uint32(0xFF)
            said[k] = np.uint32(bits * np.uint32(0x01010101))
            lives[k] = posed[k] & living[k]
        for word in range(words):
            now, (e0, e1, e2, e3) = memory[word, low:high], (wanted[word, 0], wanted[word, 1], wanted[word, 2], wanted[word, 3])
            for k in range(high - low):
                want = e0 if case[k] == 0 else (e1 if case[k] == 1 else (e2 if case[k] == 2 else e3))
                right = np.uint32(~np.uint32(said[k] ^ want)) & exists
                before = exists if first else np.uint32(now[k])
                now[k] = np.int32(before & right) if lives[k] else now[k]


@njit(parallel=True, nogil=True, cache=True)
def end_logic(worth, answers, words, meets, alive, memory, score, did, signal):
    """The end of a block: the longer streaks in memory, score int32 and what was performed (goals, sites), signal int8 (answers, sites)."""
    goals, sites = score.shape
    streaks = memory.shape[0]
    for chunk in prange((sites + CHUNK - 1) // CHUNK):
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
            for unit in range(answers):
                if lives and (paid >> np.uint32(unit)) & np.uint32(1):
                    signal[unit, site] = SIGNAL


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
            size = np.int32(min(8 * bit_length(np.int32(abs(net))), 127))
            felt[k] = np.int8(size if net > 0 else -size) if lives[k] else felt[k]
        tallies[chunk, 0] += fined
        tallies[chunk, 1] += earned
