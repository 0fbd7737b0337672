"""What stands in a plaza: blocks, organisms with what they answer and do as a glyph, people, signs, chests."""

from __future__ import annotations

from render import palette
from render.canvas import SMALL, Canvas, Rect
from render.palette import mixed
from render.visit import Dweller

RING = ((0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1))
"""Where the dots of the eight answers stand around the middle, clockwise from above."""

SMALLEST = 10
"""Pixels of the radius from which on the dots of a figure are drawn."""

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


def draw_organism(canvas: Canvas, cell: Rect, one: Dweller, colour: str, performs: list[str], area: Rect) -> None:
    """An organism: a disc, a ring of dots, one for each answer unit, filled where it says yes, and in the middle what it does.

    The word is left out where the organism is cut by the edge of the area that is drawn on.
    """
    x, y, radius = cell.x + cell.width / 2, cell.y + cell.height / 2, 0.43 * min(cell.width, cell.height)
    canvas.circle((x, y), radius, colour)
    canvas.circle((x, y), radius, mixed(colour, "#000000", 0.5), 1)
    ink = palette.ink_on(colour)
    does = (
        " ".join(performs[-1:])
        if area.x <= x - radius and x + radius <= area.right and area.y <= y - 8 and y + 8 <= area.bottom
        else ""
    )
    if does and canvas.width(does, SMALL, bold=True) <= 1.4 * radius:
        canvas.text(x - canvas.width(does, SMALL, bold=True) / 2, y - SMALL / 2 - 1, does, ink, SMALL, bold=True)
    elif one.performed and radius >= 6:
        canvas.circle((x, y), max(2, radius / 4), ink, 2)
    if one.answers is None or radius < SMALLEST:
        return
    for (right, down), lit in zip(RING, one.answers, strict=True):
        share = 0.84 / (right * right + down * down) ** 0.5
        dot = (x + share * radius * right, y + share * radius * down)
        if lit:
            canvas.circle(dot, max(2, radius / 7), ink)
        else:
            canvas.circle(dot, max(1.5, radius / 9), mixed(colour, ink, 0.35), 1)


def draw_avatar(canvas: Canvas, cell: Rect, colour: str = FIGURE) -> None:
    """A person."""
    x, size = cell.x + cell.width / 2, min(cell.width, cell.height)
    top = cell.y + cell.height / 2 - size / 2
    canvas.circle((x, top + 0.24 * size), 0.19 * size + 1, "#000000")
    canvas.polygon(
        [(x - 0.32 * size, top + 0.97 * size), (x + 0.32 * size, top + 0.97 * size), (x, top + 0.3 * size)], "#000000"
    )
    canvas.polygon([(x - 0.26 * size, top + 0.92 * size), (x + 0.26 * size, top + 0.92 * size), (x, top + 0.36 * size)], colour)
    canvas.circle((x, top + 0.24 * size), 0.17 * size, colour)
    canvas.circle((x - 0.06 * size, top + 0.22 * size), max(1, 0.03 * size), "#000000")
    canvas.circle((x + 0.06 * size, top + 0.22 * size), max(1, 0.03 * size), "#000000")


def draw_sign(canvas: Canvas, cell: Rect) -> None:
    """A sign on its post, in the upper right of a place; what it says is told under the mouse and in the panel on the left."""
    size = max(8, min(cell.width, cell.height) // 2)
    board = Rect(cell.right - size, cell.y, size, max(6, 2 * size // 3))
    canvas.fill(Rect(board.x + board.width // 2 - 1, board.y, 2, size), "#5A3C1E")
    canvas.fill(board, "#E8D7A8")
    canvas.box(board, "#5A3C1E")
    for k in (1, 2):
        canvas.fill(Rect(board.x + 2, board.y + k * board.height // 3, board.width - 4, 1), "#5A3C1E")


def draw_chest(canvas: Canvas, cell: Rect) -> Rect:
    """A chest in the lower left of a place; where it is."""
    size = max(8, min(cell.width, cell.height) // 2)
    box = Rect(cell.x, cell.bottom - 2 * size // 3, size, 2 * size // 3)
    canvas.fill(box, "#6B4423")
    canvas.box(box, "#E8D7A8")
    canvas.fill(Rect(box.x, box.y + box.height // 3, box.width, 1), "#E8D7A8")
    return box
