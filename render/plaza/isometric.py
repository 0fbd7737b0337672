"""A plaza of three dimensions, seen from a corner: it fits the window, turns by quarters, and its layers are cut or drawn apart."""

from __future__ import annotations

import math
from dataclasses import dataclass

from render import palette
from render.about import Place
from render.canvas import SMALL, Canvas, Point, Rect
from render.model import Model
from render.palette import mixed
from render.plaza.figures import draw_organism
from render.plaza.labels import Labels
from render.plaza.looks import colour_at, does
from render.plaza.things import draw_people, draw_things
from render.visit import Visit, block_at, dweller_at

LEAST, MOST, CLOSEST = 5.0, 44.0, 110.0
"""Half the width of a block in pixels: the least and the most to begin with, and the most when one looks closer."""

DEEP = 6
"""Layers that are drawn where they are drawn apart."""

MARGIN = 24
"""Pixels around it."""


@dataclass(frozen=True)
class Sight:
    """How the plaza is drawn.

    Attributes:
        half: Half the width of a block in pixels; half of that is a quarter of its depth on the screen.
        shown: The layers that are drawn.
        shifts: Pixels (right, down) by which each of them is moved.
        middle: (down, across), turned, that stands in the middle of each.
    """

    half: float
    shown: range
    shifts: dict[int, Point]
    middle: Point


def turned(visit: Visit, row: float, column: float) -> tuple[float, float]:
    """(row, column) as seen after the quarter turns of a visit, around the middle of the plaza."""
    row, column = row - (visit.lengths[1] - 1) / 2, column - (visit.lengths[2] - 1) / 2
    return ((row, column), (column, -row), (-row, -column), (-column, row))[visit.turned % 4]


def turned_back(visit: Visit, row: float, column: float) -> tuple[float, float]:
    """The inverse of `turned`."""
    row, column = ((row, column), (-column, row), (-row, -column), (column, -row))[visit.turned % 4]
    return row + (visit.lengths[1] - 1) / 2, column + (visit.lengths[2] - 1) / 2


def steps(visit: Visit, down: int, across: int) -> tuple[float, float]:
    """Steps (down, across) on the screen as steps along the axes."""
    return ((down, across), (-across, down), (-down, -across), (across, -down))[visit.turned % 4]


