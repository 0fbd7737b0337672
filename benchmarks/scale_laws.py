"""Two laws of score against compute: fitted on the first decades, judged on the last, which neither has seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Law = Callable[..., Numbers]
MOST = 27.0
"""What all nine functions are worth together."""

DRAWS, FEWEST = 200, 2
"""Samples of the seeds; with so few seeds none are drawn."""

LAST = 10.0
"""Compute that is held out: the last factor of ten."""


def power(x: Numbers, log_a: float, b: float) -> Numbers:
    """a x^b, for compute in units of where the held-out decade begins; as Kaplan et al. fit (arXiv:2001.08361, 2020)."""
    return np.exp(log_a) * np.asarray(x) ** b


def saturating(x: Numbers, log_s: float, log_c: float, k: float) -> Numbers:
    """S x^k / (c^k + x^k), the equation of Hill (J. Physiol. 40:iv, 1910): k at first as the exponent of a power, S in the end."""
    return np.exp(log_s) / (1 + (np.exp(log_c) / np.asarray(x)) ** k)


LAWS: Mapping[str, tuple[Law, Sequence[Sequence[float]], tuple[Sequence[float], Sequence[float]]]] = {
    "power": (power, [(-2.0, 0.5), (0.0, 2.0)], ([-30, 0], [np.log(MOST), 8])),
    "saturating": (saturating, [(1.0, 1.0, 1.0), (0.0, -1.0, 2.0)], ([-30, -15, 0.05], [np.log(MOST), 15, 8])),
}
"""Each with points to begin a fit at, and the range of its numbers."""


def fitted(law: str, x: Numbers, y: Numbers, near: Numbers | None = None) -> Numbers | None:
    """The numbers of a law by least squares, sought near some if those are given; None where there is nothing to fit."""
    from scipy.optimize import curve_fit

    function, starts, bounds = LAWS[law]
    if len(x) <= len(starts[0]) or not (y > 0).any():
        return None
    best, found = np.inf, None
    for start in starts if near is None else [near]:
        try:
            numbers, _ = curve_fit(function, x, y, p0=start, bounds=bounds, max_nfev=400)
        except (RuntimeError, ValueError):
            continue
        error = float(np.square(function(x, *numbers) - y).sum())
        if error < best:
            best, found = error, numbers
    return found


@dataclass(frozen=True)
class Judged:
    """What a law says of the decade that was held out.

    Attributes:
        numbers: Its numbers; None where there was nothing to fit.
        error: Root of the mean square by which it is off there, as a share of the mean score there.
        exponents: The exponent for samples of the seeds, drawn with replacement (Efron, 1979).
    """

    numbers: Numbers | None
    error: float
    exponents: Numbers

    def told(self) -> str:
        """Exponent with its interval, and the error, in words."""
        if self.numbers is None:
            return "nothing to fit | -"
        if not len(self.exponents):
            return f"{self.numbers[-1]:.2f} | {percent(self.error)}"
        low, high = np.quantile(self.exponents, [0.025, 0.975])
        return f"{self.numbers[-1]:.2f} [{low:.2f}, {high:.2f}] | {percent(self.error)}"


def percent(error: float) -> str:
    """A share in words; what is off by more than ten times is off altogether."""
    return f"{100 * error:.0f} %" if error <= 10 else "> 1,000 %"


def off(seen: Numbers, said: Numbers) -> float:
    """Root of the mean square of the difference, as a share of the mean of what was seen."""
    return float(np.sqrt(np.square(said - seen).mean()) / max(seen.mean(), 1e-9))


def judge(law: str, x: Numbers, runs: Numbers) -> Judged:
    """A law's fit on all but the last decade, and its error there.

    Args:
        law: A key of `LAWS`.
        x: Compute, float64 (samples,).
        runs: Scores, float64 (seeds, samples).
    """
    x, first = x / (x[-1] / LAST), x <= x[-1] / LAST
    numbers = fitted(law, x[first], runs.mean(axis=0)[first])
    if numbers is None:
        return Judged(None, np.nan, np.zeros(0))
    draw, exponents = np.random.default_rng(0), []
    for _ in range(DRAWS if len(runs) > FEWEST else 0):
        some = runs[draw.integers(0, len(runs), len(runs))].mean(axis=0)
        one = fitted(law, x[first], some[first], numbers)
        if one is not None:
            exponents.append(float(one[-1]))
    said = LAWS[law][0](x[~first], *numbers)
    return Judged(numbers, off(runs.mean(axis=0)[~first], said), np.array(exponents))


def unchanged(x: Numbers, runs: Numbers) -> float:
    """The error of saying that the last decade brings nothing more than the fitted ones ended with."""
    first, mean = x <= x[-1] / LAST, runs.mean(axis=0)
    return off(mean[~first], np.full((~first).sum(), mean[first][-1]))
