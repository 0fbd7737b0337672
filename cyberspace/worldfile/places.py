"""Where things are in a space: its lattice, and the sites at which its tasks are posed."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.kinds import Kind
from cyberspace.law.physics import NUMBERS
from cyberspace.law.world import MAX_POOL_SITES, MAX_SITES, TaskPlace
from cyberspace.tasks.job import PLACES
from cyberspace.tasks.load import load_task
from cyberspace.tasks.stored import StoredTask
from cyberspace.tasks.table import BOARD, TASKS
from cyberspace.tasks.task import Task
from cyberspace.tasks.trial import try_whole
from cyberspace.worldfile.conditions import never_together, task_times
from cyberspace.worldfile.schema import SpaceTable, TaskTable, physics_value
from organisms.body import BodyPlan
from topology import FAR_AXES, NEAR_AXES, Axis, Lattice
from topology.axes import DEFAULT_CURLED, DEFAULT_STRETCH

MAX_GOALS = 32
MAX_FILL = 2**30
"""Energy that flows into a pool in a lesson, at most: what a pool holds at most."""


def make_lattice(space: SpaceTable, kind: Kind, where: str) -> Lattice:
    """The lattice of a space; its near axes named by its kind."""
    names = (*FAR_AXES, *kind.axes)
    axes: list[Axis] = []
    problems: list[str] = []
    for name, table in space.axes.items():
        axis = kind.axis(name)
        if name not in names:
            expected = f"an axis of a {kind.name} space: {', '.join(names)}"
            attempt = kind.calls(name) if name in NEAR_AXES else nearest(name, names)
            problems.append(problem(f"{where}.axes.{name}", repr(name), expected, attempt))
            continue
        stretch = DEFAULT_STRETCH[axis] if table.stretch is None else table.stretch
        curled = axis in DEFAULT_CURLED if table.curled is None else table.curled
        try:
            axes.append(Axis(axis, table.length, stretch, curled))
        except ValueError as error:
            rounded = 1 << round(math.log2(max(1, stretch)))
            problems.append(f"{where}.axes.{name}: {error}; try: {rounded}")
    if problems:
        raise InputError(*problems)
    return _check_lattice(Lattice(tuple(axes)), space, where)


def _check_lattice(lattice: Lattice, space: SpaceTable, where: str) -> Lattice:
    if lattice.sites > MAX_SITES:
        raise InputError(
            problem(f"{where}.axes", f"{lattice.sites} sites", f"at most {MAX_SITES} in a region", "shorter near axes")
        )
    if space.plaza and lattice.sites > MAX_POOL_SITES:
        raise InputError(
            problem(f"{where}.axes", f"{lattice.sites} sites", f"at most {MAX_POOL_SITES} in a plaza", "shorter axes")
        )
    if lattice.sites // lattice.near_shape[0] > MAX_POOL_SITES:
        got = f"{lattice.sites // lattice.near_shape[0]} sites that share pools"
        raise InputError(problem(f"{where}.axes", got, f"at most {MAX_POOL_SITES} per sm or core", "a longer sm or core"))
    return lattice


def body_plan(space: SpaceTable) -> BodyPlan:
    """The body plan of a space."""
    return BodyPlan(space.body.units, space.body.senses, space.body.shift)


def place_tasks(space: SpaceTable, kind: Kind, where: str, folder: Path, lattice: Lattice) -> tuple[TaskPlace, ...]:
    """The tasks of a space and where they are posed."""
    places: list[TaskPlace] = []
    taken: list[tuple[NDArray[np.bool_], TaskTable]] = []
    first = 0
    problems: list[str] = []
    for k, table in enumerate(space.tasks):
        entry = f"{where}.tasks[{k}]"
        try:
            task = load_task(table.name, table.options, folder, entry, body_plan(space).answers)
            sites = task_sites(table, entry, kind, lattice)
            check_whole(task, table, entry, body_plan(space).answers, lattice)
        except InputError as error:
            problems += error.problems
            continue
        if task.board and not space.plaza:
            problems.append(problem(f"{entry}.name", table.name, "a task that needs no job board", "plaza = true"))
        task_times(table, entry, problems)
        others = [where for where, other in taken if not never_together(table, other)]
        if any((sites & where).any() for where in others) and not task.board:
            problems.append(
                problem(
                    f"{entry}.where", "sites that another task has then", "sites or ticks of its own", "where = { sm = [0, 1] }"
                )
            )
        if not task.board:  # a vent takes its site from every other task
            taken.append((sites, table))
        rate = _fill(table, task, space, kind)
        place = TaskPlace(task, first, sites, *pool_numbers(table, task, rate, space, lattice))
        if place.fill > MAX_FILL:
            got = f"{rate:g}, {place.fill:,} for a pool in a lesson"
            fits = MAX_FILL * rate / place.fill
            problems.append(problem(f"{entry}.fill", got, f"at most {MAX_FILL:,} for a pool in a lesson", f"{fits:.3g}"))
        places.append(place)
        first += len(task.goals)
    if space.plaza and not any(place.task.board for place in places):
        places.append(TaskPlace(BOARD(), first, np.ones(lattice.sites, dtype=bool), 0, 0))
        first += PLACES
    if sum(place.task.board for place in places) > 1:
        problems.append(problem(f"{where}.tasks", "several job boards", "one in a plaza", "leaving out all but one"))
    if first > MAX_GOALS:
        problems.append(problem(f"{where}.tasks", f"{first} goals", f"at most {MAX_GOALS} in all", "fewer tasks"))
    if problems:
        raise InputError(*problems)
    return tuple(places)


def check_whole(task: Task, table: TaskTable, where: str, answers: int, lattice: Lattice) -> None:
    """Refuse a task of a user's own that fails at all sites of the region, though it did not at a few."""
    if table.name not in TASKS and not isinstance(task, StoredTask):
        wrong = try_whole(task, answers, lattice.sites)
        if wrong:
            got, expected = f"at {lattice.sites:,} sites {wrong}", "pose and judge for any number of sites"
            raise InputError(problem(f"{where}.name: {table.name}", got, expected, f"mending {type(task).__name__}"))


