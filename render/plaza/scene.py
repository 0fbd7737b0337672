"""The panel of the plaza: the view for its number of dimensions, and the hotbar."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from render import palette
from render.about import Place
from render.canvas import SMALL, Canvas, Rect, fit
from render.model import Model
from render.panels.panel import PAD, Hot, button
from render.panels.world import CRUMBS, _told
from render.plaza import flat, isometric, strip
from render.plaza.avatar import HOTBAR, Plaza, block_at, dweller_at
from render.words import place_words

VIEWS = {1: strip, 2: flat, 3: isometric}
"""By dimensions; each has `draw(canvas, area, visit, model)` and `place_at(area, visit, x, y)`."""

BAR = 34


class Visit(Plaza):
    """A visit, as the application knows it."""

    def update(self, model: Model) -> None:
        """Take note of the newest frame."""
        if model.frame is not None and model.frame.space == self.space.name:
            self.remember(model.frame)

    def view_of(self, area: Rect) -> Rect:
        """Where the view is drawn."""
        return Rect(area.x, area.y + CRUMBS, area.width, area.height - CRUMBS - BAR)

    def place_at(self, model: Model, area: Rect, x: int, y: int) -> Place | None:
        """The place under a point of the window."""
        view = self.view_of(area)
        if not view.holds(x, y):
            return None
        found: Place | None = VIEWS[self.dimensions].place_at(view, self, x, y)
        return found

    def click(self, model: Model, place: Place | None, button: str) -> None:
        """Left acts, right places."""
        from render.plaza.deeds import DEEDS

        if place is not None and button in ("left", "right"):
            DEEDS["act_at" if button == "left" else "place_at"](model, place)


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
        visit: Visit = model.plaza
        canvas.fill(rect, palette.SPACE)
        canvas.fill(Rect(rect.x, rect.y, rect.width, CRUMBS), palette.PANEL)
        canvas.text(
            rect.x + PAD, rect.y + 3, fit(canvas, _crumb(model, visit), rect.width - 2 * PAD, SMALL), palette.TEXT, SMALL
        )
        view = visit.view_of(rect)
        canvas.clip(view)
        VIEWS[visit.dimensions].draw(canvas, view, visit, model)
        _told(canvas, view, model)
        canvas.clip(None)
        return _hotbar(canvas, Rect(rect.x, rect.bottom - BAR, rect.width, BAR), visit)


def _crumb(model: Model, visit: Any) -> str:
    words = f"plaza {visit.space.name}: you stand at {place_words(visit.space, visit.at)}"
    if model.hover is not None:
        one, block = dweller_at(model.frame, model.hover), block_at(model.frame, model.hover)
        here = f"lineage {one.founder:08x}, energy {one.energy:,}" if one else "nobody"
        words += f"   ·   {place_words(visit.space, model.hover)}: {here}" + (f", {block}" if block != "empty" else "")
    return words


def _hotbar(canvas: Canvas, area: Rect, visit: Plaza) -> list[Hot]:
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
