"""Which arm to pull next: policies behind one interface.

An arm is a candidate or an operator.  Rewards lie in [0, 1] (`Arms.scaled` sees to it); pulls that run and are not told yet are pending.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rng = np.random.Generator


@dataclass
class Arms:
    """What is known of each arm.

    Attributes:
        rewards: Of each arm, in order of telling.
        pending: Pulls of each that are not told yet.
    """

    rewards: list[list[float]]
    pending: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pending = self.pending or [0] * len(self.rewards)

    def __len__(self) -> int:
        return len(self.rewards)

    @property
    def pulls(self) -> Floats:
        """Told pulls of each, float (arms,)."""
        return np.array([len(one) for one in self.rewards], dtype=np.float64)

    @property
    def means(self) -> Floats:
        """Mean reward of each; 0 for an arm without a pull."""
        return np.array([float(np.mean(one)) if one else 0.0 for one in self.rewards])

    def scaled(self) -> Arms:
        """The same with rewards stretched to [0, 1] by the smallest and largest so far."""
        every = [value for one in self.rewards for value in one]
        low, high = (min(every), max(every)) if every else (0.0, 1.0)
        span = high - low or 1.0
        return Arms([[(value - low) / span for value in one] for one in self.rewards], list(self.pending))


Policy = Callable[[Arms, Rng], int]
"""The arm to pull; arms that are equally good are drawn by lot."""


def _first(values: Floats, rng: Rng) -> int:
    """The largest, ties by lot."""
    return int(rng.choice(np.flatnonzero(values == values.max())))


def _untried(arms: Arms) -> NDArray[np.int64]:
    return np.flatnonzero((arms.pulls + np.array(arms.pending)) == 0)


def uniform(arms: Arms, rng: Rng) -> int:
    """Any, by lot."""
    return int(rng.integers(len(arms)))


def best_only(arms: Arms, rng: Rng) -> int:
    """The best mean so far; each once before that."""
    new = _untried(arms)
    return int(rng.choice(new)) if len(new) else _first(np.where(arms.pulls > 0, arms.means, -np.inf), rng)


def unevaluated_first(arms: Arms, rng: Rng, share: float = 0.6) -> int:
    """With chance 60 % one that was pulled least often, else the best mean so far."""
    pulls = arms.pulls + np.array(arms.pending)
    if rng.random() < share or not arms.pulls.any():
        return _first(-pulls, rng)
    return _first(np.where(arms.pulls > 0, arms.means, -np.inf), rng)


def ucb(arms: Arms, rng: Rng) -> int:
    """UCB1, mean + sqrt(2 ln t / n); Auer, Cesa-Bianchi, Fischer (2002)."""
    new = _untried(arms)
    if len(new):
        return int(rng.choice(new))
    pulls = np.maximum(arms.pulls, 1)
    return _first(arms.means + np.sqrt(2 * math.log(max(2.0, arms.pulls.sum())) / pulls), rng)


def asymmetric_ucb(arms: Arms, rng: Rng) -> int:
    """UCB whose width counts pending pulls and whose mean does not, for workers that return at unlike times.

    Mean + spread sqrt(2 ln(t + pending) / (n + pending)): a pull under way narrows the arm before it is told, so that several workers
    do not all take one arm; the spread is the arm's own, shrunk to that of all (UCB-V's idea; Audibert, Munos, Szepesvari 2009).
    """
    new = _untried(arms)
    if len(new):
        return int(rng.choice(new))
    pending, every = np.array(arms.pending), [v for one in arms.rewards for v in one]
    overall = float(np.var(every)) if len(every) > 1 else 0.25
    counts = np.maximum(arms.pulls + pending, 1)
    spread = np.array([(float(np.var(one)) * len(one) + 2 * overall) / (len(one) + 2) for one in arms.rewards])
    level = math.log(max(2.0, arms.pulls.sum() + pending.sum()))
    means = np.where(arms.pulls > 0, arms.means, float(np.mean(every)) if every else 0.5)
    return _first(means + np.sqrt(2 * spread * level / counts), rng)


def thompson(arms: Arms, rng: Rng) -> int:
    """Thompson sampling of Gaussian means, the spread by a common inverse-gamma; Honda and Takemura (2014)."""
    new = _untried(arms)
    if len(new):
        return int(rng.choice(new))
    every = [v for one in arms.rewards for v in one]
    centre = float(np.mean(every)) if every else 0.5
    within = sum(float(np.var(one)) * len(one) for one in arms.rewards if one) + 0.02
    spread = within / rng.chisquare(max(1, len(every) - len(arms) + 2))
    counts = arms.pulls + 0.1
    means = (arms.means * arms.pulls + 0.1 * centre) / counts
    return _first(rng.normal(means, np.sqrt(spread / counts)), rng)


def kl_ucb(arms: Arms, rng: Rng) -> int:
    """KL-UCB of Bernoulli rewards; Garivier and Cappe (2011)."""
    new = _untried(arms)
    if len(new):
        return int(rng.choice(new))
    pulls, t = np.maximum(arms.pulls, 1), max(2.0, arms.pulls.sum())
    level = (math.log(t) + 3 * math.log(max(1.0, math.log(t)))) / pulls
    low, high = np.clip(arms.means, 0, 1), np.ones(len(arms))
    mean = np.clip(arms.means, 1e-9, 1 - 1e-9)
    for _ in range(32):
        middle = np.clip((low + high) / 2, 1e-9, 1 - 1e-9)
        far = mean * np.log(mean / middle) + (1 - mean) * np.log((1 - mean) / (1 - middle)) > level
        low, high = np.where(far, low, middle), np.where(far, middle, high)
    return _first(low, rng)


def qomax(arms: Arms, rng: Rng, quantile: float = 0.5, batches: int = 4) -> int:
    """For whoever wants the best single pull: quantile of maxima, compared by subsamples; Baudry, Russac, Kaufmann (2022).

    The leader is the arm with most pulls; an arm whose quantile of batch maxima reaches the leader's, over as many of the leader's
    pulls, is pulled, and so is whatever has fewer than sqrt(ln t) pulls; else the leader.
    """
    counts = arms.pulls + np.array(arms.pending)
    t = counts.sum()
    short = np.flatnonzero(counts < max(1.0, math.sqrt(math.log(max(2.0, t)))))
    if len(short):
        return int(rng.choice(short))
    told = np.flatnonzero(arms.pulls > 0)
    if not len(told):
        return uniform(arms, rng)

    def worth(values: list[float]) -> float:
        parts = np.array_split(np.array(values), min(batches, len(values)))
        return float(np.quantile([part.max() for part in parts], quantile))

    leader = int(told[_first(np.array([len(arms.rewards[k]) for k in told], dtype=np.float64), rng)])
    newer = [
        int(k) for k in told
        if k != leader and worth(arms.rewards[k]) >= worth(arms.rewards[leader][-len(arms.rewards[k]) :])
    ]  # fmt: skip
    return newer[int(np.argmin([counts[k] for k in newer]))] if newer else leader


POLICIES: dict[str, Policy] = {
    "uniform": uniform,
    "best-only": best_only,
    "unevaluated-first": unevaluated_first,
    "ucb": ucb,
    "thompson": thompson,
    "kl-ucb": kl_ucb,
    "asymmetric-ucb": asymmetric_ucb,
    "qomax": qomax,
}
"""By name."""
