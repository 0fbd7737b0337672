"""The command `cyberspace statistics`: what evolved in a run, measured."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cyberspace.errors import InputError, problem, system_errors
from cyberspace.telling import answer, say

if TYPE_CHECKING:
    from cyberspace.analysis.measuring.row import Row
    from cyberspace.page import Cell

HEAD = ("measure", "space", "quantity", "of", "first", "mean", "last", "95 %", "unit")


@click.command()
@click.argument("path", metavar="RUN", type=click.Path())
@click.option("--measure", "names", metavar="NAME", multiple=True, help="One of them; may be repeated.  All if left out.")
@click.option(
    "--csv", "table", type=click.Path(), metavar="FILE", help="Write every number at every sample; - is standard output."
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option(
    "--generations",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Of heirs after which an organism has persisted.",
)
def statistics(path: str, names: tuple[str, ...], table: str | None, force: bool, generations: int) -> None:
    """Measure what evolved in RUN: evolutionary activity, MODES, diversity, selection, energy, lineages, sweeps, who lives by whom.

    Measures are activity, modes, diversity, selection, energy, lineages, sweeps, trophic.  Of each number are told its first and last value
    and the mean over samples, in the last column but one an interval where it has one; --csv writes all of them.
    """
    from cyberspace.analysis.measuring.row import as_csv
    from cyberspace.analysis.measuring.statistics import chosen
    from cyberspace.analysis.measuring.statistics import statistics as measured
    from cyberspace.page import text_table
    from cyberspace.record.run_folder import open_run

    chosen(names)
    if table not in (None, "-") and Path(str(table)).exists() and not force:
        raise InputError(problem(str(table), "a file that is there", "a new one", "--force to replace it"))
    with redirect_stdout(sys.stderr):  # a task may print while it is loaded
        found = measured(open_run(path, rest=True), names, generations)
    for note in found.notes:
        say(note)
    if table == "-":
        answer(as_csv(found.rows).rstrip("\n"))
        return
    if table is not None:
        with system_errors(table, "a file that can be written", "another one"):
            Path(table).write_text(as_csv(found.rows), encoding="utf-8", newline="")
        answer(f"{len(found.rows):,} numbers in {table}")
        return
    for line in text_table(HEAD, summary(found.rows)):
        answer(line)


def summary(rows: Sequence[Row]) -> list[tuple[Cell, ...]]:
    """A line for each number that the last sample tells which its quantity is known of: first, mean, last, interval."""
    groups: dict[tuple[str, str, str, str], list[Row]] = {}
    newest: dict[tuple[str, str, str], int] = {}
    for row in rows:
        groups.setdefault((row.measure, row.space, row.quantity, row.of), []).append(row)
        kind = (row.measure, row.space, row.quantity)
        newest[kind] = max(row.tick, newest.get(kind, 0))
    lines: list[tuple[Cell, ...]] = []
    for (measure, space, quantity, of), group in groups.items():
        last = group[-1]
        if last.tick < newest[measure, space, quantity]:
            continue
        known = [row.value for row in group if not math.isnan(row.value)]
        mean = sum(known) / len(known) if known else math.nan
        interval = f"{_short(last.low)} to {_short(last.high)}" if math.isfinite(last.low) else ""
        lines.append(
            (measure, space, quantity, of, _short(group[0].value), _short(mean), _short(last.value), interval, last.unit)
        )
    return lines


def _short(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
