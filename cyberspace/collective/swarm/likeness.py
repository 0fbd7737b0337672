"""How alike two settings are, as points of the unit cube, and where a search has found nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.collective.ledger.rows import Experiment
from cyberspace.collective.ledger.space import Gene, Params, Space, Value

Floats = NDArray[np.float64]
ALIKE = 0.03
"""Root mean square difference, a gene, below which two experiments are taken to be the same."""

RADIUS, TRIES = 0.12, 5
"""Of a dead end: how far it reaches, and experiments that must have failed there."""


def point(space: Space, params: Mapping[str, Value]) -> Floats:
    """A setting as a point of the unit cube: numbers by their place in their range, choices as 0 to 1 by their order.

    A gene that is not set stands in its middle.
    """
    return np.array([_unit(gene, params.get(name)) for name, gene in sorted(space.items())])


def setting(space: Space, at: Floats) -> Params:
    """The setting at a point of the unit cube; the inverse of `point` where that holds a setting."""
    values = np.clip(at, 0.0, 1.0)
    return {name: _value(gene, float(value)) for (name, gene), value in zip(sorted(space.items()), values, strict=True)}


def _unit(gene: Gene, value: Value | None) -> float:
    if value is None:
        return 0.5
    if gene.kind == "choice":
        return gene.choices.index(value) / max(1, len(gene.choices) - 1)
    low, high, number = (_log(gene, float(one)) for one in (gene.low, gene.high, value))
    return (number - low) / (high - low) if high > low else 0.5


def _value(gene: Gene, unit: float) -> Value:
    if gene.kind == "choice":
        return gene.choices[round(unit * (len(gene.choices) - 1))]
    low, high = _log(gene, gene.low), _log(gene, gene.high)
    number = low + unit * (high - low)
    number = min(max(math.exp(number) if gene.log else number, gene.low), gene.high)
    return round(number) if gene.kind == "whole" else number


def _log(gene: Gene, number: float) -> float:
    return math.log(number) if gene.log else number


def apart(one: Floats, other: Floats) -> float:
    """Root mean square difference a gene."""
    return float(np.sqrt(((one - other) ** 2).mean())) if one.size else 0.0


@dataclass(frozen=True)
class DeadEnd:
    """A region where nothing was found.

    Attributes:
        at: Its middle, a point of the unit cube.
        tries: Experiments within its radius.
        gain: Their mean gain over their parents.
        most: Upper end of its 95 % interval; below 0.
    """

    at: Floats
    tries: int
    gain: float
    most: float


def dead_ends(points: Floats, rows: Sequence[Experiment]) -> list[DeadEnd]:
    """Regions in which enough experiments lie and their mean gain is surely below 0, the most tried first; none overlaps another.

    Args:
        points: Of the rows, shape (rows, genes).
        rows: Experiments.
    """
    judged = [place for place, row in enumerate(rows) if row.scored and row.gain is not None]
    if len(judged) < TRIES:
        return []
    at = points[judged]
    gains = np.array([rows[place].gain for place in judged], float)
    near = np.sqrt(((at[:, None] - at) ** 2).mean(2)) <= RADIUS
    found: list[DeadEnd] = []
    for row in np.argsort(-near.sum(1), kind="stable"):
        inside = gains[near[row]]
        if len(inside) < TRIES:
            break
        most = float(inside.mean() + 1.96 * inside.std(ddof=1) / np.sqrt(len(inside)))
        if most < 0 and all(apart(at[row], one.at) > RADIUS for one in found):
            found.append(DeadEnd(at[row], len(inside), float(inside.mean()), most))
    return found


def refusal(here: Floats, points: Floats, rows: Sequence[Experiment], ends: Sequence[DeadEnd]) -> str:
    """Why a proposal is not worth its run: too like one that is open or done, or in a dead end; empty if it is."""
    near = np.sqrt(((points - here) ** 2).mean(1)) < ALIKE if len(rows) else ()
    for place in np.nonzero(near)[0].tolist():
        if rows[place].state != "lost":
            return f"like experiment {rows[place].number} ({rows[place].state})"
    for number, one in enumerate(ends):
        if apart(here, one.at) < RADIUS:
            return f"in dead end {number} ({one.tries} tries, gain {one.gain:+.3g})"
    return ""
