"""A learning rule: Oja's, gated by the payoff signal.

E. Oja, A simplified neuron model as a principal component analyzer, J. Math. Biology 15 (1982).
"""

from cyberspace import rule


@rule
def oja(weight, pre, post, signal, genes, dither):
    """Hebb's rule with a leak that grows with the answer, so that weights stay bounded."""
    rate, a, _, _, _ = genes
    gain = rate * a * signal
    change = gain * post * (pre - ((post * weight) >> 7))
    return weight + (((change >> 12) + dither) >> 8)
