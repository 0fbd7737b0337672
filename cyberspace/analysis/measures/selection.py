"""The selection differential: how much those who have a trait outbreed the others.

Price: Selection and covariance (1970): S = cov(w, z) / mean(w), the change of the mean of z that comes of who has how many offspring;
w offspring, z the trait.  It is the mean of z weighed by offspring, less the mean of z.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from cyberspace.statistics import Estimate, t_interval


def selection_differential(offspring: ArrayLike, trait: ArrayLike, level: float = 0.95) -> Estimate:
    """S with an interval, by the delta method (each one's influence on S); not a number where nobody had offspring.

    The interval takes organisms for independent of each other.  Neighbours are not, so it is somewhat too narrow.

    Args:
        offspring: Of each organism, (n,).
        trait: Of each organism, (n,); 0 and 1 for who performs a function.
        level: Of the interval.
    """
    w, z = (np.asarray(values, dtype=np.float64) for values in (offspring, trait))
    mean = float(w.mean()) if len(w) else 0.0
    if mean == 0.0:
        return Estimate(math.nan, -math.inf, math.inf, len(w))
    after, before = float((w * z).mean()) / mean, float(z.mean())
    found = after - before
    return t_interval(found + w / mean * (z - after) - (z - before), level)
