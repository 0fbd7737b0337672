"""The page of a course: figures drawn from the ledger alone, each with its data as CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cyberspace.collective.golf.board import HEAD, Line, cells, lines
from cyberspace.collective.golf.roll import Roll, Row
from cyberspace.collective.golf.verify import REJECTED
from cyberspace.page import Cell, Figure, Page

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Rows = Sequence[Sequence[Cell]]

SHOWN = 6
"""Entries whose way through the sealed part is drawn."""


def write_page(roll: Roll) -> Path:
    """Write the page of a course into its folder `board`; the page's path."""
    course, rows, found = roll.course, roll.rows(), lines(roll)
    rules = course.rules
    lead = [
        f"Data: {rules.data}; cap {rules.cap}; chance of any false record at most {rules.alpha:g}.",
        f"Committed to before the first entry: sha256 {rules.sealed}.",
    ]
    figures = [
        Figure("board", "The board", HEAD, [cells(one) for one in found]),
        _scores(found),
        _sizes(found),
        _courses(rows, rules.block),
    ]
    page = Page(f"Golf on {rules.data}", lead, [*figures, _verdicts(rows)])
    return page.write(course.folder / "board")


def _scores(found: list[Line]) -> Figure:
    rows = [(one.name, one.verdict, one.sealed, one.error, one.group) for one in found if one.sealed is not None]
    note = "Bars: 95 % by the standard error over blocks. Grey: what everybody can do."
    return Figure(
        "scores",
        "Bits per byte on the sealed part",
        ("name", "verdict", "bits_per_byte", "standard_error", "group"),
        rows,
        _bars,
        note,
    )


def _bars(axes: Axes, rows: Rows) -> None:
    colours = ["0.7" if row[1] == "baseline" else "tab:blue" if row[1] == "record" else "tab:cyan" for row in rows]
    axes.barh(range(len(rows)), [_number(row[2]) for row in rows], xerr=[1.96 * _number(row[3]) for row in rows], color=colours)
    axes.set_yticks(range(len(rows)), [str(row[0])[:32] for row in rows])
    axes.invert_yaxis()
    axes.set_xlabel("bits per byte")


def _sizes(found: list[Line]) -> Figure:
    rows = [(one.name, one.size, one.sealed) for one in found if one.sealed is not None and one.size]
    return Figure("sizes", "What a byte of the artifact buys", ("name", "bytes", "bits_per_byte"), rows, _points)


def _points(axes: Axes, rows: Rows) -> None:
    axes.scatter([_number(row[1]) for row in rows], [_number(row[2]) for row in rows])
    for row in rows:
        axes.annotate(
            str(row[0])[:24], (_number(row[1]), _number(row[2])), fontsize=7, xytext=(4, 3), textcoords="offset points"
        )
    axes.set_xscale("log")
    axes.set_xlabel("bytes of the artifact")
    axes.set_ylabel("bits per byte")


def _courses(rows: list[Row], size: int) -> Figure:
    best = sorted(
        (one for one in rows if one.sealed is not None and one.status != REJECTED), key=lambda one: one.sealed or 0.0
    )[:SHOWN]
    data = [(one.name, k * size, bits) for one in best for k, bits in enumerate(one.blocks)]
    note = "Each block of the sealed part, in the order in which it is read."
    return Figure("blocks", "On the way through the sealed part", ("name", "first_byte", "bits_per_byte"), data, _ways, note)


def _ways(axes: Axes, rows: Rows) -> None:
    for name in dict.fromkeys(row[0] for row in rows):
        own = [row for row in rows if row[0] == name]
        axes.plot([_number(row[1]) for row in own], [_number(row[2]) for row in own], label=str(name)[:32])
    axes.set_xlabel("byte of the sealed part")
    axes.set_ylabel("bits per byte")
    if rows:
        axes.legend(fontsize=7)


def _verdicts(rows: list[Row]) -> Figure:
    counts = Counter(f"{one.status}({one.code})" if one.code else one.status for one in rows)
    return Figure("verdicts", "Verdicts", ("verdict", "entries"), sorted(counts.items()))


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0
