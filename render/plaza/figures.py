"""What stands in a plaza: blocks, organisms with their last answer as a glyph, the avatar."""

from __future__ import annotations

from render import palette
from render.canvas import SMALL, Canvas, Rect
from render.palette import mixed
from render.visit import Dweller

RING = ((0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1))
"""Where the dots of the eight answers stand around the middle, clockwise from above."""

FIGURE = "#FFFFFF"


def draw_block(canvas: Canvas, cell: Rect, block: str, label: str = "") -> None:
    """A block from above."""
    if block == "empty":
        return
    colour = palette.BLOCKS[block]
    canvas.fill(cell, colour)
    dark, light = mixed(colour, "#000000", 0.35), mixed(colour, "#FFFFFF", 0.3)
    if block == "wall":
        for k in range(1, 3):
            y = cell.y + k * cell.height // 3
            canvas.line([(cell.x, y), (cell.right - 1, y)], dark)
            x = cell.x + (cell.width // 2 if k == 1 else cell.width // 4)
            canvas.line([(x, y - cell.height // 3), (x, y)], dark)
    elif block == "soil":
        for k in range(5):
            x, y = cell.x + (7 * k + 3) * cell.width // 36, cell.y + (11 * k % 5 + 1) * cell.height // 6
            canvas.circle((x, y), max(1, cell.width // 14), light)
    else:
        middle = (cell.x + cell.width // 2, cell.y + cell.height // 2)
        for share in (0.45, 0.28):
            canvas.circle(middle, share * cell.width, light, 2)
        if label:
            canvas.text(cell.x + 3, cell.y + 1, label, palette.ink_on(colour), SMALL, bold=True)
    canvas.box(cell, dark)


def draw_organism(canvas: Canvas, cell: Rect, one: Dweller, colour: str) -> None:
    """An organism: its lineage's colour, and a ring of dots, one for each answer unit, lit where it says yes."""
    x, y, radius = cell.x + cell.width / 2, cell.y + cell.height / 2, 0.4 * min(cell.width, cell.height)
    canvas.circle((x, y), radius, colour)
    canvas.circle((x, y), radius, mixed(colour, "#000000", 0.5), 1)
    if one.answers is None or radius < 8:
        return
    ink = palette.ink_on(colour)
    for (right, down), lit in zip(RING, one.answers, strict=True):
        dot = (x + 0.55 * radius * right, y + 0.55 * radius * down)
        if lit:
            canvas.circle(dot, max(2, radius / 6), ink)
        else:
            canvas.circle(dot, max(1.5, radius / 8), mixed(colour, ink, 0.35), 1)


def draw_avatar(canvas: Canvas, cell: Rect) -> None:
    """The person."""
    x, size = cell.x + cell.width / 2, min(cell.width, cell.height)
    top = cell.y + cell.height / 2 - size / 2
    canvas.circle((x, top + 0.24 * size), 0.19 * size + 1, "#000000")
    canvas.polygon(
        [(x - 0.32 * size, top + 0.97 * size), (x + 0.32 * size, top + 0.97 * size), (x, top + 0.3 * size)], "#000000"
    )
    canvas.polygon([(x - 0.26 * size, top + 0.92 * size), (x + 0.26 * size, top + 0.92 * size), (x, top + 0.36 * size)], FIGURE)
    canvas.circle((x, top + 0.24 * size), 0.17 * size, FIGURE)
    canvas.circle((x - 0.06 * size, top + 0.22 * size), max(1, 0.03 * size), "#000000")
    canvas.circle((x + 0.06 * size, top + 0.22 * size), max(1, 0.03 * size), "#000000")