def fill_of(fill: float | str, goals: int, upkeep: int) -> float:
    """Energy that flows into each of the pools of a task with so many goals, per site and tick.

    "auto" is what living costs, shared by the goals: if everybody did all of them, everybody would earn it.  Less is not worth what a
    brain that solves the task costs to find; more lets all live who do it at all.
    """
    return max(upkeep, 1) / goals if isinstance(fill, str) else fill


def _fill(table: TaskTable, task: Task, space: SpaceTable, kind: Kind) -> float:
    row = next(row for row in NUMBERS if row.key == "upkeep")
    upkeep = physics_value(space.physics, row, kind.start)
    return fill_of(task.fill if table.fill is None else table.fill, len(task.goals), int(upkeep or 0))


def pool_numbers(table: TaskTable, task: Task, fill: float, space: SpaceTable, lattice: Lattice) -> tuple[int, int]:
    """What flows into each pool of a task in a lesson, and what it holds at most, for energy per site, goal and tick."""
    share = lattice.sites // (1 if space.plaza else lattice.near_shape[0])
    flow = int(fill * space.physics.lesson * share)
    lessons = task.pool if table.pool is None else table.pool
    return flow, min(flow * lessons, MAX_FILL)


def task_sites(table: TaskTable, where: str, kind: Kind, lattice: Lattice) -> NDArray[np.bool_]:
    """Sites inside all the ranges that a task names, bool (sites,); half-open, a number is one place."""
    coordinates = lattice.coordinates(np.arange(lattice.sites))
    inside = np.ones(lattice.sites, dtype=bool)
    for name, (low, high) in table.where.items():
        axis = kind.axis(name)
        if axis not in NEAR_AXES or not 0 <= low < high <= lattice.length(axis):
            near = axis in NEAR_AXES
            expected = f"a range inside [0, {lattice.length(axis)}]" if near else "ranges along near axes alone"
            attempt = f"{name} = [0, {lattice.length(axis)}]" if near else f"leaving {name} out"
            raise InputError(problem(f"{where}.where.{name}", str([low, high]), expected, attempt))
        inside &= (coordinates[NEAR_AXES.index(axis)] >= low) & (coordinates[NEAR_AXES.index(axis)] < high)
    return inside
