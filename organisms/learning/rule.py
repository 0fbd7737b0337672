"""What a learning rule is: one elementwise function of integers, that every backend compiles.

    new weight = rule(weight, pre, post, signal, genes, dither)

Name one in a world file: rule = "hebbian", or "my_rule.py:my_rule" for one in a file beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, overload

import numpy as np

from organisms import bits
from organisms.arrays import Bools, Int8s, Int32s, Key, Namespace, Number
from organisms.body import ANSWER
from organisms.genome import Loci

LOWEST_WEIGHT, HIGHEST_WEIGHT = -128, 127


class Change(Protocol):
    """The new weight of a synapse; what lies beyond -128 or 127 is clipped.

    Use +, -, *, //, %, <<, >>, &, |, ^ and comparisons alone: they mean the same for a number and for arrays.

    Args:
        weight: -128 to 127.
        pre: What came in over the synapse in this tick, -127 to 127.
        post: What its unit answered, -127 to 127.
        signal: The payoff signal of its unit, -128 to 127: an answer unit's own, every other unit's the mean over the answers.
        genes: The unit's learning rate, then A, B, C, D of the organism; -8 to 7 each.
        dither: A random byte, 0 to 255, for rounding by chance.
    """

    def __call__(
        self, weight: Number, pre: Number, post: Number, signal: Number, genes: tuple[Number, ...], dither: Number
    ) -> Number:
        """The new weight."""


Still = Callable[..., "bool | Bools"]
"""(signal, genes) -> whether no weight of such a unit can change."""


@dataclass(frozen=True)
class Rule:
    """A learning rule.

    Attributes:
        name: What a world file calls it.
        change: The rule; None for inborn weights for life.
        still: Where no weight of a unit can change, so that a backend may leave it out.  It must hold wherever the signal is 0.
            None: every brain learns at the end of every lesson.
    """

    name: str
    change: Change | None
    still: Still | None = None


@overload
def rule(change: Change) -> Rule: ...


@overload
def rule(*, still: Still) -> Callable[[Change], Rule]: ...


def rule(change: Change | None = None, *, still: Still | None = None) -> Rule | Callable[[Change], Rule]:
    """Make a function a learning rule: as `@rule`, or as `@rule(still=...)` for one that is idle most of the time.

    Args:
        change: The function, see `Change`.
        still: See `Rule`; what it says is checked on a sample when a world is read.
    """

    def make(function: Change) -> Rule:
        return Rule(getattr(function, "__name__", "rule"), function, still)

    return make if change is None else make(change)


def unit_signals(xp: Namespace, loci: Loci, signal: Int8s) -> Int32s:
    """The signal of every unit, int32 (units, sites), from one of shape (answers or 1, sites)."""
    body = loci.body
    own = xp.broadcast_to(signal.astype(np.int32), (body.answers, signal.shape[1]))
    mean = own.sum(axis=0, dtype=np.int32, keepdims=True) // np.int32(body.answers)
    before = xp.broadcast_to(mean, (ANSWER, signal.shape[1]))
    after = xp.broadcast_to(mean, (body.units - ANSWER - body.answers, signal.shape[1]))
    return xp.concatenate([before, own, after], axis=0)


def unit_genes(loci: Loci, genomes: Int8s) -> tuple[Int32s, Int32s, Int32s, Int32s, Int32s]:
    """(rate, A, B, C, D) of every unit for genomes (loci, sites): the first int32 (units, sites), the others (sites,)."""
    a, b, c, d = genomes[loci.rule].astype(np.int32)
    return genomes[loci.rates].astype(np.int32), a, b, c, d


def learners(xp: Namespace, rule: Rule, loci: Loci, genomes: Int8s, signal: Int8s) -> Bools:
    """Which brains may change, bool (sites,), for signals int8 (answers or 1, sites)."""
    if rule.still is None:
        return xp.ones(signal.shape[1], dtype=bool)
    still: Bools = xp.asarray(rule.still(unit_signals(xp, loci, signal), unit_genes(loci, genomes)))
    found: Bools = xp.asarray((~still).any(axis=0))
    return found


def learn(
    xp: Namespace, rule: Rule, loci: Loci, genomes: Int8s, weights: Int8s, pre: Int8s, post: Int8s, signal: Int8s, key: Key,
    sites: Int32s,
) -> Int8s:  # fmt: skip
    """Weights after a lesson, int8 of shape (units, inputs, sites).

    Args:
        xp: Array namespace.
        rule: The learning rule.
        loci: The genome's plan.
        genomes: int8 (loci, sites).
        weights: int8 (units, inputs, sites).
        pre: What the units saw in this tick, int8 (inputs, sites).
        post: What they answered, int8 (units, sites).
        signal: Payoff signal, int8 (answers or 1, sites).
        key: Key of the learning stream at this tick.
        sites: Site numbers, (sites,).
    """
    if rule.change is None:
        return weights
    rate, *genes = unit_genes(loci, genomes)
    dither = bits.site_fields(xp, key, sites, loci.body.synapses, 8).astype(np.int32).reshape(weights.shape)
    came, answered = pre.astype(np.int32)[None], post.astype(np.int32)[:, None]
    felt = unit_signals(xp, loci, signal)[:, None]
    new = rule.change(weights.astype(np.int32), came, answered, felt, (rate[:, None], *genes), dither)
    return xp.clip(new, LOWEST_WEIGHT, HIGHEST_WEIGHT).astype(np.int8)
