"""World files: TOML in, a frozen specification out; everything that is wrong is told at once."""

from __future__ import annotations

import difflib
import json
import math
import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError, create_model

from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.physics import MAX_ENERGY, NUMBERS, PhysicsNumber
from cyberspace.tasks.task import AUTO
from cyberspace.worldfile.tables import (
    MAX_LENGTH,
    AxisTable,
    BodyTable,
    ConditionTable,
    CourseTable,
    EventTable,
    Range,
    Table,
    Tick,
    Ticks,
    WaveTable,
)
from organisms.learning.rule import MOST_RULES
from topology.axes import MAX_STRETCH
from topology.link import FAR_TIDE

MAX_TICKS = 2**63 - 1
"""Ticks between two samples or checkpoints, at most; beyond the last tick it is never."""


def _model_name(row: PhysicsNumber) -> str:
    """Name of a number in the table: its key, unless pydantic's models have a method of that name."""
    return f"{row.key}_price" if hasattr(BaseModel, row.key) else row.key


def _physics_fields() -> dict[str, Any]:
    """Fields of the table of physics, from what is declared in `cyberspace.law.physics`."""
    found = {}
    for row in NUMBERS:
        name = _model_name(row)
        kind: Any = row.type
        finite = False if row.type is float else None
        alias = None if name == row.key else row.key
        limited = Annotated[kind, Field(ge=row.low, le=row.high, alias=alias, allow_inf_nan=finite)]
        found[name] = (limited | None if row.optional else limited, row.start)
    return found


if TYPE_CHECKING:

    class PhysicsTable(Table):
        """The numbers of `cyberspace.law.physics.NUMBERS`."""

        lesson: int = 0

else:
    PhysicsTable = create_model("PhysicsTable", __base__=Table, **_physics_fields())
    PhysicsTable.__doc__ = "Numbers of the physics, see `cyberspace.law.physics`; start values were tuned by measurement."


def physics_value(table: PhysicsTable, row: PhysicsNumber, starts: Mapping[str, int | float]) -> int | float | None:
    """A number as a world file says it; if it is left out, the kind's own start value, or the one for all kinds."""
    name = _model_name(row)
    if name not in table.model_fields_set and row.key in starts:
        return starts[row.key]
    value: int | float | None = getattr(table, name)
    return value


def _as_fill(value: Any) -> float | str:
    if value == AUTO or (isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MAX_ENERGY):
        return AUTO if value == AUTO else float(value)
    raise ValueError(f'a number from 0 to {MAX_ENERGY}, or "{AUTO}"')


class TaskTable(Table):
    """A task and where it is posed."""

    name: str
    """A built-in name, `FILE.py:CLASS` beside the world file, or `package.module:CLASS`."""
    where: dict[str, Range] = {}
    """The places along near axes where it is posed; everywhere if left out."""
    fill: Annotated[float | str, BeforeValidator(_as_fill)] | None = None
    """Energy that flows into its pools per site, goal and tick, or `"auto"`, what living costs; the task's start value if left out."""
    pool: Annotated[int, Field(ge=1, le=MAX_LENGTH)] | None = None
    """What a pool holds at most, in lessons of filling; the task's start value if left out."""
    options: dict[str, Any] = {}
    """Arguments of the task's constructor."""
    start: Annotated[Tick, Field(alias="from")] = 0
    """First tick at which it is posed."""
    until: Tick | None = None
    """Tick from which on it is not posed any more; never if left out."""
    every: Ticks | None = None
    """Ticks after which it is posed again, for `for` ticks each time; only once if left out."""
    length: Annotated[Ticks | None, Field(alias="for")] = None
    """Ticks for which it is posed; until `until` if left out."""
    after: ConditionTable | None = None
    """It is posed once this has come true: `after = { goal = "EQU", share = 0.05 }`."""
    before: ConditionTable | None = None
    """It is posed until this has come true."""


def _as_pace(value: Any) -> int:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= 1:
        exponent = -math.log2(value)
        if exponent == int(exponent) and exponent <= 10:
            return int(exponent)
    raise ValueError("1, 0.5, 0.25 or another power of two down to 1/1024")


def _as_rules(value: Any) -> str | list[str]:
    if isinstance(value, str):
        return value
    whole = isinstance(value, list) and all(isinstance(name, str) for name in value)
    if whole and len(set(value)) == len(value) and 1 <= len(value) <= MOST_RULES:
        return list(value)
    raise ValueError(f"a name, or a list of 1 to {MOST_RULES} names, each once")


