"""Hebb's rule with a leak that grows with the square of the answer, so that weights stay bounded.

    dW_ij = round_stochastic(rate_i (A m_i post_i pre_j - B |m_i| post_i^2 w_ij / 128) / 2^SCALE)

Both terms are gated by the payoff signal m, so a brain that feels nothing keeps what it knows.  C and D are not read.

E. Oja, A simplified neuron model as a principal component analyzer, J. Math. Biology 15 (1982).
"""

from __future__ import annotations

from organisms.arrays import Bools, Number
from organisms.learning.rule import rule

SCALE = 20
"""log2 of the divisor, as in the default rule."""


def still(signal: Number, genes: tuple[Number, ...]) -> bool | Bools:
    """Nothing is learned without a signal, at a rate of 0, or where neither term counts."""
    rate, a, b, _, _ = genes
    idle: bool | Bools = (rate * signal == 0) | ((a | b) == 0)
    return idle


@rule(still=still)
def oja(weight: Number, pre: Number, post: Number, signal: Number, genes: tuple[Number, ...], dither: Number) -> Number:
    """See the equation above; the byte `dither` rounds by chance."""
    rate, a, b, _, _ = genes
    below = signal >> 31  # -1 where it is below 0, else 0
    size = (signal ^ below) - below
    terms = a * signal * post * pre - b * size * ((post * post * weight) >> 7)
    new: Number = weight + ((((rate * terms) >> (SCALE - 8)) + dither) >> 8)
    return new
