"""Figures of a run's statistics: what evolved, measured at its samples."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes

from cyberspace.analysis.measuring.row import Row
from cyberspace.analysis.measuring.statistics import Statistics
from render import palette
from render.task_figures import plain

CSV = "statistics.csv"
"""The whole table, beside the figures."""

MOST = 9
"""Curves of a figure, at most: those that are largest at the end."""

Rows = Sequence[Row]


def _curves(rows: Rows, measure: str, quantity: str) -> Iterator[tuple[str, Rows]]:
    """Rows of a quantity, by what it is of; with the space's name where there are several."""
    found: dict[str, list[Row]] = {}
    many = len({row.space for row in rows if row.space}) > 1
    for row in rows:
        if row.measure == measure and row.quantity == quantity:
            name = f"{row.space}: {row.of}" if many and row.space else row.of
            found.setdefault(name, []).append(row)
    largest = sorted(found, key=lambda name: -np.nan_to_num(found[name][-1].value))[:MOST]
    yield from ((name, found[name]) for name in found if name in largest)


def _draw(axes: Axes, rows: Rows, measure: str, quantity: str, title: str, unit: str, band: bool = False) -> bool:
    """Curves of a quantity; whether there are any."""
    colours = list(dict.fromkeys([*palette.VIVID, *palette.STACK]))
    number = -1
    for number, (name, curve) in enumerate(_curves(rows, measure, quantity)):
        ticks, values = [row.tick for row in curve], [row.value for row in curve]
        colour = colours[number % len(colours)]
        axes.plot(ticks, values, color=colour, lw=1.6, label=plain(name) or None)
        if band:
            axes.fill_between(ticks, [row.low for row in curve], [row.high for row in curve], color=colour, alpha=0.15, lw=0)
    axes.set(xlabel="tick", ylabel=unit, title=title)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9)
    return number >= 0


def draw_excess(rows: Rows, axes: Axes) -> bool:
    """What selection moved between samples."""
    axes.axhline(0, color=palette.INK, lw=0.8)
    title = "Evolutionary activity beyond a neutral shadow (bands: 95 % of the shadows)"
    return _draw(axes, rows, "activity", "excess", title, "share of the living", band=True)


def draw_activity(rows: Rows, axes: Axes) -> bool:
    """Mean activity of components."""
    axes.set_yscale("symlog", linthresh=1)
    return _draw(axes, rows, "activity", "mean", "Evolutionary activity of components, mean", "ticks held by all of the living")


def draw_diversity(rows: Rows, axes: Axes) -> bool:
    """Hill numbers."""
    axes.set_yscale("symlog", linthresh=1)
    return _draw(axes, rows, "diversity", "hill 1", "Diversity: kinds of equal size that would be as diverse", "kinds")


def draw_novelty(rows: Rows, axes: Axes) -> bool:
    """MODES: ecology of those who persist."""
    return _draw(axes, rows, "modes", "ecology", "MODES: entropy of the components of those who persist", "bits")


def draw_selection(rows: Rows, axes: Axes) -> bool:
    """Selection differentials."""
    axes.axhline(0, color=palette.INK, lw=0.8)
    title = "Selection differential of each function (bands: 95 %)"
    return _draw(axes, rows, "selection", "differential", title, "share of the living", band=True)


def draw_income(rows: Rows, axes: Axes) -> bool:
    """Energy by source."""
    return _draw(axes, rows, "energy", "income", "Income by source", "energy per organism and tick")


FIGURES: dict[str, Callable[[Rows, Axes], bool]] = {
    "excess": draw_excess,
    "activity": draw_activity,
    "diversity": draw_diversity,
    "modes": draw_novelty,
    "selection": draw_selection,
    "income": draw_income,
}
"""By name, in the order of the page; each tells whether there was anything to draw."""


def figure_file(name: str) -> str:
    """Name of a figure's file."""
    return f"statistics-{name}.png"


def section(drawn: Sequence[str], found: Statistics) -> str:
    """The part of the page: figures, who lives by whom, and what could not be told."""
    parts = ["<h2>What evolved, measured</h2>", f'<p>All numbers at all samples: <a href="{CSV}">{CSV}</a>.</p>']
    parts += [f"<p>{html.escape(note)}</p>" for note in found.notes]
    parts += [f'<figure><img src="{figure_file(name)}" alt="{name}"></figure>' for name in drawn]
    rows = [row for row in found.rows if row.measure == "trophic"]
    if rows:
        parts += ["<h3>Who lives by what</h3>", _trophic(rows)]
    return "\n".join(parts)


def _trophic(rows: Rows) -> str:
    """A table of groups: what each lives by, the largest giver first."""
    named = {
        "share of organism-ticks": "share",
        "light": "light",
        "tasks": "tasks",
        "tasks, without messages": "deaf",
        "gifts": "gifts",
    }
    groups: dict[tuple[str, str], dict[str, float]] = {}
    givers: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for row in rows:
        if row.quantity in named:
            groups.setdefault((row.space, row.of), {})[named[row.quantity]] = row.value
        elif row.quantity == "lives by":
            receiver, _, giver = row.of.partition(" < ")
            givers.setdefault((row.space, receiver), []).append((row.value, giver))
    names = ("who", "share", "light", "tasks", "tasks, if nobody heard", "gifts", "of whose gifts")
    head = "<tr>" + "".join(f"<th>{name}</th>" for name in names) + "</tr>"
    lines = []
    for (space, name), values in groups.items():
        told = ", ".join(f"{giver} {part:.1%}" for part, giver in sorted(givers.get((space, name), []), reverse=True)[:3])
        cells = [
            f"{values.get('share', 0):.1%}",
            *(f"{values.get(key, 0):.3g}" for key in ("light", "tasks", "deaf", "gifts")),
            told,
        ]
        lines.append(f"<tr><th>{html.escape(name)}</th>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>")
    note = "<p>Energy per organism and tick, in the ticks after the newest checkpoint; gifts as shares of the income.</p>"
    return note + "<table>\n" + "\n".join([head, *lines]) + "\n</table>"
