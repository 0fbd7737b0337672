"""earn for the sites of one block: pools are filled, and pay what was claimed; `cyberspace.law.verbs.earn` says what it means.

Where a pool is shared by several blocks, each keeps a copy of what it held after it was last filled.  What all of them claim is known
once all have judged, and what they were paid once all have judged again; so the copies never differ.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np
from numba import njit

from cyberspace.backends.cpu.arrays import FILL, FINES, PAID
from cyberspace.backends.cpu.compiled import KERNEL
from cyberspace.backends.cpu.part import part
from cyberspace.backends.cpu.scratch import scratch
from cyberspace.backends.cpu.tasks import living
from cyberspace.backends.cpu.vector import bit_length, where
from cyberspace.law import rules
from cyberspace.law.world import MAX_SCORE, RATIO_BITS

level_of = part(rules.level_of)

SUM = 1 << 15
"""Sites whose scores are summed in 32 bits."""


@part
def pool_ratio(pool, claims):
    """`cyberspace.law.verbs.earn.pool_ratio` of scalars."""
    if pool >= claims:
        return np.int64(1 << RATIO_BITS)
    return (np.int64(pool) << RATIO_BITS) // np.int64(claims)


@part
def claims_of(score, lives):
    """What some sites claim for a goal."""
    claims = np.int64(0)
    for first in range(0, len(lives), SUM):
        some = np.int32(0)  # at most SUM times MAX_SCORE, so that this becomes vectors
        for k in range(first, min(first + SUM, len(lives))):
            some = np.int32(some + np.int32(lives[k] * max(np.int32(0), min(score[k], np.int32(MAX_SCORE)))))
        claims += some
    return claims


@part
def pay_goal(score, lives, ratio, income, fines):
    """Add to the income and the fines, int32 as the others, of some sites what a goal brings them; how much was paid."""
    share, sum_paid = np.int32(ratio), np.int64(0)
    for first in range(0, len(lives), SUM):
        some = np.int32(0)
        for k in range(first, min(first + SUM, len(lives))):
            asked = np.int32(lives[k] * min(max(score[k], np.int32(-MAX_SCORE)), np.int32(MAX_SCORE)))
            fines[k] = np.int32(fines[k] - min(asked, np.int32(0)))
            paid = np.int32(np.int32(max(asked, np.int32(0)) * share) >> np.int32(RATIO_BITS))
            income[k] = np.int32(income[k] + paid)
            some = np.int32(some + paid)
        sum_paid += some
    return sum_paid


@part
def note_performed(verdict, lives, first_goal, goals, arrays, low, at):
    """Who performs which goals of a task that is judged now."""
    count = len(lives)
    performed, does = arrays.performed[low : low + count], scratch(count, np.uint32)
    own = np.uint32(((1 << goals) - 1) << first_goal)
    for k in range(count):
        does[k] = performed[k] & ~own
    for goal in range(first_goal, first_goal + goals):
        did, shift = verdict.did[goal, at : at + count], np.uint32(goal)
        for k in range(count):
            does[k] = np.uint32(does[k] | np.uint32(np.uint32(did[k]) << shift))
    for k in range(count):
        performed[k] = does[k] if lives[k] != 0 else performed[k]


@part
def flow_into(verdict, goal, held):
    """What a lesson adds to a pool of a goal that holds so much."""
    return min(max(verdict.rates[1, goal] - held, np.int32(0)), verdict.rates[0, goal])


@part
def earn_whole(verdict, lives, arrays, task, low, high, at, scored, income, fines, tally):
    """Fill and pay what a task pays, for a block that holds whole pools."""
    size = len(arrays.energy) // verdict.pools.shape[1]
    for goal in range(verdict.goals[task, 0], verdict.goals[task, 0] + verdict.goals[task, 1]):
        for group in range(low // size, high // size):
            flow = flow_into(verdict, goal, verdict.pools[goal, group])
            verdict.pools[goal, group] += flow
            tally[FILL] += flow
            if scored != 0:
                own = slice(group * size - low, group * size - low + size)
                score = verdict.score[goal, at + own.start : at + own.stop]
                ratio = pool_ratio(verdict.pools[goal, group], claims_of(score, lives[own]))
                verdict.pools[goal, group] -= pay_goal(score, lives[own], ratio, income[own], fines[own])


@part
def share_pools(verdict, blocks, arrays):
    """Give each block its copy of the pools that it shares, before a span."""
    size = len(arrays.energy) // verdict.pools.shape[1]
    for goal in range(len(verdict.pools)):
        for block in range(verdict.kept.shape[1]):
            verdict.kept[goal, block] = verdict.pools[goal, blocks.starts[block] // size]
            verdict.paid[0, goal, block] = verdict.paid[1, goal, block] = 0


@njit(**KERNEL, cache=True)
def gather_pools(verdict, lesson):
    """Take back the pools that blocks share, after a span in which this was the last lesson that ended."""
    for goal in range(len(verdict.pools)):
        group, block = 0, 0
        while block < verdict.kept.shape[1]:
            last, paid = verdict.sharers[block, 1], np.int64(0)
            for other in range(block, last):
                paid += verdict.paid[lesson & 1, goal, other]
            verdict.pools[goal, group] = verdict.kept[goal, block] - paid
            group, block = group + 1, last


@part
def claim_share(verdict, arrays, block, low, high, at, lesson, scored):
    """Tell what a block claims from pools that it shares."""
    lives = scratch(high - low, np.int32)
    for task in range(len(scored)):
        living(lives, verdict.where[task], arrays.alive, low)
        for goal in range(verdict.goals[task, 0], verdict.goals[task, 0] + verdict.goals[task, 1]):
            claims = claims_of(verdict.score[goal, at : at + high - low], lives) if scored[task] != 0 else np.int64(0)
            verdict.claims[lesson & 1, goal, block] = claims


@part
def earn_share(verdict, lives, task, block, low, high, at, lesson, scored, income, fines, tally):
    """Fill and pay what a task pays, for a block that shares its pools with others."""
    kept, first, last = verdict.kept, verdict.sharers[block, 0], verdict.sharers[block, 1]
    for goal in range(verdict.goals[task, 0], verdict.goals[task, 0] + verdict.goals[task, 1]):
        claims = np.int64(0)
        for other in range(first, last):
            kept[goal, block] -= verdict.paid[~lesson & 1, goal, other]
            claims += verdict.claims[lesson & 1, goal, other]
        flow = flow_into(verdict, goal, kept[goal, block])
        kept[goal, block] += flow
        if block == first:
            tally[FILL] += flow
        paid = np.int64(0)
        if scored != 0:
            ratio = pool_ratio(kept[goal, block], claims)
            paid = pay_goal(verdict.score[goal, at : at + high - low], lives, ratio, income, fines)
        verdict.paid[lesson & 1, goal, block] = paid


@part
def earn(verdict, arrays, block, low, high, at, lesson, scored, judged, split, tally):
    """earn, for one block; `scored` and `judged` say it for each task, uint8 (tasks,)."""
    income, fines, lives = scratch(high - low, np.int32), scratch(high - low, np.int32), scratch(high - low, np.int32)
    some = np.uint8(0)
    for k in range(high - low):
        income[k], fines[k] = 0, 0
    for task in range(len(scored)):
        some |= scored[task]
        if scored[task] != 0:
            living(lives, verdict.where[task], arrays.alive, low)
            if judged[task] != 0:
                note_performed(verdict, lives, verdict.goals[task, 0], verdict.goals[task, 1], arrays, low, at)
        if split != 0:
            earn_share(verdict, lives, task, block, low, high, at, lesson, scored[task], income, fines, tally)
        else:
            earn_whole(verdict, lives, arrays, task, low, high, at, scored[task], income, fines, tally)
    if some != 0:
        feel(arrays, low, high, income, fines, tally)
    else:
        alive, payoff = arrays.alive[low:high], arrays.payoff[low:high]
        for k in range(high - low):  # the lesson paid nothing
            payoff[k] = np.int8(0) if alive[k] else payoff[k]


@part
def feel(arrays, low, high, paid, owed, tally):
    """Energies and the sense `payoff` after a lesson, for income and fines int32 (high - low,)."""
    held, lives, felt = arrays.energy[low:high], arrays.alive[low:high], arrays.payoff[low:high]
    fined, earned = np.int64(0), np.int64(0)
    for k in range(high - low):
        fine = min(owed[k], held[k])
        net = np.int32(paid[k] - fine)
        held[k] += net
        fined += fine
        earned += paid[k]
        size = np.int32(level_of(where, bit_length(np.int32(abs(net)))))
        felt[k] = np.int8(size if net > 0 else -size) if lives[k] else felt[k]
    tally[FINES] += fined
    tally[PAID] += earned