class SpaceTable(Table):
    """A space: regions of one kind, a lattice of its own."""

    later: ClassVar[frozenset[str]] = frozenset({"learned"})
    """See `Table`."""
    kind: str
    """`"gpu"`, `"cpu"`, or `FILE.py:NAME`: names of the near axes, and what upkeep is charged for."""
    backend: str = "numba"
    """`"numba"`, `"jax"`, `"reference"`, or `FILE.py:NAME`: the speed, never the result; `--backend` goes before it."""
    axes: Annotated[dict[str, AxisTable], Field(min_length=1)]
    """The axes in use, by name; those left out have length 1."""
    body: BodyTable = BodyTable()
    """Size of the brain of everybody in this space."""
    physics: PhysicsTable = PhysicsTable()
    """What the regions charge and allow."""
    genesis: str = "soup"
    """How it starts: `"soup"` (random genomes), `"ancestor:NAME"`, `"ancestor:FILE.py:NAME"`, `"file:FILE.npz"` (organisms in a file, in
    turn), `"from:RUN@TICK"` (all that live at a checkpoint of another run) or `"empty"`."""
    density: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.5
    """Share of the sites that genesis inhabits."""
    learned: bool = False
    """Whether organisms from a file or a run bring the weights that they have learned; if not, they begin with inborn ones."""
    tide: Annotated[int, Field(ge=1, le=MAX_LENGTH)] = 8
    """One site in this many may receive an organism at an opening of a near axis."""
    pace: Annotated[int, BeforeValidator(_as_pace)] = 0
    """Ticks that a region lives for each tick of the universe."""  # here -log2 of it
    ranks: list[Annotated[int, Field(ge=0, le=MAX_LENGTH)]] = []
    """Rank of each region, in order and over again; left out, ranks are given by cost."""
    rule: Annotated[str | list[str], BeforeValidator(_as_rules)] = "hebbian"
    """The learning rule: `"hebbian"`, `"delta"`, `"oja"`, `"trace"`, `"none"` (inborn weights for life), or `FILE.py:NAME`; or a list of
    up to eight of them, of which a gene chooses one for each organism."""
    plaza: bool = False
    """Whether people may put blocks here and post jobs."""
    tokens: Annotated[int, Field(ge=0, le=2**30)] = 0
    """What a plaza's wallet holds at tick 0."""
    tasks: list[TaskTable] = []
    """How energy is earned here: `[[spaces.NAME.tasks]]`; together at most 32 goals."""
    events: Annotated[list[EventTable], Field(repr=False)] = []
    """What changes here as time goes by: `[[spaces.NAME.events]]`."""


def rule_names(table: SpaceTable) -> list[str]:
    """The names of a space's learning rules; one, unless a gene chooses."""
    return [table.rule] if isinstance(table.rule, str) else table.rule


class WorldTable(Table):
    """What holds for the whole universe."""

    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    """Seed of all randomness; `--seed` goes before it."""
    far_tide: Annotated[int, Field(ge=1, le=MAX_LENGTH)] = FAR_TIDE
    """One place of a shore in this many may receive an organism at an opening of a link."""
    machine: str | None = None
    """File that `cyberspace measure` wrote, beside the world file; part of the identity of a run."""


class BeachTable(Table):
    """A link between regions of different kind or shape."""

    between: Annotated[list[str], Field(min_length=2, max_length=2)]
    """Names of the two spaces."""
    shores: Annotated[list[dict[str, Range]], Field(min_length=2, max_length=2)]
    """Slices, one in each space: far axes choose regions, near axes sites; both in lattice order."""
    stretch: Annotated[int, Field(ge=1)]
    """Ticks between two openings, a power of two."""
    cost: Annotated[int, Field(ge=0, le=MAX_STRETCH)] | None = None
    """Multiplier on the energy that crossing costs; the stretch if left out."""


