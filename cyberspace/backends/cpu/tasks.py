"""answer and earn as numba kernels; `cyberspace.law.verbs.answer` and `cyberspace.law.verbs.earn` say what each one means.

A task that has no text over single sites is posed and judged by its own NumPy text; only what every task shares is compiled for it.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

from functools import cache

import numpy as np
from numba import njit

from cyberspace.backends.cpu.arrays import CHUNK
from cyberspace.backends.cpu.compiled import KERNEL, is_ours
from cyberspace.backends.cpu.parallel import in_parallel
from cyberspace.backends.cpu.part import part, theirs
from cyberspace.backends.cpu.scratch import scratch
from cyberspace.backends.cpu.vector import bit_length, threefry, where
from cyberspace.law import rules
from cyberspace.law.world import MAX_SCORE, RATIO_BITS
from organisms.body import ANSWER

level_of = part(rules.level_of)


@part
def chunks_of(sites):
    """Chunks of so many sites."""
    return (sites + CHUNK - 1) // CHUNK


@part
def edges(chunk, sites):
    """First site of a chunk and of the next."""
    return chunk * CHUNK, min(sites, chunk * CHUNK + CHUNK)


@njit(**KERNEL, cache=True)
def site_words(k0, k1, words):
    """`organisms.bits.site_words`, into uint32 (count, sites)."""
    in_parallel(words_chunk, chunks_of(words.shape[1]), np.uint32(k0), np.uint32(k1), words)


@part
def words_chunk(chunk, k0, k1, words):
    """The same for one chunk."""
    low, high = edges(chunk, words.shape[1])
    for block in range((len(words) + 1) // 2):
        for site in range(low, high):
            first, second = threefry(k0, k1, np.uint32(site), np.uint32(block))
            words[2 * block, site] = first
            if 2 * block + 1 < len(words):
                words[2 * block + 1, site] = second


@cache
def posing(pose):
    """The kernel of a task's `pose` over single sites: (words, lesson, tables, where, channels int8 (sites, channels), hidden)."""
    pose_run = theirs(pose)

    @njit(**KERNEL, cache=is_ours(pose))
    def kernel(words, lesson, tables, where, channels, hidden):
        in_parallel(pose_chunk, chunks_of(len(where)), pose_run, words, lesson, tables, where, channels, hidden)

    return kernel


@part
def pose_chunk(chunk, pose, words, lesson, tables, where, channels, hidden):
    """`pose` of one chunk."""
    low, high = edges(chunk, len(where))
    pose(words[:, low:high], lesson, tables, where[low:high], channels[low:high], hidden[low:high])


@cache
def judging(judge):
    """The kernel of a task's `judge`: (says uint8 (sites, units / 8), answers, hidden, lesson, tables, where, alive, memory)."""
    judge_run = theirs(judge)

    @njit(**KERNEL, cache=is_ours(judge))
    def kernel(says, answers, hidden, lesson, tables, where, alive, memory):
        chunks = chunks_of(len(where))
        in_parallel(judge_chunk, chunks, judge_run, says, answers, hidden, lesson, tables, where, alive, memory)

    return kernel


@part
def judge_chunk(chunk, judge, says, answers, hidden, lesson, tables, where, alive, memory):
    """`judge` of one chunk."""
    low, high = edges(chunk, len(where))
    lives, said = scratch(high - low, np.bool_), scratch(high - low, np.uint32)
    living(lives, where, alive, low)
    answers_said(said, says, answers, low)
    judge(said, hidden[low:high], lesson, tables, lives, memory, low, high)


@cache
def scoring(score):
    """The kernel of a task's `score`: (lesson, tables, where, alive, memory, score, did, signal)."""
    score_run = theirs(score)

    @njit(**KERNEL, cache=is_ours(score))
    def kernel(lesson, tables, where, alive, memory, scores, did, signal):
        chunks = chunks_of(len(where))
        in_parallel(score_chunk, chunks, score_run, lesson, tables, where, alive, memory, scores, did, signal)

    return kernel


@part
def score_chunk(chunk, score, lesson, tables, where, alive, memory, scores, did, signal):
    """`score` of one chunk."""
    low, high = edges(chunk, len(where))
    lives = scratch(high - low, np.bool_)
    living(lives, where, alive, low)
    score(lesson, tables, lives, memory[:, low:high], scores[:, low:high], did[:, low:high], signal[:, low:high])


@part
def living(lives, where, alive, low):
    """Who lives where a task is posed, from one site on."""
    for k in range(len(lives)):
        lives[k] = where[low + k] & alive[low + k]


@part
def answers_said(said, says, answers, low):
    """Bits of the answer units that are above 0, uint32, of the sites from one on."""
    mask = np.uint32((1 << answers) - 1)
    for k in range(len(said)):
        bits = np.uint32(says[low + k, 0]) >> np.uint32(ANSWER)
        if says.shape[1] > 1:
            bits = np.uint32(bits | np.uint32(says[low + k, 1]) << np.uint32(8 - ANSWER))
        said[k] = bits & mask


@part
def pool_ratio(pool, claims):
    """`cyberspace.law.verbs.earn.pool_ratio` of scalars."""
    if pool >= claims:
        return np.int64(1 << RATIO_BITS)
    return (np.int64(pool) << RATIO_BITS) // np.int64(claims)


@njit(**KERNEL, cache=True)
def collect(score, did, first_goal, meets, alive, judged, pools, performed, income, fines):
    """Pay one task's scores from its pools: adds to income and fines, sets `performed` where it was judged."""
    in_parallel(collect_group, pools.shape[1], score, did, first_goal, meets, alive, judged, pools, performed, income, fines)


@part
def collect_group(group, score, did, first_goal, meets, alive, judged, pools, performed, income, fines):
    """The same for one pool of each goal."""
    goals, groups = pools.shape
    size = score.shape[1] // groups
    own = np.uint32(((1 << goals) - 1) << first_goal)
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


@njit(**KERNEL, cache=True)
def feel(energy, alive, payoff, income, fines, tallies):
    """Energies and the sense `payoff` after a lesson; the fines that were paid and the income by chunk."""
    in_parallel(feel_chunk, chunks_of(len(income)), energy, alive, payoff, income, fines, tallies)


@part
def feel_chunk(chunk, energy, alive, payoff, income, fines, tallies):
    """The same for one chunk."""
    low, high = edges(chunk, len(income))
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
