"""learn as a numba kernel, made for each rule; `cyberspace.law.verbs.learn` says what it means."""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numba import njit

from cyberspace.backends.cpu.arrays import stream_key
from cyberspace.backends.cpu.compiled import KERNEL, is_ours
from cyberspace.backends.cpu.dots import QUAD
from cyberspace.backends.cpu.part import part, theirs
from cyberspace.backends.cpu.scratch import scratch
from cyberspace.backends.cpu.vector import random_byte, threefry
from organisms import bits
from organisms.body import ANSWER
from organisms.learning.rule import HIGHEST_WEIGHT, LOWEST_WEIGHT, Rule

LEARN = bits.LEARN


def never(signal, genes):
    """What stands in for `still` in a rule that has none."""
    return False


@cache
def learning(rule: Rule) -> Callable[..., None]:
    """The kernel of a rule for one block: (arrays, verdict, params, low, high, at, tick); signals of the block begin at `at`."""
    assert rule.change is not None
    change, still, selective = theirs(rule.change), theirs(rule.still or never), rule.still is not None

    @njit(**KERNEL, cache=is_ours(rule.change))
    def learn(arrays, verdict, params, low, high, at, tick):
        learn_block(change, still, selective, arrays, verdict.signals[:, at : at + high - low], low, high, tick, params)

    kernel: Callable[..., None] = learn
    return kernel


@part
def learn_block(change, still, selective, arrays, signal, low, high, tick, params):
    """learn, for one block: those who feel anything, or all where a rule is not selective."""
    key, alive, felt = stream_key(params, LEARN, tick), arrays.alive, scratch(high - low, np.int8)
    for k in range(high - low):
        felt[k] = 0
    for answer in range(params.answers):
        for k in range(high - low):
            felt[k] |= signal[answer, k]
    for k in range(high - low):
        if alive[low + k] and (felt[k] != 0 or not selective):
            learn_one(change, still, arrays, signal[:, k], key, low + k, params)


@part
def learn_one(change, still, arrays, signal, key, site, params):
    """learn, for one organism."""
    weights, inputs, total = arrays.weights[site], arrays.inputs[site], np.int32(0)
    for answer in range(params.answers):
        total += np.int32(signal[answer])
    mean = np.int32(total // params.answers)
    for unit in range(weights.shape[1]):
        own = ANSWER <= unit < ANSWER + params.answers
        felt, genes = np.int32(signal[unit - ANSWER]) if own else mean, unit_genes(arrays.genome[site], unit, params)
        if still(felt, genes):
            continue
        post, words = np.int32(arrays.activity[site, unit]), (np.uint32(0), np.uint32(0))
        for column in range(len(inputs)):
            k = unit * len(inputs) + column
            if k % 8 == 0:
                words = threefry(key[0], key[1], np.uint32(site), np.uint32(k // 8))
            weight = np.int32(weights[column // QUAD, unit, column % QUAD])
            new = change(weight, np.int32(inputs[column]), post, felt, genes, random_byte(words, k))
            weights[column // QUAD, unit, column % QUAD] = min(max(new, LOWEST_WEIGHT), HIGHEST_WEIGHT)


@part
def unit_genes(genome, unit, params):
    """(rate, A, B, C, D) of a unit."""
    rule = params.rule
    return (
        np.int32(genome[params.rates + unit]),
        np.int32(genome[rule]),
        np.int32(genome[rule + 1]),
        np.int32(genome[rule + 2]),
        np.int32(genome[rule + 3]),
    )
