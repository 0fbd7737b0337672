"""What may be said of scores: means with intervals, paired gains, times to a target, counts, a test that may be looked at often."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Estimate:
    """A number with its interval.

    Attributes:
        mean: The estimate; NaN if there is nothing to estimate it from.
        low, high: Ends of the interval; infinite where one value alone is known.
        n: Values that it rests on.
    """

    mean: float
    low: float
    high: float
    n: int

    def told(self, digits: int = 3) -> str:
        """In words."""
        return f"{self.mean:.{digits}f} [{self.low:.{digits}f}, {self.high:.{digits}f}] n={self.n}"


def t_interval(values: ArrayLike, level: float = 0.95) -> Estimate:
    """Mean with Student's interval."""
    from scipy import stats

    x = np.asarray(values, dtype=np.float64)
    if len(x) < 2:
        return Estimate(float(x[0]) if len(x) else math.nan, -math.inf, math.inf, len(x))
    half = float(stats.t.ppf(0.5 + level / 2, len(x) - 1) * x.std(ddof=1) / math.sqrt(len(x)))
    return Estimate(float(x.mean()), float(x.mean()) - half, float(x.mean()) + half, len(x))


def bootstrap_interval(
    values: ArrayLike, level: float = 0.95, draws: int = 2000, seed: int = 0, median: bool = False
) -> Estimate:
    """Mean or median with the percentile bootstrap's interval; Efron: Bootstrap methods (1979)."""
    x = np.asarray(values, dtype=np.float64)
    middle = np.median if median else np.mean
    if len(x) < 2:
        return Estimate(float(x[0]) if len(x) else math.nan, -math.inf, math.inf, len(x))
    picked = x[np.random.default_rng(seed).integers(0, len(x), (draws, len(x)))]
    low, high = np.quantile(middle(picked, axis=1), [0.5 - level / 2, 0.5 + level / 2])
    return Estimate(float(middle(x)), float(low), float(high), len(x))


def proportion(count: int, n: int, level: float = 0.95) -> Estimate:
    """A share of n with its exact interval; Clopper and Pearson (1934)."""
    from scipy import stats

    if n == 0:
        return Estimate(math.nan, 0.0, 1.0, 0)
    ends = stats.binomtest(count, n).proportion_ci(level, method="exact")
    return Estimate(count / n, float(ends.low), float(ends.high), n)


def paired_gain(after: ArrayLike, before: ArrayLike, level: float = 0.95) -> Estimate:
    """Mean of differences of pairs (equal seeds, same host), with Student's interval."""
    return t_interval(np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64), level)


def difference(one: ArrayLike, other: ArrayLike, level: float = 0.95) -> Estimate:
    """Difference of two means that are not paired, with Welch's interval."""
    from scipy import stats

    x, y = (np.asarray(v, dtype=np.float64) for v in (one, other))
    gap = float(x.mean() - y.mean()) if len(x) and len(y) else math.nan
    if len(x) < 2 or len(y) < 2:
        return Estimate(gap, -math.inf, math.inf, len(x) + len(y))
    parts = x.var(ddof=1) / len(x), y.var(ddof=1) / len(y)
    error = math.sqrt(sum(parts))
    if error == 0:
        return Estimate(gap, gap, gap, len(x) + len(y))
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (len(x) - 1) + parts[1] ** 2 / (len(y) - 1))
    half = float(stats.t.ppf(0.5 + level / 2, freedom)) * error
    return Estimate(gap, gap - half, gap + half, len(x) + len(y))


def share_difference(one: tuple[int, int], other: tuple[int, int], level: float = 0.95) -> Estimate:
    """Difference of two shares, each a count and of how many; Newcombe's hybrid score interval.

    Interval estimation for the difference between independent proportions (Statistics in Medicine 17:873, 1998), method 10: of score
    intervals (Wilson 1927), so that it never leaves -1 to 1 and has a width where both shares are 0 or 1.
    """
    from scipy import stats

    (a, n), (b, m) = one, other
    if not n or not m:
        return Estimate(math.nan, -1.0, 1.0, n + m)
    p, q = a / n, b / m
    here, there = (stats.binomtest(count, size).proportion_ci(level, method="wilson") for count, size in (one, other))
    low = p - q - math.hypot(p - here.low, there.high - q)
    high = p - q + math.hypot(here.high - p, q - there.low)
    return Estimate(p - q, float(low), float(high), n + m)


@dataclass(frozen=True)
class Survival:
    """Share that has not reached a target yet; Kaplan and Meier (1958).

    Attributes:
        times: At which somebody reached it, float (k,).
        share: That has not reached it after each, float (k,).
        low, high: 95 % bands, float (k,).
        median: Time by which half have; infinity if they never do.
        reached, n: How many did, of how many.
    """

    times: NDArray[np.float64]
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    median: float
    reached: int
    n: int


