"""The panel at the bottom: population, heredity, energy and tasks over time, and where in time one stands."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

from render import palette
from render.canvas import SMALL, Canvas, Point, Rect, fit
from render.fields import round_up
from render.frames import Series
from render.model import Model
from render.panels.panel import PAD, Hot, slider

TASKS = 6
"""Curves of tasks that are drawn: the largest."""


def compact(value: float) -> str:
    """A number in few characters."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def thinned(ticks: NDArray[np.int64], values: NDArray[np.float64], most: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """At most so many points: of each bunch the last."""
    bunch = -(-len(ticks) // max(1, most))
    chosen = np.unique(np.append(np.arange(bunch - 1, len(ticks), bunch), len(ticks) - 1)) if len(ticks) else np.arange(0)
    return ticks[chosen], values[chosen]


class Timelines:
    """Four plots and the slider of time."""

    def stamp(self, model: Model) -> Hashable:
        """The last sample, and the tick that is shown."""
        known = model.series.ticks.tolist() if model.series else []
        tick = model.frame.tick if model.frame else None
        return len(known), tuple(known[-1:]), tick, model.source.about.live, model.space.name

    def draw(self, canvas: Canvas, rect: Rect, model: Model) -> list[Hot]:
        """Draw it."""
        canvas.fill(rect, palette.PANEL)
        hots: list[Hot] = []
        top = rect.y + 4
        if not model.source.about.live and model.frame is not None:
            ticks = model.source.ticks()
            span = max(1, int(ticks[-1] - ticks[0])) if len(ticks) else 1
            track = Rect(rect.x + PAD + 6, top, rect.width - 2 * PAD - 12, 18)
            slider(canvas, track, (model.frame.tick - int(ticks[0])) / span if len(ticks) else 0)
            hots.append(Hot(track, "go_to_tick", None, slides=True))
            top += 20
        if model.series is None or len(model.series.ticks) < 2:
            canvas.text(rect.x + PAD, top + 8, "timelines come with the second sample of the record", palette.FAINT, SMALL)
            return hots
        width = (rect.width - PAD) // 4
        for k, (title, curves, top_value) in enumerate(_plots(model.series, model)):
            area = Rect(rect.x + PAD + k * width, top, width - PAD, rect.bottom - top - 4)
            _plot(canvas, area, title, model.series.ticks, curves, top_value, model.frame.tick if model.frame else None)
        return hots


Curve = tuple[str, NDArray[np.float64], str]


def _plots(series: Series, model: Model) -> list[tuple[str, list[Curve], float | None]]:
    """(title, curves, highest value if it is fixed) of each plot."""
    colours, values = palette.CATEGORIES, series.values
    goals = {name.removeprefix("goal "): 100 * v for name, v in values.items() if name.startswith("goal ")}
    largest = sorted(goals, key=lambda goal: -float(np.nan_to_num(goals[goal][-1])))[:TASKS]
    colour = dict(zip(sorted(largest, key=list(goals).index), colours, strict=False))
    tasks = [(goal, goals[goal], colour[goal]) for goal in largest]
    energy = [(name, values[key], colour) for name, key, colour in (("held", "held", colours[0]), ("pools", "pools", colours[1]))
              if key in values]  # fmt: skip
    plots: list[tuple[str, list[Curve], float | None]] = []
    if "alive" in values:
        plots.append(("population", [("", values["alive"], colours[2])], float(model.space.sites)))
    if "heredity" in values:
        plots.append(("heredity", [("", values["heredity"], colours[1])], 1.0))
    plots.append(("energy", energy, None))
    plots.append(("tasks, % living", tasks, None))
    return plots


def _plot(
    canvas: Canvas, area: Rect, title: str, ticks: NDArray[np.int64], curves: list[Curve], high: float | None, now: int | None
) -> None:
    """One plot: its highest value at the top left, the last values at the right."""
    names = max((canvas.width(name, SMALL) for name, _, _ in curves), default=0)
    inside = Rect(area.x, area.y + 18, max(10, area.width - names - 6), max(10, area.height - 22))
    finite = [float(np.nanmax(values)) for _, values, _ in curves if np.isfinite(values).any()]
    high = high or round_up(max(finite, default=0) or 1.0)
    canvas.text(area.x, area.y, fit(canvas, title, area.width - 60, SMALL), palette.TEXT, SMALL)
    canvas.text(area.x + area.width - 52, area.y, compact(high), palette.FAINT, SMALL)
    canvas.box(inside, palette.EDGE)
    first, span = int(ticks[0]), max(1, int(ticks[-1] - ticks[0]))
    lowest_label = area.y + 16
    for name, values, colour in curves:
        when, what = thinned(ticks, values, 2 * inside.width)
        points: list[Point] = []
        for tick, value in zip(when.tolist(), what.tolist(), strict=True):
            if np.isfinite(value):
                share = min(1.0, max(0.0, value / high))
                points.append(
                    (inside.x + (tick - first) / span * (inside.width - 1), inside.bottom - 1 - share * (inside.height - 2))
                )
        if len(points) > 1:
            canvas.line(points, colour, 2)
            if name:
                lowest_label = max(lowest_label, int(points[-1][1]) - 7)
                if lowest_label + SMALL <= area.bottom + 4:
                    canvas.fill(Rect(inside.right + 1, lowest_label + 5, 3, 5), colour)
                    canvas.text(inside.right + 6, lowest_label, name, palette.TEXT, SMALL)
                lowest_label += 13
    if now is not None and first <= now <= first + span:
        x = inside.x + (now - first) / span * (inside.width - 1)
        canvas.line([(x, inside.y), (x, inside.bottom - 1)], palette.FAINT)
