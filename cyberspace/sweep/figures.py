"""The page of a sweep: one figure for each outcome, and its tables."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cyberspace.errors import system_errors
from cyberspace.page import Cell, Figure, Page, as_number, picture
from cyberspace.sweep.outcomes import Outcome
from cyberspace.sweep.tables import Cells, comparison_table, estimate, plain, runs_table, summary_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes


CURVES = 10
"""How many cells are drawn as curves: so many colours there are."""


def page_of(cells: Cells, planned: int) -> Page:
    """The page of what is found.

    Args:
        cells: It.
        planned: Runs of the whole plan.
    """
    plan = cells.plan
    done = sum(map(len, cells.found.values()))
    lead = [plan.file.question] if plan.file.question else []
    lead.append(
        f"{plan.path.name}: {len(cells.found)} cells, {len(plan.seeds)} seeds each, {plan.file.ticks:,} ticks at most; "
        f"{done} of {planned} runs are finished."
    )
    page = Page(plan.path.stem, lead)
    page.figures += [figure_of(cells, outcome) for outcome in plan.outcomes.values()]
    page.figures.append(
        Figure("summary", "Cells", *summary_table(cells), note="Intervals of 95 %: exact for shares, Student's for means.")
    )
    if plan.file.compare:
        note = "Differences are of means, or of shares, one less the other, with Welch's interval; p corrected as Holm does."
        page.figures.append(Figure("comparisons", "Comparisons", *comparison_table(cells), note=note))
    page.figures.append(Figure("runs", "Runs", *runs_table(cells)))
    return page


def write_page(page: Page, folder: Path) -> Path:
    """Write the page, the data of each figure as CSV, and each figure as a picture; the page's path."""
    path = page.write(folder)
    with system_errors(str(folder), "a folder that can be written", "another --out"):
        for one in page.figures:
            if one.draw is not None:
                (folder / f"{one.name}.png").write_bytes(picture(one))
    return path


def figure_of(cells: Cells, outcome: Outcome) -> Figure:
    """The figure of an outcome: Kaplan and Meier's curves of times, else every run as a dot, and means with intervals."""
    return _times(cells, outcome) if outcome.sort == "time" else _dots(cells, outcome)


def _name(cell: Sequence[str]) -> str:
    return ", ".join(cell) or "all"


def _times(cells: Cells, outcome: Outcome) -> Figure:
    limit, rows = cells.plan.file.ticks, list[list[Cell]]()
    for cell in cells.found:
        if not cells.values(cell, outcome.name):
            continue
        told, name = (
            cells.survival(cell, outcome.name),
            f"{_name(cell)} ({len(cells.numbers(cell, outcome.name))} of {len(cells.values(cell, outcome.name))})",
        )
        rows.append([name, 0, 0.0, 0.0, 0.0])
        points = zip(told.times, told.share, told.low, told.high, strict=True)
        rows += [
            [name, plain(float(tick)), 1.0 - float(share), 1.0 - float(high), 1.0 - float(low)]
            for tick, share, low, high in points
        ]
        rows.append([name, limit, *rows[-1][2:]])

    shown = len(dict.fromkeys(row[0] for row in rows))
    draw, note = _curves, "Kaplan and Meier's estimate with bands of 95 %; in brackets: how many got there, of how many runs."
    if shown > CURVES:
        draw, note = (
            _strips,
            "The darker, the larger the share that got there (Kaplan and Meier's estimate); a diamond is the median.",
        )
    head = ["cell", "tick", "share", "low", "high"]
    return Figure(outcome.name, outcome.name, head, rows, partial(draw, limit), note, _height(shown))


def _height(lines: int) -> float:
    """Of a picture with so many lines of text, in inches."""
    return max(4.0, 0.22 * lines + 0.8)


def _by_cell(rows: Sequence[Sequence[Cell]]) -> dict[str, list[list[float]]]:
    """Columns of numbers by cell: ticks, shares, lower and upper ends."""
    return {
        name: [[as_number(value) for value in column] for column in [*zip(*mine, strict=True)][1:]]
        for name, mine in itertools.groupby(rows, lambda row: str(row[0]))
    }


def _curves(limit: int, axes: Axes, rows: Sequence[Sequence[Cell]]) -> None:
    for name, (ticks, share, low, high) in _by_cell(rows).items():
        (line,) = axes.step(ticks, share, where="post", label=name)
        axes.fill_between(ticks, low, high, step="post", alpha=0.15, color=line.get_color(), linewidth=0)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set(xlabel="tick", ylabel="share that got there", xlim=(0, limit), ylim=(-0.02, 1.02))
    if rows:
        axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _strips(limit: int, axes: Axes, rows: Sequence[Sequence[Cell]]) -> None:
    """A strip for each cell, for more cells than colours can tell apart."""
    cells = _by_cell(rows)
    for k, (ticks, share, _, _) in enumerate(cells.values()):
        spans = [(start, end - start) for start, end in itertools.pairwise(ticks)]
        axes.broken_barh(spans, (k - 0.4, 0.8), facecolors=[(0.13, 0.27, 0.5, one) for one in share[:-1]], linewidth=0)
        reached = [tick for tick, one in zip(ticks, share, strict=True) if one >= 0.5]
        if reached:
            axes.plot(reached[:1], [k], "D", color="#ee7733", markersize=5)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set(xlabel="tick", xlim=(0, limit), yticks=range(len(cells)), ylim=(len(cells) - 0.5, -0.5))
    axes.set_yticklabels(cells, fontsize=8)


def _dots(cells: Cells, outcome: Outcome) -> Figure:
    rows: list[list[Cell]] = []
    names = [_name(cell) for cell in cells.found]
    for cell, name in zip(cells.found, names, strict=True):
        rows += [[name, "run", number, None, None] for number in cells.numbers(cell, outcome.name)]
        told = estimate(cells, cell, outcome)[2]
        ends: list[Cell] = [end if math.isfinite(end) else None for end in (told.low, told.high)]
        if told.n:
            rows.append([name, "mean", told.mean, *ends])

    def draw(axes: Axes, rows: Sequence[Sequence[Cell]]) -> None:
        for k, name in enumerate(names):
            runs = [as_number(row[2]) for row in rows if row[:2] == [name, "run"]]
            spread = [k + 0.25 * (2 * ((0.61803 * i) % 1) - 1) for i in range(len(runs))]
            axes.plot(runs, spread, "o", alpha=0.35, markersize=4, color="#4477aa", markeredgewidth=0)
            for row in rows:
                if row[:2] == [name, "mean"]:
                    middle, low, high = (as_number(value) for value in row[2:])
                    axes.plot([low, high], [k, k], "-", color="#222222", linewidth=1.5)
                    axes.plot([middle], [k], "D", color="#222222", markersize=5)
        axes.set(xlabel=outcome.name, yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.5, -0.5))

    note = "A dot is a run; the diamond is the mean, or the share, with its interval of 95 %."
    return Figure(outcome.name, outcome.name, ["cell", "what", "value", "low", "high"], rows, draw, note, _height(len(names)))
