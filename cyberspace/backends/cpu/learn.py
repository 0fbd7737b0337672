"""learn as a numba kernel, made for each rule; `cyberspace.law.verbs.learn` says what it means."""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numba import njit, types

from cyberspace.backends.cpu.arrays import stream_key
from cyberspace.backends.cpu.compiled import KERNEL, is_ours, told_apart
from cyberspace.backends.cpu.draws import draw, room
from cyberspace.backends.cpu.lanes import Lane, lane, plain, takes
from cyberspace.backends.cpu.part import part, theirs
from cyberspace.backends.cpu.scratch import scratch
from cyberspace.backends.cpu.vector import set_bytes
from organisms import bits, genome
from organisms.body import ANSWER
from organisms.learning.rule import HIGHEST_WEIGHT, LOWEST_WEIGHT, Rule

LEARN, BLOCK = bits.LEARN, 8
to_nibble, chosen_rule = part(genome.to_nibble), part(genome.chosen_rule)
LOWEST, SHARP = -128, 17
"""A signal at least; bits of a fraction with which sums of up to eight signals are divided exactly."""


def never(signal, genes):
    """What stands in for `still` in a rule that has none."""
    return False


@cache
def learning(rule: Rule) -> Callable[..., None]:
    """The kernel of a rule for one block: (arrays, verdict, params, low, high, at, tick, which).

    Signals of the block begin at `at`; where a gene chooses among rules, the kernel is for those who have the rule of number `which`.
    """
    assert rule.change is not None
    change, still, selective, traces = theirs(rule.change), theirs(rule.still or never), rule.still is not None, rule.trace > 0

    @njit(**KERNEL, cache=is_ours(rule.change))
    @told_apart(rule.change, rule.still or never)
    def learn_wide(arrays, verdict, params, low, high, at, tick, which):
        signal, seen = verdict.signals[:, at : at + high - low], arrays.trace if traces else arrays.inputs
        learn_block(change, still, selective, lane, arrays, seen, signal, low, high, tick, which, params)

    @njit(**KERNEL, cache=is_ours(rule.change))
    @told_apart(rule.change, rule.still or never)
    def learn(arrays, verdict, params, low, high, at, tick, which):
        signal, seen = verdict.signals[:, at : at + high - low], arrays.trace if traces else arrays.inputs
        learn_block(change, still, selective, np.int32, arrays, seen, signal, low, high, tick, which, params)

    # Two of them, since what a kernel closes over has to be the same in every process, or else it is compiled anew.
    kernel: Callable[..., None] = learn_wide if is_ours(rule.change) or as_lanes(change, still) else learn
    return kernel


def as_lanes(change: Callable[..., object], still: Callable[..., object]) -> bool:
    """Whether a rule can be reckoned in lanes: it uses no more of Python than it says."""
    one = Lane(32)
    genes = types.UniTuple(one, 5)
    return takes(change, one, one, one, one, genes, one) and takes(still, one, genes)


@part
def learn_block(change, still, selective, number, arrays, seen, signal, low, high, tick, which, params):
    """learn, for one block: those who feel anything, or all where a rule is not selective."""
    key, alive = stream_key(params, LEARN, tick), arrays.alive
    some, mean = scratch(high - low, np.int8), scratch(high - low, np.int32)
    if not feel_any(signal, some) and selective:
        return
    feel_means(signal, mean, params)
    for k in range(high - low):
        if alive[low + k] and (some[k] != 0 or not selective) and has_rule(arrays, low + k, which, params):
            learn_one(change, still, number, arrays, seen[low + k], signal[:, k], mean[k], key, low + k, params)


@part
def has_rule(arrays, site, which, params):
    """Whether an organism learns by the rule of a number: all do where no gene chooses."""
    return params.rules == 0 or chosen_rule(np.int32(arrays.genome[site, params.choice]), params.rules) == which


@part
def feel_any(signal, some):
    """Whether there is any signal at each site, int8 (sites,), and at all."""
    any_at_all = np.int8(0)
    for k in range(len(some)):
        some[k] = 0
    for answer in range(len(signal)):
        for k in range(len(some)):
            some[k] |= signal[answer, k]
    for k in range(len(some)):
        any_at_all |= some[k]
    return any_at_all != 0


