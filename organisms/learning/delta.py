"""The delta rule on a payoff-gated error: a step along the input, however loud the answer was.

    dW_ij = round_stochastic(rate_i m_i (A sign(post_i) + C) pre_j / 2^SCALE)

A reads the signal m as payoff: a unit that was punished errs in the direction that it took, so it steps away from it, even from a silent
answer, which counts as a no.  C reads m itself as the error, wanted minus given, for tasks that tell it.  B and D are not read.

F. Rosenblatt, The perceptron, Psychological Review 65 (1958); B. Widrow and M. E. Hoff, Adaptive switching circuits (1960).
"""

from __future__ import annotations

from organisms.arrays import Bools, Number
from organisms.learning.rule import rule

SCALE = 13
"""log2 of the divisor: a full answer of the default rule makes a step of the same size."""


def still(signal: Number, genes: tuple[Number, ...]) -> bool | Bools:
    """Nothing is learned without an error, at a rate of 0, or where neither reading of it counts."""
    rate, a, _, c, _ = genes
    idle: bool | Bools = (rate * signal == 0) | ((a | c) == 0)
    return idle


@rule(still=still)
def delta(weight: Number, pre: Number, post: Number, signal: Number, genes: tuple[Number, ...], dither: Number) -> Number:
    """See the equation above; the byte `dither` rounds by chance."""
    rate, a, _, c, _ = genes
    yes = (0 - post) >> 31  # -1 where it is above 0, else 0: all backends know it, for single numbers and for arrays
    along = -(yes + yes + 1) * pre
    new: Number = weight + ((((rate * signal * (a * along + c * pre)) >> (SCALE - 8)) + dither) >> 8)
    return new
