"""A plaza of two dimensions, from above: all of it where that fits the window, else the avatar in the middle."""

from __future__ import annotations

import math

from render import palette
from render.about import Place
from render.canvas import Canvas, Rect
from render.model import Model
from render.plaza.figures import draw_block, draw_organism
from render.plaza.looks import colour_at, does
from render.plaza.things import draw_people, draw_things
from render.visit import Visit, block_at, dweller_at

LEAST, MOST, CLOSEST = 16, 72, 160
"""Pixels of a place: the least and the most to begin with, and the most when one looks closer."""


def cell_size(area: Rect, visit: Visit) -> int:
    """Pixels of a place."""
    _, down, across = visit.lengths
    fits = min(MOST, max(LEAST, min(area.width // across, area.height // down)))
    return min(CLOSEST, max(LEAST // 2, int(fits * visit.zoom)))


def _origin(area: Rect, visit: Visit) -> tuple[int, int]:
    """Pixel of the corner of place (0, 0): the avatar in the middle, or all in the middle where there is room."""
    cell = cell_size(area, visit)
    _, down, across = visit.lengths
    _, row, column = visit.here
    spans = ((area.x, area.width, across, column), (area.y, area.height, down, row))
    x, y = (
        first + (room - count * cell) // 2 if count * cell <= room else first + room // 2 - at * cell - cell // 2
        for first, room, count, at in spans
    )
    return x, y


def place_at(area: Rect, visit: Visit, x: int, y: int) -> Place | None:
    """The place under a point."""
    (left, top), cell = _origin(area, visit), cell_size(area, visit)
    row, column = math.floor((y - top) / cell), math.floor((x - left) / cell)
    _, down, across = visit.lengths
    return visit.place(0, row, column) if 0 <= row < down and 0 <= column < across else None


def cell_of(area: Rect, visit: Visit, place: Place) -> Rect:
    """Where a place is drawn."""
    (left, top), cell = _origin(area, visit), cell_size(area, visit)
    row, column = place[visit.axes[-2]], place[visit.axes[-1]]
    return Rect(left + column * cell, top + row * cell, cell, cell)


def draw(canvas: Canvas, area: Rect, visit: Visit, model: Model) -> None:
    """Draw it."""
    (left, top), size = _origin(area, visit), cell_size(area, visit)
    _, down, across = visit.lengths
    rows = range(max(0, (area.y - top) // size), min(down, (area.bottom - top) // size + 1))
    columns = range(max(0, (area.x - left) // size), min(across, (area.right - left) // size + 1))
    for row in rows:
        for column in columns:
            place = visit.place(0, row, column)
            cell = Rect(left + column * size, top + row * size, size, size)
            canvas.fill(cell, "#1F232B" if (row + column) % 2 else "#1B1E25")
            draw_block(canvas, cell, block_at(model.frame, place))
            one = dweller_at(model.frame, place)
            if one is not None:
                draw_organism(canvas, cell, one, colour_at(model, place, one), does(model, one)[-1:], area)
            if place == model.hover:
                canvas.box(cell, palette.TEXT, 2)
            elif place == model.chosen:
                canvas.box(cell, palette.ACCENT, 2)
    labels = draw_things(canvas, area, visit, model, lambda place: cell_of(area, visit, place))
    draw_people(labels, visit, model, lambda place: cell_of(area, visit, place))
    labels.draw()