def _each_once(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        raise ValueError("names of fields, each once")
    return names


class RecordTable(Table):
    """What is kept of a run."""

    every: Annotated[int, Field(ge=1, le=MAX_TICKS)] = 1000
    """Ticks between two samples."""
    fields: Annotated[list[str], AfterValidator(_each_once)] = ["energy", "founder", "performed"]
    """Fields of the state that are sampled; their names are in the reference of the state."""
    checkpoint_every: Annotated[int, Field(ge=1, le=MAX_TICKS)] = 10_000
    """Ticks between two checkpoints."""
    keep: Annotated[int, Field(ge=1, le=MAX_TICKS)] = 2
    """Checkpoints kept."""


class WorldFile(Table):
    """A whole world file."""

    world: WorldTable = WorldTable()
    """What holds for the whole universe."""
    spaces: Annotated[dict[str, SpaceTable], Field(min_length=1)]
    """The spaces, by name: `[spaces.NAME]`; at least one."""
    beaches: list[BeachTable] = []
    """Links between regions of different kind or shape: `[[beaches]]`."""
    record: RecordTable = RecordTable()
    """What is kept of a run."""


def parse_world_file(text: str, name: str) -> WorldFile:
    """The specification in the text of a world file; `name` is what errors call it."""
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of too many digits is no error of TOML, nor are too many brackets
        raise InputError(
            problem(name, f"text that is not TOML ({error})", "a world file in TOML", "mending that line")
        ) from None
    try:
        return WorldFile.model_validate(content)
    except ValidationError as error:
        raise InputError(*(_line(name, one, content) for one in error.errors())) from None


def _line(name: str, error: Any, content: dict[str, Any]) -> str:
    path = [str(part) for part in error["loc"] if part != "[key]"]
    key = "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in path).removeprefix(".")
    got = repr(error["input"]) if not isinstance(error["input"], dict) else "a table" if error["input"] else "an empty table"
    if error["type"] == "extra_forbidden":
        known = _known_keys(path[:-1])
        near = difflib.get_close_matches(path[-1], known, n=1)
        return problem(f"{name}: {key}", "an unknown key", f"one of {', '.join(known)}", near[0] if near else "removing it")
    if error["type"] == "missing":
        return problem(f"{name}: {key}", "nothing", "a value", f"adding {path[-1]}")
    expected = error["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    expected = EXPECTED.get(error["type"], expected).format(**error.get("ctx", {}))
    return problem(f"{name}: {key}", got, expected, _attempt(error, path))


EXPECTED = {
    "model_type": "a table",
    "dict_type": "a table",
    "list_type": "a list",
    "bool_type": "true or false",
    "string_type": "a text",
    "too_short": "at least {min_length} of them",
    "too_long": "at most {max_length} of them",
}
"""Where the words of pydantic are not those of a world file."""

EXAMPLES = {
    "axes": "axes.lane = { length = 32 }",
    "between": 'between = ["reef", "shore"]',
    "shores": "shores = [{ lane = 0 }, { lane = [4, 5] }]",
}
"""Keys that have no default and hold no plain value."""


def _attempt(error: Any, path: list[str]) -> str:
    """A value that would do: the nearest one inside the limits, or the default."""
    limits = error.get("ctx", {})
    for limit in ("ge", "le", "multiple_of"):
        if limit in limits:
            return str(limits[limit])
    if "lt" in limits:
        return str(limits["lt"] - 1)
    if "gt" in limits:
        return "0.5"
    if error["type"] == "literal_error":
        known = [word.strip("' ") for word in limits["expected"].replace(" or ", ",").split(",")]
        return nearest(str(error["input"]), known)
    if isinstance(error["input"], float) and error["type"].startswith("int_") and abs(error["input"]) < MAX_LENGTH:
        return str(round(error["input"]))
    if "min_length" in limits or "max_length" in limits:
        return "adding one" if "min_length" in limits else "leaving some out"
    return _default(error["type"], path)


def _default(kind: str, path: list[str]) -> str:
    """What to write for the key at a path if its value has the wrong type."""
    fields = {field.alias or key: field for key, field in _model(path[:-1]).model_fields.items()}
    field = fields.get(path[-1])
    if field is not None and field.is_required():
        return EXAMPLES.get(path[-1]) or {"int_type": "1"}.get(kind, f'"{path[-1]}", in quotes')
    if field is not None and isinstance(field.default, (bool, int, float, str)) and kind != "value_error":
        return f"{json.dumps(field.default)}, the default"
    return "leaving it out"


def _known_keys(path: list[str]) -> list[str]:
    """Keys that the table at a path may hold."""
    return [field.alias or key for key, field in _model(path).model_fields.items()]


def _model(path: list[str]) -> Any:
    """What describes the table at a path."""
    model: Any = WorldFile
    named = {"world": WorldTable, "record": RecordTable, "axes": AxisTable, "body": BodyTable, "physics": PhysicsTable}
    named |= {"tasks": TaskTable, "beaches": BeachTable, "events": EventTable, "wave": WaveTable, "table": CourseTable}
    for part in path:
        model = {**named, "after": ConditionTable, "before": ConditionTable}.get(
            part, SpaceTable if model is WorldFile else model
        )
    return model
