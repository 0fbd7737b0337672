"""The panel of the plaza: the view for its number of dimensions, and the hotbar."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from render import palette
from render.about import Place
from render.canvas import SMALL, Canvas, Rect, fit
from render.model import Model
from render.panels.panel import PAD, Hot, button
from render.panels.world import CRUMBS, draw_told
from render.plaza import flat, isometric, strip
from render.visit import HOTBAR, Visit, block_at, dweller_at
from render.words import place_words


class View(Protocol):
    """How a plaza of some number of dimensions is seen; a module that draws it is one."""

    def draw(self, canvas: Canvas, area: Rect, visit: Visit, model: Model) -> None:
        """Draw it."""

    def place_at(self, area: Rect, visit: Visit, x: int, y: int) -> Place | None:
        """The place under a point."""


VIEWS: dict[int, View] = {1: strip, 2: flat, 3: isometric}
"""By dimensions."""

BAR = 34


def view_of(area: Rect) -> Rect:
    """Where in the panel the view is drawn."""
    return Rect(area.x, area.y + CRUMBS, area.width, area.height - CRUMBS - BAR)


def place_at(visit: Visit, area: Rect, x: int, y: int) -> Place | None:
    """The place under a point of the window, where the panel has an area of it."""
    view = view_of(area)
    return VIEWS[visit.dimensions].place_at(view, visit, x, y) if view.holds(x, y) else None


class Scene:
    """The panel."""

    def stamp(self, model: Model) -> Hashable:
        """Where one stands, and what is there."""
        visit = model.plaza
        if visit is None:
            return None
        mine = (visit.at, visit.hand, visit.layers, visit.lifted, len(visit.history))
        told = tuple(told.text for told in model.lines())
        jobs = model.jobs and (model.jobs.tick, model.jobs.wallet)
        return (
            mine,
            model.frame and model.frame.tick,
            model.picture and model.picture.number,
            model.hover,
            told,
            jobs,
            model.chosen,
        )

    def draw(self, canvas: Canvas, rect: Rect, model: Model) -> list[Hot]:
        """Draw it."""
        visit = model.plaza
        assert visit is not None
        canvas.fill(rect, palette.SPACE)
        canvas.fill(Rect(rect.x, rect.y, rect.width, CRUMBS), palette.PANEL)
        canvas.text(
            rect.x + PAD, rect.y + 3, fit(canvas, _crumb(model, visit), rect.width - 2 * PAD, SMALL), palette.TEXT, SMALL
        )
        view = view_of(rect)
        canvas.clip(view)
        VIEWS[visit.dimensions].draw(canvas, view, visit, model)
        draw_told(canvas, view, model)
        canvas.clip(None)
        return _hotbar(canvas, Rect(rect.x, rect.bottom - BAR, rect.width, BAR), visit)


def _crumb(model: Model, visit: Visit) -> str:
    words = f"plaza {visit.space.name}: you stand at {place_words(visit.space, visit.at)}"
    if model.hover is not None:
        one, block = dweller_at(model.frame, model.hover), block_at(model.frame, model.hover)
        here = f"lineage {one.founder:08x}, energy {one.energy:,}" if one else "nobody"
        words += f"   ·   {place_words(visit.space, model.hover)}: {here}" + (f", {block}" if block != "empty" else "")
    return words


def _hotbar(canvas: Canvas, area: Rect, visit: Visit) -> list[Hot]:
    canvas.fill(area, palette.PANEL)
    hots = []
    for number, name in enumerate(HOTBAR):
        rect = Rect(area.x + PAD + number * 92, area.y + 5, 86, area.height - 10)
        button(canvas, rect, f"{number + 1} {name}", number == visit.hand)
        if name in palette.BLOCKS:
            canvas.fill(Rect(rect.x + 4, rect.y + 6, 10, 10), palette.BLOCKS[name])
        hots.append(Hot(rect, "hotbar", number))
    left = area.x + PAD + len(HOTBAR) * 92 + 8
    for row, words in enumerate(("WASD walk, E jobs, G leaves", "left acts, right places")):
        canvas.text(left, area.y + 2 + 15 * row, fit(canvas, words, area.right - left - PAD, SMALL), palette.FAINT, SMALL)
    return hots
