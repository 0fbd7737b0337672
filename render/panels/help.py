"""The help: all keys, from the table that binds them, in as many columns as they need."""

from __future__ import annotations

from render import palette
from render.canvas import LARGE, NORMAL, SMALL, Canvas, Rect, wrap
from render.keys import groups

LEAST, LINE, GAP, MARGIN = 230, 17, 12, 20
"""Least width of a column, height of a line, room between keys and words and between columns, and around all of it."""

Line = tuple[str, str, int]
"""Keys, words, and how far right of the keys these are; no keys for a heading, and blank ones for a line that goes on."""


def draw_help(canvas: Canvas, rect: Rect) -> None:
    """Draw it over everything."""
    canvas.fill(rect, palette.PANEL)
    canvas.box(rect, palette.ACCENT, 2)
    area = rect.inset(MARGIN, 12)
    x = area.x + canvas.text(area.x, area.y, "keys", palette.TEXT, LARGE, bold=True) + GAP
    y, room = area.y + 5, area.right - x
    for words in wrap(
        canvas, "drag to move, wheel to zoom, click to inspect, right click to put down or build; F1 closes this", room, SMALL
    ):
        canvas.text(x, y, words, palette.FAINT, SMALL)
        y += LINE
    area = Rect(area.x, y + 8, area.width, area.bottom - y - 8)
    keyed = max(canvas.width(keys, SMALL) for lines in groups().values() for keys, _ in lines) + GAP
    columns, high, lines = _flow(canvas, area, keyed)
    deep, wide = -(-len(lines) // columns), area.width // columns
    for number, (keys, told, across) in enumerate(lines):
        x, y = area.x + number // deep * wide, area.y + number % deep * high
        if not keys:
            canvas.text(x, y - 1, told, palette.ACCENT, NORMAL, bold=True)
        else:
            canvas.text(x, y, keys, palette.TEXT, SMALL)
            canvas.text(x + across, y, told, palette.FAINT, SMALL)


def _flow(canvas: Canvas, area: Rect, keyed: int) -> tuple[int, int, list[Line]]:
    """The fewest columns in which all has room, the height of a line, and the lines.

    Words that are too long for a column go on in the next line; where nothing else has room, words follow their keys at once.
    """
    most = max(1, area.width // LEAST)
    for beside in (False, True):
        for columns in range(1, most + 1):
            lines: list[Line] = []
            for title, keys in groups().items():
                lines.append(("", title, 0))
                for key, told in keys:
                    across = canvas.width(key, SMALL) + GAP if beside else keyed
                    parts = wrap(canvas, told, area.width // columns - across - GAP, SMALL)
                    lines += [(key if k == 0 else " ", part, across) for k, part in enumerate(parts)]
            for high in (LINE, LINE - 2):
                if -(-len(lines) // columns) * high <= area.height:
                    return columns, high, lines
    return most, LINE - 2, lines
