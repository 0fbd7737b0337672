"""From a world file to a universe: names and floats become lattices, tasks and integers."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cyberspace import __version__
from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.state import SITE_FIELDS
from cyberspace.law.universe import Space, Universe
from cyberspace.law.world import MAX_ENERGY, MAX_POOL_SITES, MAX_SITES, Physics, TaskPlace, World
from cyberspace.tasks.human import Human
from cyberspace.tasks.job import PLACES
from cyberspace.tasks.load import load_task
from cyberspace.tasks.table import TASKS
from cyberspace.tasks.task import Task
from cyberspace.worldfile.links import crossing_cost, lay_out, make_links
from cyberspace.worldfile.machine import machine_identity
from cyberspace.worldfile.schema import SpaceTable, TaskTable, WorldFile, parse_world_file
from organisms.ancestors import ANCESTORS
from organisms.bits import probability_word
from organisms.body import BodyPlan
from organisms.copier import RADIATION_TRIES
from organisms.genome import Loci
from organisms.learning.table import RULES
from topology import FAR_AXES, NEAR_AXES, Axis, Lattice, Meetings, RulerClock
from topology.axes import CPU_NAMES, DEFAULT_CURLED, DEFAULT_STRETCH

MAX_GOALS = 32
Found = TypeVar("Found")


def load_universe(path: str | Path, seed: int | None = None) -> tuple[Universe, WorldFile]:
    """The universe that a file describes, with another seed if one is given.

    Raises:
        InputError: With a line for everything that is wrong.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            problem(str(path), f"an unreadable file ({error})", "a world file in TOML", f"ls {path.parent}")
        ) from None
    return universe_from_text(text, str(path), path.parent, seed)


def universe_from_text(text: str, name: str, folder: Path, seed: int | None = None) -> tuple[Universe, WorldFile]:
    """As `load_universe`, for the text of a file that lies in a folder."""
    file = parse_world_file(text, name)
    return build_universe(file, name, folder, file.world.seed if seed is None else seed), file


def build_universe(file: WorldFile, name: str, folder: Path, seed: int) -> Universe:
    """The universe of a parsed file."""
    checks = _Problems()
    lattices = {
        label: checks.run(partial(make_lattice, space, f"{name}: spaces.{label}")) for label, space in file.spaces.items()
    }
    for field in file.record.fields:
        if field not in SITE_FIELDS:
            checks.add(
                problem(f"{name}: record.fields", repr(field), f"some of {', '.join(SITE_FIELDS)}", nearest(field, SITE_FIELDS))
            )
    for label, space in file.spaces.items():
        check_space(space, f"{name}: spaces.{label}", checks)
    known = {label: lattice for label, lattice in lattices.items() if lattice is not None}
    tasks = {
        label: checks.run(partial(place_tasks, file.spaces[label], f"{name}: spaces.{label}", folder, lattice))
        for label, lattice in known.items()
    }
    machine = checks.run(partial(machine_identity, folder / file.world.machine)) if file.world.machine else ""
    if checks.problems or machine is None:
        raise InputError(*checks.problems)
    spaces = lay_out(file, known)
    links = make_links(file, name, spaces)
    identity = _identity(seed, file, machine, spaces, {label: places or () for label, places in tasks.items()})
    worlds: list[World] = []
    for place in spaces:
        table = file.spaces[place.name]
        body = body_plan(table)
        shared = World(
            seed=seed,
            meetings=Meetings(place.lattice, table.tide, links.clock),
            loci=Loci(body),
            physics=make_physics(table, links.clock, Loci(body)),
            tasks=tasks[place.name] or (),
            rule=table.rule,
            genesis=table.genesis,
            density=table.density,
            identity=identity,
            space=place.name,
            pace=table.pace,
            plaza=table.plaza,
            tokens=table.tokens,
        )
        for region in place.regions:
            first = sum(world.sites for world in worlds)
            worlds.append(replace(shared, region=region, first_site=first, ends=links.ends[region]))
    total = sum(world.sites for world in worlds)
    if total >= 2**31:
        raise InputError(problem(f"{name}: spaces", f"{total} sites", "fewer than 2^31 in all", "shorter axes"))
    return Universe(seed, links.clock, spaces, tuple(worlds), identity)


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
            names = (*FAR_AXES, *near.values())
            expected = f"an axis of a {space.kind} space: {', '.join(names)}"
            problems.append(problem(f"{where}.axes.{name}", repr(name), expected, near.get(axis, nearest(name, names))))
            continue
        stretch = DEFAULT_STRETCH[axis] if table.stretch is None else table.stretch
        curled = axis in DEFAULT_CURLED if table.curled is None else table.curled
        try:
            axes.append(Axis(axis, table.length, stretch, curled))
        except ValueError as error:
            rounded = 1 << max(0, round(np.log2(max(1, stretch))))
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


