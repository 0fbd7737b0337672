"""A plaza of two dimensions, from above, the avatar in the middle."""

from __future__ import annotations

import math

from render import palette
from render.about import Place
from render.canvas import Canvas, Rect
from render.model import Model
from render.plaza.figures import draw_avatar, draw_block, draw_organism
from render.visit import Visit, block_at, dweller_at

CELL = 40
"""Pixels of a place."""


def _origin(area: Rect, visit: Visit) -> tuple[int, int]:
    """Pixel of the corner of place (0, 0): the avatar in the middle, or all in the middle where there is room."""
    _, down, across = visit.lengths
    _, row, column = visit.here
    x = (
        area.x + (area.width - across * CELL) // 2
        if across * CELL <= area.width
        else area.x + area.width // 2 - column * CELL - CELL // 2
    )
    y = (
        area.y + (area.height - down * CELL) // 2
        if down * CELL <= area.height
        else area.y + area.height // 2 - row * CELL - CELL // 2
    )
    return x, y


def place_at(area: Rect, visit: Visit, x: int, y: int) -> Place | None:
    """The place under a point."""
    left, top = _origin(area, visit)
    row, column = math.floor((y - top) / CELL), math.floor((x - left) / CELL)
    _, down, across = visit.lengths
    return visit.place(0, row, column) if 0 <= row < down and 0 <= column < across else None


def cell_of(area: Rect, visit: Visit, place: Place) -> Rect:
    """Where a place is drawn."""
    left, top = _origin(area, visit)
    row, column = place[visit.axes[-2]], place[visit.axes[-1]]
    return Rect(left + column * CELL, top + row * CELL, CELL, CELL)


def draw(canvas: Canvas, area: Rect, visit: Visit, model: Model) -> None:
    """Draw it."""
    left, top = _origin(area, visit)
    _, down, across = visit.lengths
    rows = range(max(0, (area.y - top) // CELL), min(down, (area.bottom - top) // CELL + 1))
    columns = range(max(0, (area.x - left) // CELL), min(across, (area.right - left) // CELL + 1))
    for row in rows:
        for column in columns:
            place = visit.place(0, row, column)
            cell = Rect(left + column * CELL, top + row * CELL, CELL, CELL)
            canvas.fill(cell, "#1F232B" if (row + column) % 2 else "#1B1E25")
            draw_block(canvas, cell, block_at(model.frame, place))
            one = dweller_at(model.frame, place)
            if one is not None:
                draw_organism(canvas, cell, one, model.context.lineages.colour(one.founder))
            if place == visit.lifted:
                canvas.box(cell.inset(2), palette.ACCENT, 3)
            elif place == model.hover:
                canvas.box(cell, palette.TEXT, 2)
            elif place == model.chosen:
                canvas.box(cell, palette.ACCENT, 2)
    draw_avatar(canvas, cell_of(area, visit, visit.at))
