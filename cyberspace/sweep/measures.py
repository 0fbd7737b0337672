"""The outcomes that are built in: what is read of a run's record and of its last checkpoint."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from cyberspace.analysis.measures.diversity import of_counts
from cyberspace.errors import InputError, nearest, problem
from cyberspace.record.record import heredity as faithful_share
from cyberspace.worldfile.tables import STRICT, Tick, Ticks

if TYPE_CHECKING:
    from cyberspace.api.dataset import Dataset
    from cyberspace.api.runs import Run

Part = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Options(BaseModel):
    """Options of a kind of outcome: no unknown keys."""

    model_config = STRICT


class InSpace(Options):
    """Options of what is asked of one space."""

    space: str | None = None
    """Name of the space; may be left out where there is one."""


class FunctionTime(InSpace):
    """The first sample at which more than a share of the living perform a function."""

    goal: str
    """Name of the function."""
    share: Part = 0.001
    """Of the living; more than that."""


class HeredityTime(InSpace):
    """The first sample since whose predecessor more than a share of the births were faithful copies."""

    share: Part = 0.8


class Share(InSpace):
    """Share of the living that perform a function at the last sample up to a tick."""

    goal: str
    at: Tick | None = None
    """The last tick if left out."""


class Heredity(Options):
    """Share of the births of a window that are faithful copies."""

    at: Tick | None = None
    """Where the window ends; at the last tick if left out."""
    window: Ticks | None = None
    """Its ticks; those between two samples if left out."""


class Functions(InSpace):
    """How many functions are performed by more than a share of the living."""

    share: Part = 0.001
    at: Tick | None = None


class Diversity(InSpace):
    """How many kinds live at the last tick: exp of Shannon's entropy of what is counted (Hill: Diversity and evenness, 1973)."""

    of: Literal["lineages", "genomes", "functions"] = "lineages"
    """By mark of the lineage, by genome, or by the set of functions that somebody performs."""


class Score(InSpace):
    """A quantile of the score of a task over the living, at the last sample."""

    task: str | None = None
    """Name of the task; may be left out where one says scores."""
    quantile: str = "best"
    """`best`, `50 %` and so on, as the record has them."""


class Count(InSpace):
    """A count or an energy of the record at the last sample: `alive`, `births`, `held`, ..."""

    of: str


Kept = TypeVar("Kept", bound=Options)


def function_time(run: Run, options: Options) -> float | None:
    """See `FunctionTime`."""
    assert isinstance(options, FunctionTime)
    series = _series(run, options.space)
    return _first(series["tick"].values, _goal(series, options.goal), options.share)


def heredity_time(run: Run, options: Options) -> float | None:
    """See `HeredityTime`."""
    assert isinstance(options, HeredityTime)
    series = _series(run, options.space)
    return _first(series["tick"].values, np.nan_to_num(series["heredity"].values), options.share)


def share(run: Run, options: Options) -> float | None:
    """See `Share`."""
    assert isinstance(options, Share)
    series = _series(run, options.space)
    return float(_goal(series, options.goal)[_row(series, options.at)])


def heredity(run: Run, options: Options) -> float | None:
    """See `Heredity`."""
    assert isinstance(options, Heredity)
    last = run.tick if options.at is None else min(options.at, run.tick)
    window = options.window or int(np.diff(_series(run, run.spaces[0])["tick"].values, prepend=0)[-1])
    return faithful_share(run.record, list(run.spaces), max(0, last - window), last)


def functions(run: Run, options: Options) -> float | None:
    """See `Functions`."""
    assert isinstance(options, Functions)
    series = _series(run, options.space)
    return float(np.count_nonzero(series["shares"].values[_row(series, options.at)] > options.share))


def diversity(run: Run, options: Options) -> float | None:
    """See `Diversity`."""
    assert isinstance(options, Diversity)
    names = run.spaces if options.space is None else (_space(run, options.space),)
    rows = []
    for world, state in zip(run.universe.worlds, run.states()[1], strict=True):
        if world.space in names:
            region = state.region
            kinds = {"lineages": region.founder[None], "functions": region.performed[None], "genomes": region.genome}
            rows.append(np.asarray(kinds[options.of]).T[np.asarray(region.alive)])
    living = np.concatenate(rows)
    return of_counts(np.unique(living, axis=0, return_counts=True)[1]).hill1 if len(living) else 0.0


def score(run: Run, options: Options) -> float | None:
    """See `Score`."""
    assert isinstance(options, Score)
    series = _series(run, options.space)
    if "scores" not in series:
        raise InputError(problem("outcome score", "no task that says a score", "a world with one", "another kind of outcome"))
    tasks, quantiles = ([str(one) for one in series[name].values] for name in ("score", "quantile"))
    task = _known("task", options.task or tasks[0], tasks)
    column = quantiles.index(_known("quantile", options.quantile, quantiles))
    value = float(series["scores"].values[-1, tasks.index(task), column])
    return None if math.isnan(value) else value


def count(run: Run, options: Options) -> float | None:
    """See `Count`."""
    assert isinstance(options, Count)
    series = _series(run, options.space)
    known = [str(name) for name, one in series.data_vars.items() if one.dims == ("tick",)]
    return float(series[_known("of", options.of, known)].values[-1])


def _first(ticks: NDArray[np.int64], values: NDArray[np.floating], above: float) -> float | None:
    """The first tick at which a value lies above a bound."""
    found = np.flatnonzero(values > above)
    return float(ticks[found[0]]) if len(found) else None


def _series(run: Run, space: str | None) -> Dataset:
    return run.space(_space(run, space)).series


def _space(run: Run, space: str | None) -> str:
    if space is None and len(run.spaces) > 1:
        expected = f"one of {', '.join(run.spaces)}"
        raise InputError(problem("outcome", "no space", expected, f'space = "{run.spaces[0]}"'))
    return _known("space", space or run.spaces[0], list(run.spaces))


def _goal(series: Dataset, goal: str) -> NDArray[np.floating]:
    goals = [str(one) for one in series["goal"].values]
    found: NDArray[np.floating] = series["shares"].values[:, goals.index(_known("goal", goal, goals))]
    return found


def _row(series: Dataset, at: int | None) -> int:
    ticks = series["tick"].values
    return len(ticks) - 1 if at is None else max(0, int(np.searchsorted(ticks, at, side="right")) - 1)


def _known(what: str, name: str, known: list[str]) -> str:
    if name not in known:
        near = nearest(name, known) if known else "another kind"
        raise InputError(problem(f"outcome: {what}", repr(name), f"one of {', '.join(known) or 'none'}", near))
    return name
