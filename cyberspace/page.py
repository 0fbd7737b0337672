"""One page of figures in one file: tables and pictures, with the data of each figure as CSV beside it."""

from __future__ import annotations

import base64
import csv
import html
import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cyberspace.errors import one_line, system_errors

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Cell = str | float | int | None
Draw = Callable[["Axes", Sequence[Sequence[Cell]]], None]

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
img { max-width: 100%; height: auto } figure { margin: 1.5rem 0 } figcaption { color: #555 }
table { border-collapse: collapse; display: block; overflow-x: auto; font-size: 0.9rem }
th { text-align: left; vertical-align: bottom } td, th { padding: 0.1rem 0.8rem 0.1rem 0; max-width: 24rem; overflow-wrap: break-word }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
"""


@dataclass(frozen=True)
class Figure:
    """A figure and all that it shows.

    Attributes:
        name: Of its CSV, letters and dashes.
        title: Above it.
        head: Names of the columns.
        rows: The data, all that `draw` needs.
        draw: Draws the rows into axes; None makes it a table.
        note: Below it.
        height: Of the picture, in inches.
    """

    name: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    draw: Draw | None = None
    note: str = ""
    height: float = 4.0

    def csv(self) -> str:
        """Its data; equal rows give equal bytes."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.head)
        writer.writerows([[_plain(cell) for cell in row] for row in self.rows])
        return out.getvalue()


@dataclass
class Page:
    """A page that is being made.

    Attributes:
        title: Of the page.
        lead: Paragraphs at its head.
        figures: In order.
    """

    title: str
    lead: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    def write(self, folder: Path) -> Path:
        """Write index.html and a CSV for each figure; the page's path."""
        self.write_data(folder)
        with system_errors(str(folder), "a folder that can be written", "another folder"):
            path = folder / "index.html"
            path.write_text(self.html(), encoding="utf-8")
        return path

    def write_data(self, folder: Path) -> None:
        """Write a CSV for each figure."""
        with system_errors(str(folder), "a folder that can be written", "another folder"):
            folder.mkdir(parents=True, exist_ok=True)
            for one in self.figures:
                (folder / f"{one.name}.csv").write_text(one.csv(), encoding="utf-8", newline="")

    def html(self) -> str:
        """The page, with nothing in it that lies elsewhere."""
        title = html.escape(self.title)
        parts = [f"<p>{html.escape(line)}</p>" for line in self.lead]
        for one in self.figures:
            inside = table(one.head, one.rows) if one.draw is None else _picture(one)
            note = f"<figcaption>{html.escape(one.note)}</figcaption>" if one.note else ""
            parts.append(f"<h2>{html.escape(one.title)}</h2>\n<figure>{inside}{note}</figure>")
        head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        return (
            f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n<h1>{title}</h1>\n'
            + "\n".join(parts)
            + "\n</body></html>\n"
        )


def as_number(cell: Cell) -> float:
    """A cell as a number; NaN for what is none."""
    return math.nan if cell is None or isinstance(cell, str) else float(cell)


def column(rows: Sequence[Sequence[Cell]], k: int) -> list[float]:
    """Column k of some rows as numbers."""
    return [as_number(row[k]) for row in rows]


def _plain(cell: Cell) -> str:
    return "" if cell is None else f"{cell:.6g}" if isinstance(cell, float) else str(cell)


def table(head: Iterable[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table as HTML; small numbers with four digits, of which the CSV has six."""
    lines = ["".join(f"<th>{html.escape(name)}</th>" for name in head)]
    lines += ["".join(_shown(cell) for cell in row) for row in rows]
    return "<table>\n" + "\n".join(f"<tr>{line}</tr>" for line in lines) + "\n</table>"


def _shown(cell: Cell) -> str:
    if isinstance(cell, str) or cell is None:
        return f"<td>{html.escape(_plain(cell))}</td>"
    short = f"{cell:.4g}" if isinstance(cell, float) and abs(cell) < 10_000 else _plain(cell)
    return f'<td class="number">{short}</td>'


def text_table(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[str]:
    """A table as lines for a terminal, numbers to the right."""
    cells = [[one_line(_plain(cell)) for cell in row] for row in rows]
    wide = [max(len(line[k]) for line in (list(head), *cells)) for k in range(len(head))]
    right = [all(isinstance(row[k], float | int) or row[k] is None for row in rows) for k in range(len(head))]
    return [
        "  ".join(cell.rjust(wide[k]) if right[k] else cell.ljust(wide[k]) for k, cell in enumerate(line)).rstrip()
        for line in (list(head), *cells)
    ]


def _picture(one: Figure) -> str:
    data = base64.b64encode(picture(one)).decode("ascii")
    return f'<img alt="{html.escape(one.title)}" src="data:image/png;base64,{data}">'


def picture(one: Figure) -> bytes:
    """A figure that is drawn, as PNG; equal rows give equal bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(9, one.height), layout="constrained")
    FigureCanvasAgg(canvas)
    axes = canvas.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    assert one.draw is not None
    one.draw(axes, one.rows)
    out = io.BytesIO()
    canvas.savefig(out, format="png", dpi=110, metadata={"Software": None})
    return out.getvalue()
