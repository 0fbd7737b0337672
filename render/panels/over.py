"""What is drawn over the panels: the help, or the box of the guided tour."""

from __future__ import annotations

from collections.abc import Mapping

from render.canvas import Canvas, Rect
from render.model import Model
from render.panels.help import draw_help
from render.panels.panel import Hot
from render.panels.tour import draw_tour

OVER = "over"
"""Name of its hot places among those of the panels; they come first."""


def draw_over(canvas: Canvas, model: Model, areas: Mapping[str, Rect], hots: dict[str, list[Hot]]) -> bool:
    """Draw it; whether all panels must be drawn anew, since it covers another part of them than before."""
    if model.help:
        draw_help(canvas, canvas.rect)
    before = hots.get(OVER, [])
    hots[OVER] = draw_tour(canvas, model, areas, [hot for name in areas for hot in hots.get(name, [])])
    return bool(before) and before[:1] != hots[OVER][:1]
