"""What a sweep found, as tables: every run, every cell with intervals, every comparison."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from cyberspace import statistics
from cyberspace.page import Cell
from cyberspace.statistics import Estimate, Survival
from cyberspace.sweep.outcomes import Outcome, Value
from cyberspace.sweep.plan import CompareTable, Sweep, compared
from cyberspace.sweep.work import Found

Rows = list[list[Cell]]


@dataclass(frozen=True)
class Cells:
    """What was found, by cell.

    Attributes:
        plan: The plan.
        found: Finished runs by the values of their factors, in the plan's order.
    """

    plan: Sweep
    found: Mapping[tuple[str, ...], Sequence[Found]]

    @property
    def names(self) -> list[str]:
        """Names of the factors."""
        return [factor.name for factor in self.plan.factors]

    def values(self, cell: tuple[str, ...], outcome: str) -> list[Value]:
        """An outcome of all runs of a cell."""
        return [one["outcomes"][outcome] for one in self.found.get(cell, ())]

    def times(self, cell: tuple[str, ...], outcome: str) -> list[float]:
        """Times of a cell, infinite where it was not reached."""
        return [math.inf if value is None else float(value) for value in self.values(cell, outcome)]

    def numbers(self, cell: tuple[str, ...], outcome: str) -> list[float]:
        """Numbers of a cell that are known; yes is 1, no is 0."""
        return [float(value) for value in self.values(cell, outcome) if value is not None]

    def survival(self, cell: tuple[str, ...], outcome: str) -> Survival:
        """Of times: the share that has not got there yet."""
        return statistics.kaplan_meier(self.times(cell, outcome), self.plan.file.ticks)


def gather(plan: Sweep, found: Sequence[Found]) -> Cells:
    """Finished runs by cell; a cell of which none is finished is there, and empty."""
    cells: dict[tuple[str, ...], list[Found]] = {
        cell: [] for cell in itertools.product(*(factor.values for factor in plan.factors))
    }
    for one in sorted(found, key=lambda each: plan.seeds.index(each["seed"])):
        cells[tuple(one["values"])].append(one)
    return Cells(plan, cells)


def runs_table(cells: Cells) -> tuple[list[str], Rows]:
    """A row for each finished run."""
    rows: Rows = [
        [*cell, one["seed"], one["tick"], *(plain(one["outcomes"][name]) for name in cells.plan.outcomes), one["digest"][:16]]
        for cell, runs in cells.found.items()
        for one in runs
    ]
    return [*cells.names, "seed", "ticks", *cells.plan.outcomes, "digest"], rows


def plain(value: Value) -> Cell:
    """A value as it stands in a table."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return int(value) if value is not None and value == int(value) else value


def summary_table(cells: Cells) -> tuple[list[str], Rows]:
    """A row for each cell and outcome, with its interval of 95 %."""
    rows: Rows = []
    for (name, outcome), cell in itertools.product(cells.plan.outcomes.items(), cells.found):
        what, count, told, middle = estimate(cells, cell, outcome)
        ends = [end if math.isfinite(end) else None for end in (told.mean, told.low, told.high)]
        rows.append([name, *cell, what, count, told.n, *ends, plain(middle)])
    return ["outcome", *cells.names, "what", "count", "n", "value", "low", "high", "median"], rows


def estimate(cells: Cells, cell: tuple[str, ...], outcome: Outcome) -> tuple[str, int | None, Estimate, float | None]:
    """What is told of an outcome, how many of n that are, the estimate, and the median."""
    numbers = cells.numbers(cell, outcome.name)
    if outcome.sort == "time":
        all_of = cells.times(cell, outcome.name)
        half = cells.survival(cell, outcome.name).median if all_of else math.inf
        told = statistics.proportion(len(numbers), len(all_of))
        return "share that got there", len(numbers), told, half if math.isfinite(half) else None
    if outcome.sort == "yes or no":
        yes = sum(number > 0 for number in numbers)
        return "share that does", yes, statistics.proportion(yes, len(numbers)), None
    return "mean", None, statistics.t_interval(numbers), median(numbers) if numbers else None


