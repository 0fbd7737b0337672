"""From a world file to a universe: names and floats become lattices, tasks and integers."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from cyberspace.backends.backend import find_backend
from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.kinds import Kind
from cyberspace.law.physics import MAX_ENERGY, NUMBERS, SCALARS, Physics
from cyberspace.law.state import SITE_FIELDS
from cyberspace.law.universe import Space, Universe
from cyberspace.law.world import TaskPlace, World
from cyberspace.plugins import anchored, find_given, place_of, source_of
from cyberspace.tasks.table import TASKS
from cyberspace.worldfile.links import crossing_cost, make_links
from cyberspace.worldfile.machine import machine_identity
from cyberspace.worldfile.places import body_plan, make_lattice, place_tasks
from cyberspace.worldfile.plugs import find_ancestor, find_kind, find_rule
from cyberspace.worldfile.schema import SpaceTable, WorldFile, parse_world_file, physics_value
from organisms.ancestors import Ancestor
from organisms.genome import Loci
from organisms.learning.rule import Rule
from topology import Lattice, Meetings, RulerClock

LAWS = "0.1.0"
"""Version of the laws, part of every identity: raised whenever a law changes, so that no run goes on under other laws."""

Found = TypeVar("Found")


def load_universe(path: str | Path, seed: int | None = None) -> tuple[Universe, WorldFile]:
    """The universe that a file describes, with another seed if one is given.

    Raises:
        InputError: With a line for everything that is wrong.
    """
    path = Path(path)
    return universe_from_text(read_text(path), str(path), path.parent, seed)


def read_text(path: Path) -> str:
    """The text of a world file.

    Raises:
        InputError: If it can't be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            problem(str(path), f"an unreadable file ({error})", "a world file in TOML", f"ls {path.parent}")
        ) from None


def universe_from_text(text: str, name: str, folder: Path, seed: int | None = None) -> tuple[Universe, WorldFile]:
    """As `load_universe`, for the text of a file that lies in a folder."""
    file = parse_world_file(text, name)
    return build_universe(file, name, folder, file.world.seed if seed is None else seed), file


def build_universe(file: WorldFile, name: str, folder: Path, seed: int) -> Universe:
    """The universe of a parsed file.

    Raises:
        InputError: With a line for everything that is wrong.
    """
    checks = _Problems()
    for field in file.record.fields:
        if field not in SITE_FIELDS:
            expected = f"some of {', '.join(SITE_FIELDS)}"
            checks.add(problem(f"{name}: record.fields", repr(field), expected, nearest(field, SITE_FIELDS)))
    found = {label: _resolve(space, f"{name}: spaces.{label}", folder, checks) for label, space in file.spaces.items()}
    machine = checks.run(partial(machine_identity, folder / file.world.machine)) if file.world.machine else ""
    named = {label: one for label, one in found.items() if one is not None}
    if checks.problems or machine is None:
        raise InputError(*checks.problems)
    spaces = _lay_out(file, named, folder)
    links = make_links(file, name, spaces)
    identity = _identity(seed, file, machine, spaces, named, folder)
    worlds: list[World] = []
    for space in spaces:
        shared = _make_world(seed, file.spaces[space.name], space, named[space.name], links.clock, identity)
        for region in space.regions:
            first = sum(world.sites for world in worlds)
            worlds.append(replace(shared, region=region, first_site=first, ends=links.ends[region]))
    total = sum(world.sites for world in worlds)
    if total >= 2**31:
        raise InputError(problem(f"{name}: spaces", f"{total} sites", "fewer than 2^31 in all", "shorter axes"))
    return Universe(seed, links.clock, spaces, tuple(worlds), identity)


@dataclass(frozen=True)
class _Named:
    """What the names in a space's table stand for."""

    kind: Kind
    lattice: Lattice
    rule: Rule
    ancestor: Ancestor | None
    tasks: tuple[TaskPlace, ...]


