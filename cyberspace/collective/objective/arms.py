"""Arms whose truth is known: they rise with each pull and saturate, as methods do that are worked on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class RisingArms:
    """Arms: a pull of arm k after n others pays base + gain (1 - exp(-n / pace)) and Gaussian noise.

    Attributes:
        base, gain, pace: Of each, float (arms,).
        noise: Standard deviation.
    """

    base: NDArray[np.float64]
    gain: NDArray[np.float64]
    pace: NDArray[np.float64]
    noise: float

    @property
    def final(self) -> NDArray[np.float64]:
        """What each pays in the end."""
        return self.base + self.gain

    def pay(self, arm: int, before: int, rng: np.random.Generator) -> float:
        """Of one pull, `before` pulls of this arm having gone before."""
        rise = 1 - np.exp(-before / self.pace[arm])
        return float(self.base[arm] + self.gain[arm] * rise + rng.normal(0, self.noise))


def rising_arms(count: int, noise: float, seed: int) -> RisingArms:
    """Arms by lot: final worth 0.3 to 0.9, a start at 20 to 95 % of it, 1 to 12 pulls of pace; good ones may start low."""
    rng = np.random.default_rng(seed)
    final = rng.uniform(0.3, 0.9, count)
    base = final * rng.uniform(0.2, 0.95, count)
    return RisingArms(base, final - base, rng.uniform(1, 12, count), noise)
