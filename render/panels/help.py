"""The help: all keys, from the table that binds them."""

from __future__ import annotations

from render import palette
from render.canvas import LARGE, NORMAL, SMALL, Canvas, Rect, fit
from render.keys import groups

COLUMN, LINE, KEY = 340, 18, 108


def draw_help(canvas: Canvas, rect: Rect) -> None:
    """Draw it over everything."""
    columns = max(1, (rect.width - 20) // COLUMN)
    lines = [line for title, keys in groups().items() for line in [("", title), *keys]]
    deep = -(-len(lines) // columns)
    rect = Rect(rect.x, rect.y, min(rect.width, 20 + columns * COLUMN), min(rect.height, 64 + deep * LINE))
    canvas.fill(rect, palette.PANEL)
    canvas.box(rect, palette.ACCENT, 2)
    canvas.text(rect.x + 20, rect.y + 12, "keys", palette.TEXT, LARGE, bold=True)
    words = "drag to move, wheel to zoom, click to inspect, right click to put down or build; F1 closes this"
    canvas.text(rect.x + 90, rect.y + 16, fit(canvas, words, rect.width - 110, SMALL), palette.FAINT, SMALL)
    for number, (keys, told) in enumerate(lines):
        x, y = rect.x + 20 + number // deep * COLUMN, rect.y + 48 + number % deep * LINE
        if not keys:
            canvas.text(x, y, told, palette.ACCENT, NORMAL, bold=True)
        else:
            canvas.text(x, y, fit(canvas, keys, KEY - 6, SMALL), palette.TEXT, SMALL)
            canvas.text(x + KEY, y, fit(canvas, told, COLUMN - KEY - 12, SMALL), palette.FAINT, SMALL)
