"""A panel that the wheel moves where it is taller than its room."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol, runtime_checkable

from render import palette
from render.canvas import SMALL, Canvas, Rect
from render.model import Model
from render.panels.panel import PAD, Hot, Panel

STEP, HINT = 40, 18
"""Pixels of a notch of the wheel, and height of the line that says that there is more."""


@runtime_checkable
class Turns(Protocol):
    """A panel that does something with the wheel."""

    def wheel(self, notches: float) -> None:
        """The wheel was turned, up for more than zero."""


class Scrolled:
    """A panel and how far it is moved up.

    Args:
        panel: The panel; it may draw below its room, and says where its last part is by what can be clicked.
        least: Height that it needs in any case.
    """

    def __init__(self, panel: Panel, least: int = 0):
        self._panel, self._least, self._up, self._spare = panel, least, 0, 0

    def wheel(self, notches: float) -> None:
        """Move it."""
        self._up = max(0, min(self._spare, self._up - round(STEP * notches)))

    def stamp(self, model: Model) -> Hashable:
        """The panel's, and how far it is moved."""
        return self._panel.stamp(model), self._up

    def draw(self, canvas: Canvas, rect: Rect, model: Model) -> list[Hot]:
        """Draw it, and what can be seen of it can be clicked."""
        tall = max(rect.height, self._least)
        self._up = min(self._up, self._spare)
        room = Rect(rect.x, rect.y, rect.width, rect.height - (HINT if self._spare else 0))
        canvas.clip(room)
        hots = self._panel.draw(canvas, Rect(rect.x, rect.y - self._up, rect.width, tall), model)
        canvas.clip(rect)
        low = max((hot.rect.bottom for hot in hots), default=rect.bottom) + self._up + PAD
        self._spare = max(0, max(low, rect.y + self._least) - rect.bottom + HINT)
        if self._spare <= HINT:
            self._up = self._spare = 0
            return hots
        if room.height == rect.height:  # now it is known to be too tall
            canvas.fill(rect, palette.PANEL)
            return self.draw(canvas, rect, model)
        canvas.fill(Rect(rect.x, room.bottom, rect.width, HINT), palette.BAR)
        words = "more below: the wheel" if self._up < self._spare else "more above: the wheel"
        canvas.text(rect.x + PAD, room.bottom + 1, words, palette.ACCENT, SMALL)
        return [hot for hot in hots if room.holds(hot.rect.x, hot.rect.y) and hot.rect.bottom <= room.bottom]
