"""From a world file to a universe: names and floats become lattices, tasks and integers."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from cyberspace.backends.backend import find_backend
from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.kinds import Kind
from cyberspace.law.physics import MAX_ENERGY, NUMBERS, SCALARS, Physics, PhysicsNumber
from cyberspace.law.state import SITE_FIELDS
from cyberspace.law.timetable import Course, Timetable
from cyberspace.law.universe import Space, Universe
from cyberspace.law.world import TaskPlace, World
from cyberspace.plugins import anchored, find_given, gathering, loading, place_of
from cyberspace.worldfile.events import FILL, Script, make_script
from cyberspace.worldfile.identity import identity_of
from cyberspace.worldfile.links import crossing_cost, make_links
from cyberspace.worldfile.machine import machine_identity
from cyberspace.worldfile.memory import REGION_BYTES, check_fits
from cyberspace.worldfile.names import wrong_names
from cyberspace.worldfile.places import body_plan, make_lattice, place_tasks, pool_numbers
from cyberspace.worldfile.plugs import find_ancestor, find_kind, find_rule
from cyberspace.worldfile.schema import SpaceTable, WorldFile, parse_world_file, physics_value
from cyberspace.worldfile.settlers import Settled, find_settled
from organisms.ancestors import Ancestor
from organisms.genome import Loci
from organisms.learning.rule import Rule
from organisms.traits import TRAITS
from topology import Lattice, Meetings, RulerClock

Found = TypeVar("Found")


def load_universe(path: str | Path, seed: int | None = None) -> tuple[Universe, WorldFile]:
    """The universe that a file describes, with another seed if one is given.

    Raises:
        InputError: With a line for everything that is wrong.
    """
    path = Path(path)
    return universe_from_text(read_text(path), str(path), folder_of(path), seed)


def folder_of(path: Path) -> Path:
    """Where files that a world file names are looked for: beside it; beside nothing, if it comes from a pipe."""
    return Path() if path.is_fifo() or path.is_char_device() else path.parent


def read_text(path: Path) -> str:
    """The text of a world file.

    Raises:
        InputError: If it can't be read.
    """
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(
            problem(str(path), f"an unreadable file ({error})", "a world file in TOML", f"ls {path.parent}")
        ) from None
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(
            problem(str(path), "an unreadable file (in UTF-16)", "a text in UTF-8", f"iconv -f UTF-16 -t UTF-8 {path}")
        )
    try:
        text = content.decode("utf-8-sig")  # editors on Windows begin with a mark of byte order
    except UnicodeDecodeError as error:
        raise InputError(problem(str(path), f"an unreadable file ({error})", "a text in UTF-8", "saving it as UTF-8")) from None
    return text.replace("\r\n", "\n")


def universe_from_text(
    text: str, name: str, folder: Path, seed: int | None = None, new: bool = True
) -> tuple[Universe, WorldFile]:
    """As `load_universe`, for the text of a file that lies in a folder; that of a run is not new."""
    file = parse_world_file(text, name)
    return build_universe(file, name, folder, file.world.seed if seed is None else seed, new), file


def build_universe(file: WorldFile, name: str, folder: Path, seed: int, new: bool = True) -> Universe:
    """The universe of a parsed file; of one that is not new, names may be such as are not given any more.

    Raises:
        InputError: With a line for everything that is wrong.
    """
    checks = _Problems()
    checks.problems += wrong_names(file.spaces, f"{name}: spaces") if new else []
    for field in file.record.fields:
        if field not in (known := (*SITE_FIELDS, *TRAITS)):
            expected = f"some of {', '.join(known)}"
            checks.add(problem(f"{name}: record.fields", repr(field), expected, nearest(field, known)))
    with gathering() as files:
        found = {label: _resolve(space, label, name, folder, checks) for label, space in file.spaces.items()}
    machine = checks.run(partial(machine_identity, place_of(file.world.machine, folder))) if file.world.machine else ""
    named = {label: one for label, one in found.items() if one is not None}
    if checks.problems or machine is None:
        raise InputError(*checks.problems)
    if "trace" in file.record.fields and not all(one.rule.trace for one in named.values()):
        expected = "a field that every space has: no traces are kept where no learning rule reads them"
        raise InputError(problem(f"{name}: record.fields", "'trace'", expected, "leaving it out"))
    spaces = _lay_out(file, named, folder)
    _check_size(spaces, name)
    links = make_links(file, name, spaces)
    settled = {label: one.settled.digest for label, one in named.items() if one.settled is not None}
    identity = identity_of(
        seed, file, machine, spaces, {label: one.tasks for label, one in named.items()}, folder, files, settled
    )
    worlds: list[World] = []
    first = 0
    for space in spaces:
        shared = _make_world(seed, file.spaces[space.name], space, named[space.name], links.clock, identity)
        begun = named[space.name].settled
        changes = _timetables(file.spaces[space.name], space, named[space.name], links.clock)
        for number, region in enumerate(space.regions):
            settlers = begun.settlers(number, len(space.regions)) if begun else None
            own = replace(shared, ends=links.ends[region], settlers=settlers, timetable=changes(number))
            worlds.append(replace(own, region=region, first_site=first))
            first += shared.sites
    return Universe(seed, links.clock, spaces, tuple(worlds), identity, files)


@dataclass(frozen=True)
class _Named:
    """What the names in a space's table stand for."""

    kind: Kind
    lattice: Lattice
    rule: Rule
    ancestor: Ancestor | None
    tasks: tuple[TaskPlace, ...]
    settled: Settled | None
    script: Script


