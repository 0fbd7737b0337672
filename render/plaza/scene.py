"""The panel of the plaza: the view for its number of dimensions, and the hotbar."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from render import palette
from render.about import Place
from render.belongings import chest_at, sign_at, things_of
from render.canvas import SMALL, Canvas, Rect, fit
from render.model import Model
from render.panels.hovered import merits
from render.panels.panel import PAD, Button, Hot, buttons, written
from render.panels.titles import title_buttons, title_width
from render.panels.world import CRUMBS, crumb_of, draw_crumb, draw_told, tall
from render.plaza import flat, isometric, strip
from render.plaza.looks import does, hands
from render.visit import Dweller, Visit, Writing, block_at, dweller_at
from render.words import counted, place_words


class View(Protocol):
    """How a plaza of some number of dimensions is seen; a module that draws it is one."""

    def draw(self, canvas: Canvas, area: Rect, visit: Visit, model: Model) -> None:
        """Draw it."""

    def place_at(self, area: Rect, visit: Visit, x: int, y: int) -> Place | None:
        """The place under a point."""


VIEWS: dict[int, View] = {1: strip, 2: flat, 3: isometric}
"""By dimensions."""

BAR, NARROW_BAR, ROOMY = 34, 76, 800
"""Height of the hotbar where all stands in a row, and where the panel is narrower than that takes."""


def view_of(area: Rect) -> Rect:
    """Where in the panel the view is drawn."""
    return Rect(area.x, area.y + CRUMBS, area.width, area.height - CRUMBS - (BAR if area.width >= ROOMY else NARROW_BAR))


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
        mine = (visit.at, visit.hand, visit.layers, len(visit.history), visit.turned, visit.apart, visit.zoom,
                visit.over, visit.taken, visit.corner, model.name, model.writing and model.writing.text)  # fmt: skip
        known = things_of(model)
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
            known and (known.signs, known.chests, known.plots, known.people),
            hands(model),
        )

    def draw(self, canvas: Canvas, rect: Rect, model: Model) -> list[Hot]:
        """Draw it."""
        visit = model.plaza
        assert visit is not None
        canvas.fill(rect, palette.SPACE)
        view = view_of(rect)
        canvas.clip(view)
        crumb = crumb_of(canvas, rect, _crumb(model, visit), title_width(title_buttons(canvas, rect, model)))
        visit.covered = tall(crumb) - CRUMBS
        VIEWS[visit.dimensions].draw(canvas, view, visit, model)
        draw_told(canvas, view, model)
        if model.writing is not None:
            _draw_writing(canvas, view, model.writing)
        canvas.clip(rect)
        draw_crumb(canvas, rect, crumb)
        hots = _hotbar(canvas, Rect(rect.x, view.bottom, rect.width, rect.bottom - view.bottom), visit, model)
        canvas.clip(None)
        return hots


def _crumb(model: Model, visit: Visit) -> str:
    words = f"{visit.space.name}: you stand at {place_words(visit.space, visit.at)}"
    if model.hover is not None:
        one, block = dweller_at(model.frame, model.hover), block_at(model.frame, model.hover)
        here = f"lineage {one.founder:08x}, energy {one.energy:,}" if one else "nobody"
        words = f"{place_words(visit.space, model.hover)}: {here}" + (f", {block}" if block != "empty" else "")
        words += f"{_more(model, model.hover, one)}"
    return words


def _more(model: Model, place: Place, one: Dweller | None) -> str:
    """What it answers and does, and what stands there."""
    words = ""
    if one is not None:
        if one.answers is not None:
            yes = [str(k + 1) for k, lit in enumerate(one.answers) if lit]
            words += f", says yes with {' '.join(yes)}" if yes else ", says no"
        words += f", performs {', '.join(does(model, one))}" if one.performed else ""
        words += "".join(f", {told}" for told in merits(model, place, ("performed",)))
    sign, chest = sign_at(model, place), chest_at(model, place)
    words += f"   sign: “{sign.text}”{f' ({sign.by})' if sign.by else ''}" if sign else ""
    return words + (f"   chest with {counted(len(chest.holds), 'organism')}" if chest else "")


def _draw_writing(canvas: Canvas, view: Rect, line: Writing) -> None:
    """The line that is being written."""
    box = Rect(view.x + 20, view.y + 22, view.width - 40, 90 if view.width < ROOMY // 2 else 54)
    canvas.fill(box, palette.PANEL)
    canvas.box(box, palette.ACCENT, 2)
    what = "your name" if line.what == "name" else "the sign says (nothing: it is taken down)"
    hint = f"{what}; Enter takes it, Escape leaves it; {len(line.text)} of {line.most} characters"
    low = written(canvas, box.inset(8, 4), box.y + 4, hint, palette.FAINT)
    text = line.text
    while canvas.width(f"{text}▌") > box.width - 16:
        text = text[1:]
    canvas.text(box.x + 8, low + 4, f"{text}▌", palette.TEXT)


def _hotbar(canvas: Canvas, area: Rect, visit: Visit, model: Model) -> list[Hot]:
    canvas.fill(area, palette.PANEL)
    offered, wide = hands(model), area.width >= ROOMY
    items: list[Button] = [(f"{k + 1} {name}", "hotbar", k, k == visit.hand) for k, name in enumerate(offered)]
    hots, _ = buttons(canvas, area.x + PAD, area.y + (6 if wide else 22), area.width - 2 * PAD, items)
    for hot, name in zip(hots, offered, strict=True):
        if name in palette.BLOCKS:
            canvas.fill(Rect(hot.rect.x + 2, hot.rect.bottom - 4, hot.rect.width - 4, 3), palette.BLOCKS[name])
    second = SAYS[offered[visit.hand % len(offered)]]
    if visit.over and offered[visit.hand % len(offered)] in ("wall", "fence"):
        second = "over the living (O)"
    if wide:
        left = hots[-1].rect.right + PAD
        for row, words in enumerate(("WASD walk, E jobs", second)):
            canvas.text(left, area.y + 1 + 15 * row, fit(canvas, words, area.right - left - PAD, SMALL), palette.FAINT, SMALL)
    else:
        words = fit(canvas, f"{second}; WASD walk, E jobs", area.width - 2 * PAD, SMALL)
        canvas.text(area.x + PAD, area.y + 3, words, palette.FAINT, SMALL)
    return hots


SAYS = {
    "look": "click inspects", "wall": "left digs, right builds", "soil": "left digs, right builds",
    "vent": "left digs, right builds", "carry": "left lifts, right puts", "sign": "left reads, right writes",
    "chest": "left opens, right keeps", "fence": "left, right: corners",
}  # fmt: skip
"""What the mouse does with a thing in hand."""
