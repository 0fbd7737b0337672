"""A plaza of three dimensions, in blocks seen from a corner; layers above the shown ones are cut away."""

from __future__ import annotations

import math

from render import palette
from render.about import Place
from render.canvas import Canvas, Rect
from render.model import Model
from render.palette import mixed
from render.plaza.figures import draw_avatar, draw_organism
from render.visit import Visit, block_at, dweller_at

HALF, QUARTER, RISE = 24, 12, 24
"""Half the width and half the depth of a block, and its height, in pixels."""

REACH = 9
"""Places around the avatar that are drawn."""


def project(area: Rect, visit: Visit, up: float, row: float, column: float) -> tuple[float, float]:
    """The upper corner (the one farthest away) of a block's floor; the avatar's floor is in the middle of the area."""
    here = visit.here
    right, deep, high = column - here[2], row - here[1], up - here[0]
    return area.x + area.width / 2 + (right - deep) * HALF, area.y + area.height / 2 + (right + deep) * QUARTER - high * RISE


def place_at(area: Rect, visit: Visit, x: int, y: int) -> Place | None:
    """The place of the avatar's layer under a point."""
    here = visit.here
    across, along = (x - area.x - area.width / 2) / HALF, (y - area.y - area.height / 2) / QUARTER
    column, row = math.floor((along + across) / 2) + here[2], math.floor((along - across) / 2) + here[1]
    _, down, wide = visit.lengths
    near = abs(row - here[1]) <= REACH and abs(column - here[2]) <= REACH
    return visit.place(here[0], row, column) if near and 0 <= row < down and 0 <= column < wide else None


def draw(canvas: Canvas, area: Rect, visit: Visit, model: Model) -> None:
    """Draw it, the farthest first."""
    here, (_, down, across) = visit.here, visit.lengths
    rows = range(max(0, here[1] - REACH), min(down, here[1] + REACH + 1))
    columns = range(max(0, here[2] - REACH), min(across, here[2] + REACH + 1))
    for up in range(max(0, here[0] - 3), visit.layers):
        for row in rows:
            for column in columns:
                place = visit.place(up, row, column)
                x, y = project(area, visit, up, row, column)
                if not (area.x - 2 * HALF < x < area.right + 2 * HALF and area.y - 3 * RISE < y < area.bottom + RISE):
                    continue
                _place(canvas, x, y, place, visit, model, up == here[0])


def _place(canvas: Canvas, x: float, y: float, place: Place, visit: Visit, model: Model, floor: bool) -> None:
    block, one = block_at(model.frame, place), dweller_at(model.frame, place)
    if floor:
        _outline(canvas, x, y, palette.GUTTER)
    if block != "empty":
        _cube(canvas, x, y, palette.BLOCKS[block])
    raised = RISE if block != "empty" else 0
    if one is not None:
        size = 2 * QUARTER + 6 if floor else QUARTER  # organisms of other layers are small, so that they hide nobody
        cell = Rect(int(x - size / 2), int(y + QUARTER - size + 6 - raised), size, size)
        draw_organism(canvas, cell, one, model.context.lineages.colour(one.founder))
    for marked, colour in ((model.hover, palette.TEXT), (visit.lifted, palette.ACCENT), (model.chosen, palette.ACCENT)):
        if place == marked:
            _outline(canvas, x, y, colour, 2)
    if place == visit.at:
        draw_avatar(canvas, Rect(int(x - 16), int(y + QUARTER - 30), 32, 36))


def _outline(canvas: Canvas, x: float, y: float, colour: str, width: int = 1) -> None:
    corners = [(x, y), (x + HALF, y + QUARTER), (x, y + 2 * QUARTER), (x - HALF, y + QUARTER), (x, y)]
    canvas.line(corners, colour, width)


def _cube(canvas: Canvas, x: float, y: float, colour: str) -> None:
    top = [(x, y - RISE), (x + HALF, y + QUARTER - RISE), (x, y + 2 * QUARTER - RISE), (x - HALF, y + QUARTER - RISE)]
    left = [top[3], top[2], (x, y + 2 * QUARTER), (x - HALF, y + QUARTER)]
    right = [top[2], top[1], (x + HALF, y + QUARTER), (x, y + 2 * QUARTER)]
    canvas.polygon(left, mixed(colour, "#000000", 0.35))
    canvas.polygon(right, mixed(colour, "#000000", 0.15))
    canvas.polygon(top, mixed(colour, "#FFFFFF", 0.15))