def _resolve(space: SpaceTable, label: str, name: str, folder: Path, checks: _Problems) -> _Named | None:
    """What the names in a space's table stand for; None if something is wrong, which the checks know."""
    where = f"{name}: spaces.{label}"
    kind = checks.run(partial(find_kind, space, folder, where))
    rule = checks.run(partial(find_rule, space, folder, where))
    before = len(checks.problems)
    ancestor = checks.run(partial(find_ancestor, space, loci_of(space), folder, where))
    settled = checks.run(partial(find_settled, space, label, folder, where))
    with checks.noted(), loading(space.backend, folder, f"{where}.backend"):
        find_backend(space.backend, folder, f"{where}.backend")
    if kind is None:
        return None
    lattice = checks.run(partial(make_lattice, space, kind, where))
    if lattice is None:
        return None
    tasks = checks.run(partial(place_tasks, space, kind, where, folder, lattice))
    script = checks.run(partial(make_script, space, kind, where, lattice, tasks or ()))
    if rule is None or tasks is None or script is None or len(checks.problems) > before:
        return None
    return _Named(kind, lattice, rule, ancestor, tasks, settled, script)


def _lay_out(file: WorldFile, named: Mapping[str, _Named], folder: Path) -> tuple[Space, ...]:
    """The spaces, their regions numbered in the order of the file."""
    spaces: list[Space] = []
    for name, table in file.spaces.items():
        first = spaces[-1].regions.stop if spaces else 0
        backend = table.backend if find_given(table.backend) else anchored(table.backend, folder)
        spaces.append(Space(name, named[name].kind, backend, named[name].lattice, first, tuple(table.ranks)))
    return tuple(spaces)


def _check_size(spaces: tuple[Space, ...], name: str) -> None:
    """Refuse more sites than can be numbered, and more regions than this machine can list."""
    regions = sum(len(space.regions) for space in spaces)
    total = sum(space.lattice.sites * len(space.regions) for space in spaces)
    if total >= 2**31:
        raise InputError(problem(f"{name}: spaces", f"{total} sites", "fewer than 2^31 in all", "shorter axes"))
    check_fits(regions * REGION_BYTES, f"{regions:,} regions", f"{name}: spaces", "shorter far axes")


def _make_world(seed: int, table: SpaceTable, space: Space, named: _Named, clock: RulerClock, identity: str) -> World:
    """What all regions of a space share."""
    loci = loci_of(table)
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


def loci_of(table: SpaceTable) -> Loci:
    """The genome's plan of a space."""
    return Loci(body_plan(table), 0 if isinstance(table.rule, str) else len(table.rule))


def make_physics(space: SpaceTable, kind: Kind, clock: RulerClock, loci: Loci) -> Physics:
    """The physics of a space in whole numbers."""
    said = {row.name: (row, physics_value(space.physics, row, kind.start)) for row in NUMBERS}
    numbers: dict[str, Any] = {name: reckoned(row, value, clock, loci) for name, (row, value) in said.items()}
    return Physics(kind=kind.name, work=(kind.base, kind.per_synapse, kind.per_unit), **numbers)


def reckoned(row: PhysicsNumber, value: float | None, clock: RulerClock, loci: Loci) -> int | tuple[int, ...]:
    """What the laws reckon with, from a number as a world file says it: whole numbers, for costs of crossing one by axis."""
    if row.name in SCALARS:
        return row.resolve(value)
    price = float(value or 0) * (loci.count if row.name == "copy_cost" else 1)
    return tuple(min(MAX_ENERGY, int(price * crossing_cost(axis))) for axis in clock.axes)


def _timetables(table: SpaceTable, space: Space, named: _Named, clock: RulerClock) -> Callable[[int], Timetable]:
    """What changes in each region of a space, by its number there."""
    rows, loci = {row.name: row for row in NUMBERS}, Loci(body_plan(table))

    def resolve(course: Course, value: float) -> int | tuple[int, ...]:
        if course.field != FILL:
            return reckoned(rows[course.field], value, clock, loci)
        return pool_numbers(table.tasks[course.task], named.tasks[course.task].task, value, table, space.lattice)

    return named.script.timetable(resolve)


class _Problems:
    """Collects the problems of several checks."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def add(self, line: str) -> None:
        self.problems.append(line)

    @contextmanager
    def noted(self) -> Iterator[None]:
        try:
            yield
        except InputError as error:
            self.problems += error.problems

    def run(self, check: Callable[[], Found]) -> Found | None:
        try:
            return check()
        except InputError as error:
            self.problems += error.problems
            return None
