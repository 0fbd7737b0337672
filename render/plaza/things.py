"""Draws what people left in a plaza and where they stand: signs, chests, fenced land, avatars with names."""

from __future__ import annotations

from collections.abc import Callable

from render import palette
from render.about import Place
from render.belongings import things_of
from render.canvas import SMALL, Canvas, Rect
from render.model import Model
from render.plaza.figures import FIGURE, draw_avatar, draw_chest, draw_sign
from render.things import Plot
from render.visit import Visit

CellOf = Callable[[Place], Rect]
"""Where a place is drawn; an empty rectangle for one that is not."""


def draw_things(canvas: Canvas, visit: Visit, model: Model, cell_of: CellOf) -> None:
    """Signs, chests, and the outline and owner of fenced land."""
    known = things_of(model)
    if known is None:
        return
    for plot in known.plots:
        _outline(canvas, visit, plot, cell_of)
    for chest in known.chests:
        if (cell := cell_of(chest.at)).width:
            draw_chest(canvas, cell, len(chest.holds))
    for sign in known.signs:
        if (cell := cell_of(sign.at)).width:
            draw_sign(canvas, cell)


def _outline(canvas: Canvas, visit: Visit, plot: Plot, cell_of: CellOf) -> None:
    low, high = cell_of(plot.low), cell_of(plot.high)
    if not (low.width and high.width):
        return
    if visit.dimensions < 3:
        canvas.box(Rect(low.x, low.y, high.right - low.x, high.bottom - low.y), palette.ACCENT, 2)
    words = f"{plot.owner}: place {plot.place}"
    canvas.fill(Rect(low.x, low.y - 16, canvas.width(words, SMALL) + 6, 16), palette.PANEL)
    canvas.text(low.x + 3, low.y - 16, words, palette.ACCENT, SMALL)


def draw_people(canvas: Canvas, visit: Visit, model: Model, cell_of: CellOf) -> None:
    """The others, then oneself."""
    known = things_of(model)
    others = known.people if known is not None else ()
    for one in others:
        if (cell := cell_of(one.at)).width:
            draw_avatar(canvas, _room(cell), one.name, "#F0E442")
    if (cell := cell_of(visit.at)).width:
        draw_avatar(canvas, _room(cell), model.name if others else "", FIGURE)


def _room(cell: Rect) -> Rect:
    """A cell that an avatar is seen in."""
    grow = max(0, 22 - cell.width) // 2
    return cell.inset(-grow)