def _resolve(space: SpaceTable, where: str, folder: Path, checks: _Problems) -> _Named | None:
    """What the names in a space's table stand for; None if something is wrong, which the checks know."""
    kind = checks.run(partial(find_kind, space, folder, where))
    rule = checks.run(partial(find_rule, space, folder, where))
    before = len(checks.problems)
    ancestor = checks.run(partial(find_ancestor, space, body_plan(space), folder, where))
    checks.run(partial(find_backend, space.backend, folder, f"{where}.backend"))
    if kind is None:
        return None
    lattice = checks.run(partial(make_lattice, space, kind, where))
    if lattice is None:
        return None
    tasks = checks.run(partial(place_tasks, space, kind, where, folder, lattice))
    if rule is None or tasks is None or len(checks.problems) > before:
        return None
    return _Named(kind, lattice, rule, ancestor, tasks)


def _lay_out(file: WorldFile, named: Mapping[str, _Named], folder: Path) -> tuple[Space, ...]:
    """The spaces, their regions numbered in the order of the file."""
    spaces: list[Space] = []
    for name, table in file.spaces.items():
        first = spaces[-1].regions.stop if spaces else 0
        backend = table.backend if find_given(table.backend) else anchored(table.backend, folder)
        spaces.append(Space(name, named[name].kind, backend, named[name].lattice, first, tuple(table.ranks)))
    return tuple(spaces)


def _make_world(seed: int, table: SpaceTable, space: Space, named: _Named, clock: RulerClock, identity: str) -> World:
    """What all regions of a space share."""
    loci = Loci(body_plan(table))
    return World(
        seed=seed,
        meetings=Meetings(space.lattice, table.tide, clock),
        loci=loci,
        kind=named.kind,
        physics=make_physics(table, named.kind, clock, loci),
        tasks=named.tasks,
        rule=named.rule,
        genesis=table.genesis,
        density=table.density,
        ancestor=named.ancestor,
        identity=identity,
        space=space.name,
        pace=table.pace,
        plaza=table.plaza,
        tokens=table.tokens,
    )


def make_physics(space: SpaceTable, kind: Kind, clock: RulerClock, loci: Loci) -> Physics:
    """The physics of a space in whole numbers."""
    said = {row.name: (row, physics_value(space.physics, row, kind.start)) for row in NUMBERS}
    prices = {"copy_cost": loci.count * float(said["copy_cost"][1] or 0), "move_cost": float(said["move_cost"][1] or 0)}
    numbers: dict[str, Any] = {name: row.resolve(value) for name, (row, value) in said.items() if name in SCALARS}
    for name, price in prices.items():
        numbers[name] = tuple(min(MAX_ENERGY, int(price * crossing_cost(axis))) for axis in clock.axes)
    return Physics(kind=kind.name, work=(kind.base, kind.per_synapse, kind.per_unit), **numbers)


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


def _identity(
    seed: int, file: WorldFile, machine: str, spaces: tuple[Space, ...], named: Mapping[str, _Named], folder: Path
) -> str:
    """Digest of everything that decides the course of the universe, but for backends, ranks and what is recorded."""
    parts: list[object] = [LAWS, seed, file.world.far_tide, machine, file.beaches]
    for space in spaces:
        table = file.spaces[space.name]
        parts += [space.name, space.lattice, table.model_copy(update={"backend": "", "ranks": [], "tasks": []})]
        for entry, place in zip(table.tasks, named[space.name].tasks, strict=False):  # a job board may stand in no table
            own = b"" if entry.name in TASKS else _source(sys.modules[type(place.task).__module__])
            parts += [entry.name, sorted(entry.options.items()), place.fill, place.cap, place.where.tobytes(), own]
        for name in (table.kind, table.rule, table.genesis):
            source = source_of(name)
            parts += [place_of(source, folder).read_bytes()] if source else []
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _source(module: ModuleType) -> bytes:
    """The text of a module; nothing if it has none."""
    path = Path(getattr(module, "__file__", None) or "")  # a notebook has none
    return path.read_bytes() if path.is_file() else b""
