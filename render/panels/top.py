"""The bar on top: the run, the tick, time's buttons, and the axes of space, lit as they open."""

from __future__ import annotations

from collections.abc import Hashable

from render import palette
from render.about import AxisAbout
from render.canvas import LARGE, NORMAL, SMALL, Canvas, Rect, fit
from render.model import Model
from render.pace import state_words
from render.palette import mixed
from render.panels.panel import PAD, Hot, buttons

LAMP = 62

ONE_ROW = 36
"""Height of the bar with time's buttons beside the rest; a higher one has them below."""

STATE = 250
"""Pixels for how it goes."""


def glow(axis: AxisAbout, tick: int) -> float:
    """How brightly an axis is lit: 1 when it opens, fading until it opens again; so near axes flicker and far ones breathe."""
    if axis.stretch <= 0 or axis.length <= 1:
        return 0.0
    return 1.0 - (tick - axis.offset) % axis.stretch / axis.stretch


class Top:
    """The bar."""

    def stamp(self, model: Model) -> Hashable:
        """Tick, and what the buttons say."""
        playing = model.playing
        tick = model.frame.tick if model.frame else None
        about = model.source.about
        pace = (state_words(about, playing.on), about.rate, about.paused)
        return tick, playing.on, playing.speed, playing.every, playing.tick is None, model.space.name, pace, about.title

    def draw(self, canvas: Canvas, rect: Rect, model: Model) -> list[Hot]:
        """Draw it."""
        canvas.fill(rect, palette.BAR)
        about, tick = model.source.about, model.frame.tick if model.frame else 0
        x, y = rect.x + PAD, rect.y + 6
        x += canvas.text(x, y, fit(canvas, about.title, 170, LARGE, bold=True), palette.TEXT, LARGE, bold=True) + 12
        kind = fit(canvas, state_words(about, model.playing.on), STATE)
        colour = palette.WARNING if about.held else palette.ACCENT if about.live and not about.paused else palette.FAINT
        x += canvas.text(x, y + 3, kind, colour, NORMAL) + 12
        canvas.text(x, y + 3, f"tick {tick:,}", palette.TEXT, NORMAL)
        x += 122
        narrow = rect.height > ONE_ROW
        hots = self._controls(canvas, *((rect.x + PAD, rect.y + ONE_ROW) if narrow else (x, rect.y + 7)), rect, model)
        self._lamps(canvas, rect, model, tick, x if narrow else max((hot.rect.right for hot in hots), default=x) + 16)
        return hots

    def _controls(self, canvas: Canvas, x: int, y: int, rect: Rect, model: Model) -> list[Hot]:
        playing, about = model.playing, model.source.about
        stands = about.paused if about.live else not playing.on
        pace = (f"{about.rate:,} ticks/s" if about.rate else "full speed") if about.live else f"{playing.speed} samples/s"
        items = [
            ("play" if stands else "pause", "pause", None, not stands),
            *([] if about.live else [("‹", "step", -1, False)]),
            ("›", "step", 1, False),
            ("slower", "speed", -1, False),
            (pace, "full_speed", None, about.live and not about.rate),
            ("faster", "speed", 1, False),
            (f"every {playing.every}", "every", None, playing.every > 1),
            ("newest", "newest", None, playing.tick is None),
        ]
        if len(about.spaces) > 1:
            items.append((f"space: {model.space.name}", "space", None, False))
        items.append(("help (F1)", "help", None, False))
        return buttons(canvas, x, y, rect.width, items)[0]

    def _lamps(self, canvas: Canvas, rect: Rect, model: Model, tick: int, left: int) -> None:
        used = [axis for axis in model.space.axes if axis.length > 1]
        opens = model.space.opens(tick)
        room = max(0, rect.right - PAD - left) // LAMP
        x = rect.right - PAD - LAMP * min(room, len(used))
        for axis in used[-room:] if room else []:
            colour = mixed(palette.CONTROL, palette.ACCENT, glow(axis, tick) if opens is not None else 0.5 * glow(axis, tick))
            canvas.fill(Rect(x, rect.y + 26, LAMP - 8, 4), colour)
            lit = opens is not None and model.space.axes[opens] is axis
            canvas.text(x, rect.y + 7, axis.name, palette.ACCENT if lit else palette.FAINT, SMALL, bold=lit)
            x += LAMP
