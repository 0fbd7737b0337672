"""The Muller plot as a picture of its own, up to a tick: branches, marks with their names, axes with numbers, and a legend."""

from __future__ import annotations

import numpy as np

from cyberspace.analysis.story.marks import KINDS, Mark
from cyberspace.analysis.story.told import Story
from render import palette
from render.canvas import SMALL, Canvas, Picture, Rect
from render.model import Model
from render.palette import rgb
from render.panels.history import draw_symbol
from render.panels.panel import written
from render.story import branch_colours

LEFT, RIGHT, TOP, BOTTOM = 52, 264, 48, 30
"""Room for the axes, the legend and the marks."""

ROW, LISTED = 17, 9
"""Height of a line of the legend, and branches that it names: those that hold most now."""

STEPS = 4
"""Parts of the axes that are numbered."""


def draw_growing(canvas: Canvas, area: Rect, model: Model, tick: int) -> None:
    """Draw what was known at a tick; the rest is left dark."""
    story = model.chronicle.story
    assert story is not None
    plot = Rect(area.x + LEFT, area.y + TOP, max(40, area.width - LEFT - RIGHT), max(40, area.height - TOP - BOTTOM))
    if not len(story.muller.ticks):
        canvas.text(plot.x, plot.y, story.note or "no sample that a plot could be made of", palette.WARNING, SMALL)
        return
    first, last = int(story.muller.ticks[0]), max(int(story.muller.ticks[-1]), int(story.muller.ticks[0]) + 1)
    now = min(max(tick, first), last)
    colours = branch_colours(story.muller, palette.CATEGORIES, "#FFFFFF", palette.SPACE)
    canvas.image(_picture(story, plot, (first, last), now, colours), plot, 0, 0, 1)
    canvas.box(Rect(plot.x - 1, plot.y - 1, plot.width + 2, plot.height + 2), palette.EDGE)
    x = plot.x + (now - first) / (last - first) * (plot.width - 1)
    canvas.line([(x, plot.y - 4), (x, plot.bottom)], palette.TEXT)
    _axes(canvas, plot, (first, last))
    for mark in story.marks:
        if mark.tick <= now:
            draw_symbol(canvas, (plot.x + (mark.tick - first) / (last - first) * (plot.width - 1), plot.y - 14), mark, model)
    _legend(canvas, Rect(plot.right + 16, area.y + 8, RIGHT - 24, area.height - 16), model, story, now, colours)


def _picture(story: Story, plot: Rect, span: tuple[int, int], now: int, colours: list[str]) -> Picture:
    """An index for each branch; 0 where nothing is known yet."""
    order, tops = story.muller.layers(nested=False)
    at = np.linspace(*span, plot.width)
    up = (np.arange(plot.height)[::-1] + 0.5) / plot.height
    layer = np.zeros((plot.height, plot.width), dtype=np.int64)
    for top in tops[:-1]:
        layer += up[:, None] >= np.interp(at, story.muller.ticks, top)[None, :]
    indices = np.array(order, dtype=np.int64)[layer] + 2
    indices[:, at > now] = 0
    table = ([rgb(palette.SPACE), rgb(palette.OTHERS), *map(rgb, colours)] + [rgb(palette.SPACE)] * 256)[:256]
    return Picture(indices.astype(np.uint8), tuple(table), 0)


def _axes(canvas: Canvas, plot: Rect, span: tuple[int, int]) -> None:
    """Ticks below, shares of the living at the left."""
    for k in range(STEPS + 1):
        words = f"{'' if k else 'tick '}{span[0] + k * (span[1] - span[0]) // STEPS:,}"
        x = plot.x + k * (plot.width - 1) // STEPS
        canvas.line([(x, plot.bottom), (x, plot.bottom + 4)], palette.FAINT)
        left = min(max(plot.x - LEFT + 4, x - canvas.width(words, SMALL) // 2), plot.right - canvas.width(words, SMALL))
        canvas.text(left, plot.bottom + 6, words, palette.TEXT, SMALL)
        share, y = f"{100 * k // STEPS} %", plot.bottom - 1 - k * (plot.height - 1) // STEPS
        canvas.line([(plot.x - 4, y), (plot.x - 1, y)], palette.FAINT)
        if k == STEPS:
            canvas.text(plot.x - LEFT + 4, plot.y - 22, "of the living", palette.FAINT, SMALL)
        canvas.text(plot.x - 8 - canvas.width(share, SMALL), min(y - 8, plot.bottom - 14), share, palette.TEXT, SMALL)


def _legend(canvas: Canvas, area: Rect, model: Model, story: Story, now: int, colours: list[str]) -> None:
    """Who holds most now, the marks that there were, and what their signs mean."""
    row, y = Rect(area.x + 18, area.y, area.width - 18, ROW), area.y
    y = 4 + written(canvas, area, y, "branches, by their share of the living now", bold=True)
    k = int(np.searchsorted(story.muller.ticks, now, side="right")) - 1
    held = [(float(one.own[max(0, k)]), number) for number, one in enumerate(story.muller.branches)]
    for own, number in [one for one in sorted(held, reverse=True) if one[0] >= 0.005][:LISTED]:
        canvas.fill(Rect(area.x, y + 2, 12, 12), colours[number])
        born, whole = story.muller.branches[number].born, float(story.muller.clade(number)[max(0, k)])
        words = f"{own:.0%}, of one born at tick {born:,}" if born >= 0 else f"{own:.0%}, from the start"
        words += f"; {whole:.0%} with the branches of it" if whole - own > 0.005 else ""
        y = written(canvas, row, y, words)
    canvas.fill(Rect(area.x, y + 2, 12, 12), palette.OTHERS)
    y = 10 + written(canvas, row, y, f"of none that ever held {100 * story.muller.least:g} % by itself")
    seen = [mark for mark in story.marks if mark.tick <= now]
    for kind in [kind for kind in KINDS if any(mark.kind == kind for mark in story.marks)]:
        newest = next((mark for mark in reversed(seen) if mark.kind == kind), None)
        if y + 3 * ROW > area.bottom:
            return
        draw_symbol(canvas, (area.x + 6, y + 8), newest or Mark(0, kind, ""), model)
        y = written(canvas, row, y, f"{kind}: {sum(mark.kind == kind for mark in seen)} so far")
        y = 4 + written(canvas, row, y, f"tick {newest.tick:,}: {newest.words}" if newest else "none yet", palette.FAINT)
