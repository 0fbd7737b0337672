"""Thinking, the base operation: a' = clip((W [s; a]) >> shift, -127, 127)."""

from __future__ import annotations

from typing import Any

import numpy as np

LIMIT = 127


def think(xp: Any, weights: Any, inputs: Any, shift: int) -> Any:
    """New activities, int8 of shape (units, sites).

    Args:
        xp: Array namespace.
        weights: int8 (units, inputs, sites).
        inputs: Senses, then last activities, int8 (inputs, sites).
        shift: Arithmetic right shift of the int32 sum.
    """
    total = xp.zeros((weights.shape[0], weights.shape[2]), dtype=np.int32)
    for j in range(weights.shape[1]):
        total = total + weights[:, j].astype(np.int32) * inputs[j].astype(np.int32)
    return xp.clip(total >> shift, -LIMIT, LIMIT).astype(np.int8)