@part
def feel_means(signal, mean, params):
    """The mean of all signals of each site, rounded down, int32 (sites,)."""
    answers = np.int32(params.answers)
    factor, least = np.int32((1 << SHARP) // answers + 1), np.int32(-LOWEST * answers)
    for k in range(len(mean)):
        mean[k] = least  # from here on all are above 0
    for answer in range(answers):
        for k in range(len(mean)):
            mean[k] += signal[answer, k]
    for k in range(len(mean)):
        mean[k] = np.int32(np.int32(mean[k] * factor) >> np.int32(SHARP)) + np.int32(LOWEST)


@part
def learn_one(change, still, number, arrays, seen, signal, mean, key, site, params):
    """learn, for one organism: by units that are not still."""
    units, inputs = arrays.activity.shape[1], len(seen)
    felt, busy = scratch(units, np.int32), scratch(units, np.int32)
    unit_signals(signal, mean, felt)
    genes, rates, some = rule_genes(number, arrays.genome[site], params), arrays.genome[site, params.rates :], np.int32(0)
    for unit in range(units):
        busy[unit] = not still(number(felt[unit]), (number(rates[unit]), *genes))
        some |= busy[unit]
    if some == 0:
        return
    count = 0
    for unit in range(units):
        if busy[unit] != 0:
            busy[count] = unit
            count += 1
    dither = scratch(count * inputs, np.uint8)
    draw_dither(dither, busy[:count], key, site, inputs)
    row = scratch(inputs, np.int8)
    for k in range(count):
        unit = busy[k]
        post, signed, all_genes = number(arrays.activity[site, unit]), number(felt[unit]), (number(rates[unit]), *genes)
        take_row(arrays.quads[site], unit, row)
        learn_row(change, number, row, seen, post, signed, all_genes, dither[k * inputs : k * inputs + inputs])
        put_row(arrays.quads[site], unit, row)
    arrays.synapses[site] = set_bytes(arrays.octets[site])


@part
def unit_signals(signal, mean, felt):
    """`organisms.learning.rule.unit_signals` of one organism."""
    for unit in range(len(felt)):
        felt[unit] = mean
    for answer in range(len(signal)):
        felt[ANSWER + answer] = signal[answer]


@part
def rule_genes(number, genome, params):
    """A, B, C, D."""
    rule = params.rule
    return number(genome[rule]), number(genome[rule + 1]), number(genome[rule + 2]), number(genome[rule + 3])


@part
def draw_dither(dither, busy, key, site, inputs):
    """Random bytes for all inputs of some units, uint8 (units * inputs,): block by block, and many blocks at once."""
    blocks = inputs // BLOCK
    count = len(busy) * blocks
    first, second = scratch(room(count), np.uint32), scratch(room(count), np.uint32)
    for k in range(len(first)):
        first[k] = site
    for k in range(len(busy)):
        for block in range(blocks):
            second[k * blocks + block] = np.uint32(busy[k] * blocks + block)
    for k in range(count, len(second)):
        second[k] = 0
    draw(key, first, second)
    words = dither.view(np.uint32)
    for k in range(count):
        words[2 * k], words[2 * k + 1] = first[k], second[k]


@part
def take_row(quads, unit, row):
    """The weights of a unit, int8 (inputs,), from uint32 (quads, units)."""
    words = row.view(np.uint32)
    for quad in range(len(words)):
        words[quad] = quads[quad, unit]


@part
def put_row(quads, unit, row):
    """The inverse."""
    words = row.view(np.uint32)
    for quad in range(len(words)):
        quads[quad, unit] = words[quad]


@part
def learn_row(change, number, row, inputs, post, felt, genes, dither):
    """New weights of a unit, in place of those that it has."""
    for k in range(len(row)):
        new = plain(change(number(row[k]), number(inputs[k]), post, felt, genes, number(dither[k])))
        row[k] = min(max(new, np.int32(LOWEST_WEIGHT)), np.int32(HIGHEST_WEIGHT))
