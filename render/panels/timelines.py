"""The panel at the bottom: population, heredity, energy, tasks and scores over time, and where in time one stands."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from render import palette
from render.canvas import SMALL, Canvas, Rect, fit
from render.frames import Series
from render.model import Model
from render.panels.panel import PAD, Hot, slider
from render.panels.plot import Curve, Plot, draw_plot
from render.score import Score

TASKS, SCORES = 6, 2
"""Curves of tasks that are drawn, the largest; and plots of scores."""

WIDE, NARROW = 3, 2
"""Parts of the width of plots with names beside them, and of others."""

LEAST = (112, 180)
"""Least width of a plot without names, and of one with names."""

SEEN = 0.0005
"""What chance reaches is shown from this share on."""


class Timelines:
    """Four plots, more where tasks say scores, and the slider of time."""

    def stamp(self, model: Model) -> Hashable:
        """The last sample, and the tick that is shown."""
        known = model.series.ticks if model.series else np.zeros(0, dtype=np.int64)
        tick = model.frame.tick if model.frame else None
        if model.source.about.live and len(known) and tick is not None and tick > known[-1]:
            tick = None  # later than all samples: it changes nothing
        return self._first, len(known), int(known[-1]) if len(known) else None, tick, model.source.about.live, model.space.name

    def __init__(self) -> None:
        self._first = 0

    def wheel(self, notches: float) -> None:
        """Show others where not all have room."""
        self._first += -1 if notches > 0 else 1

    def _shown(self, plots: list[Plot], width: int) -> list[Plot]:
        """As many as have room, from the first one on that is wanted."""
        rooms = [LEAST[plot.named] for plot in plots]
        if sum(rooms) <= width:
            return plots
        first = self._first % len(plots)
        turned = [(first + k) % len(plots) for k in range(len(plots))]
        count = max(1, sum(1 for k in range(len(plots)) if sum(rooms[n] for n in turned[: k + 1]) <= width))
        return [plots[n] for n in turned[:count]]

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
        every = plots_of(model.series, model)
        plots = self._shown(every, rect.width - 2 * PAD)
        if len(plots) < len(every):
            words = f"{len(plots)} of {len(every)} charts: the wheel shows others"
            canvas.text(rect.x + PAD, top, fit(canvas, words, rect.width - 2 * PAD, SMALL), palette.FAINT, SMALL)
            top += 16
        shares = np.cumsum([0, *(WIDE if plot.named else NARROW for plot in plots)])
        edges = (rect.x + PAD + shares * (rect.width - PAD) // shares[-1]).tolist()
        for plot, left, right in zip(plots, edges[:-1], edges[1:], strict=True):
            area = Rect(left, top, right - left - PAD, rect.bottom - top - 4)
            draw_plot(canvas, area, plot, model.series.ticks, model.frame.tick if model.frame else None)
        return hots


def plots_of(series: Series, model: Model) -> list[Plot]:
    """The plots of a space, from left to right."""
    colours, values, chance = palette.CATEGORIES, series.values, model.space.chance
    goals = {name.removeprefix("goal "): 100 * v for name, v in values.items() if name.startswith("goal ")}
    largest = sorted(goals, key=lambda goal: -float(np.nan_to_num(goals[goal][-1])))[:TASKS]
    colour = dict(zip(goals, palette.task_colours(len(goals)), strict=True))
    seen = {goal: 100 * chance[goal] for goal in largest if chance.get(goal, 0.0) >= SEEN}
    tasks = tuple(Curve(goal, goals[goal], colour[goal], seen.get(goal)) for goal in largest)
    energy = tuple(
        Curve(key, values[key], colour) for key, colour in (("held", colours[0]), ("pools", colours[1])) if key in values
    )
    plots: list[Plot] = []
    if "alive" in values:
        plots.append(Plot("population", (Curve("", values["alive"], colours[2]),), float(model.space.sites)))
    if "heredity" in values:
        plots.append(Plot("heredity", (Curve("", values["heredity"], colours[1]),), 1.0))
    plots += [Plot("energy", energy), Plot("tasks, % (chance)" if seen else "tasks, % living", tasks)]
    return plots + [_score(one) for one in series.scores[:SCORES]]


def _score(one: Score) -> Plot:
    """The median of a score, bands of its quantiles, and the best."""
    low, lower, median, upper, high, best = one.spread.T
    bands = ((low, high, palette.CONTROL), (lower, upper, palette.EDGE))
    curves = (Curve("best", best, palette.CATEGORIES[0]), Curve("median", median, palette.CATEGORIES[1]))
    return Plot(f"{one.name}, {one.unit}", curves, bands=bands)