def _censored(times: ArrayLike, limit: float) -> object:
    from scipy import stats

    x = np.asarray(times, dtype=np.float64)
    return stats.CensoredData(uncensored=x[x <= limit], right=np.full(int((x > limit).sum()), limit))


def kaplan_meier(times: Sequence[float], limit: float) -> Survival:
    """Times to a target, of which those above `limit` (infinity, say) were not reached while it was looked."""
    from scipy import stats

    found = stats.ecdf(_censored(times, limit)).sf
    inside = found.quantiles <= limit
    at, share = found.quantiles[inside], found.probabilities[inside]
    reached = sum(one <= limit for one in times)
    if reached > 0:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where everybody has reached it, the band is not defined
            band = found.confidence_interval(0.95, method="log-log")
        low, high = (np.nan_to_num(one.probabilities[inside], nan=value) for one, value in ((band.low, 0.0), (band.high, 1.0)))
    else:
        low, high = share, share
    below = np.flatnonzero(share <= 0.5)
    median = float(at[below[0]]) if len(below) else math.inf
    return Survival(at, share, low, high, median, reached, len(times))


def log_rank(one: Sequence[float], other: Sequence[float], limit: float) -> float:
    """P value that two samples of times to a target come from one law; 1 where neither ever reached it."""
    from scipy import stats

    if all(t > limit for t in (*one, *other)) or not one or not other:
        return 1.0
    with np.errstate(all="ignore"):
        found = float(stats.logrank(_censored(one, limit), _censored(other, limit)).pvalue)
    return 1.0 if math.isnan(found) else found


def fisher(table: ArrayLike) -> float:
    """P value of Fisher's exact test of a table of counts (2, 2)."""
    from scipy import stats

    return float(stats.fisher_exact(np.asarray(table)).pvalue)


def rank_sum(one: ArrayLike, other: ArrayLike) -> float:
    """P value of Mann and Whitney's test, two-sided."""
    from scipy import stats

    return float(stats.mannwhitneyu(np.asarray(one), np.asarray(other)).pvalue)


def signed_rank(differences: ArrayLike) -> float:
    """P value of Wilcoxon's test of paired differences; 1 where all are 0."""
    from scipy import stats

    x = np.asarray(differences, dtype=np.float64)
    return 1.0 if not len(x) or not x.any() else float(stats.wilcoxon(x).pvalue)


def holm(values: Sequence[float]) -> list[float]:
    """P values corrected for being several; Holm (1979)."""
    order, worst, found = np.argsort(values), 0.0, [1.0] * len(values)
    for rank, k in enumerate(order):
        worst = max(worst, min(1.0, (len(values) - rank) * values[k]))
        found[int(k)] = worst
    return found


STAKE = 0.9
"""Share of the capital of a game that is at stake on a difference: no single one takes all of it."""


def wealth(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """A test that may be looked at after every value: log capital of a game that is fair where differences are symmetric about 0.

    The product of 1 + s tanh(lambda d) has the mean 1 then, whatever tails and spread are (de la Pena 1999), so that it ever exceeds
    1/alpha with a chance of at most alpha (Ville); lambda is learned from the values before.  Where differences are skewed it does not
    hold: see `skewed_p`.

    Args:
        differences: float64 (..., n), in the order in which they come.

    Returns:
        After each of them, float64 (..., n).
    """
    sums = np.cumsum(differences, axis=-1)
    squares = np.cumsum(differences**2, axis=-1)
    before = np.concatenate([np.zeros_like(sums[..., :1]), sums[..., :-1]], axis=-1)
    spread = np.concatenate([np.zeros_like(sums[..., :1]), squares[..., :-1]], axis=-1)
    bet = np.divide(np.maximum(before, 0), spread, out=np.zeros_like(before), where=spread > 0)
    return np.cumsum(np.log1p(STAKE * np.tanh(bet * differences)), axis=-1)


def skewed_p(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """p that the mean of the last axis is not above 0, by Student's t with Johnson's correction; 0 or 1 where all are equal."""
    from scipy.special import stdtr  # type: ignore[import-untyped]

    count = differences.shape[-1]
    if count < 3:
        return np.ones(differences.shape[:-1])
    mean = differences.mean(axis=-1)
    away = differences - mean[..., None]
    spread, skew = (away**2).sum(axis=-1) / (count - 1), (away**3).mean(axis=-1)
    safe = np.where(spread > 0, spread, 1.0)
    t = (mean + skew / (6 * safe * count) + skew * mean**2 / (3 * safe**2)) / np.sqrt(safe / count)
    found: NDArray[np.float64] = np.where(spread > 0, stdtr(count - 1, -t), np.where(mean > 0, 0.0, 1.0))
    return found
