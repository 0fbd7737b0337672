"""The default rule: a payoff-gated local rule whose four terms and rates are genes.

    dW_ij = round_stochastic(rate_i m_i (A post_i pre_j + B post_i + C pre_j + D) / 2^SCALE)

m_i is the payoff signal: an answer unit's own, every other unit the mean over the answers.  B and C are weighed by 128 and
D by 128^2, so that the four terms have the same range.  A rate of 0 is no plasticity.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from organisms import bits
from organisms.body import ANSWER
from organisms.genome import Loci

SCALE = 20
"""log2 of the divisor: 8 bits of it are rounded stochastically, the others cut off."""

UNIT = 7
"""log2 of an activity of one."""


def signals(xp: Any, loci: Loci, signal: Any) -> Any:
    """The signal of every unit, int32 of shape (units, sites), from one of shape (answers or 1, sites)."""
    body = loci.body
    signal = signal.astype(np.int32)
    own = xp.broadcast_to(signal, (body.answers, signal.shape[1]))
    mean = own.sum(axis=0, dtype=np.int32, keepdims=True) // np.int32(body.answers)
    before = xp.broadcast_to(mean, (ANSWER, signal.shape[1]))
    after = xp.broadcast_to(mean, (body.units - ANSWER - body.answers, signal.shape[1]))
    return xp.concatenate([before, own, after], axis=0)


def learn(xp: Any, loci: Loci, genomes: Any, weights: Any, pre: Any, post: Any, signal: Any, key: Any, sites: Any) -> Any:
    """Weights after a lesson, int8 of shape (units, inputs, sites).

    Args:
        xp: Array namespace.
        loci: The genome's plan.
        genomes: int8 (loci, sites).
        weights: int8 (units, inputs, sites).
        pre: What the units saw in this tick, int8 (inputs, sites).
        post: What they answered, int8 (units, sites).
        signal: Payoff signal, int8 (answers or 1, sites); 0 where nobody lives.
        key: Key of the learning stream at this tick.
        sites: Site numbers, (sites,).
    """
    gain = genomes[loci.rates].astype(np.int32) * signals(xp, loci, signal)
    a, b, c, d = genomes[loci.rule].astype(np.int32)
    pre, post = pre.astype(np.int32)[None], post.astype(np.int32)[:, None]
    terms = a * post * pre + ((b * post + c * pre) << UNIT) + (d << (2 * UNIT))
    dither = bits.site_fields(xp, key, sites, loci.body.synapses, 8).astype(np.int32)
    change = ((gain[:, None] * terms) >> (SCALE - 8)) + dither.reshape(weights.shape)
    return xp.clip(weights.astype(np.int32) + (change >> 8), -128, 127).astype(np.int8)
