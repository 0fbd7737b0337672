"""Thinking, the base operation: a' = clip((W [s; a]) >> shift, -127, 127)."""

from __future__ import annotations

import numpy as np

from organisms.arrays import Int8s, Int32s, Namespace

LIMIT = 127


def weighted_sum(xp: Namespace, weights: Int8s, inputs: Int8s) -> Int32s:
    """W [s; a], int32 of shape (units, sites).

    Args:
        xp: Array namespace.
        weights: int8 (units, inputs, sites).
        inputs: Senses, then last activities, int8 (inputs, sites).
    """
    total = xp.zeros((weights.shape[0], weights.shape[2]), dtype=np.int32)
    for j in range(weights.shape[1]):
        total = total + weights[:, j].astype(np.int32) * inputs[j].astype(np.int32)
    return total


def squash(xp: Namespace, total: Int32s, shift: int) -> Int8s:
    """Activities, int8 of the same shape, for weighted sums; the shift is arithmetic."""
    return xp.clip(total >> shift, -LIMIT, LIMIT).astype(np.int8)
