"""The page of a pool, from its ledger alone: journey, techniques, candidates, contributions, bandit, lineage, migrations, failures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cyberspace.collective.pool import journey
from cyberspace.collective.pool.view import View
from cyberspace.page import Cell, Figure, Page, as_number, column

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Rows = Sequence[Sequence[Cell]]
COLOURS = {"kept": "#1b7837", "discarded": "#999999", "crashed": "#b2182b", "lost": "#ef8a62", "refused": "#d9d9d9"}


def page_of(view: View, title: str) -> Page:
    """All figures of a view."""
    heads = journey.columns()
    return Page(
        title,
        [
            f"{view.spent} experiments. Scores: higher is better. Candidates are chosen on public seeds; sealed ones once, at last.",
            "Intervals are Student's at 95 %. Gains are paired by seed against the first parent.",
        ],
        [
            Figure("journey", "Journey", heads["journey"], journey.journey(view), draw_journey, "Running best with its interval."),
            Figure("candidates", "Candidates", heads["candidates"], journey.candidates(view), draw_candidates, "Public and sealed."),
            Figure("sealed", "Gain over the baseline, sealed seeds", heads["sealed"], journey.sealed_gains(view)),
            Figure("techniques", "Techniques: effect, interval, n", heads["techniques"], journey.techniques(view), draw_techniques,
                   "On the diagonal one technique with and without it; beside it two together against neither. Observed, not randomised."),
            Figure("contributions", "Contributions", heads["contributions"], journey.contributions(view)),
            Figure("bandit", "Pulls of operators", heads["bandit"], journey.pulls(view), draw_pulls),
            Figure("lineage", "Lineage", heads["lineage"], journey.edges(view), draw_lineage, "Dark: the champion's line."),
            Figure("migrations", "Migrations", heads["migrations"], journey.migrations(view), draw_migrations),
            Figure("predictions", "Predicted and measured gain", heads["predictions"], journey.predictions(view), draw_predictions),
            Figure("failures", "What did not work", heads["failures"], journey.failures(view)[:40]),
        ],
    )  # fmt: skip


def write_report(view: View, title: str, folder: Path) -> Path:
    """Write the page and a CSV for each figure; the page's path."""
    return page_of(view, title).write(folder)


def draw_journey(axes: Axes, rows: Rows) -> None:
    """Dots by verdict, the running best as a line in its band."""
    for state, colour in COLOURS.items():
        some = [row for row in rows if row[1] == state]
        known = [row for row in some if row[2] is not None]
        axes.plot(column(known, 0), column(known, 2), "o", ms=3, color=colour, label=f"{state} ({len(some)})")
    crashed = [row[0] for row in rows if row[1] == "crashed"]
    for number in crashed:
        axes.axvline(as_number(number), color=COLOURS["crashed"], lw=0.5, alpha=0.5)
    at = [row for row in rows if row[3] is not None]
    axes.step(column(at, 0), column(at, 3), where="post", color="black", lw=1)
    band = [row for row in rows if row[4] is not None and row[5] is not None]
    low, high = ([as_number(row[k]) for row in band] for k in (4, 5))
    axes.fill_between([as_number(row[0]) for row in band], low, high, step="post", color="black", alpha=0.1, lw=0)
    axes.set(xlabel="experiment", ylabel="score")
    axes.legend(frameon=False, fontsize=8)


def draw_candidates(axes: Axes, rows: Rows) -> None:
    """Means with intervals, public and sealed."""
    for k, row in enumerate(rows):
        for first, shift, colour, label in ((2, 0.15, "#2166ac", "public"), (6, -0.15, "#b2182b", "sealed")):
            if row[first] is None:
                continue
            mean, low, high = (as_number(cell) for cell in row[first : first + 3])
            axes.plot(mean, k + shift, "o", ms=4, color=colour, label=label if k == 0 else None)
            axes.plot([low, high], [k + shift] * 2, color=colour, lw=1)
    axes.set_yticks(range(len(rows)), [str(row[0]) for row in rows], fontsize=7)
    axes.invert_yaxis()
    axes.set(xlabel="score")
    if rows:
        axes.legend(frameon=False, fontsize=8)


