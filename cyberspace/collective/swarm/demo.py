"""The demo of a swarm: eight workers that talk in three ways, beside one worker with the whole budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cyberspace.collective.swarm.landscape import Landscape
from cyberspace.collective.swarm.report import page
from cyberspace.collective.swarm.simulate import Trial, simulate
from cyberspace.collective.swarm.worker import Rules
from cyberspace.page import Cell, Figure, Page, column, text_table
from cyberspace.statistics import t_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AGENTS = 8
MIXED = ("evolve", "tpe", "evolve", "tpe", "evolve", "random", "evolve", "tpe")
"""Proposers of eight workers."""


@dataclass(frozen=True)
class Arm:
    """One way to spend a budget.

    Attributes:
        name: Of the arm.
        proposers: One a worker.
        rules: How they work.
    """

    name: str
    proposers: Sequence[str]
    rules: Rules


def arms(proposers: Sequence[str]) -> list[Arm]:
    """One worker, then eight that say nothing, tell packets, see everything."""
    found = [Arm(f"1 worker, {name}", (name,), Rules("none")) for name in dict.fromkeys(proposers) if name != "random"]
    eight = [Arm(f"{len(proposers)} workers, {name}", proposers, Rules(talk)) for talk, name in SAID.items()]
    return found + eight


SAID = {"none": "no talk", "packets": "packets", "full": "full log"}
HEAD = ("way", "trials", "champion, clean", "low", "high", "overclaim", "duplicates", "rounds")


def row(name: str, trials: Sequence[Trial]) -> tuple[Cell, ...]:
    """What an arm came to, over its trials."""
    clean = t_interval([one.clean for one in trials])
    mean = [float(np.mean([getattr(one, what) for one in trials])) for what in ("overclaim", "duplicates")]
    return (name, len(trials), clean.mean, clean.low, clean.high, *mean, trials[0].rounds)


def demo(folder: Path, seed: int, tell: Callable[[str], None], budget: int = 128, repeats: int = 3) -> Path:
    """Run it, tell the table, and write the page.

    Args:
        folder: Of the page.
        seed: Of the first landscape; the others follow.
        tell: Takes a line.
        budget: Experiments an arm and trial.
        repeats: Landscapes.
    """
    problems = [Landscape(seed + number) for number in range(repeats)]
    start = [Trial([], float(one.truth(one.start)), 0.0, 0.0, 0) for one in problems]
    rows = [row("nobody works", start)]
    last: Trial | None = None
    for arm in arms(MIXED):
        trials = [simulate(one, arm.proposers, budget, arm.rules, seed + number) for number, one in enumerate(problems)]
        rows.append(row(arm.name, trials))
        last = trials[-1]
    for line in text_table(HEAD, rows):
        tell(line)
    assert last is not None
    note = f"Equal experiments ({budget}); the champion is judged on 64 seeds that nobody used; 0 is the best there is; 95 % intervals."
    inside = page(problems[-1], last.rows, "")
    figures = [
        Figure("ways", "Ways to spend a budget", HEAD, rows, note=note),
        Figure("clean", "Champions", HEAD, rows, _draw, note),
        *inside.figures,
    ]
    lead = ["One problem, one budget: what do several workers find, and what does it help that they talk?", *inside.lead]
    return Page("A swarm", lead, figures).write(folder)


def _draw(axes: Axes, rows: Sequence[Sequence[Cell]]) -> None:
    at = np.arange(len(rows))
    middle, low, high = (np.array(column(rows, k)) for k in (2, 3, 4))
    axes.errorbar(middle, at, xerr=[middle - low, high - middle], fmt="o", color="#0072b2", capsize=3)
    axes.set_yticks(at, [str(row[0]) for row in rows])
    axes.invert_yaxis()
    axes.set_xlabel("score of the champion on clean seeds")
