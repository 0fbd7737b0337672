"""What a run keeps of a user's own code: files by their content, and what readers need to know without loading any of it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol, TypedDict

from cyberspace.beside import Extra, Place
from cyberspace.errors import InputError, problem
from cyberspace.law.kinds import KINDS, Kind
from cyberspace.law.universe import Universe
from cyberspace.record.chance import measure_chance
from cyberspace.tasks.stored import AboutTask, about_task, stored_task
from cyberspace.tasks.table import TASKS
from cyberspace.tasks.task import Task
from cyberspace.tasks.trial import try_task
from cyberspace.worldfile.schema import WorldFile
from cyberspace.worldfile.settlers import data_of
from organisms.arrays import Array
from organisms.genome import Loci
from organisms.learning.rule import Rule
from organisms.learning.table import RULES

FILES = "files"
"""Folder of a run with a folder for each file of code, by content, and in it what this file needs."""

BACKEND = "--backend"
"""What the file of the backend is called that was asked for beside the world file."""


class KeptExtra(TypedDict):
    """A file that code needs, by its path in the run, and the names by which the code asks for it."""

    file: str
    place: str
    names: list[str]


class Kept(TypedDict):
    """A file of code, by its path in the run, and what it needs."""

    file: str
    extras: list[KeptExtra]


class AboutKind(TypedDict):
    """What a run holds of a kind of region."""

    axes: list[str]
    base: int
    per_synapse: int
    per_unit: int
    start: dict[str, int | float]
    name: str


class Described(TypedDict):
    """What a run holds of all that its world names and that is not built in, by name; `texts` are files of classes of tasks."""

    kinds: dict[str, AboutKind]
    rules: dict[str, str]
    ancestors: list[str]
    backends: list[str]
    tasks: list[AboutTask]
    texts: dict[str, str]


def keep(folder: Path, places: Mapping[str, Place]) -> dict[str, Kept]:
    """Copy files, with what they need, into a run's folder; where they are now, by what the world calls them.

    Raises:
        OSError: If one can't be read, or the disk is full or fails.
    """
    return {source: _keep(folder, place) for source, place in places.items()}


def _keep(folder: Path, place: Place) -> Kept:
    extras = place.extras or ()
    whole = hashlib.blake2b(digest_size=8)
    for name, content in ((place.path.name, place.read()), *((extra.place, extra.path.read_bytes()) for extra in extras)):
        whole.update(os.fsencode(name) + b"\0" + hashlib.blake2b(content).digest())
    home = f"{FILES}/{whole.hexdigest()}"
    kept: Kept = {"file": f"{home}/{place.path.name}", "extras": []}
    _copy(place, folder / kept["file"])
    for extra in extras:
        _copy(Place(extra.path), folder / home / extra.place)
        kept["extras"].append({"file": f"{home}/{extra.place}", "place": extra.place, "names": list(extra.names)})
    return kept


def _copy(source: Place, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        target.write_bytes(source.read())


def places_of(folder: Path, kept: Mapping[str, Kept]) -> dict[str, Place]:
    """Where files of code lie in a run, by what its world calls them."""
    home = Path(os.path.abspath(folder))
    return {
        source: Place(
            home / one["file"],
            tuple(Extra(home / extra["file"], extra["place"], tuple(extra["names"])) for extra in one["extras"]),
        )
        for source, one in kept.items()
    }


def paths_of(kept: Mapping[str, Kept]) -> Iterator[str]:
    """Paths in the run of all that is kept."""
    for one in kept.values():
        yield one["file"]
        yield from (extra["file"] for extra in one["extras"])


def check_files(folder: Path, hashes: Mapping[str, str]) -> None:
    """Refuse files of a run that are not as it was started with; the world file itself may be laid out anew.

    Raises:
        InputError: With a line for each.
    """
    wrong = []
    for name, known in hashes.items():
        now = hash_of(folder / name)
        if name.startswith(f"{FILES}/") and now != known:
            got = "another file than the run was started with" if now else "no file"
            wrong.append(
                problem(str(folder / name), got, "the one that it was started with", "undoing the change, or a new run")
            )
    if wrong:
        raise InputError(*wrong)


def hash_of(path: Path) -> str:
    """Digest of a file; empty if there is none."""
    return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest() if path.is_file() else ""


def describe(folder: Path, universe: Universe, file: WorldFile, kept: Mapping[str, str]) -> Described:
    """What readers need to know of a universe beside its world file.

    Args:
        folder: The run, into which texts of classes are copied.
        universe: The universe.
        file: The world file.
        kept: Paths in the run of files that it holds already, by where they came from.
    """
    found: Described = {"kinds": {}, "rules": {}, "ancestors": [], "backends": [], "tasks": [], "texts": {}}
    for space in universe.spaces:
        table, world = file.spaces[space.name], universe.worlds[space.first_region]
        if table.kind not in KINDS:
            kind = space.kind
            found["kinds"][table.kind] = {
                "axes": list(kind.axes), "base": kind.base, "per_synapse": kind.per_synapse, "per_unit": kind.per_unit,
                "start": dict(kind.start), "name": kind.name,
            }  # fmt: skip
        if table.rule not in RULES:
            found["rules"][table.rule] = world.rule.name
        name = table.genesis.removeprefix("ancestor:")
        found["ancestors"] += [name] if ":" in name and data_of(name) is None else []
        found["backends"] += [table.backend] if ":" in table.backend else []
        for k, (entry, place) in enumerate(zip(table.tasks, world.tasks, strict=False)):  # a job board may stand in no table
            if entry.name not in TASKS:
                measure_chance(world, k)
                found["tasks"].append(
                    about_task(entry.name, entry.options, place.task, trial_of(place.task, world.body.answers))
                )
                if place.task.source:
                    source = place.task.source
                    found["texts"][entry.name] = kept.get(source) or _keep(folder, Place(Path(source)))["file"]
    return found


def trial_of(task: Task, answers: int) -> str:
    """Digest of what a task answers when it is tried."""
    return try_task(task, lambda: task, answers)[1]


def check_trials(universe: Universe, file: WorldFile, described: Described, where: str) -> None:
    """Refuse tasks that answer otherwise than when a run was made.

    Raises:
        InputError: With a line for each.
    """
    known = {(one["name"], one["options"]): one["trial"] for one in described["tasks"]}
    wrong = []
    for space in universe.spaces:
        world = universe.worlds[space.first_region]
        for k, (entry, place) in enumerate(zip(file.spaces[space.name].tasks, world.tasks, strict=False)):
            if entry.name in TASKS:
                continue
            about = about_task(entry.name, entry.options, place.task, trial_of(place.task, world.body.answers))
            trial = known.get((about["name"], about["options"]), "")
            if trial and trial != about["trial"]:
                got = "other channels, scores, signals or memory in the same lessons than when the run was made"
                expected = "a task that answers the same in every process: no random number, time, setting or order of a set"
                attempt = f"mending {about['title']}, then a new run"
                wrong.append(problem(f"{where}: spaces.{space.name}.tasks[{k}].name: {entry.name}", got, expected, attempt))
    if wrong:
        raise InputError(*wrong)


def stand_ins(described: Described, folder: Path) -> dict[str, object]:
    """Objects that stand for what a world names, for reading alone."""
    found: dict[str, object] = dict.fromkeys(described["backends"], _Engine)
    found |= dict.fromkeys(described["ancestors"], _nobody)
    found |= {name: Rule(title, None) for name, title in described["rules"].items()}
    for name, kind in described["kinds"].items():
        found[name] = Kind(**{**kind, "axes": tuple(kind["axes"])})  # type: ignore[arg-type]
    for name in dict.fromkeys(one["name"] for one in described["tasks"]):
        text = described["texts"].get(name)
        abouts = [one for one in described["tasks"] if one["name"] == name]
        found[name] = stored_task(abouts, str(folder / text) if text else "")
    return found


def _nobody(loci: Loci) -> Array:
    """Stands for an ancestor."""
    import numpy as np

    return np.zeros(loci.count, dtype=np.int8)


class _Engine(Protocol):
    """Stands for a backend; nothing can be lived with it."""

    def advance(self, ticks: int) -> object: ...
    def cross(self, index: int, opening: int, due: object) -> object: ...
    def look(self, name: str, sites: object = None) -> object: ...
    def put(self, name: str, values: object, sites: object = None) -> None: ...
    def flow(self, name: str, amount: int) -> None: ...
    def state(self, fields: object = ()) -> object: ...