def draw_techniques(axes: Axes, rows: Rows) -> None:
    """A matrix of effects; each cell says effect, interval and n."""
    names = list(dict.fromkeys(str(row[0]) for row in rows))
    names += [name for name in dict.fromkeys(str(row[1]) for row in rows) if name not in names]
    most = max((abs(as_number(row[2])) for row in rows), default=1.0) or 1.0
    for row in rows:
        x, y, effect = names.index(str(row[1])), names.index(str(row[0])), as_number(row[2])
        colour = (0.1, 0.47, 0.22) if effect > 0 else (0.7, 0.09, 0.17)
        axes.fill([x, x + 1, x + 1, x], [y, y, y + 1, y + 1], color=colour, alpha=min(0.7, 0.7 * abs(effect) / most), lw=0)
        words = f"{effect:+.2f}\n[{as_number(row[3]):.2f}, {as_number(row[4]):.2f}]\nn {row[5]}, {row[6]}"
        axes.text(x + 0.5, y + 0.5, words, ha="center", va="center", fontsize=5.5)
    middle = [k + 0.5 for k in range(len(names))]
    axes.set_xticks(middle, names, rotation=30, ha="right", fontsize=7)
    axes.set_yticks(middle, names, fontsize=7)
    axes.set_ylim(max(1, len(names)), 0)


def draw_pulls(axes: Axes, rows: Rows) -> None:
    """Bars of pulls, the kept ones dark."""
    names = [str(row[0]) for row in rows]
    axes.barh(names, [as_number(row[1]) for row in rows], color="#cccccc", label="pulls")
    axes.barh(names, [as_number(row[2]) for row in rows], color=COLOURS["kept"], label="kept")
    axes.set(xlabel="experiments")
    axes.legend(frameon=False, fontsize=8)


def draw_lineage(axes: Axes, rows: Rows) -> None:
    """Candidates in order of finding, arcs from parent to child."""
    order: dict[str, int] = {}
    for row in rows:
        for name in (str(row[1]), str(row[0])):
            order.setdefault(name, len(order))
    for row in rows:
        start, end = sorted((order[str(row[1])], order[str(row[0])]))
        middle, height = (start + end) / 2, (end - start) / 2
        steps = [k / 20 for k in range(21)]
        axes.plot(
            [start + (end - start) * s for s in steps], [height * 4 * s * (1 - s) for s in steps],
            color="black" if row[2] else "#bbbbbb", lw=1.2 if row[2] else 0.5, zorder=2 if row[2] else 1,
        )  # fmt: skip
        axes.plot([middle], [0], alpha=0)
    axes.plot(list(order.values()), [0] * len(order), ".", color="#555555", ms=3)
    axes.set(xlabel="candidates in order of finding", yticks=[])


def draw_migrations(axes: Axes, rows: Rows) -> None:
    """Who gave to whom, when; accepted ones filled."""
    names = sorted({str(row[k]) for row in rows for k in (3, 4)})
    for row in rows:
        y = names.index(str(row[3])), names.index(str(row[4]))
        colour = COLOURS["kept"] if row[5] else "#bbbbbb"
        axes.annotate(
            "",
            (as_number(row[0]), y[1]),
            (as_number(row[0]), y[0]),
            arrowprops={"arrowstyle": "->", "color": colour, "lw": 0.8},
        )
        axes.plot([as_number(row[0])] * 2, y, ".", color=colour, ms=3)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set(xlabel="experiment")


def draw_predictions(axes: Axes, rows: Rows) -> None:
    """Predicted against measured."""
    axes.plot(column(rows, 1), column(rows, 2), ".", color="#2166ac")
    axes.axhline(0, color="#888888", lw=0.5)
    axes.set(xlabel="predicted gain", ylabel="gain")
