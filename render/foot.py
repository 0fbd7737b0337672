"""The foot of a picture: where in time it stands, what happened when, and a line that says what happens now."""

from __future__ import annotations

from dataclasses import dataclass

from cyberspace.analysis.story.told import Story
from render import palette
from render.canvas import NORMAL, SMALL, Canvas, Rect, fit
from render.model import Model
from render.panels.history import draw_symbol

HIGH = 56
"""Pixels of the foot."""

MARGIN = 14


@dataclass(frozen=True)
class Foot:
    """What it says.

    Attributes:
        first: First tick of the scale.
        last: Its last tick.
        caption: What happens; empty for nothing.
        marks: Whether marks of what happened stand on the scale.
    """

    first: int
    last: int
    caption: str = ""
    marks: bool = False


def draw_foot(canvas: Canvas, area: Rect, foot: Foot, tick: int, model: Model) -> None:
    """Draw it: the caption above, the scale of time below."""
    canvas.fill(area, palette.PANEL)
    story: Story | None = model.chronicle.story if foot.marks else None
    if foot.caption:
        words = fit(canvas, foot.caption, area.width - 2 * MARGIN, NORMAL)
        canvas.text(area.x + MARGIN, area.y + 4, words, palette.ACCENT, NORMAL)
    low, high = f"tick {foot.first:,}", f"{foot.last:,}"
    y = area.bottom - 13
    canvas.text(area.x + MARGIN, y - 8, low, palette.FAINT, SMALL)
    right = area.right - MARGIN - canvas.width(high, SMALL)
    canvas.text(right, y - 8, high, palette.FAINT, SMALL)
    left = area.x + MARGIN + canvas.width(low, SMALL) + 12
    span, room = max(1, foot.last - foot.first), max(1, right - 12 - left)

    def across(at: int) -> float:
        return left + min(1.0, max(0.0, (at - foot.first) / span)) * room

    canvas.fill(Rect(left, y - 2, room, 4), palette.CONTROL)
    canvas.fill(Rect(left, y - 2, int(across(tick)) - left, 4), palette.ACCENT)
    for mark in story.marks if story is not None else ():
        draw_symbol(canvas, (across(mark.tick), y - 12), mark, model)
    canvas.circle((across(tick), y), 5, palette.TEXT)
