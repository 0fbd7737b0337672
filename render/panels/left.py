"""The panel on the left: colours with their legend, axes with their sliders, tools."""

from __future__ import annotations

from collections.abc import Hashable

from render import palette
from render.acting import tools
from render.canvas import SMALL, Canvas, Rect, wrap
from render.fields import FIELDS
from render.groups import Row
from render.keys import key_of
from render.model import Model
from render.panels.panel import PAD, ROW, Button, Hot, button, buttons, ground, pair, slider, written

HEAD = 26


class Left:
    """Colours, axes, tools."""

    def stamp(self, model: Model) -> Hashable:
        """What is shown and how."""
        span = model.kind.span(model.context) if model.kind.scalar else tuple(model.kind.rows(model.context))  # type: ignore[misc]
        missing = tuple(model.frame.missing.get(name, "") for name in model.kind.needs) if model.frame else ()
        hand = (model.tool, model.brush, model.carried.name if model.carried else "")
        return model.kind.name, model.kind.needs, span, model.projection, model.axis, hand, missing, model.space.name

    def draw(self, canvas: Canvas, rect: Rect, model: Model) -> list[Hot]:
        """Draw it."""
        area = ground(canvas, rect, "colours")
        named: list[tuple[str, str, object, bool]] = [
            (f"{key_of(k)} {kind.name}".strip(), "field", kind.name, kind.name == model.kind.name)
            for k, kind in enumerate(FIELDS)
        ]
        if model.kind.name == "ancestor":
            named.append(("farther back (O)", "depth", None, False))
        hots, y = buttons(canvas, area.x, area.y, area.width, named)
        y = self._legend(canvas, Rect(area.x, y + 4, area.width, area.bottom - y), model)
        y = self._title(canvas, rect, y + 4, "axes")
        hots += self._axes(canvas, area, y, model)
        y = max((hot.rect.bottom for hot in hots), default=y) + 10
        y = self._title(canvas, rect, y, "tools")
        if model.carried is not None:
            y = written(canvas, area, y, f"carried: {model.carried.name}", palette.ACCENT) + 4
        more, y = buttons(canvas, area.x, y, area.width, [(name, "tool", name, name == model.tool) for name in tools(model)])
        sizes: list[Button] = (
            []
            if len(tools(model)) == 1
            else [
                (f"brush {model.brush}", "brush", 0, False),
                ("smaller", "brush", -1, False),
                ("larger", "brush", 1, False),
                ("undo", "undo", None, False),
            ]
        )
        even, y = buttons(canvas, area.x, y, area.width, [*sizes, ("plaza (G)", "plaza", None, False)])
        return hots + more + even

    def _title(self, canvas: Canvas, rect: Rect, y: int, words: str) -> int:
        canvas.fill(Rect(rect.x, y, rect.width, ROW), palette.BAR)
        canvas.text(rect.x + PAD, y + 3, words, palette.TEXT, bold=True)
        return y + ROW + 6

    def _legend(self, canvas: Canvas, area: Rect, model: Model) -> int:
        """The legend; the row below it."""
        y = area.y
        for line in wrap(canvas, model.kind.says, area.width, SMALL):
            canvas.text(area.x, y, line, palette.FAINT, SMALL)
            y += 16
        y += 2
        reasons = [model.frame.missing[name] for name in model.kind.needs if name in model.frame.missing] if model.frame else []
        if reasons:
            for line in wrap(canvas, reasons[0], area.width, SMALL):
                canvas.text(area.x, y, line, palette.WARNING, SMALL)
                y += 16
            return y
        y = (
            self._rows(canvas, area, y, model.kind.rows(model.context))
            if model.kind.rows
            else self._ramp(canvas, area, y, model)
        )
        if model.kind.name == "blocks":
            return y
        built = [(colour, name) for name, colour in palette.BLOCKS.items()] if model.space.plaza else []
        return self._rows(canvas, area, y, [(palette.SPACE, "nobody lives there"), *built])

    def _rows(self, canvas: Canvas, area: Rect, y: int, rows: list[Row]) -> int:
        for colour, words in rows:
            canvas.fill(Rect(area.x, y + 1, 14, 13), colour)
            canvas.box(Rect(area.x, y + 1, 14, 13), palette.EDGE)
            y = 1 + written(canvas, Rect(area.x + 20, y, area.width - 20, 0), y, words)
        return y

    def _ramp(self, canvas: Canvas, area: Rect, y: int, model: Model) -> int:
        colours = model.kind.colours(model.context)
        for x in range(area.width):
            red, green, blue = colours[x * len(colours) // area.width]
            canvas.fill(Rect(area.x + x, y, 1, 12), f"#{red:02X}{green:02X}{blue:02X}")
        low, high = model.kind.span(model.context)
        canvas.text(area.x, y + 14, f"{low:,g}", palette.TEXT, SMALL)
        words = f"{high:,g}" if model.kind.top else f"{high:,g} or more"
        canvas.text(area.x + area.width - canvas.width(words, SMALL), y + 14, words, palette.TEXT, SMALL)
        unit = canvas.width(model.kind.unit, SMALL)
        left, right = canvas.width(f"{low:,g}", SMALL) + 8, area.width - canvas.width(words, SMALL) - 8
        row = 14 if unit <= right - left else 30  # below the numbers where there is no room between them
        at = left + (right - left - unit) // 2 if row == 14 else (area.width - unit) // 2
        canvas.text(area.x + at, y + row, model.kind.unit, palette.FAINT, SMALL)
        return y + row + 18

    def _axes(self, canvas: Canvas, area: Rect, y: int, model: Model) -> list[Hot]:
        hots, projection = [], model.projection
        roles = {axis: f"tiles, level {k + 1}" for k, axis in enumerate(reversed(projection.order[:-2]))}
        roles |= {axis: role for axis, role in zip(projection.inner, ("down", "across"), strict=True) if axis is not None}
        for number, axis in enumerate(model.space.axes):
            if axis.length <= 1:
                continue
            held = number == model.axis
            cut = projection.hidden.get(number)
            mark = Rect(area.x, y, 62, ROW)
            button(canvas, mark, axis.name, held)
            hots.append(Hot(mark, "hide", number))
            if cut is None:
                canvas.text(area.x + 70, y + 4, f"{axis.length}  {roles[number]}", palette.FAINT, SMALL)
            else:
                words = Rect(area.x + 66, y, 46, ROW)
                button(canvas, words, cut.how)
                hots.append(Hot(words, "how", number))
                track = Rect(area.x + 122, y, area.width - 168, ROW)
                slider(canvas, track, cut.place / max(1, axis.length - 1) if cut.how == "slice" else 0)
                hots.append(Hot(track, "cut_at", number, slides=True))
                canvas.text(area.right - 40, y + 4, f"{cut.place}/{axis.length}", palette.TEXT, SMALL)
            y += HEAD
        more, _ = buttons(canvas, area.x, y, area.width, [("roll (R)", "roll", None, False), ("swap (X)", "swap", None, False)])
        return hots + more


def legend_lines(canvas: Canvas, area: Rect, model: Model) -> int:
    """The legend alone, for films; the row below it."""
    y = pair(canvas, area.x, area.y, area.width, "colour", model.kind.title, 52)
    return Left()._legend(canvas, Rect(area.x, y + 4, area.width, area.height), model)
