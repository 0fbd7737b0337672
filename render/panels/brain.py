"""A brain as a graph: senses on the left, free units in the middle, actuators on the right; what is active now is lit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from organisms.body import ACTUATORS, BodyPlan
from organisms.words import sense_names, unit_names
from render import palette
from render.canvas import SMALL, Canvas, Point, Rect, fit
from render.palette import mixed
from render.words import synapses

LABEL = 78
"""Pixels for the names at the left and at the right."""

ROW = 12
"""Height of a name."""

ARC = 10
"""Pieces of an arc."""


def nodes(senses: int, units: int, rect: Rect) -> dict[int, tuple[int, int]]:
    """Centre of each input by its number: senses first, then units."""
    actuators = min(units, len(ACTUATORS))
    columns = [range(senses), range(senses + actuators, senses + units), range(senses, senses + actuators)]
    across = [rect.x + LABEL + 8, rect.x + rect.width // 2, rect.right - LABEL - 8]
    places = {}
    for x, column in zip(across, columns, strict=True):
        step = rect.height / max(1, len(column))
        for k, number in enumerate(column):
            shift = (k % 3 - 1) * 12 if column is columns[1] else 0
            places[number] = (x + shift, round(rect.y + (k + 0.5) * step))
    return places


def draw_brain(
    canvas: Canvas, rect: Rect, weights: NDArray[np.int8], activity: NDArray[np.int8] | None, sensed: NDArray[np.float64] | None
) -> None:
    """Draw it.

    Args:
        canvas: The canvas to draw on.
        rect: The part of it that the brain fills.
        weights: int8 (units, senses + units).
        activity: int8 (units,), or None if that is not known.
        sensed: What the senses show, (senses,), not a number where that is not known; or None.
    """
    units, inputs = weights.shape
    senses = inputs - units
    places = nodes(senses, units, rect)
    now = np.concatenate(
        [np.full(senses, np.nan) if sensed is None else sensed, np.full(units, np.nan) if activity is None else activity]
    )
    heaviest = max(1, int(np.abs(weights.astype(np.int32)).max()))
    for one in synapses(weights, now):
        source, target = places[one.source], places[one.target + senses]
        strength = abs(one.weight) / heaviest
        colour = palette.CATEGORIES[0] if one.weight > 0 else palette.CATEGORIES[1]
        glow = 0.15 + 0.35 * strength if np.isnan(one.flow) else 0.12 + min(0.88, 4 * abs(one.flow))
        paint = mixed(palette.PANEL, colour, glow)
        if one.source == one.target + senses:
            canvas.circle((target[0] - 7, target[1]), 6, paint, 1)
        else:
            canvas.line(_path(source, target), paint, 1 + round(1.6 * strength))
    body = BodyPlan(units, senses)
    names = [*sense_names(body), *unit_names(body)]
    for number, (x, y) in places.items():
        room = rect.height / max(1, senses if number < senses else min(units, len(ACTUATORS)))
        named = names[number] if room >= ROW or number % 2 == 0 else ""  # every other one where rows are close
        _node(canvas, rect, x, y, named, float(np.nan_to_num(now[number])) / 127, number < senses)


def _path(source: tuple[int, int], target: tuple[int, int]) -> list[Point]:
    """A straight line, or within a column an arc to the left of it."""
    if abs(source[0] - target[0]) > 30:
        return [source, target]
    bulge = min(90.0, 14 + 0.35 * abs(source[1] - target[1]))
    found: list[Point] = []
    for k in range(ARC + 1):
        part = k / ARC
        x = source[0] + part * (target[0] - source[0]) - 4 * part * (1 - part) * bulge
        found.append((x, source[1] + part * (target[1] - source[1])))
    return found


def _node(canvas: Canvas, rect: Rect, x: int, y: int, name: str, now: float, left: bool) -> None:
    lit = palette.CATEGORIES[0] if now > 0 else palette.CATEGORIES[1]
    canvas.circle((x, y), 5, mixed(palette.CONTROL, lit, min(1.0, 3 * abs(now))))
    canvas.circle((x, y), 5, palette.FAINT, 1)
    words = fit(canvas, name, LABEL, SMALL)
    if left:
        canvas.text(x - 9 - canvas.width(words, SMALL), y - 8, words, palette.FAINT, SMALL)
    elif x > rect.x + 0.7 * rect.width:
        canvas.text(x + 9, y - 8, words, palette.FAINT, SMALL)
