"""The panel on the right: one page at a time of inspector, tree, freezer, job board and physics."""

from __future__ import annotations

from collections.abc import Hashable

from render import palette
from render.canvas import SMALL, Canvas, Rect, wrap
from render.model import Model
from render.panels import chest, inspector, jobs, links, market, physics, story, tree
from render.panels.panel import PAD, ROW, Button, Hot, button, buttons, ground

TABS = (
    ("inspect", "inspect"),
    ("tree", "tree"),
    ("story", "story"),
    ("freezer", "freezer"),
    ("jobs", "jobs"),
    ("market", "market"),
    ("chest", "chest"),
    ("physics", "physics"),
    ("links", "links"),
)


OF_PLAZA = ("jobs", "market", "chest")
"""Pages of a plaza."""


def draw_freezer(canvas: Canvas, area: Rect, model: Model) -> list[Hot]:
    """Organisms kept on disk: carried by a click, or dragged onto the world."""
    y = area.y
    words = "Organisms kept on disk. Click one to carry it and press ctrl+V over an empty site, or drag it there."
    for line in wrap(canvas, words, area.width, SMALL):
        canvas.text(area.x, y, line, palette.FAINT, SMALL)
        y += 16
    hots: list[Hot] = []
    for name in model.freezer.names()[: max(0, (area.bottom - y) // (ROW + 4))]:
        rect = Rect(area.x, y + 4, area.width, ROW)
        button(canvas, rect, name, model.carried is not None and model.carried.name == name)
        hots.append(Hot(rect, "thaw", name, drags=True))
        y += ROW + 4
    if not hots:
        canvas.text(area.x, y + 6, "It is empty: inspect an organism and freeze it.", palette.TEXT, SMALL)
    return hots


PAGES = {
    "inspect": inspector.draw_inspector,
    "tree": tree.draw_tree,
    "story": story.draw_story,
    "freezer": draw_freezer,
    "jobs": jobs.draw_jobs,
    "market": market.draw_market,
    "chest": chest.draw_chest_page,
    "physics": physics.draw_physics,
    "links": links.draw_links,
}
"""By the name of their tab."""


class Right:
    """The pages."""

    def stamp(self, model: Model) -> Hashable:
        """What the open page shows."""
        page: Hashable = None
        if model.tab == "inspect":
            page = inspector.stamp(model)
        elif model.tab == "tree":
            page = (model.fold, model.chronicle.wanted, model.tree and (model.tree.tick, model.tree.note), id(model.tree))
        elif model.tab == "story":
            page = story.stamp(model)
        elif model.tab == "jobs":
            page = jobs.stamp(model)
        elif model.tab == "market":
            page = market.stamp(model)
        elif model.tab == "chest":
            page = model.chosen, model.things
        elif model.tab == "links":
            page = links.stamp(model)
        elif model.tab == "physics":
            page = physics.stamp(model)
        else:
            page = (*model.freezer.names(), model.carried and model.carried.name)
        return model.tab, page, model.space.name

    def draw(self, canvas: Canvas, rect: Rect, model: Model) -> list[Hot]:
        """Draw it."""
        ground(canvas, rect)
        canvas.fill(Rect(rect.x, rect.y, rect.width, ROW + 8), palette.BAR)
        items: list[Button] = [
            (title, "tab", name, name == model.tab) for name, title in TABS if model.space.plaza or name not in OF_PLAZA
        ]
        hots, y = buttons(canvas, rect.x + PAD, rect.y + 4, rect.width - 2 * PAD, items)
        return hots + PAGES[model.tab](
            canvas, Rect(rect.x + PAD, y + 4, rect.width - 2 * PAD, rect.bottom - y - 4 - PAD), model
        )
