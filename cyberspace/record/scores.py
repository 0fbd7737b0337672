"""Scores: what tasks measure of organisms, in units of their own, and how that is spread over the living."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, problem
from cyberspace.law.state import VENT, WorldState
from cyberspace.law.timetable import Begun
from cyberspace.law.world import TaskPlace, World

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Shares of the living that score less, or as much."""

COLUMNS = ("5 %", "25 %", "median", "75 %", "95 %", "best")
"""What is kept of a score: its quantiles, and the best of all."""

LOWER = "lower"
"""What `Task.better` says where the least is the best."""

NEEDED = ("memory", "block")
"""Fields that scores are made of."""

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """A task that says a score.

    Attributes:
        number: Its number among the tasks of its world.
        name: What its score is called.
        unit: The unit.
        better: "higher" or "lower".
    """

    number: int
    name: str
    unit: str
    better: str


def scored(world: World) -> tuple[Scored, ...]:
    """The tasks of a world that say a score; one of the same name as another before it is numbered."""
    found: list[Scored] = []
    for number, place in enumerate(world.tasks):
        if unit := getattr(place.task, "unit", ""):
            name = type(place.task).__name__.lower()
            twins = sum(one.name.partition(" ")[0] == name for one in found)
            better = getattr(place.task, "better", "higher")
            found.append(Scored(number, f"{name} {twins + 1}" if twins else name, unit, better))
    return tuple(found)


def measure(place: TaskPlace, memory: NDArray[np.int32]) -> Scores:
    """What a task measures of organisms, float64 (k,), from what a region remembers of them, int32 (words, k); NaN where it is unknown.

    Raises:
        InputError: If the task raises, or tells something else than a number for each.
    """
    name, own = type(place.task).__name__, memory[: max(1, place.task.memory)]
    try:
        with np.errstate(all="ignore"):
            found = np.asarray(place.task.measure(own), dtype=np.float64)
    except Exception as error:  # a user's code
        got = f"{type(error).__name__}: {error}"
        raise InputError(problem(f"{name}.measure", got, "a number for each organism", "mending it")) from None
    if found.shape != memory.shape[1:]:
        got = f"numbers of shape {found.shape}"
        raise InputError(problem(f"{name}.measure", got, f"shape {memory.shape[1:]}, one for each organism", "mending it"))
    return found


def scores_of(world: World, state: WorldState) -> tuple[Scores, ...]:
    """Scores of the living of a region, as far as they are known, float64 (k,) for each of `scored`, in the order of their sites."""
    tasks = scored(world)
    if not tasks:
        return ()
    region, sites = state.region, np.flatnonzero(state.region.alive)
    block = region.block[sites] if world.plaza else region.block
    return known(world, tasks, sites, region.memory[:, sites], block, closed(world, state.tick, state.begun))


def score_about(world: World) -> tuple[str, str]:
    """What the score is that is told of each organism, that of the first task that says one, and its unit; empty where none does."""
    first = next(iter(scored(world)), None)
    return (f"{first.name}, {first.better} is better", first.unit) if first is not None else ("", "")


def score_of_each(
    world: World, tick: int, alive: NDArray[np.bool_], memory: NDArray[np.int32], block: NDArray[np.uint8],
    sites: NDArray[np.int64] | None = None,
) -> NDArray[np.float32]:  # fmt: skip
    """The score that `score_about` names, float32 (k,), of those at some sites of a region, or at all; NaN where it is unknown."""
    found = np.full(alive.shape, np.nan, dtype=np.float32)
    first = next(iter(scored(world)), None)
    if first is not None and first.number not in closed(world, tick, {}):
        place = world.tasks[first.number]
        meets = alive & (place.where if sites is None else place.where[sites])
        if world.plaza:
            meets &= block < VENT
        found[meets] = measure(place, memory[:, meets])
    return found


def closed(world: World, tick: int, begun: Begun) -> set[int]:
    """Tasks that were not posed in the tick before one."""
    return world.timetable.closed(tick - 1, {name: at for name, at in begun.items() if at < tick}) if tick else set()


def known(
    world: World, tasks: Iterable[Scored], sites: NDArray[np.int64], memory: NDArray[np.int32], block: NDArray[np.uint8],
    closed: set[int],
) -> tuple[Scores, ...]:  # fmt: skip
    """As `scores_of`, of those who live at some sites, from what is remembered of them, int32 (words, k), and what is built there."""
    found = []
    for one in tasks:
        place = world.tasks[one.number]
        meets = place.where[sites] & ~(block >= VENT) if world.plaza else place.where[sites]
        scores = measure(place, memory[:, meets & (one.number not in closed)])
        found.append(scores[np.isfinite(scores)])
    return tuple(found)


def spread(scores: Scores, better: str) -> Scores:
    """The `COLUMNS` of some scores, float64 (6,), all NaN if there are none."""
    if not len(scores):
        return np.full(len(COLUMNS), np.nan)
    best = scores.min() if better == LOWER else scores.max()
    return np.append(np.quantile(scores, QUANTILES), best)


def spreads(world: World, parts: Iterable[tuple[Scores, ...]]) -> Scores:
    """The spread of each score over several regions of a space, float64 (scores, 6), from what `scores_of` found in each."""
    together = zip(scored(world), zip(*parts, strict=True), strict=True)
    return np.array([spread(np.concatenate(some), one.better) for one, some in together]).reshape(-1, len(COLUMNS))
