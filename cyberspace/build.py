"""From a world file to a world: names and floats become lattices, tasks and integers."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cyberspace import __version__
from cyberspace.errors import InputError, problem
from cyberspace.state import SITE_FIELDS
from cyberspace.tasks.load import load_task
from cyberspace.tasks.table import TASKS
from cyberspace.tasks.task import Task
from cyberspace.world import MAX_POOL_SITES, MAX_SITES, Physics, TaskPlace, World
from cyberspace.worldfile import SpaceTable, TaskTable, WorldFile, parse_world_file
from organisms.ancestors import ANCESTORS
from organisms.bits import probability_word
from organisms.body import BodyPlan
from organisms.copier import RADIATION_TRIES
from organisms.genome import Loci
from organisms.learning.table import RULES
from topology import FAR_AXES, NEAR_AXES, Axis, Lattice, Meetings
from topology.axes import CPU_NAMES, DEFAULT_CURLED, DEFAULT_STRETCH

MAX_GOALS = 32
Found = TypeVar("Found")


def load_world(path: str | Path, seed: int | None = None) -> tuple[World, WorldFile]:
    """The world that a file describes, with another seed if one is given.

    Raises:
        InputError: With a line for everything that is wrong.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(problem(str(path), f"an unreadable file ({error})", "a world file in TOML")) from None
    return world_from_text(text, str(path), path.parent, seed)


def world_from_text(text: str, name: str, folder: Path, seed: int | None = None) -> tuple[World, WorldFile]:
    """As `load_world`, for the text of a file that lies in a folder."""
    file = parse_world_file(text, name)
    return build_world(file, name, folder, file.world.seed if seed is None else seed), file


def build_world(file: WorldFile, name: str, folder: Path, seed: int) -> World:
    """The world of a parsed file."""
    (label, space), *_ = file.spaces.items()
    where = f"{name}: spaces.{label}"
    checks = _Problems()
    lattice = checks.run(lambda: make_lattice(space, where))
    body = BodyPlan(space.body.units, space.body.senses, space.body.shift)
    if space.rule not in RULES:
        checks.add(problem(f"{where}.rule", repr(space.rule), f"one of {', '.join(RULES)}"))
    _check_genesis(space, where, checks)
    for field in file.record.fields:
        if field not in SITE_FIELDS:
            checks.add(problem(f"{name}: record.fields", repr(field), f"some of {', '.join(SITE_FIELDS)}"))
    if lattice is None:
        raise InputError(*checks.problems)
    tasks = checks.run(lambda: place_tasks(space, where, folder, lattice, body))
    if checks.problems or tasks is None:
        raise InputError(*checks.problems)
    physics = make_physics(space, lattice, Loci(body))
    return World(
        seed=seed,
        meetings=Meetings(lattice, space.tide),
        loci=Loci(body),
        physics=physics,
        tasks=tasks,
        rule=space.rule,
        genesis=space.genesis,
        density=space.density,
        identity=_identity(seed, space, physics, lattice, tasks),
    )


