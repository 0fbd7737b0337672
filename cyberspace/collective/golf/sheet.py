"""The page of a course: figures drawn from the roll alone, each with its data as CSV, in one file that needs no other."""

from __future__ import annotations

import csv
import html
import io
from collections import Counter
from pathlib import Path

import numpy as np

from cyberspace.collective.golf.board import Line, lines, table
from cyberspace.collective.golf.course import Course
from cyberspace.collective.golf.roll import Roll, Row
from cyberspace.collective.golf.verify import REJECTED

Rows = list[list[object]]

STYLE = "body{font:15px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}pre{overflow-x:auto;font-size:12px}svg{width:100%;height:auto}"
SHOWN = 8


def scores(found: list[Line]) -> Rows:
    """Bits per byte of all that has a score, with their standard errors."""
    rows: Rows = [["name", "kind", "bits_per_byte", "standard_error", "bytes", "group"]]
    kept = [one for one in found if one.sealed is not None]
    return rows + [[one.name, one.verdict, _text(one.sealed), _text(one.error), one.size, one.group] for one in kept]


def courses(rows: list[Row], size: int) -> Rows:
    """Bits per byte of each block of the sealed part, of the best entries."""
    best = sorted(
        (one for one in rows if one.sealed is not None and one.status != REJECTED), key=lambda one: one.sealed or 0.0
    )[:SHOWN]
    head: Rows = [["block", "first_byte", *(one.name for one in best)]]
    count = min((len(one.blocks) for one in best), default=0)
    return head + [[k, k * size, *(_text(one.blocks[k]) for one in best)] for k in range(count)]


def verdicts(rows: list[Row]) -> Rows:
    """How many entries had which verdict."""
    counts = Counter(f"{one.status}({one.code})" if one.code else one.status for one in rows)
    return [["verdict", "entries"], *([name, count] for name, count in sorted(counts.items()))]


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"


def as_csv(rows: Rows) -> str:
    """Rows as CSV, the same bytes for the same roll."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def draw(kind: str, rows: Rows) -> str:
    """One figure as SVG."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "golf"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, max(2.5, 0.32 * len(rows)) if kind != "courses" else 4))
    body = rows[1:]
    if kind == "scores":
        values, errors = np.array([float(str(row[2])) for row in body]), np.array([float(str(row[3]) or 0) for row in body])
        colours = ["0.6" if row[1] == "baseline" else "tab:blue" if row[1] == "record" else "tab:cyan" for row in body]
        axes.barh(range(len(body)), values, xerr=1.96 * errors, color=colours)
        axes.set_yticks(range(len(body)), [str(row[0])[:30] for row in body])
        axes.invert_yaxis()
        axes.set_xlabel("bits per byte on the sealed part, 95 % over blocks; grey: baselines")
    elif kind == "courses":
        for k, name in enumerate(rows[0][2:], 2):
            axes.plot([row[1] for row in body], [float(str(row[k])) for row in body], label=str(name)[:30])
        axes.set_xlabel("byte of the sealed part")
        axes.set_ylabel("bits per byte of the block")
        if len(rows[0]) > 2:
            axes.legend(fontsize=7)
    else:
        axes.barh([str(row[0]) for row in body], [int(str(row[1])) for row in body], color="tab:blue")
        axes.set_xlabel("entries")
    out = io.StringIO()
    figure.savefig(out, format="svg", bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)
    text = out.getvalue()
    return text[text.index("<svg") :]


def write_page(course: Course) -> Path:
    """Write board.html and one CSV a figure into the course's folder; the page's path."""
    rows = Roll(course).rows()
    figures = {"scores": scores(lines(course)), "courses": courses(rows, course.rules.block), "verdicts": verdicts(rows)}
    said = "\n".join(table(course))
    parts = [f"<h1>Golf: {html.escape(course.rules.data)}, {html.escape(course.rules.cap)}</h1><pre>{html.escape(said)}</pre>"]
    for name, data in figures.items():
        text = as_csv(data)
        (course.folder / f"{name}.csv").write_text(text)
        parts.append(
            f"<h2>{name}</h2>{draw(name, data) if len(data) > 1 else ''}<details><summary>data</summary><pre>{html.escape(text)}</pre></details>"
        )
    path = course.folder / "board.html"
    path.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Golf</title><style>{STYLE}</style>{"".join(parts)}</html>\n'
    )
    return path
