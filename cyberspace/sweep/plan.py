"""A plan of experiments: TOML in, a frozen specification out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from cyberspace.errors import InputError, nearest, problem
from cyberspace.sweep.outcomes import Outcome, read_outcome
from cyberspace.worldfile.build import folder_of, read_text
from cyberspace.worldfile.tables import MAX_LENGTH, Table, Ticks

Seed = Annotated[int, Field(ge=0, lt=2**32)]
TAKEN = ("summary", "comparisons", "runs", "index", "plan", "lock")
"""Names of other files in the folder of a sweep."""


class CompareTable(Table):
    """One question asked of the table: does an outcome differ between values of a factor?"""

    outcome: str
    """Name of an outcome of the plan."""
    factor: str
    """Name of a factor: `"arm"`, or a key as the plan's factors say it."""
    test: Literal["fisher", "log-rank", "rank-sum", "difference"]
    """Fisher's exact test of counts, log-rank of times, rank sum of numbers, or the difference alone: of means with
    Welch's interval, of shares with Newcombe's."""
    of: Annotated[list[str | int | float | bool], Field(min_length=2)] | None = None
    """The values that are compared, each with the first; all of the factor if left out."""


class PlanFile(Table):
    """A whole plan."""

    question: str = ""
    """What is asked, in a sentence; stands at the head of the page."""
    base: str
    """The world file that all cells change, beside the plan."""
    ticks: Ticks
    """Ticks that each run lives at most."""
    seeds: Annotated[int, Field(ge=1, le=100_000)] | Annotated[list[Seed], Field(min_length=1)]
    """How many, from 1 on, or which."""
    every: Ticks = 1000
    """Ticks between two samples of a run."""
    until: str | None = None
    """Name of an outcome that is a time: a run ends once it is known, looked at every `look` ticks."""
    look: Ticks = 10_000
    """Ticks between two such looks, and between two checkpoints."""
    keep: Literal["outcomes", "run"] = "outcomes"
    """What is left of each run: its outcomes alone, or the whole run."""
    fields: list[str] = []
    """Fields of the state that runs record."""
    backend: str = ""
    """For all spaces; what the world file says if left out."""
    factors: dict[str, object] = {}
    """Keys of the world file with lists of values: `spaces.soup.physics.copy = [0.001, 0.002]`."""
    arms: dict[str, dict[str, object]] = {}
    """Sets of changed keys by name, a factor called `arm`; the key `base` names another world file."""
    outcomes: Annotated[dict[str, dict[str, object]], Field(min_length=1)]
    """What is measured of each run: `[outcomes.NAME]` with a kind and its options."""
    compare: list[CompareTable] = []
    """What is compared."""


@dataclass(frozen=True)
class Factor:
    """What is varied.

    Attributes:
        name: As tables say it.
        values: Names of its values, in order.
        changes: What each changes: values by dotted key of the world file.
    """

    name: str
    values: tuple[str, ...]
    changes: tuple[Mapping[str, object], ...]


@dataclass(frozen=True)
class Sweep:
    """A plan that was read and checked.

    Attributes:
        path: Its file.
        file: The parsed text.
        seeds: Of the runs of each cell.
        factors: Whatever is varied; the arms first.
        outcomes: What is measured, by name.
    """

    path: Path
    file: PlanFile
    seeds: tuple[int, ...]
    factors: tuple[Factor, ...]
    outcomes: Mapping[str, Outcome]

    @property
    def folder(self) -> Path:
        """Where files that it names lie."""
        return folder_of(self.path)

    def factor(self, name: str) -> Factor:
        """The factor of a name; names of comparisons were checked."""
        return next(one for one in self.factors if one.name == name)


def read_plan(path: Path) -> Sweep:
    """The plan in a file.

    Raises:
        InputError: With a line for everything that is wrong: file, key, got, expected, try.
    """
    name = str(path)
    if not path.exists():
        raise InputError(problem(name, "no such file", "a plan in TOML", f"ls {path.parent}"))
    try:
        content = tomllib.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(problem(name, f"text that is not TOML ({error})", "a plan in TOML", "mending that line")) from None
    try:
        file = PlanFile.model_validate(content)
    except ValidationError as error:
        lines = {str(one["loc"]): _line(name, dict(one)) for one in error.errors() if one["type"] != "list_type"}
        raise InputError(*(lines or {str(one["loc"]): _line(name, dict(one)) for one in error.errors()}).values()) from None
    seeds = tuple(range(1, file.seeds + 1)) if isinstance(file.seeds, int) else tuple(file.seeds)
    if len(set(seeds)) < len(seeds):
        raise InputError(problem(f"{name}: seeds", list(seeds), "seeds, each once", f"seeds = {len(set(seeds))}"))
    factors = (*_arms(file, name), *_factors(file, name))
    outcomes = {
        key: read_outcome(key, table, f"{name}: outcomes.{key}", folder_of(path)) for key, table in file.outcomes.items()
    }
    found = Sweep(path, file, seeds, factors, outcomes)
    _check_names(found, name)
    return found


def _line(name: str, error: dict[str, object]) -> str:
    """What pydantic found, in the words of the other messages."""
    loc = error["loc"]
    assert isinstance(loc, tuple)
    key = ".".join(str(part) for part in loc if not str(part).startswith(("constrained", "list[", "int", "function")))
    known = CompareTable.model_fields if loc[0] == "compare" else PlanFile.model_fields
    if error["type"] == "extra_forbidden":
        return problem(f"{name}: {key}", "an unknown key", f"one of {', '.join(known)}", nearest(str(loc[-1]), known))
    if error["type"] == "missing":
        return problem(f"{name}: {key}", "nothing", "a value", f"adding {loc[-1]}")
    got = repr(error["input"]) if not isinstance(error["input"], dict) else "a table"
    expected = str(error["msg"]).removeprefix("Input should be ").removeprefix("Value error, ")
    attempts = {"ticks": "ticks = 100_000", "seeds": "seeds = 20", "base": 'base = "world.toml"'}
    return problem(f"{name}: {key}", got, expected, attempts.get(str(loc[0]), f"mending {key}"))


