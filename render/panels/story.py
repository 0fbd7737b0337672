"""The page of what happened: what is new since this person looked, then the rest, the newest first."""

from __future__ import annotations

from collections.abc import Hashable

from cyberspace.analysis.story.marks import Mark
from render import palette
from render.canvas import SMALL, Canvas, Rect, wrap
from render.chronicle import words
from render.model import Model
from render.panels.history import chosen_words, draw_symbol
from render.panels.panel import Button, Hot, buttons

LINE, STEP = 16, 10
"""Height of a line, and marks that a button passes over."""


def draw_story(canvas: Canvas, area: Rect, model: Model) -> list[Hot]:
    """Draw the page; where it can be clicked."""
    chronicle, story = model.chronicle, model.chronicle.story
    items: list[Button] = [("newer", "scroll", -STEP, False), ("older", "scroll", STEP, False)]
    if chronicle.wanted is not None:
        items.append(("light off", "light", None, True))
    if model.organism is not None:
        items.append(("light up the kin of the chosen one", "kin", None, False))
    hots, y = buttons(canvas, area.x, area.y, area.width, items)
    hint = "reading what happened …" if story is None else "Click on a line to go there, or on a branch below the world."
    for line in wrap(canvas, chosen_words(model) or hint, area.width, SMALL):
        canvas.text(area.x, y, line, palette.FAINT, SMALL)
        y += LINE
    if story is None:
        return hots
    for line in wrap(canvas, story.note, area.width, SMALL):
        canvas.text(area.x, y, line, palette.WARNING, SMALL)
        y += LINE
    new, before = set(chronicle.unread()), None
    for number in range(len(story.marks) - 1 - chronicle.first, -1, -1):
        mark = story.marks[number]
        heading = _heading(mark in new, chronicle.since, before is None)
        if heading and heading != before:
            canvas.text(area.x, y + 4, heading, palette.ACCENT, SMALL, bold=True)
            before, y = heading, y + LINE + 6
        row = _line(canvas, Rect(area.x, y, area.width, area.bottom - y), mark, model)
        if row is None:
            break
        hots.append(Hot(row, "mark", number))
        y = row.bottom + 2
    if not story.marks:
        canvas.text(area.x, y + 4, "Nothing that would be marked yet.", palette.TEXT, SMALL)
    return hots


def _heading(new: bool, since: int | None, first: bool) -> str:
    if since is None:
        return "what happened, the newest first" if first else ""
    return f"new since you looked at tick {since:,}" if new else f"before tick {since + 1:,}"


def _line(canvas: Canvas, room: Rect, mark: Mark, model: Model) -> Rect | None:
    """A mark in words; the part of the window that it takes, None if it has no room."""
    lines = wrap(canvas, words(mark), room.width - 18, SMALL)
    if room.height < LINE * len(lines):
        return None
    draw_symbol(canvas, (room.x + 6, room.y + 8), mark, model)
    for k, line in enumerate(lines):
        canvas.text(room.x + 18, room.y + k * LINE, line, palette.TEXT, SMALL)
    return Rect(room.x, room.y, room.width, LINE * len(lines))


def stamp(model: Model) -> Hashable:
    """What the page shows."""
    chronicle = model.chronicle
    chosen = (chronicle.wanted, chronicle.descendants is None, chronicle.count, model.organism is None)
    return id(chronicle.story), chronicle.since, chronicle.first, chosen
