"""A colony's one prediction: the logits of those who are awake, mixed by weights that are learned as it reads (logistic mixing).

Mahoney: Adaptive weighing of context models for lossless data compression (2005).  A weight for each organism and each bit of a byte,
and nothing else; the chance of a 1 is stored before the bit is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from organisms.arrays import Int8s, Int32s

Floats = NDArray[np.float64]

RATES = (0.0005, 0.002, 0.006, 0.015, 0.03)
"""Steps of which the one that does best on the training part is taken."""

LEAST = 2.0**-16
"""A chance is never nearer to 0 or 1."""


@dataclass(frozen=True)
class Mixed:
    """What a colony made of a text.

    Attributes:
        chances: Of a 1 for each bit, float64 (bits,).
        weights: Afterwards, float64 (organisms, bits of a byte).
        rate: The step.
    """

    chances: Floats
    weights: Floats
    rate: float


def mix(said: Int8s, told: NDArray[np.uint8], awake: Int32s, scale: int, weights: Floats, rate: float) -> Mixed:
    """Mix what was said.

    Args:
        said: Answers, int8 (bits, slots).
        told: The bits.
        awake: Who said it, int32 (bytes, slots), -1 for nobody.
        scale: An answer of so much is a logit of 1.
        weights: To begin with; they stay as they are.
        rate: The step; 0 for weights that stay.
    """
    weights, chances = weights.copy(), np.zeros(len(told))
    _mix(said, told, awake, 1.0 / scale, weights, rate, chances)
    return Mixed(chances, weights, rate)


def even_weights(organisms: int, symbol: int, awake: Int32s) -> Floats:
    """Weights to begin with: as if organisms that are awake together told half of what they know twice."""
    together = max(1.0, float((awake >= 0).sum(axis=1).mean()))
    return np.full((organisms, symbol), min(1.0, 1.2 / np.sqrt(together)))


def best_mix(said: Int8s, told: NDArray[np.uint8], awake: Int32s, scale: int, weights: Floats) -> Mixed:
    """The mix by that step of `RATES` that costs least."""
    found = [mix(said, told, awake, scale, weights, rate) for rate in RATES]
    return min(found, key=lambda one: float(cost(one.chances, told).sum()))


def cost(chances: Floats, told: NDArray[np.uint8]) -> Floats:
    """Bits that each bit cost."""
    return -np.log2(np.where(told > 0, chances, 1 - chances))


def own_cost(said: Int8s, told: NDArray[np.uint8], scale: int) -> Floats:
    """Bits that each answer would have cost by itself, float64 (bits, slots)."""
    signed = np.where(told[:, None] > 0, said, -said.astype(np.int16))
    spent: Floats = np.log2(1 + np.exp(-signed / scale))
    return spent


@njit(cache=True)
def _mix(said, told, awake, unit, weights, rate, chances):  # type: ignore[no-untyped-def]
    symbol = weights.shape[1]
    for t in range(len(told)):
        k, byte, total = t % symbol, t // symbol, 0.0
        for slot in range(said.shape[1]):
            if awake[byte, slot] >= 0:
                total += weights[awake[byte, slot], k] * said[t, slot] * unit
        chance = min(max(1.0 / (1.0 + np.exp(-total)), LEAST), 1.0 - LEAST)
        chances[t] = chance
        if rate > 0:
            error = rate * (told[t] - chance) * unit
            for slot in range(said.shape[1]):
                if awake[byte, slot] >= 0:
                    weights[awake[byte, slot], k] += error * said[t, slot]
