"""The score of a task over the living, as a curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Score:
    """How the score of a task went.

    Attributes:
        name: The task.
        unit: What it is measured in.
        better: "higher" or "lower".
        spread: 5, 25, 50, 75, 95 % of the living and the best, (samples, 6); NaN where nothing was known.
    """

    name: str
    unit: str
    better: str
    spread: NDArray[np.float64]
