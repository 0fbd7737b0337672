"""The default rule: a payoff-gated local rule whose four terms and rates are genes.

    dW_ij = round_stochastic(rate_i m_i (A post_i pre_j + B post_i + C pre_j + D) / 2^SCALE)

m_i is the payoff signal: an answer unit's own, every other unit the mean over the answers.  B and C are weighed by 128 and
D by 128^2, so that the four terms have the same range.  A rate of 0 is no plasticity.
"""

from __future__ import annotations

from organisms.arrays import Bools, Number
from organisms.learning.rule import rule

SCALE = 20
"""log2 of the divisor: 8 bits of it are rounded stochastically, the others cut off."""

UNIT = 7
"""log2 of an activity of one."""


def still(signal: Number, genes: tuple[Number, ...]) -> bool | Bools:
    """Nothing is learned without a signal, at a rate of 0, or by four terms of 0."""
    rate, a, b, c, d = genes
    idle: bool | Bools = (rate * signal == 0) | ((a | b | c | d) == 0)
    return idle


@rule(still=still)
def hebbian(weight: Number, pre: Number, post: Number, signal: Number, genes: tuple[Number, ...], dither: Number) -> Number:
    """See the equation above; the byte `dither` rounds by chance."""
    rate, a, b, c, d = genes
    terms = a * post * pre + ((b * post + c * pre) << UNIT) + (d << (2 * UNIT))
    new: Number = weight + ((((rate * signal * terms) >> (SCALE - 8)) + dither) >> 8)
    return new
