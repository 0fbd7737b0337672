"""A panel, what can be clicked in it, and the few widgets that panels are made of."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Protocol

from render import palette
from render.canvas import NORMAL, SMALL, Canvas, Rect, fit, wrap
from render.model import Model

PAD = 8
ROW = 22
"""Height of a button or a line with one."""


@dataclass(frozen=True)
class Hot:
    """A place that can be clicked, or dragged along.

    Attributes:
        rect: The part of the window that takes the click.
        action: Name of the action.
        argument: Its argument.
        slides: Whether the share of the width, 0 to 1, goes with the argument (alone if the argument is None).
        drags: Whether it can be dragged out and dropped on the world, where it does "paste".
    """

    rect: Rect
    action: str
    argument: object = None
    slides: bool = False
    drags: bool = False

    def value(self, x: float) -> object:
        """The argument for a click at a column."""
        if not self.slides:
            return self.argument
        share = min(1.0, max(0.0, (x - self.rect.x) / max(1, self.rect.width - 1)))
        return share if self.argument is None else (self.argument, share)


Button = tuple[str, str, object, bool]
"""What is written on it, the action, its argument, and whether it is lit."""


class Panel(Protocol):
    """A part of the window."""

    def stamp(self, model: Model) -> Hashable:
        """Changes whenever the panel must be drawn anew."""

    def draw(self, canvas: Canvas, rect: Rect, model: Model) -> list[Hot]:
        """Draw it into a rectangle; where it can be clicked."""


def ground(canvas: Canvas, rect: Rect, title: str = "") -> Rect:
    """A panel's ground and title; the rectangle that is left."""
    canvas.fill(rect, palette.PANEL)
    if not title:
        return rect.inset(PAD)
    canvas.fill(Rect(rect.x, rect.y, rect.width, ROW), palette.BAR)
    canvas.text(rect.x + PAD, rect.y + 3, title, palette.TEXT, NORMAL, bold=True)
    return Rect(rect.x + PAD, rect.y + ROW + 6, rect.width - 2 * PAD, rect.height - ROW - 6 - PAD)


def button(canvas: Canvas, rect: Rect, words: str, on: bool = False, size: int = SMALL) -> None:
    """A button; one that is on is lit."""
    face = palette.ACCENT if on else palette.CONTROL
    canvas.fill(rect, face)
    words = fit(canvas, words, rect.width - 6, size)
    x = rect.x + (rect.width - canvas.width(words, size)) // 2
    canvas.text(x, rect.y + (rect.height - size) // 2 - 1, words, palette.ink_on(face) if on else palette.TEXT, size)


def buttons(canvas: Canvas, x: int, y: int, room: int, items: Sequence[Button], height: int = ROW) -> tuple[list[Hot], int]:
    """Buttons (words, action, argument, on) in rows as wide as the room; where they are, and the row below them."""
    hots, left = [], x
    for words, action, argument, on in items:
        width = canvas.width(words, SMALL) + 14
        if left > x and left + width > x + room:
            left, y = x, y + height + 4
        rect = Rect(left, y, min(width, room), height)
        button(canvas, rect, words, on)
        hots.append(Hot(rect, action, argument))
        left += rect.width + 4
    return hots, y + height + 4


def slider(canvas: Canvas, rect: Rect, share: float, colour: str = palette.ACCENT) -> None:
    """A slider at a share of its width."""
    middle = rect.y + rect.height // 2
    canvas.fill(Rect(rect.x, middle - 2, rect.width, 4), palette.CONTROL)
    at = rect.x + round(share * max(0, rect.width - 1))
    canvas.fill(Rect(rect.x, middle - 2, at - rect.x, 4), colour)
    canvas.circle((at, middle), 6, palette.TEXT)


def pair(canvas: Canvas, x: int, y: int, room: int, name: str, value: str, split: int = 110) -> int:
    """A line of a name and a value; the row below it."""
    canvas.text(x, y, fit(canvas, name, split - 6, SMALL), palette.FAINT, SMALL)
    for line in wrap(canvas, value, room - split, SMALL) or [""]:
        canvas.text(x + split, y, line, palette.TEXT, SMALL)
        y += 17
    return y


def written(
    canvas: Canvas, area: Rect, y: int, words: str, ink: str = palette.TEXT, size: int = SMALL, bold: bool = False
) -> int:
    """Words in as many lines as they need; the row below them."""
    for line in wrap(canvas, words, area.width, size, bold):
        canvas.text(area.x, y, line, ink, size, bold)
        y += size + 4
    return y
