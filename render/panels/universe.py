"""x."""

from __future__ import annotations

from collections.abc import Hashable

from render.canvas import Canvas, Rect
from render.model import Model
from render.panels.panel import Hot, ground


class Universe:
    """The map."""

    def stamp(self, model: Model) -> Hashable:
        """What is told."""
        return 0

    def draw(self, canvas: Canvas, rect: Rect, model: Model) -> list[Hot]:
        """Draw it."""
        ground(canvas, rect)
        return []
