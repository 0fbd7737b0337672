"""answer for the sites of one block: tasks that have a text over single sites; `cyberspace.law.verbs.answer` says what it means.

That text is the task's own, or was made of what it computes (`cyberspace.backends.cpu.traced`).  A task without one is posed and judged by
NumPy, and what it shows is copied from there.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

from functools import cache

import numpy as np
from numba import njit

from cyberspace.backends.cpu.address import call_at
from cyberspace.backends.cpu.arrays import stream_key
from cyberspace.backends.cpu.compiled import KERNEL, is_ours, told_apart
from cyberspace.backends.cpu.part import part, theirs
from cyberspace.backends.cpu.scratch import scratch
from cyberspace.backends.cpu.vector import threefry
from organisms.body import ANSWER, SENSES

FIRST = len(SENSES)


@cache
def posing(pose):
    """The kernel of a task's `pose`: (posed, low, high, lesson, anew), the last 1 if its random words have to be drawn whatever comes,
    and -1 if they were drawn in an earlier tick of the lesson."""
    pose_run = theirs(pose)

    @njit(**KERNEL, cache=is_ours(pose))
    @told_apart(pose)
    def kernel(posed, low, high, lesson, anew):
        if anew > 0 or (anew == 0 and lesson % posed.block == 0):
            draw_words(posed, low, high, lesson // posed.block)
        shown = posed.inputs[low:high, FIRST : FIRST + posed.channels]
        pose_run(posed.words[:, low:high], lesson, posed.tables, posed.where[low:high], shown, posed.hidden[low:high])

    return kernel


@part
def draw_words(posed, low, high, block):
    """`organisms.bits.site_words` for a block of lessons."""
    key, words, group = stream_key(posed, posed.stream, block), posed.words, np.int64(posed.group)
    for pair in range((len(words) + 1) // 2):
        first = words[2 * pair, low:high]
        if 2 * pair + 1 < len(words):
            second = words[2 * pair + 1, low:high]
            for k in range(high - low):
                first[k], second[k] = threefry(key[0], key[1], number_of(low + k, group), np.uint32(pair))
        else:
            for k in range(high - low):
                first[k] = threefry(key[0], key[1], number_of(low + k, group), np.uint32(pair))[0]


@part
def number_of(site, group):
    """Whose random words a site is given."""
    return np.uint32(site) if group == 1 else np.uint32(site // group)


@njit(**KERNEL, cache=True)
def draw(random, low, high, block):
    """The random words of a block of lessons, for a task that NumPy poses, or that was traced: one kernel for all of them."""
    draw_words(random, low, high, block)


@njit(**KERNEL, cache=True)
def show(posed, low, high, lesson, anew):
    """In place of it for a task that was posed by its NumPy text."""
    inputs, shown, where = posed.inputs, posed.shown, posed.where
    for site in range(low, high):
        if where[site]:
            for channel in range(posed.channels):
                inputs[site, FIRST + channel] = shown[site, channel]


@cache
def judging(judge, score):
    """The kernel of a task's `judge` and `score`: (posed, arrays, verdict, low, high, at, lesson, scored); verdicts begin at `at`."""
    judge_run, score_run = theirs(judge), theirs(score)

    @njit(**KERNEL, cache=is_ours(judge))
    @told_apart(judge, score)
    def kernel(posed, arrays, verdict, low, high, at, lesson, scored):
        lives, said, count = scratch(high - low, np.bool_), scratch(high - low, np.uint32), high - low
        living(lives, posed.where, arrays.alive, low)
        answers_said(said, arrays.says, len(verdict.signals), low)
        judge_run(said, posed.hidden[low:high], lesson, posed.tables, lives, arrays.memory, low, high)
        if scored != 0:
            goals = slice(posed.first_goal, posed.first_goal + posed.goals)
            own, felt = slice(at, at + count), verdict.felt[:, at : at + count]
            felt[:] = 0
            memory = arrays.memory[: posed.memory, low:high]
            score_run(lesson, posed.tables, lives, memory, verdict.score[goals, own], verdict.did[goals, own], felt)
            for answer in range(len(felt)):
                for k in range(count):
                    verdict.signals[answer, at + k] += felt[answer, k]

    return kernel


@cache
def posing_traced(pose):
    """The kernel of the `pose` of a task that was traced, as that of `posing`."""

    @njit(**KERNEL, cache=True)
    @told_apart(pose)
    def kernel(posed, low, high, lesson, anew):
        if anew > 0 or (anew == 0 and lesson % posed.block == 0):
            call_at(posed.draw, posed.random, low, high, lesson // posed.block)
        shown = posed.inputs[low:high, FIRST : FIRST + posed.channels]
        pose(posed.words, lesson, posed.tables, posed.where[low:high], posed.remembers, shown, low)

    return kernel


@cache
def judging_traced(judge):
    """The kernel of the `judge` of a task that was traced, as that of `judging`; something is scored whatever comes."""

    @njit(**KERNEL, cache=True)
    @told_apart(judge)
    def kernel(posed, arrays, verdict, low, high, at, lesson, scored):
        lives, said = scratch(high - low, np.bool_), scratch(high - low, np.uint32)
        living(lives, posed.where, arrays.alive, low)
        answers_said(said, arrays.says, len(verdict.signals), low)
        told = verdict.score, verdict.did, verdict.signals, low, at, posed.first_goal
        judge(posed.words, said, arrays.activity, lesson, posed.tables, lives, posed.remembers, arrays.memory, *told)

    return kernel


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
