"""Draws what people left in a plaza and where they stand: signs, chests, fenced land, avatars with names."""

from __future__ import annotations

from collections.abc import Callable

from render import palette
from render.about import Place
from render.belongings import things_of
from render.canvas import SMALL, Canvas, Rect
from render.model import Model
from render.plaza.figures import FIGURE, draw_avatar, draw_chest, draw_sign
from render.plaza.labels import HEIGHT, Labels
from render.things import Plot
from render.visit import Visit
from render.words import counted

CellOf = Callable[[Place], Rect]
"""Where a place is drawn; an empty rectangle for one that is not."""


def draw_things(canvas: Canvas, area: Rect, visit: Visit, model: Model, cell_of: CellOf) -> Labels:
    """Signs, chests, and the outline and owner of fenced land; the plates, to which others are added."""
    room = Rect(area.x, area.y + visit.covered, area.width, area.height - visit.covered)
    known, labels = things_of(model), Labels(canvas, room)
    if known is None:
        return labels
    for plot in known.plots:
        _outline(labels, visit, plot, cell_of)
    for chest in known.chests:
        if (cell := cell_of(chest.at)).width and cell.overlaps(area):
            box = draw_chest(canvas, cell)
            labels.put(box.right, box.bottom - HEIGHT, counted(len(chest.holds), "organism"), bold=True)
    for sign in known.signs:
        if (cell := cell_of(sign.at)).width:
            draw_sign(canvas, cell)
    return labels


def _outline(labels: Labels, visit: Visit, plot: Plot, cell_of: CellOf) -> None:
    low, high = cell_of(plot.low), cell_of(plot.high)
    if not (low.width and high.width):
        return
    if visit.dimensions < 3:
        labels.canvas.box(Rect(low.x, low.y, high.right - low.x, high.bottom - low.y), palette.ACCENT, 2)
    if low.overlaps(labels.area) or high.overlaps(labels.area):
        labels.put(low.x, low.y - HEIGHT, f"{plot.owner}'s land, place {plot.place} of the board", palette.ACCENT)


def draw_people(labels: Labels, visit: Visit, model: Model, cell_of: CellOf) -> None:
    """The others, then oneself."""
    known = things_of(model)
    others = known.people if known is not None else ()
    for one in others:
        _person(labels, cell_of(one.at), one.name, "#F0E442")
    _person(labels, cell_of(visit.at), model.name if others else "", FIGURE)


def _person(labels: Labels, cell: Rect, name: str, colour: str) -> None:
    if not cell.width or not cell.overlaps(labels.area):
        return
    room = _room(cell)
    draw_avatar(labels.canvas, room, colour)
    if name:
        labels.put(room.x + room.width / 2 - labels.canvas.width(name, SMALL) / 2, room.y - HEIGHT, name)


def _room(cell: Rect) -> Rect:
    """A cell that an avatar is seen in."""
    grow = max(0, 22 - cell.width) // 2
    return cell.inset(-grow)
