"""What the space charges and allows: each number of its physics, with unit and meaning."""

from __future__ import annotations

from collections.abc import Hashable

from render import palette
from render.about import NumberAbout
from render.canvas import SMALL, Canvas, Rect, wrap
from render.model import Model
from render.panels.panel import Hot, pair

LINE = 15
"""Height of a line of a meaning."""


def draw_physics(canvas: Canvas, area: Rect, model: Model) -> list[Hot]:
    """Draw the page, as far as there is room."""
    y = area.y
    for one in model.space.physics:
        lines = wrap(canvas, one.meaning, area.width, SMALL)
        if y + 17 + LINE * len(lines) > area.bottom:
            break
        y = pair(canvas, area.x, y, area.width, one.key, value_words(one))
        for line in lines:
            canvas.text(area.x, y, line, palette.FAINT, SMALL)
            y += LINE
        y += 3
    return []


def value_words(one: NumberAbout) -> str:
    """A value with its unit; a plain 1 is no unit."""
    if one.value is None:
        return "never"
    return f"{one.value:,}" if one.unit == "1" else f"{one.value:,} {one.unit}"


def stamp(model: Model) -> Hashable:
    """What the page shows."""
    return model.space.physics
