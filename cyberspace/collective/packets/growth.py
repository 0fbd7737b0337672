"""How something grows with the number of sites: three laws fitted, and which of them the data prefer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LAWS = ("log N", "log^2 N", "N^b")


@dataclass(frozen=True)
class Fit:
    """One law, fitted.

    Attributes:
        law: Its name, of `LAWS`.
        offset: What it begins with.
        factor: Of the growing part.
        power: b of N^b; 0 for the others.
        aic: Akaike's criterion with the correction for few points (Hurvich and Tsai 1989); smaller is better.
    """

    law: str
    offset: float
    factor: float
    power: float
    aic: float


def fits(sites: Floats, values: Floats) -> list[Fit]:
    """All three laws, the preferred first: values = offset + factor * law(sites), by least squares.

    Args:
        sites: Numbers of sites, at least 6 different ones.
        values: What was measured at each.

    Raises:
        ValueError: For fewer points; the criterion isn't defined there.
    """
    if len(sites) < 6:
        raise ValueError(f"{len(sites)} points; three laws can be told apart from 6")
    log = np.log2(np.asarray(sites, float))
    made = [_fit("log N", log, values, 0.0, 2), _fit("log^2 N", log**2, values, 0.0, 2)]
    powers = np.linspace(0.02, 1.5, 149)
    best = min((_fit("N^b", np.asarray(sites, float) ** b, values, float(b), 3) for b in powers), key=lambda fit: fit.aic)
    return sorted([*made, best], key=lambda fit: fit.aic)


def _fit(law: str, grows: Floats, values: Floats, power: float, numbers: int) -> Fit:
    """Least squares; `numbers` are those that are fitted, the noise apart."""
    rows = np.stack([np.ones_like(grows), grows], axis=1)
    (offset, factor), *_ = np.linalg.lstsq(rows, values, rcond=None)
    count, free = len(values), numbers + 1
    left = max(float(((rows @ [offset, factor] - values) ** 2).mean()), 1e-12)
    aic = count * np.log(left) + 2 * free + 2 * free * (free + 1) / max(count - free - 1, 0.5)
    return Fit(law, float(offset), float(factor), power, float(aic))
