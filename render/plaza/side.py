"""The panel on the left of a plaza: colours with their legend, what the figures say, who is here, what people left."""

from __future__ import annotations

from collections.abc import Hashable

from render import palette
from render.belongings import things_of
from render.canvas import SMALL, Canvas, Rect, wrap
from render.fields import FIELDS
from render.model import Model
from render.panels.left import Left
from render.panels.panel import PAD, ROW, Button, Hot, buttons, ground, written
from render.plaza.figures import draw_organism
from render.visit import Dweller
from render.words import counted

EXAMPLE = Dweller(1, 1, (True, True, False, True, False, False, False, False), 1)


class Side:
    """The panel."""

    def __init__(self) -> None:
        self._left = Left()

    def stamp(self, model: Model) -> Hashable:
        """What is shown and how."""
        known, visit = things_of(model), model.plaza
        left = known and (known.signs, known.plots, known.people, tuple(chest.at for chest in known.chests))
        mine = visit and (visit.dimensions, visit.turned, visit.layers, visit.apart)
        return self._left.stamp(model), left, model.name, mine, model.jobs and tuple(job.place for job in model.jobs.jobs)

    def draw(self, canvas: Canvas, rect: Rect, model: Model) -> list[Hot]:
        """Draw it."""
        area = ground(canvas, rect, "colours")
        named = [(f"{kind.name}", "field", kind.name, kind is model.kind) for kind in FIELDS]
        hots, y = buttons(canvas, area.x, area.y, area.width, named)
        y = self._left._legend(canvas, Rect(area.x, y + 4, area.width, area.bottom - y), model)
        y = self._figures(canvas, rect, area, y + 4)
        more, y = self._sight(canvas, rect, area, y + 4, model)
        return hots + more + self._left_there(canvas, rect, area, y + 4, model)

    def _title(self, canvas: Canvas, rect: Rect, y: int, words: str) -> int:
        canvas.fill(Rect(rect.x, y, rect.width, ROW), palette.BAR)
        canvas.text(rect.x + PAD, y + 3, words, palette.TEXT, bold=True)
        return y + ROW + 6

    def _figures(self, canvas: Canvas, rect: Rect, area: Rect, y: int) -> int:
        """What a glyph says."""
        y = self._title(canvas, rect, y, "what a figure says")
        draw_organism(canvas, Rect(area.x, y, 64, 64), EXAMPLE, palette.CATEGORIES[0], ["XOR"], area)
        lines = ("dots: its answers, 1 at the top, then clockwise; a full dot says yes, a ring no",
                 "word: the last task that it performs (small: a ring in the middle)")  # fmt: skip
        low = y
        for words in lines:
            for line in wrap(canvas, words, area.width - 72, SMALL):
                canvas.text(area.x + 72, low, line, palette.FAINT, SMALL)
                low += 15
        return max(low, y + 66)

    def _sight(self, canvas: Canvas, rect: Rect, area: Rect, y: int, model: Model) -> tuple[list[Hot], int]:
        visit = model.plaza
        assert visit is not None
        items: list[Button] = [
            ("closer (Z)", "closer", 1.25, False),
            ("farther", "closer", 0.8, False),
            ("all (F)", "closer", 0, False),
        ]
        if visit.dimensions == 3:
            items += [("turn (Q)", "turn", 1, False), ("apart (X)", "apart", None, visit.apart),
                      ("cut a layer ([)", "layer", -1, False),
                      (f"{visit.layers} of {visit.lengths[0]} layers (])", "layer", 1, False)]  # fmt: skip
        items += [("leave (G)", "plaza", None, False)]
        y = self._title(canvas, rect, y, "sight")
        return buttons(canvas, area.x, y, area.width, items)

    def _left_there(self, canvas: Canvas, rect: Rect, area: Rect, y: int, model: Model) -> list[Hot]:
        """Who is here, and what people left."""
        known = things_of(model)
        y = self._title(canvas, rect, y, "people, and what they left" if rect.width >= 240 else "who is here")
        if not model.source.about.leaves or known is None:
            words = "asking …" if model.source.about.leaves else "This run knows no signs, chests and fences."
            written(canvas, area, y, words, palette.FAINT)
            return []
        hots, y = buttons(canvas, area.x, y, area.width, [(f"you: {model.name or 'no name'}", "write_name", None, False)])
        lines: list[tuple[str, str, object]] = [(f"{one.name} is here", "choose", one.at) for one in known.people]
        lines += [(f"“{one.text}”", "choose", one.at) for one in reversed(known.signs)]
        lines += [(f"chest with {counted(len(one.holds), 'organism')}", "open_chest", one.at) for one in known.chests]
        lines += [(f"{plot.owner}'s land, place {plot.place}", "choose", plot.low) for plot in known.plots]
        for words, action, at in lines:
            parts = wrap(canvas, words, area.width, SMALL)
            if y + 17 * len(parts) > area.bottom:
                break
            hots.append(Hot(Rect(area.x, y, area.width, 17 * len(parts) - 1), action, at))
            for part in parts:
                canvas.text(area.x, y, part, palette.TEXT, SMALL)
                y += 17
        mine = [plot for plot in known.plots if plot.owner == model.name]
        if mine and y + ROW < area.bottom:
            more, y = buttons(canvas, area.x, y, area.width,
                              [(f"open your land, place {plot.place}", "open_land", plot.number, False) for plot in mine])  # fmt: skip
            hots += more
        if not lines and y + 17 < area.bottom:
            canvas.text(area.x, y, "nobody else is here, and nothing is left", palette.FAINT, SMALL)
        return hots