def comparison_table(cells: Cells) -> tuple[list[str], Rows]:
    """A row for each pair that is compared; the last column is corrected for all of them (Holm 1979)."""
    rows: Rows = []
    for one in cells.plan.file.compare:
        values = compared(cells.plan, one)
        for cell, other in _pairs(cells, one, values):
            rows.append([*_named(cells, one, cell, other), *_tested(cells, one, cell, other)])
    known = [k for k, row in enumerate(rows) if isinstance(row[-1], float)]
    fixed = dict(zip(known, statistics.holm([float(rows[k][-1] or 0.0) for k in known]), strict=True))
    whole = [[*row, fixed.get(k)] for k, row in enumerate(rows)]
    return [
        "outcome",
        "where",
        "one",
        "other",
        "test",
        "of one",
        "of the other",
        "difference",
        "low",
        "high",
        "p",
        "p, Holm",
    ], whole


def _pairs(cells: Cells, one: CompareTable, values: Sequence[str]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Cells that differ in the factor alone: the first of its values and each of the others."""
    at = cells.names.index(one.factor)
    for cell in cells.found:
        if cell[at] == values[0]:
            for value in values[1:]:
                yield cell, (*cell[:at], value, *cell[at + 1 :])


def _named(cells: Cells, one: CompareTable, cell: tuple[str, ...], other: tuple[str, ...]) -> list[Cell]:
    at = cells.names.index(one.factor)
    rest = [f"{name} = {value}" for k, (name, value) in enumerate(zip(cells.names, cell, strict=True)) if k != at]
    return [one.outcome, ", ".join(rest), cell[at], other[at], one.test]


def _tested(cells: Cells, one: CompareTable, cell: tuple[str, ...], other: tuple[str, ...]) -> list[Cell]:
    """Both sides in words, the difference of means or shares with its interval, and the p value."""
    sort, pair = cells.plan.outcomes[one.outcome].sort, (cell, other)
    numbers = [cells.numbers(each, one.outcome) for each in pair]
    sizes = [len(cells.values(each, one.outcome)) for each in pair] if sort == "time" else [len(each) for each in numbers]
    counts = [len(each) if sort == "time" else sum(number > 0 for number in each) for each in numbers]
    if sort == "number":
        told = [f"{statistics.t_interval(each).mean:.4g} (n = {len(each)})" for each in numbers]
    else:
        told = [f"{count} of {size}" for count, size in zip(counts, sizes, strict=True)]
    shares = [(count, size) for count, size in zip(counts, sizes, strict=True)]
    gap = statistics.difference(*_two(numbers)) if sort == "number" else statistics.share_difference(shares[0], shares[1])
    ends: list[Cell] = [end if math.isfinite(end) else None for end in (gap.mean, gap.low, gap.high)]
    return [*told, *ends, _p_value(cells, one, pair, numbers, counts, sizes)]


def _p_value(
    cells: Cells, one: CompareTable, pair: tuple[tuple[str, ...], tuple[str, ...]], numbers: list[list[float]],
    counts: list[int], sizes: list[int],
) -> float | None:  # fmt: skip
    if one.test == "difference" or not all(sizes):
        return None
    if one.test == "fisher":
        return statistics.fisher([[count, size - count] for count, size in zip(counts, sizes, strict=True)])
    limit = cells.plan.file.ticks
    if one.test == "log-rank":
        return statistics.log_rank(*_two([cells.times(each, one.outcome) for each in pair]), limit)
    if cells.plan.outcomes[one.outcome].sort == "time":  # who never got there comes after all who did
        numbers = [[min(time, 2.0 * limit) for time in cells.times(each, one.outcome)] for each in pair]
    return statistics.rank_sum(*_two(numbers)) if all(numbers) else None


def _two(both: list[list[float]]) -> tuple[list[float], list[float]]:
    one, other = both
    return one, other