def _arms(file: PlanFile, name: str) -> list[Factor]:
    if not file.arms:
        return []
    changes = tuple(_flat(table, f"{name}: arms.{arm}") for arm, table in file.arms.items())
    return [Factor("arm", tuple(file.arms), changes)]


def _factors(file: PlanFile, name: str) -> list[Factor]:
    """Factors by dotted key, however the file nests its tables; each is called by the shortest end that tells it from the others."""
    found = _flat(file.factors, f"{name}: factors")
    for key, values in found.items():
        if not isinstance(values, list) or not values:
            raise InputError(problem(f"{name}: factors.{key}", repr(values), "a list of values", f"{key} = [{values!r}]"))
        if len({_word(one) for one in values}) < len(values):
            raise InputError(problem(f"{name}: factors.{key}", values, "values, each once", "leaving some out"))
    return [
        Factor(_short(key, list(found)), tuple(map(_word, values)), tuple({key: one} for one in values))
        for key, values in found.items()
        if isinstance(values, list)
    ]


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _short(key: str, keys: list[str]) -> str:
    parts = key.split(".")
    ends = (".".join(parts[-count:]) for count in range(1, len(parts) + 1))
    return next(end for end in ends if end != "arm" and sum(f".{other}".endswith(f".{end}") for other in keys) == 1)


def _flat(table: Mapping[str, object], where: str, path: str = "") -> dict[str, object]:
    """Values by dotted key; a table at the end of a path is opened as well."""
    found: dict[str, object] = {}
    for key, value in table.items():
        if not key:
            raise InputError(problem(where, "an empty key", "a key of the world file", "spaces.NAME.physics.copy"))
        inner = f"{path}.{key}" if path else key
        found |= _flat(value, where, inner) if isinstance(value, dict) and value else {inner: value}
    return found


def _check_names(plan: Sweep, name: str) -> None:
    """What comparisons and `until` call by name is there, and fits."""
    wrong = [*_wrong_names(plan, name), *_changed_twice(plan, name)]
    until = plan.file.until
    times = [key for key, one in plan.outcomes.items() if one.sort == "time"]
    if until is not None and until not in times:
        expected = (
            f"an outcome that is a time: {', '.join(times)}" if times else "an outcome that is a time, of which there is none"
        )
        wrong.append(problem(f"{name}: until", repr(until), expected, nearest(until, times) if times else "leaving it out"))
    if plan.file.look % plan.file.every:
        more = plan.file.every * max(1, round(plan.file.look / plan.file.every))
        wrong.append(
            problem(
                f"{name}: look", plan.file.look, f"a multiple of every, {plan.file.every}", f"look = {min(more, MAX_LENGTH)}"
            )
        )
    for k, one in enumerate(plan.file.compare):
        where, factors = f"{name}: compare.{k}", [factor.name for factor in plan.factors]
        if one.outcome not in plan.outcomes:
            known = list(plan.outcomes)
            wrong.append(
                problem(f"{where}.outcome", repr(one.outcome), f"one of {', '.join(known)}", nearest(one.outcome, known))
            )
        elif one.test not in plan.outcomes[one.outcome].tests:
            fits = plan.outcomes[one.outcome].tests
            got = f"{one.test} of {one.outcome}, which is a {plan.outcomes[one.outcome].sort}"
            wrong.append(problem(f"{where}.test", got, f"one of {', '.join(fits)}", fits[0]))
        if one.factor not in factors:
            attempt = nearest(one.factor, factors) if factors else "a table [factors] or [arms.NAME]"
            wrong.append(problem(f"{where}.factor", repr(one.factor), f"one of {', '.join(factors) or 'none'}", attempt))
            continue
        values = plan.factor(one.factor).values
        for value in one.of or []:
            if _word(value) not in values:
                wrong.append(problem(f"{where}.of", repr(value), f"one of {', '.join(values)}", nearest(_word(value), values)))
    if wrong:
        raise InputError(*wrong)


def _wrong_names(plan: Sweep, name: str) -> list[str]:
    """Outcomes that could not be called so in the names of files."""
    fits = [key for key in plan.outcomes if re.fullmatch(r"[A-Za-z0-9][\w.-]{0,99}", key, re.ASCII) and key not in TAKEN]
    expected = f"letters, digits, - and _, but for {', '.join(TAKEN)}"
    return [problem(f"{name}: outcomes", repr(key), expected, "my_outcome") for key in plan.outcomes if key not in fits]


def _changed_twice(plan: Sweep, name: str) -> list[str]:
    """Keys that two factors change, so that one of them would count for nothing."""
    changed = [{key for change in factor.changes for key in change} for factor in plan.factors]
    twice = {
        key
        for k, keys in enumerate(changed)
        for key in keys
        if any(f"{key}.".startswith(f"{other}.") for others in changed[:k] + changed[k + 1 :] for other in others)
    }
    return [
        problem(f"{name}: {key}", "a key that two factors change", "each in one", "a factor or arms") for key in sorted(twice)
    ]


def compared(plan: Sweep, one: CompareTable) -> tuple[str, ...]:
    """Names of the values that are compared."""
    return tuple(map(_word, one.of)) if one.of else plan.factor(one.factor).values
