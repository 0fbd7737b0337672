"""The default rule on eligibility traces: what came in a while ago still counts when the payoff comes.

    dW_ij = round_stochastic(rate_i m_i (A post_i e_j + B post_i + C e_j + D) / 2^SCALE)

e_j is the fading trace of input j in place of the input itself; it halves in about three ticks.  B and D are weighed as in the default.

A. G. Barto, R. S. Sutton and C. W. Anderson, Neuronlike adaptive elements that can solve difficult learning control problems, IEEE
Trans. SMC 13 (1983); W. Gerstner and others, Eligibility traces and plasticity on behavioral time scales, Front. Neural Circuits 12 (2018).
"""

from __future__ import annotations

from organisms.arrays import Number
from organisms.learning.hebbian import SCALE, UNIT, still
from organisms.learning.rule import rule

FADING = 2
"""log2 of the ticks in which a trace fades to a third."""


@rule(still=still, trace=FADING)
def trace(weight: Number, pre: Number, post: Number, signal: Number, genes: tuple[Number, ...], dither: Number) -> Number:
    """See the equation above; `pre` is the trace, and the byte `dither` rounds by chance."""
    rate, a, b, c, d = genes
    terms = a * post * pre + ((b * post + c * pre) << UNIT) + (d << (2 * UNIT))
    new: Number = weight + ((((rate * signal * terms) >> (SCALE - 8)) + dither) >> 8)
    return new