def sight(area: Rect, visit: Visit) -> Sight:
    """What fits the area; where not all of it can, the avatar is in the middle."""
    _, down, across = visit.lengths
    top = max(min(visit.layers, visit.lengths[0]), visit.here[0] + 1)
    shown = range(max(0, min(top - DEEP, visit.here[0])) if visit.apart else 0, top)
    wide, tall = down + across, (down + across) / 2 + 1.0
    room, height = area.width - 2 * MARGIN, area.height - 2 * MARGIN
    if visit.apart:
        fits, columns = max(
            (min(room / (k * wide + (k - 1)), height / (-(-len(shown) // k) * (tall + 0.5))), k)
            for k in range(1, len(shown) + 1)
        )
    else:
        fits, columns = min(room / wide, height / (tall + len(shown) - 1)), 1
    half = min(CLOSEST, max(LEAST, min(MOST, max(LEAST, fits)) * visit.zoom))
    if half <= fits + 0.01:
        return Sight(half, shown, _shifts(visit, shown, columns, half), (0.0, 0.0))
    shifts = _shifts(visit, shown, columns, half)
    own = shifts[visit.here[0]]
    moved = {up: (x - own[0], y - own[1]) for up, (x, y) in shifts.items()}
    return Sight(half, shown, moved, turned(visit, visit.here[1], visit.here[2]))


def _shifts(visit: Visit, shown: range, columns: int, half: float) -> dict[int, Point]:
    """Where the middle of each layer stands: on each other, or side by side, the highest first."""
    _, down, across = visit.lengths
    count = len(shown)
    if not visit.apart:
        return {up: (0.0, half * ((count - 1) / 2 - k) + half / 2) for k, up in enumerate(shown)}
    rows, found = -(-count // columns), {}
    for k, up in enumerate(reversed(shown)):
        row, column = divmod(k, columns)
        found[up] = (
            (column - (columns - 1) / 2) * (down + across + 1) * half,
            (row - (rows - 1) / 2) * ((down + across) / 2 + 1.5) * half + half / 2,
        )
    return found


def project(area: Rect, visit: Visit, up: float, row: float, column: float) -> Point:
    """The middle of a block's floor; of a layer that is not drawn, that of the avatar's."""
    seen = sight(area, visit)
    return _point(area, visit, seen, int(up) if up in seen.shown else visit.here[0], row, column)


def _point(area: Rect, visit: Visit, seen: Sight, up: int, row: float, column: float) -> Point:
    down, right = turned(visit, row, column)
    down, right = down - seen.middle[0], right - seen.middle[1]
    x, y = area.x + area.width / 2 + seen.shifts[up][0], area.y + area.height / 2 + seen.shifts[up][1]
    return x + (right - down) * seen.half, y + (right + down) * seen.half / 2


def place_at(area: Rect, visit: Visit, x: int, y: int) -> Place | None:
    """The place under a point: of the avatar's layer, else of the uppermost that is drawn there."""
    seen, own = sight(area, visit), visit.here[0]
    others = reversed(seen.shown) if visit.apart else ()
    for up in (own, *others):
        if up not in seen.shown:
            continue
        across = (x - area.x - area.width / 2 - seen.shifts[up][0]) / seen.half
        along = (y - area.y - area.height / 2 - seen.shifts[up][1]) / (seen.half / 2)
        down, right = (along - across) / 2 + seen.middle[0], (along + across) / 2 + seen.middle[1]
        row, column = (math.floor(at + 0.5) for at in turned_back(visit, down, right))
        if 0 <= row < visit.lengths[1] and 0 <= column < visit.lengths[2]:
            return visit.place(up, row, column)
    return None


def draw(canvas: Canvas, area: Rect, visit: Visit, model: Model) -> None:
    """Draw it, the lowest layer and the farthest places first."""
    seen = sight(area, visit)
    reach = int(max(area.width, 2 * area.height) / (2 * seen.half)) + 2
    _, down, across = visit.lengths
    middle = [round(at) for at in turned_back(visit, *seen.middle)]
    rows = range(max(0, middle[0] - reach), min(down, middle[0] + reach + 1))
    columns = range(max(0, middle[1] - reach), min(across, middle[1] + reach + 1))
    flat = sorted(((row, column) for row in rows for column in columns), key=lambda at: sum(turned(visit, *at)))
    for up in seen.shown:
        _sheet(canvas, area, visit, seen, up)
        for row, column in flat:
            x, y = _point(area, visit, seen, up, row, column)
            if area.x - seen.half < x < area.right + seen.half and area.y - seen.half < y < area.bottom + 2 * seen.half:
                _place(canvas, area, x, y, visit.place(up, row, column), visit, model, seen)

    def cell_of(place: Place) -> Rect:
        up, row, column = (place[axis] for axis in visit.axes)
        if up not in seen.shown:
            return Rect(0, 0, 0, 0)
        x, y = _point(area, visit, seen, up, row, column)
        return Rect(int(x - 0.7 * seen.half), int(y - 1.2 * seen.half), int(1.4 * seen.half), int(1.4 * seen.half))

    labels = draw_things(canvas, area, visit, model, cell_of)
    draw_people(labels, visit, model, cell_of)
    for up in seen.shown if visit.apart else ():
        _name(labels, _corners(area, visit, seen, up), up, visit)
    labels.draw()


def _sheet(canvas: Canvas, area: Rect, visit: Visit, seen: Sight, up: int) -> None:
    """The floor of a layer; that of the avatar is lit."""
    points = _corners(area, visit, seen, up)
    own = up == visit.here[0]
    if visit.apart or up == seen.shown[0]:
        canvas.polygon(points, "#232833" if own else "#1B1E25")
    colour = palette.ACCENT if own else palette.GUTTER
    canvas.line([*points, points[0]], colour, 2 if own else 1)


def _corners(area: Rect, visit: Visit, seen: Sight, up: int) -> list[Point]:
    """Those of the floor of a layer."""
    _, down, across = visit.lengths
    corners = [(-0.5, -0.5), (-0.5, across - 0.5), (down - 0.5, across - 0.5), (down - 0.5, -0.5)]
    return [_point(area, visit, seen, up, *corner) for corner in corners]


def _name(labels: Labels, corners: list[Point], up: int, visit: Visit) -> None:
    """The number of a layer, at the left of its floor, where that is in sight."""
    own, (x, y), area = up == visit.here[0], min(corners), labels.area
    words = f"{visit.space.axes[visit.axes[0]].name} {up}{' (you)' if own else ''}"
    if area.y <= y < area.bottom and max(corners)[0] > area.x and x < area.right:
        labels.put(x - labels.canvas.width(words, SMALL) / 2, y + 8, words, palette.ACCENT if own else palette.FAINT)


def _place(canvas: Canvas, area: Rect, x: float, y: float, place: Place, visit: Visit, model: Model, seen: Sight) -> None:
    block, one, half = block_at(model.frame, place), dweller_at(model.frame, place), seen.half
    dim = 0.0 if visit.apart or place[visit.axes[0]] >= visit.here[0] else 0.3
    if block == "wall":
        _cube(canvas, x, y, half, mixed(palette.BLOCKS[block], palette.SPACE, dim))
    elif block != "empty":
        canvas.polygon(_rhomb(x, y, half), mixed(palette.BLOCKS[block], palette.SPACE, dim))
        canvas.line([*_rhomb(x, y, half), _rhomb(x, y, half)[0]], mixed(palette.BLOCKS[block], "#000000", 0.35))
    for marked, colour in ((model.hover, palette.TEXT), (model.chosen, palette.ACCENT)):
        if place == marked:
            canvas.line([*_rhomb(x, y, half), _rhomb(x, y, half)[0]], colour, 2)
    if one is not None:
        size = round(1.25 * half)
        cell = Rect(int(x - size / 2), int(y - 0.78 * size), size, size)
        colour = mixed(colour_at(model, place, one), palette.SPACE, dim)
        draw_organism(canvas, cell, one, colour, does(model, one)[-1:], area)


def _rhomb(x: float, y: float, half: float) -> list[Point]:
    return [(x, y - half / 2), (x + half, y), (x, y + half / 2), (x - half, y)]


def _cube(canvas: Canvas, x: float, y: float, half: float, colour: str) -> None:
    rise = 0.8 * half
    floor, top = _rhomb(x, y, half), _rhomb(x, y - rise, half)
    canvas.polygon([top[3], top[2], floor[2], floor[3]], mixed(colour, "#000000", 0.35))
    canvas.polygon([top[2], top[1], floor[1], floor[2]], mixed(colour, "#000000", 0.15))
    canvas.polygon(top, mixed(colour, "#FFFFFF", 0.15))
