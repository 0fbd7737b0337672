"""Thinking, the base operation: a' = clip((W [s; a]) >> shift, -127, 127)."""

from __future__ import annotations

from typing import Any

import numpy as np

LIMIT = 127


def weighted_sum(xp: Any, weights: Any, inputs: Any) -> Any:
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


def squash(xp: Any, total: Any, shift: int) -> Any:
    """Activities, int8 of the same shape, for weighted sums; the shift is arithmetic."""
    return xp.clip(total >> shift, -LIMIT, LIMIT).astype(np.int8)