class _Problems:
    """Collects the problems of several checks."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def add(self, line: str) -> None:
        self.problems.append(line)

    def run(self, check: Callable[[], Found]) -> Found | None:
        try:
            return check()
        except InputError as error:
            self.problems += error.problems
            return None


def make_lattice(space: SpaceTable, where: str) -> Lattice:
    """The lattice of a space; its axes named by its kind."""
    near = {v: k for k, v in CPU_NAMES.items()} if space.kind == "cpu" else {name: name for name in NEAR_AXES}
    axes: list[Axis] = []
    problems: list[str] = []
    for name, table in space.axes.items():
        axis = CPU_NAMES.get(name, name) if space.kind == "cpu" else name
        if axis not in DEFAULT_STRETCH or near.get(axis, name) != name:
            names = ", ".join((*FAR_AXES, *near.values()))
            problems.append(problem(f"{where}.axes.{name}", repr(name), f"an axis of a {space.kind} space: {names}"))
            continue
        stretch = DEFAULT_STRETCH[axis] if table.stretch is None else table.stretch
        curled = axis in DEFAULT_CURLED if table.curled is None else table.curled
        try:
            axes.append(Axis(axis, table.length, stretch, curled))
        except ValueError as error:
            nearest = 1 << max(0, round(np.log2(max(1, stretch))))
            problems.append(f"{where}.axes.{name}: {error}; try: {nearest}")
    if problems:
        raise InputError(*problems)
    return _check_lattice(Lattice(tuple(axes)), where)


def _check_lattice(lattice: Lattice, where: str) -> Lattice:
    try:
        Meetings(Lattice(tuple(Axis(axis.name, 1, axis.stretch) for axis in lattice.axes)))
    except ValueError as error:
        raise InputError(f"{where}.axes: {error}") from None
    if lattice.regions > 1:
        expected = "far axes of length 1 in this version: one region"
        raise InputError(problem(f"{where}.axes", f"{lattice.regions} regions", expected, "length = 1"))
    if lattice.sites > MAX_SITES:
        raise InputError(problem(f"{where}.axes", f"{lattice.sites} sites", f"at most {MAX_SITES} in a region"))
    if lattice.sites // lattice.near_shape[0] > MAX_POOL_SITES:
        got = f"{lattice.sites // lattice.near_shape[0]} sites that share pools"
        raise InputError(problem(f"{where}.axes", got, f"at most {MAX_POOL_SITES} per sm or core", "a longer sm or core"))
    return lattice


def _check_genesis(space: SpaceTable, where: str, checks: _Problems) -> None:
    known = ["soup", "empty", *(f"ancestor:{name}" for name in ANCESTORS)]
    if space.genesis not in known:
        checks.add(problem(f"{where}.genesis", repr(space.genesis), f"one of {', '.join(known)}"))


def make_physics(space: SpaceTable, lattice: Lattice, loci: Loci) -> Physics:
    """The physics of a space in integers."""
    table = space.physics
    return Physics(
        kind=space.kind,
        sunlight=table.sunlight,
        upkeep=table.upkeep,
        cap=table.cap,
        spore_energy=table.spore,
        newborn_energy=table.newborn,
        gift_shift=table.gift,
        fire=table.fire,
        death=probability_word(1 / table.lifespan) if table.lifespan else 0,
        spark=probability_word(1 / table.spark) if table.spark else 0,
        radiation=probability_word(table.radiation / RADIATION_TRIES),
        silent=table.silent,
        lesson_ticks=table.lesson,
        copy_cost=tuple(int(table.copy_price * loci.count * axis.stretch) for axis in lattice.axes),
        move_cost=tuple(int(table.move * axis.stretch) for axis in lattice.axes),
    )


def place_tasks(space: SpaceTable, where: str, folder: Path, lattice: Lattice, body: BodyPlan) -> tuple[TaskPlace, ...]:
    """The tasks of a space and where they are posed."""
    places: list[TaskPlace] = []
    taken = np.zeros(lattice.sites, dtype=bool)
    first = 0
    problems: list[str] = []
    for k, table in enumerate(space.tasks):
        entry = f"{where}.tasks[{k}]"
        try:
            task = load_task(table.name, table.options, folder, entry, body.answers)
            sites = task_sites(table, entry, space.kind, lattice)
        except InputError as error:
            problems += error.problems
            continue
        if (sites & taken).any():
            problems.append(
                problem(f"{entry}.where", "sites that another task has", "sites of its own", "where = { sm = [0, 1] }")
            )
        taken |= sites
        places.append(_place(table, task, first, sites, space.physics.lesson, lattice))
        first += len(task.goals)
    if first > MAX_GOALS:
        problems.append(problem(f"{where}.tasks", f"{first} goals", f"at most {MAX_GOALS} in all"))
    if problems:
        raise InputError(*problems)
    return tuple(places)


def _place(table: TaskTable, task: Task, first: int, sites: NDArray[np.bool_], lesson: int, lattice: Lattice) -> TaskPlace:
    share = lattice.sites // lattice.near_shape[0]
    fill = int((task.fill if table.fill is None else table.fill) * lesson * share)
    lessons = task.pool if table.pool is None else table.pool
    return TaskPlace(task, first, sites, fill, min(fill * lessons, 2**30))


def task_sites(table: TaskTable, where: str, kind: str, lattice: Lattice) -> NDArray[np.bool_]:
    """Sites inside all the ranges that a task names, bool (sites,); half-open, a number is one place."""
    coordinates = lattice.coordinates(np.arange(lattice.sites))
    inside = np.ones(lattice.sites, dtype=bool)
    for name, (low, high) in table.where.items():
        axis = CPU_NAMES.get(name, name) if kind == "cpu" else name
        if axis not in NEAR_AXES or not 0 <= low < high <= lattice.length(axis):
            expected = f"a range inside [0, {lattice.length(axis)}] of a near axis"
            raise InputError(problem(f"{where}.where.{name}", str([low, high]), expected))
        inside &= (coordinates[NEAR_AXES.index(axis)] >= low) & (coordinates[NEAR_AXES.index(axis)] < high)
    return inside


def _identity(seed: int, space: SpaceTable, physics: Physics, lattice: Lattice, tasks: tuple[TaskPlace, ...]) -> str:
    """Digest of everything that decides the course of the world, but for the backend and what is recorded."""
    parts: list[Any] = [__version__, seed, physics, lattice, space.tide, space.rule, space.genesis, space.density, space.body]
    for table, place in zip(space.tasks, tasks, strict=True):
        source = Path(sys.modules[type(place.task).__module__].__file__ or "")
        own = source.read_bytes() if table.name not in TASKS and source.is_file() else b""
        parts += [table.name, sorted(table.options.items()), place.fill, place.cap, place.where.tobytes(), own]
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()
