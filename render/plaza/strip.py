"""A plaza of one dimension: a strip of places whose history scrolls by above it."""

from __future__ import annotations

import math

from render import palette
from render.about import Place
from render.canvas import SMALL, Canvas, Rect
from render.model import Model
from render.plaza.figures import draw_block, draw_organism
from render.plaza.looks import colour_at, does
from render.plaza.things import draw_people, draw_things
from render.visit import Visit, block_at, dweller_at

ROW = 6
"""Pixels of a row of history."""

MOST, LEAST = 72, 12
"""Pixels of a place."""


def _strip(area: Rect, visit: Visit) -> tuple[int, int, int]:
    """(left, top, pixels of a place) of the strip as it is now."""
    across = visit.lengths[2]
    cell = max(LEAST, int(min(MOST, max(LEAST, area.width // across)) * visit.zoom))
    left = area.x + (area.width - across * cell) // 2
    if across * cell > area.width:
        left = area.x + area.width // 2 - visit.here[2] * cell
    return left, area.bottom - 2 * cell - 110, cell


def place_at(area: Rect, visit: Visit, x: int, y: int) -> Place | None:
    """The place under a point, in the strip or in its history."""
    left, _, cell = _strip(area, visit)
    column = math.floor((x - left) / cell)
    return visit.place(0, 0, column) if 0 <= column < visit.lengths[2] else None


def draw(canvas: Canvas, area: Rect, visit: Visit, model: Model) -> None:
    """Draw it."""
    left, top, cell = _strip(area, visit)
    y = top - 8
    for tick, founders in reversed(visit.history):
        y -= ROW
        if y < area.y + 18:
            break
        for column, mark in enumerate(founders.tolist()):
            if mark:
                canvas.fill(Rect(left + column * cell + 1, y, cell - 2, ROW - 1), model.context.lineages.colour(mark))
        oldest = tick
    if visit.history:
        words = f"ticks {oldest:,} to {visit.history[-1][0]:,}, the newest below"
        canvas.text(area.x + 8, area.y + 3, words, palette.FAINT, SMALL)
    for column in range(visit.lengths[2]):
        place, box = visit.place(0, 0, column), Rect(left + column * cell, top, cell, cell)
        canvas.fill(box.inset(1), "#1F232B")
        draw_block(canvas, box.inset(1), block_at(model.frame, place))
        one = dweller_at(model.frame, place)
        if one is not None:
            draw_organism(canvas, box, one, colour_at(model, place, one), does(model, one)[-1:], area)
        if place in (model.hover, model.chosen):
            canvas.box(box, palette.TEXT if place == model.hover else palette.ACCENT, 2)

    def cell_of(place: Place) -> Rect:
        return Rect(left + place[visit.axes[-1]] * cell, top, cell, cell)

    labels = draw_things(canvas, area, visit, model, cell_of)
    draw_people(labels, visit, model, lambda place: Rect(cell_of(place).x, top + cell + 20, cell, cell))
    labels.draw()
