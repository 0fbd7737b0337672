"""The buttons at the right end of the line above a view, and the room that they take of it."""

from __future__ import annotations

from render.canvas import SMALL, Canvas, Rect
from render.layout import MOST
from render.model import Model
from render.panels.panel import PAD, Button

NARROW = 420
"""Pixels of a view below which buttons say less."""

SHORT = {"universe": "all", "split right": "right", "split down": "down", "close": "×"}


def title_buttons(canvas: Canvas, rect: Rect, model: Model) -> list[tuple[Button, int]]:
    """The buttons of the view in hand, and the width of each."""
    many = len(model.views)
    items: list[Button] = [("universe", "universe", None, model.view.universe)]
    if many < MOST:
        items += [("split right", "split", True, False), ("split down", "split", False, False)]
    if many > 1:
        items.append(("close", "close_view", None, False))
    if rect.width < NARROW:
        items = [(SHORT[words], action, argument, on) for words, action, argument, on in items]
    return [(item, canvas.width(item[0], SMALL) + 10) for item in items]


def title_width(items: list[tuple[Button, int]]) -> int:
    """Width that they take, the margin too."""
    return PAD + sum(width + 3 for _, width in items)
