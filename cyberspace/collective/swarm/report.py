"""The page of a swarm, from its ledger alone: time line, contributions, techniques, phases, what did not work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cyberspace.collective.ledger.rows import Experiment
from cyberspace.collective.swarm.contributions import contributions, techniques
from cyberspace.collective.swarm.likeness import dead_ends, point, setting
from cyberspace.collective.swarm.memory import champion_of, confirmed, standings
from cyberspace.collective.swarm.phases import phases
from cyberspace.collective.swarm.problem import Problem
from cyberspace.page import Cell, Figure, Page, column

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Rows = Sequence[Experiment]
COLOURS = {"kept": "#009e73", "discarded": "#999999", "crashed": "#d55e00"}


def page(problem: Problem, rows: Rows, title: str) -> Page:
    """The page of some rows; equal rows give equal data."""
    best = champion_of(rows)
    lead = [f"{problem.name}: {len(rows)} experiments of {len({row.participant for row in rows})} workers."]
    if best is not None:
        mean, count = standings(rows)[best.candidate]
        lead.append(
            f"Champion: {best.candidate}, {mean:.4g} on fresh seeds (measured {count} times), {_params(best.proposal.params)}."
        )
    figures = [_time_line(rows), _workers(rows), _techniques(rows), _phases(rows), _foretold(rows), _ends(problem, rows)]
    return Page(title, lead, figures)


def write(problem: Problem, rows: Rows, folder: Path, title: str) -> Path:
    """Write the page into a folder."""
    return page(problem, rows, title).write(folder)


def _params(params: object) -> str:
    assert isinstance(params, dict)
    return ", ".join(f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in params.items())


def _time_line(rows: Rows) -> Figure:
    best = -np.inf
    cells: list[Sequence[Cell]] = []
    for row in rows:
        value = confirmed(row) if row.state == "kept" else None
        best = max(best, value if value is not None else -np.inf)
        cells.append(
            (
                row.number,
                row.participant,
                row.state,
                row.proposal.operator,
                row.value,
                value,
                best if np.isfinite(best) else None,
            )
        )
    head = ("experiment", "worker", "state", "technique", "score", "confirmed", "best confirmed")
    note = "Each point an experiment by its score on the common seeds; the line is the best that was confirmed on fresh ones."
    return Figure("time-line", "Time line", head, cells, _draw_time_line, note)


def _draw_time_line(axes: Axes, rows: Sequence[Sequence[Cell]]) -> None:
    number, value, best = (np.array(column(rows, k)) for k in (0, 4, 6))
    for state, colour in COLOURS.items():
        mine = np.array([row[2] == state for row in rows], bool)
        axes.plot(number[mine], value[mine], "o", markersize=3, color=colour, label=state)
    axes.step(number, best, color="#0072b2", label="best confirmed", where="post")
    if np.isfinite(value).any():
        axes.set_ylim(bottom=float(np.nanquantile(value, 0.05)))
    axes.set_xlabel("experiment")
    axes.set_ylabel("score")
    axes.legend()


def _workers(rows: Rows) -> Figure:
    head = ("worker", "experiments", "crashes", "promising", "kept", "credit", "overclaim", "refused")
    cells = [
        (one.worker, one.experiments, one.crashes, one.promising, one.kept, one.credit, one.overclaim, one.refused)
        for one in contributions(rows)
    ]
    note = "Promising beat their parent on the common seeds, kept were confirmed on fresh ones; credit is the share of the champion's line."
    return Figure("workers", "Contributions", head, cells, note=note)


def _techniques(rows: Rows) -> Figure:
    head = ("technique", "experiments", "kept", "mean gain", "standard error", "best without it")
    cells = [(one.name, one.experiments, one.kept, one.gain, one.error, one.without) for one in techniques(rows)]
    note = "The last column: where the best stands in whose line it never was."
    return Figure("techniques", "Techniques", head, cells, note=note)


def _phases(rows: Rows) -> Figure:
    cells = [(one.name, one.first, one.last, one.kept, one.gain) for one in phases(rows)]
    note = "Cuts that pay by the Bayesian information criterion; gain is that of the champion's confirmed score."
    return Figure("phases", "Phases", ("phase", "from", "to", "share kept", "gain"), cells, note=note)


def _foretold(rows: Rows) -> Figure:
    told = [
        (row.number, row.proposal.operator, row.proposal.predicted, row.gain)
        for row in rows
        if row.proposal.predicted is not None and row.gain is not None
    ]
    note = "Gain that was foretold before an experiment ran, and gain that was found; on the line both are equal."
    return Figure(
        "foretold", "Foretold and found", ("experiment", "technique", "foretold", "found"), told, _draw_foretold, note
    )


def _draw_foretold(axes: Axes, rows: Sequence[Sequence[Cell]]) -> None:
    told, found = column(rows, 2), column(rows, 3)
    axes.plot(told, found, "o", markersize=3, color="#0072b2")
    if told:
        ends = [min(told), max(told)]
        axes.plot(ends, ends, color="#999999", linewidth=1)
    axes.set_xlabel("foretold gain")
    axes.set_ylabel("found gain")


def _ends(problem: Problem, rows: Rows) -> Figure:
    if not rows:
        return Figure("dead-ends", "What did not work", ("setting", "tries", "mean gain", "at most"), [])
    points = np.stack([point(problem.space, row.proposal.params) for row in rows])
    cells = [(_params(setting(problem.space, one.at)), one.tries, one.gain, one.most) for one in dead_ends(points, rows)]
    note = (
        "Regions with at least five experiments whose mean gain is surely below 0: nobody who knows of them goes there again."
    )
    return Figure("dead-ends", "What did not work", ("setting", "tries", "mean gain", "at most"), cells, note=note)
