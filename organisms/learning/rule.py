"""What a learning rule is: one elementwise function of integers, that every backend compiles.

    new weight = rule(weight, pre, post, signal, genes, dither)

Name one in a world file: rule = "hebbian", or "my_rule.py:my_rule" for one in a file beside it; or several, of which a gene chooses one
for each organism: see `among`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, overload

import numpy as np

from organisms import bits
from organisms.arrays import Bools, Int8s, Int32s, Key, Namespace, Number
from organisms.body import ANSWER
from organisms.genome import Loci, rules_of
from organisms.learning.fade import LONGEST

LOWEST_WEIGHT, HIGHEST_WEIGHT = -128, 127

MOST_RULES = 8
"""Rules of which a gene chooses, at most: two alleles for each."""


class Change(Protocol):
    """The new weight of a synapse; what lies beyond -128 or 127 is clipped.

    Use +, -, *, //, %, <<, >>, &, |, ^ and comparisons alone: they mean the same for a number and for arrays.

    Args:
        weight: -128 to 127.
        pre: What came in over the synapse in this tick, -127 to 127; its fading trace for a rule that says `trace`.
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
        trace: log2 of the ticks in which its inputs fade, see `organisms.learning.fade`; 0 for one that reads inputs as they are.
        rules: Those of which a gene chooses one for each organism; empty for a rule that is one itself.
    """

    name: str
    change: Change | None
    still: Still | None = None
    trace: int = 0
    rules: tuple[Rule, ...] = ()

    @property
    def kinds(self) -> tuple[Rule, ...]:
        """The rules that organisms may have: those of which a gene chooses, or this one."""
        return self.rules or (self,)

    @property
    def learns(self) -> bool:
        """Whether any weight may ever change."""
        return any(one.change is not None for one in self.kinds)

    @property
    def selective(self) -> bool:
        """Whether nobody learns without a signal."""
        return all(one.change is None or one.still is not None for one in self.kinds)


def among(rules: Sequence[Rule]) -> Rule:
    """Some rules, of which a gene chooses one for each organism; those that read traces fade alike.

    Raises:
        ValueError: If there is none of them or more than `MOST_RULES`, one stands there twice, or traces fade differently.
    """
    names, fading = [one.name for one in rules], {one.trace for one in rules if one.trace}
    if not 1 <= len(rules) <= MOST_RULES or any(one.rules for one in rules):
        raise ValueError(f"1 to {MOST_RULES} rules")
    if any(one is other for k, one in enumerate(rules) for other in rules[:k]):
        raise ValueError("every rule once")
    if len(fading) > 1:
        raise ValueError("rules whose traces fade alike")
    return Rule(", ".join(names), None, None, max(fading, default=0), tuple(rules))


@overload
def rule(change: Change) -> Rule: ...


@overload
def rule(*, still: Still | None = None, trace: int = 0) -> Callable[[Change], Rule]: ...


def rule(change: Change | None = None, *, still: Still | None = None, trace: int = 0) -> Rule | Callable[[Change], Rule]:
    """Make a function a learning rule: as `@rule`, or as `@rule(still=...)` for one that is idle most of the time.

    Args:
        change: The function, see `Change`.
        still: See `Rule`; what it says is checked on a sample when a world is read.
        trace: See `Rule`; 1 to 6 for a rule that reads fading traces of its inputs.

    Raises:
        ValueError: If `trace` is no such number.
    """
    if type(trace) is not int or not 0 <= trace <= LONGEST:
        raise ValueError(f"trace = {trace!r}: expected a whole number from 0 to {LONGEST}")

    def make(function: Change) -> Rule:
        return Rule(getattr(function, "__name__", "rule"), function, still, trace)

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
    found: Bools = xp.zeros(signal.shape[1], dtype=bool)
    for k, one in enumerate(rule.kinds):
        if one.change is not None:
            found = found | (_feels(xp, one, loci, genomes, signal) & has_rule(xp, loci, genomes, k, signal.shape[1]))
    return found


def _feels(xp: Namespace, rule: Rule, loci: Loci, genomes: Int8s, signal: Int8s) -> Bools:
    """Which brains may change by a rule."""
    if rule.still is None:
        return xp.ones(signal.shape[1], dtype=bool)
    still: Bools = xp.asarray(rule.still(unit_signals(xp, loci, signal), unit_genes(loci, genomes)))
    found: Bools = xp.asarray((~still).any(axis=0))
    return found


def has_rule(xp: Namespace, loci: Loci, genomes: Int8s, k: int, sites: int) -> Bools:
    """Which of so many organisms have rule k of their world, bool (sites,); all of them where no gene chooses."""
    return rules_of(loci, genomes) == k if loci.rules else xp.ones(sites, dtype=bool)


def learn(
    xp: Namespace, rule: Rule, loci: Loci, genomes: Int8s, weights: Int8s, pre: Int8s, trace: Int8s, post: Int8s, signal: Int8s, key: Key,
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
        trace: The traces of it, int8 (inputs, sites); (0, sites) where no rule reads them.
        post: What they answered, int8 (units, sites).
        signal: Payoff signal, int8 (answers or 1, sites).
        key: Key of the learning stream at this tick.
        sites: Site numbers, (sites,).
    """
    if not rule.learns:
        return weights
    rate, *genes = unit_genes(loci, genomes)
    dither = bits.site_fields(xp, key, sites, loci.body.synapses, 8).astype(np.int32).reshape(weights.shape)
    felt, old = unit_signals(xp, loci, signal)[:, None], weights.astype(np.int32)
    answered = post.astype(np.int32)[:, None]
    found: Int8s = weights
    for k, one in enumerate(rule.kinds):
        if one.change is not None:
            came = (trace if one.trace else pre).astype(np.int32)[None]
            change = one.change(old, came, answered, felt, (rate[:, None], *genes), dither)
            new: Int8s = xp.clip(change, LOWEST_WEIGHT, HIGHEST_WEIGHT).astype(np.int8)
            found = xp.where(rules_of(loci, genomes) == k, new, found) if loci.rules else new
    return found
