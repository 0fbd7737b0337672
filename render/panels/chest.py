"""A chest of a plaza: the organisms that it holds, to be taken out."""

from __future__ import annotations

from render import palette
from render.belongings import chest_at
from render.canvas import SMALL, Canvas, Rect, fit, wrap
from render.model import Model
from render.panels.panel import Hot, buttons
from render.words import place_words


def draw_chest_page(canvas: Canvas, area: Rect, model: Model) -> list[Hot]:
    """Draw the page; where it can be clicked."""
    chest = chest_at(model, model.chosen) if model.chosen is not None else None
    y = area.y
    if chest is None:
        words = ("There is no chest here. Copy an organism (ctrl+C), take a chest in hand, and right click on a place of the plaza: "
                 "it lies there for whoever comes by.")  # fmt: skip
        for line in wrap(canvas, words, area.width):
            canvas.text(area.x, y, line, palette.FAINT)
            y += 20
        return []
    canvas.text(
        area.x, y, fit(canvas, f"the chest at {place_words(model.space, chest.at)}", area.width), palette.TEXT, bold=True
    )
    hots, y = list[Hot](), y + 26
    for number, name, founder, owner in chest.holds:
        canvas.fill(Rect(area.x, y + 3, 12, 12), model.context.lineages.colour(founder))
        words = f"{name}{f', from {owner}' if owner else ''}"
        canvas.text(area.x + 18, y + 1, fit(canvas, words, area.width - 96, SMALL), palette.TEXT, SMALL)
        if model.source.about.acts and model.plaza is not None:
            hots += buttons(canvas, area.right - 70, y - 1, 70, [("take out", "take_out", (chest.at, number), False)], 19)[0]
        y += 24
    return hots
