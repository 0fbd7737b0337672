"""The strip above the timelines: the branches of the tree of life over time, and marks of what was new."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from cyberspace.analysis.story.marks import Mark
from cyberspace.analysis.story.told import Story
from render import palette
from render.canvas import SMALL, Canvas, Picture, Point, Rect, wrap
from render.chronicle import Chronicle, words
from render.fields import BY_NAME
from render.model import Model
from render.palette import mixed, rgb
from render.panels.panel import PAD, Hot
from render.story import branch_colours

HEAD, MARKS = 17, 14
"""Heights of the line of words and of the row of marks."""

ROOMY = 640
"""Width from which on one line is enough for the words; below it has two."""

FADED = 0.72
"""How far branches go towards the ground while another is chosen."""


class History:
    """The strip."""

    def __init__(self) -> None:
        self._made: tuple[Hashable, Picture] | None = None
        self._number = 0

    def stamp(self, model: Model) -> Hashable:
        """The story, the tick that is shown, what is chosen and what is under the mouse."""
        chronicle = model.chronicle
        x = round(chronicle.x_of(model.frame.tick), 1) if model.frame else None
        return id(chronicle.story), x, chronicle.plot, chronicle.wanted, chronicle.count, told(model), chronicle.since

    def draw(self, canvas: Canvas, rect: Rect, model: Model) -> list[Hot]:
        """Draw it."""
        canvas.fill(rect, palette.PANEL)
        chronicle, story = model.chronicle, model.chronicle.story
        left = Rect(rect.x + PAD + 6, rect.y + 1, rect.width - 2 * PAD - 12, HEAD)
        rows = 1 if rect.width >= ROOMY else 2
        for k, line in enumerate(wrap(canvas, told(model), left.width, SMALL)[:rows]):
            canvas.text(left.x, left.y + HEAD * k, line, palette.TEXT, SMALL)
        marks = rect.y + HEAD * rows
        top = marks + MARKS
        chronicle.plot = Rect(left.x, top, left.width, max(1, rect.bottom - top - 3))
        if story is None or not len(story.muller.ticks):
            return []
        canvas.image(self._picture(story, chronicle), chronicle.plot, 0, 0, 1)
        if model.frame is not None:
            x = chronicle.x_of(model.frame.tick)
            canvas.line([(x, chronicle.plot.y - 2), (x, chronicle.plot.bottom - 1)], palette.TEXT)
        return [Hot(chronicle.plot, "branch"), *_marks(canvas, marks, model, story)]

    def _picture(self, story: Story, chronicle: Chronicle) -> Picture:
        """The plot, an index for each branch."""
        plot, width, height = story.muller, chronicle.plot.width, chronicle.plot.height
        key = (id(story), width, height, chronicle.branch)
        if self._made is not None and self._made[0] == key:
            return self._made[1]
        first, last = chronicle.span()
        order, tops = plot.layers(nested=False)
        at = np.linspace(first, last, width)
        up = (np.arange(height)[::-1] + 0.5) / height
        layer = np.zeros((height, width), dtype=np.int64)
        for top in tops[:-1]:
            layer += up[:, None] >= np.interp(at, plot.ticks, top)[None, :]
        indices = np.array(order, dtype=np.int64)[layer] + 1
        colours = branch_colours(plot, palette.CATEGORIES, "#FFFFFF", palette.SPACE)
        chosen = set(plot.within(chronicle.branch)) if chronicle.branch >= 0 else set(range(len(colours)))
        shown = [c if k in chosen else mixed(c, palette.SPACE, FADED) for k, c in enumerate(colours)]
        table = ([rgb(palette.CONTROL), *map(rgb, shown)] + [rgb(palette.SPACE)] * 256)[:256]
        self._number += 1
        self._made = (key, Picture(indices.astype(np.uint8), tuple(table), self._number))
        return self._made[1]


def told(model: Model) -> str:
    """What is under the mouse; else what is chosen; else what the strip shows."""
    chronicle, story = model.chronicle, model.chronicle.story
    if story is None:
        return "reading what happened …"
    x, y = chronicle.pointer
    row = (
        chronicle.plot
        if not chronicle.plot.width
        else Rect(chronicle.plot.x - 6, chronicle.plot.y - MARKS, chronicle.plot.width + 12, MARKS)
    )
    if row.holds(x, y) and (near := chronicle.near(x)):
        return "; ".join(words(story.marks[k]) for k in near)
    under = chronicle.under(x, y)
    if under is not None:
        tick, number = under
        return f"tick {tick:,}: {branch_words(story, number, tick)}; a click lights up its living descendants"
    if chronicle.wanted is not None:
        return chosen_words(model)
    if story.note:
        return story.note
    new = len(chronicle.unread())
    since = f"; {new} new since you looked at tick {chronicle.since:,}" if chronicle.since is not None else ""
    return (
        f"what happened: {len(story.marks)} marks{since}; branches of the tree of life that held {100 * story.muller.least:g} % "
        "of the living or more, grey the rest"
    )


def branch_words(story: Story, number: int, tick: float) -> str:
    """A branch at a tick."""
    if number < 0:
        return "none of the large branches"
    one = story.muller.branches[number]
    k = int(np.abs(story.muller.ticks - tick).argmin())
    held, own = float(story.muller.clade(number)[k]), float(one.own[k])
    began = f"born at tick {one.born:,}" if one.born >= 0 else "there from the start"
    inside = f", {own:.0%} without its own branches" if held - own > 0.005 else ""
    return f"all from one {began}: {held:.0%} of the living{inside}"


def chosen_words(model: Model) -> str:
    """Whose descendants are lit up, and how many live now."""
    chronicle = model.chronicle
    if chronicle.wanted is None:
        return ""
    _, born = chronicle.wanted
    who = f"descendants of one born at tick {born:,}" if born >= 0 else "descendants of one that was there from the start"
    if chronicle.descendants is None:
        return f"{who}: looking for them …"
    return f"lit up: {who}; {chronicle.count:,} live in {model.space.name} now (Esc: all)"


def _marks(canvas: Canvas, y: int, model: Model, story: Story) -> list[Hot]:
    chronicle, hots = model.chronicle, []
    new = set(chronicle.unread())
    for number, mark in enumerate(story.marks):
        x = chronicle.x_of(mark.tick)
        draw_symbol(canvas, (x, y + 6), mark, model)
        if mark in new:
            canvas.fill(Rect(int(x) - 4, y + MARKS - 2, 9, 2), palette.ACCENT)
        hots.append(Hot(Rect(int(x) - 5, y, 11, MARKS), "mark", number))
    return hots


def draw_symbol(canvas: Canvas, at: Point, mark: Mark, model: Model) -> None:
    """The sign of a kind of mark: a disc in the function's colour, a triangle for a sweep, a cross for an end, a square for a rule."""
    x, y = at
    if mark.kind == "function":
        rows = {name: colour for colour, name in BY_NAME["task"].rows(model.context)} if BY_NAME["task"].rows else {}
        canvas.circle(at, 4.5, rows.get(mark.words.split()[0], palette.TEXT))
        canvas.circle(at, 4.5, palette.TEXT, 1)
    elif mark.kind == "sweep":
        canvas.polygon([(x, y - 5), (x + 5, y + 4), (x - 5, y + 4)], palette.ACCENT)
    elif mark.kind == "extinction":
        canvas.line([(x - 4, y - 4), (x + 4, y + 4)], palette.FAINT, 2)
        canvas.line([(x - 4, y + 4), (x + 4, y - 4)], palette.FAINT, 2)
    elif mark.kind == "amphibian":
        canvas.polygon([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)], palette.CATEGORIES[1])
    elif mark.kind == "rule":
        canvas.fill(Rect(int(x) - 4, int(y) - 4, 8, 8), palette.CATEGORIES[2])
    elif mark.kind == "catastrophe":
        canvas.polygon([(x, y + 5), (x + 5, y - 4), (x - 5, y - 4)], palette.WARNING)
    else:
        canvas.fill(Rect(int(x) - 1, int(y) - 5, 2, 10), palette.FAINT)
