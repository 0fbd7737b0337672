"""The cells of a plan: each combination of values is a world, each seed of it a run."""

from __future__ import annotations

import copy
import hashlib
import itertools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cyberspace.api.forking import need_spaces, put
from cyberspace.backends.backend import find_backend
from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.universe import Universe
from cyberspace.sweep.outcomes import Outcome
from cyberspace.sweep.plan import Sweep
from cyberspace.worldfile.build import folder_of, read_text, universe_from_text
from cyberspace.worldfile.memory import check_memory
from cyberspace.worldfile.schema import parse_world_file
from cyberspace.worldfile.toml_text import toml_text

MARK = 12
"""Bytes of the digest that names a run, twice as many letters."""


@dataclass(frozen=True)
class Job:
    """One run of a sweep, all that a worker needs to know of it.

    Attributes:
        key: Names its files; runs that are alike to the bit have the same.
        name: As messages call it.
        values: Names of the values of each factor, in the plan's order.
        seed: Of the run.
        text: Of its world file.
        folder: Where files that the text names lie.
        ticks: That it lives at most.
        every: Ticks between two samples.
        look: Ticks between two looks at `until`.
        until: Name of the outcome that ends it; None for none.
        backend: For all spaces; empty for what the text says.
        keep: Whether the run stays.
        outcomes: What is measured.
        mark: Changes with what is measured.
    """

    key: str
    name: str
    values: tuple[str, ...]
    seed: int
    text: str
    folder: Path
    ticks: int
    every: int
    look: int
    until: str | None
    backend: str
    keep: bool
    outcomes: tuple[Outcome, ...]
    mark: str


def jobs_of(plan: Sweep) -> list[Job]:
    """All runs of a plan, cell by cell, the seeds of a cell in order; every world was built once, so that it is known to be right.

    Raises:
        InputError: With a line for everything that is wrong with a cell.
    """
    if plan.file.backend:
        find_backend(plan.file.backend, Path(), f"{plan.path}: backend")
    jobs, wrong = [], list[str]()
    for values, changes in _combinations(plan):
        named = ", ".join(f"{factor.name} = {value}" for factor, value in zip(plan.factors, values, strict=True))
        try:
            jobs += _cell(plan, values, changes, f"{plan.path}: {named}" if named else str(plan.path))
        except InputError as error:
            wrong += error.problems
    if wrong:
        raise InputError(*dict.fromkeys(wrong))
    return jobs


def _combinations(plan: Sweep) -> Iterator[tuple[tuple[str, ...], list[tuple[str, object]]]]:
    """Each combination of values, with all that it changes."""
    choices = [list(zip(factor.values, factor.changes, strict=True)) for factor in plan.factors]
    for chosen in itertools.product(*choices):
        yield tuple(value for value, _ in chosen), [pair for _, changes in chosen for pair in changes.items()]


def _cell(plan: Sweep, values: tuple[str, ...], changes: list[tuple[str, object]], name: str) -> list[Job]:
    own = next((value for key, value in changes if key == "base"), None)
    base = str(plan.file.base if own is None else own)
    path = plan.folder / base
    content = tomllib.loads(_base_text(path, str(plan.path) if own is None else name, base))
    need_spaces(list(content.get("spaces", {})), dict(changes), name)
    for key, value in changes:
        if key != "base":
            put(content, key.split("."), copy.deepcopy(value), key, name)
    file = plan.file
    record = content.setdefault("record", {})
    record.update(every=file.every, fields=file.fields, checkpoint_every=file.look, keep=1)
    text = toml_text(content)
    universe, _ = universe_from_text(text, name, folder_of(path), plan.seeds[0])
    check_memory(universe.worlds, name)
    _check_goals(plan.outcomes, universe, str(plan.path))
    until = plan.outcomes[file.until].mark if file.until else ""
    mark = hashlib.blake2b(
        "".join(f"{key}:{one.mark} " for key, one in plan.outcomes.items()).encode(), digest_size=8
    ).hexdigest()
    about = f"{universe.identity} {file.ticks} {file.every} {file.look} {until} {file.fields}"
    job = Job(
        "", name, values, 0, text, folder_of(path).absolute(), file.ticks, file.every, file.look, file.until, file.backend,
        file.keep == "run", tuple(replace(one, folder=one.folder.absolute()) for one in plan.outcomes.values()), mark,
    )  # fmt: skip
    return [replace(job, seed=seed, key=_key(about, seed), name=f"{name}, seed {seed}") for seed in plan.seeds]


def _key(about: str, seed: int) -> str:
    return f"{seed}-{hashlib.blake2b(f'{about} {seed}'.encode(), digest_size=MARK).hexdigest()}"


def _base_text(path: Path, name: str, base: str) -> str:
    """The text of a world file, which is right as it stands."""
    if not path.is_file():
        raise InputError(
            problem(f"{name}: base", f"{base} (no file {path})", "a world file beside the plan", f"ls {path.parent}")
        )
    text = read_text(path)
    parse_world_file(text, str(path))
    return text


def _check_goals(outcomes: Mapping[str, Outcome], universe: Universe, name: str) -> None:
    """Refuse outcomes of spaces and functions that no run of this world could have, before anything is lived."""
    spaces = [space.name for space in universe.spaces]
    for key, one in outcomes.items():
        asked, goal = getattr(one.options, "space", None), getattr(one.options, "goal", None)
        if asked is not None and asked not in spaces:
            where, expected = f"{name}: outcomes.{key}.space", f"one of {', '.join(spaces)}"
            raise InputError(problem(where, repr(asked), expected, nearest(asked, spaces)))
        if asked is None and len(spaces) > 1 and "space" in type(one.options).model_fields:
            if getattr(one.options, "of", None) in ("lineages", "genomes"):
                continue  # those are counted over all spaces
            where = f"{name}: outcomes.{key}.space"
            raise InputError(problem(where, "nothing", f"one of {', '.join(spaces)}", f'space = "{spaces[0]}"'))
        if goal is not None:
            chosen = universe.spaces[spaces.index(asked) if asked else 0]
            goals = [str(each) for each in universe.worlds[chosen.first_region].goals]
            if goal not in goals:
                where, expected = (
                    f"{name}: outcomes.{key}.goal",
                    f"one of {', '.join(goals)}" if goals else "a world with tasks",
                )
                raise InputError(problem(where, repr(goal), expected, nearest(goal, goals) if goals else "adding a task"))
