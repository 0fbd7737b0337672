"""A small plot: curves over ticks, bands between quantiles, and what the curves are at now."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from render import palette
from render.canvas import SMALL, Canvas, Point, Rect, fit, wrap
from render.fields import round_up

Values = NDArray[np.float64]

LINE, HEAD = 14, 14
"""From one name to the next, and from one line of the head to the next."""


@dataclass(frozen=True)
class Curve:
    """A curve.

    Attributes:
        name: Its name; empty where it is the only one.
        values: At each sample, NaN where there is none.
        colour: Its colour.
        chance: What chance reaches, if that is to be seen.
    """

    name: str
    values: Values
    colour: str
    chance: float | None = None


@dataclass(frozen=True)
class Plot:
    """What is drawn.

    Attributes:
        title: What it shows.
        curves: The curves.
        high: The highest value, if it is fixed.
        bands: Lower and upper edge of each band and its colour, those behind first.
    """

    title: str
    curves: tuple[Curve, ...]
    high: float | None = None
    bands: tuple[tuple[Values, Values, str], ...] = ()

    @property
    def named(self) -> bool:
        """Whether its curves have names, which stand at the right."""
        return any(curve.name for curve in self.curves)

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest value of the axis."""
        known = [*(curve.values for curve in self.curves), *(edge for low, high, _ in self.bands for edge in (low, high))]
        finite = np.concatenate([np.zeros(1), *(values[np.isfinite(values)] for values in known)])
        return min(0.0, float(finite.min())), self.high or round_up(float(finite.max()) or 1.0)


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


def draw_plot(canvas: Canvas, area: Rect, plot: Plot, ticks: NDArray[np.int64], now: int | None) -> None:
    """One plot: its title and the range of its axis above, and the values at the tick that is shown beside the names, or at the right."""
    at = max(0, int(np.searchsorted(ticks, ticks[-1] if now is None else now, side="right")) - 1)
    labels = [_label(curve, at) for curve in plot.curves]
    named = plot.named
    names = max((canvas.width(label, SMALL) for label in labels), default=0) if named else 0
    if names > area.width // 2:  # the numbers are what must be read
        labels = [_label(replace(curve, name=curve.name[:6]), at) for curve in plot.curves]
        names = max(canvas.width(label, SMALL) for label in labels)
    low, high = plot.range
    under = _head(canvas, area, plot.title, f"axis {compact(low)} to {compact(high)}", "" if named else " ".join(labels))
    inside = Rect(area.x, under, max(10, area.width - names - 6), max(10, area.bottom - 4 - under))
    canvas.box(inside, palette.EDGE)
    first, span = int(ticks[0]), max(1, int(ticks[-1] - ticks[0]))

    def points(values: Values) -> list[Point]:
        when, what = thinned(ticks, values, 2 * inside.width)
        share = np.clip((what - low) / (high - low), 0.0, 1.0)
        xs, ys = inside.x + (when - first) / span * (inside.width - 1), inside.bottom - 1 - share * (inside.height - 2)
        return [(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True) if np.isfinite(y)]

    for bottom, top, colour in plot.bands:
        outline = points(bottom) + points(top)[::-1]
        if len(outline) > 3:
            canvas.polygon(outline, colour)
    ends: list[float] = []
    for curve in plot.curves:
        if curve.chance is not None:
            height = points(np.full(len(ticks), curve.chance))[0][1]
            _dashes(canvas, inside, height, curve.colour)
        line = points(curve.values)
        if len(line) > 1:
            canvas.line(line, curve.colour, 2)
        ends.append(line[-1][1] if line else inside.bottom)
    for k, y in places_of(ends, inside.y - 2, area.bottom - SMALL - 2).items() if named else ():
        canvas.fill(Rect(inside.right + 1, y + 5, 3, 5), plot.curves[k].colour)
        canvas.text(inside.right + 6, y, labels[k], palette.TEXT, SMALL)
    if now is not None and first <= now <= first + span:
        x = inside.x + (now - first) / span * (inside.width - 1)
        canvas.line([(x, inside.y), (x, inside.bottom - 1)], palette.FAINT)


def _head(canvas: Canvas, area: Rect, title: str, scale: str, value: str) -> int:
    """The title, the present value at the right, and the range of the axis, in as few lines as have room; the row below them."""
    y, room = area.y, area.width - 4
    lines = wrap(canvas, f"{title} {value}".strip(), room, SMALL) if canvas.width(title, SMALL) > room else [title]
    last = lines[-1]
    if value and len(lines) == 1:
        at = canvas.width(value, SMALL)
        if canvas.width(last, SMALL) + 8 + at > room:
            lines.append("now")
        canvas.text(area.x + room - at, y + HEAD * (len(lines) - 1), value, palette.TEXT, SMALL)
        room -= at + 8
    for k, line in enumerate(lines):
        across = canvas.text(area.x, y + HEAD * k, line, palette.TEXT, SMALL)
    if across + 6 + canvas.width(scale, SMALL) <= room:
        canvas.text(area.x + across + 6, y + HEAD * (len(lines) - 1), scale, palette.FAINT, SMALL)
    else:
        canvas.text(area.x, y + HEAD * len(lines), fit(canvas, scale, area.width - 4, SMALL), palette.FAINT, SMALL)
        lines.append(scale)
    return y + HEAD * len(lines) + 4


def places_of(ends: list[float], top: int, bottom: int) -> dict[int, int]:
    """Where the names of curves stand that end at these heights: near their ends, one below the other; the last ones have no room."""
    most = max(1, (bottom - top) // LINE + 1)
    order = sorted(range(min(len(ends), most)), key=lambda k: ends[k])
    found: dict[int, int] = {}
    for rank, k in enumerate(order):
        lowest = bottom - (len(order) - 1 - rank) * LINE
        highest = found[order[rank - 1]] + LINE if rank else top
        found[k] = max(highest, min(lowest, int(ends[k]) - 7))
    return found


def _label(curve: Curve, at: int) -> str:
    """The name of a curve and its value at a sample, and in brackets what chance reaches."""
    value = float(curve.values[at]) if at < len(curve.values) else float("nan")
    told = compact(value) if np.isfinite(value) else "-"
    chance = "" if curve.chance is None else f" ({compact(curve.chance)})"
    return f"{curve.name} {told}{chance}".strip()


def _dashes(canvas: Canvas, inside: Rect, height: float, colour: str) -> None:
    """A dashed line across a plot."""
    for x in range(inside.x, inside.right - 4, 8):
        canvas.line([(x, height), (x + 4, height)], colour)