def check_space(space: SpaceTable, where: str, checks: _Problems) -> None:
    """What a name in a space must be one of."""
    if space.rule not in RULES:
        checks.add(problem(f"{where}.rule", repr(space.rule), f"one of {', '.join(RULES)}", nearest(space.rule, RULES)))
    known = ["soup", "empty", *(f"ancestor:{name}" for name in ANCESTORS)]
    if space.genesis not in known:
        checks.add(
            problem(f"{where}.genesis", repr(space.genesis), f"one of {', '.join(known)}", nearest(space.genesis, known))
        )


def body_plan(space: SpaceTable) -> BodyPlan:
    """The body plan of a space."""
    return BodyPlan(space.body.units, space.body.senses, space.body.shift)


def make_physics(space: SpaceTable, clock: RulerClock, loci: Loci) -> Physics:
    """The physics of a space in integers."""
    table = space.physics
    return Physics(
        kind=space.kind,
        sunlight=table.sunlight,
        soil=table.soil,
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
        copy_cost=tuple(min(MAX_ENERGY, int(table.copy_price * loci.count * crossing_cost(axis))) for axis in clock.axes),
        move_cost=tuple(min(MAX_ENERGY, int(table.move * crossing_cost(axis))) for axis in clock.axes),
    )


def place_tasks(space: SpaceTable, where: str, folder: Path, lattice: Lattice) -> tuple[TaskPlace, ...]:
    """The tasks of a space and where they are posed."""
    places: list[TaskPlace] = []
    taken = np.zeros(lattice.sites, dtype=bool)
    first = 0
    problems: list[str] = []
    for k, table in enumerate(space.tasks):
        entry = f"{where}.tasks[{k}]"
        try:
            task = load_task(table.name, table.options, folder, entry, body_plan(space).answers)
            sites = task_sites(table, entry, space.kind, lattice)
        except InputError as error:
            problems += error.problems
            continue
        if task.board and not space.plaza:
            problems.append(problem(f"{entry}.name", table.name, "a task that needs no job board", "plaza = true"))
        if (sites & taken).any() and not task.board:
            problems.append(
                problem(f"{entry}.where", "sites that another task has", "sites of its own", "where = { sm = [0, 1] }")
            )
        if not task.board:  # a vent takes its site from every other task
            taken |= sites
        places.append(_place(table, task, first, sites, space, lattice))
        first += len(task.goals)
    if space.plaza and not any(place.task.board for place in places):
        places.append(TaskPlace(Human(), first, np.ones(lattice.sites, dtype=bool), 0, 0))
        first += PLACES
    if sum(place.task.board for place in places) > 1:
        problems.append(problem(f"{where}.tasks", "several job boards", "one in a plaza", "leaving out all but one"))
    if first > MAX_GOALS:
        problems.append(problem(f"{where}.tasks", f"{first} goals", f"at most {MAX_GOALS} in all", "fewer tasks"))
    if problems:
        raise InputError(*problems)
    return tuple(places)


def _place(
    table: TaskTable, task: Task, first: int, sites: NDArray[np.bool_], space: SpaceTable, lattice: Lattice
) -> TaskPlace:
    share = lattice.sites // (1 if space.plaza else lattice.near_shape[0])
    fill = int((task.fill if table.fill is None else table.fill) * space.physics.lesson * share)
    lessons = task.pool if table.pool is None else table.pool
    return TaskPlace(task, first, sites, fill, min(fill * lessons, 2**30))


def task_sites(table: TaskTable, where: str, kind: str, lattice: Lattice) -> NDArray[np.bool_]:
    """Sites inside all the ranges that a task names, bool (sites,); half-open, a number is one place."""
    coordinates = lattice.coordinates(np.arange(lattice.sites))
    inside = np.ones(lattice.sites, dtype=bool)
    for name, (low, high) in table.where.items():
        axis = CPU_NAMES.get(name, name) if kind == "cpu" else name
        if axis not in NEAR_AXES or not 0 <= low < high <= lattice.length(axis):
            near = axis in NEAR_AXES
            expected = f"a range inside [0, {lattice.length(axis)}]" if near else "ranges along near axes alone"
            attempt = f"{name} = [0, {lattice.length(axis)}]" if near else f"leaving {name} out"
            raise InputError(problem(f"{where}.where.{name}", str([low, high]), expected, attempt))
        inside &= (coordinates[NEAR_AXES.index(axis)] >= low) & (coordinates[NEAR_AXES.index(axis)] < high)
    return inside


def _identity(
    seed: int, file: WorldFile, machine: str, spaces: tuple[Space, ...], tasks: dict[str, tuple[TaskPlace, ...]]
) -> str:
    """Digest of everything that decides the course of the universe, but for backends, ranks and what is recorded."""
    parts: list[Any] = [__version__, seed, file.world.far_tide, machine, file.beaches]
    for space in spaces:
        table = file.spaces[space.name]
        parts += [space.name, space.lattice, table.model_copy(update={"backend": "", "ranks": [], "tasks": []})]
        for entry, place in zip(table.tasks, tasks[space.name], strict=False):  # a job board may stand in no table
            source = Path(sys.modules[type(place.task).__module__].__file__ or "")
            own = source.read_bytes() if entry.name not in TASKS and source.is_file() else b""
            parts += [entry.name, sorted(entry.options.items()), place.fill, place.cap, place.where.tobytes(), own]
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()
