"""What may be measured of a run: the table of kinds, and how a plan's table becomes one of them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import ValidationError

from cyberspace.errors import InputError, nearest, problem
from cyberspace.plugins import Plug, place_of, source_of
from cyberspace.sweep import measures
from cyberspace.sweep.measures import Options

if TYPE_CHECKING:
    from cyberspace.api.runs import Run

Value = float | bool | None
"""A number, yes or no, or None: not known, and of a time: not reached."""

Sort = Literal["time", "number", "yes or no"]


@dataclass(frozen=True)
class Kind:
    """A kind of outcome.

    Attributes:
        sort: What its values are.
        options: Its options, a table that checks them.
        measure: The value, of a run and its options.
    """

    sort: Sort
    options: type[Options]
    measure: Callable[[Run, Options], Value]


KINDS: Mapping[str, Kind] = {
    "function_time": Kind("time", measures.FunctionTime, measures.function_time),
    "heredity_time": Kind("time", measures.HeredityTime, measures.heredity_time),
    "share": Kind("number", measures.Share, measures.share),
    "heredity": Kind("number", measures.Heredity, measures.heredity),
    "functions": Kind("number", measures.Functions, measures.functions),
    "diversity": Kind("number", measures.Diversity, measures.diversity),
    "score": Kind("number", measures.Score, measures.score),
    "count": Kind("number", measures.Count, measures.count),
}
"""The kinds that are built in, by name; docs/experiments.md tells of each."""

FITTING: Mapping[Sort, tuple[str, ...]] = {
    "time": ("log-rank", "fisher", "rank-sum"),
    "number": ("rank-sum", "difference"),
    "yes or no": ("fisher", "difference"),
}
"""Tests that fit values of a sort."""

OWN = Plug[Callable[["Run"], object]]("an outcome, a function of a run", {}, callable, "def {name}(run):")


@dataclass(frozen=True)
class Outcome:
    """One outcome of a plan.

    Attributes:
        name: As the plan calls it.
        sort: What its values are.
        kind: A name of `KINDS`, or `FILE.py:NAME`.
        above: Values above it count as yes, all others as no; None to leave numbers as they are.
        options: The options that its kind takes.
        folder: Where its file lies.
        mark: Changes when what is measured does: kind, options, the text of its file.
    """

    name: str
    sort: Sort
    kind: str
    above: float | None
    options: Options
    folder: Path
    mark: str = field(default="")

    @property
    def tests(self) -> tuple[str, ...]:
        """Tests that fit it."""
        return FITTING[self.sort]

    def measure(self, run: Run) -> Value:
        """Its value of a run.

        Raises:
            InputError: If a user's own function fails, or tells no number.
        """
        known = KINDS.get(self.kind)
        value = self._own(run) if known is None else known.measure(run, self.options)
        if self.sort == "yes or no" and value is not None and not isinstance(value, bool):
            return self.above is not None and value > self.above
        return value

    def _own(self, run: Run) -> Value:
        where = f"outcomes.{self.name}"
        function = OWN.find(self.kind, self.folder, where)
        try:
            value = function(run)
        except InputError:
            raise
        except Exception as error:  # whatever a user's function raises is theirs to mend
            got = f"{self.kind} of {run.path} (it failed: {type(error).__name__}: {error})"
            raise InputError(problem(where, got, "a function of a run that tells a number", "mending it")) from None
        if value is None or isinstance(value, bool):
            return value
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            number = math.inf
        if math.isinf(number):
            got = f"{value!r} from {self.kind}"
            raise InputError(problem(where, got, "a finite number, True, False or None (not known, or never)", "float(...)"))
        return None if math.isnan(number) else number


def read_outcome(name: str, table: Mapping[str, object], where: str, folder: Path) -> Outcome:
    """An outcome as a plan's table says it.

    Raises:
        InputError: If its kind is unknown, or an option is wrong.
    """
    kind, above = table.get("kind"), table.get("above")
    rest = {key: value for key, value in table.items() if key not in ("kind", "above")}
    if not isinstance(kind, str):
        raise InputError(problem(f"{where}.kind", repr(kind), f"one of {', '.join(KINDS)}, or FILE.py:NAME", 'kind = "share"'))
    if above is not None and (isinstance(above, bool) or not isinstance(above, int | float)):
        raise InputError(problem(f"{where}.above", repr(above), "a number: values above it count as yes", "above = 0.5"))
    if kind not in KINDS:
        return _own_outcome(name, kind, above, rest, where, folder)
    known = KINDS[kind]
    if above is not None and known.sort == "time":
        raise InputError(problem(f"{where}.above", above, "no `above`, for a time", "leaving it out"))
    try:
        options = known.options.model_validate(rest)
    except ValidationError as error:
        raise InputError(*(_line(where, known.options, dict(one)) for one in error.errors())) from None
    mark = _mark(kind, above, repr(sorted(options.model_dump(exclude_defaults=True).items())))
    return Outcome(name, "yes or no" if above is not None else known.sort, kind, above, options, folder, mark)


def _own_outcome(name: str, kind: str, above: float | None, rest: Mapping[str, object], where: str, folder: Path) -> Outcome:
    """One that a user's own function measures; the key `sort` says what it tells."""
    if ":" not in kind:
        raise InputError(
            problem(f"{where}.kind", repr(kind), f"one of {', '.join(KINDS)}, or FILE.py:NAME", nearest(kind, KINDS))
        )
    sorts: dict[str, Sort] = {"time": "time", "number": "number", "yes or no": "yes or no"}
    sort = rest.get("sort", "number")
    if sort not in sorts:
        raise InputError(problem(f"{where}.sort", repr(sort), f"one of {', '.join(sorts)}", 'sort = "number"'))
    unknown = [key for key in rest if key != "sort"]
    if unknown:
        raise InputError(problem(f"{where}.{unknown[0]}", "an unknown key", "kind, sort or above", "removing it"))
    OWN.find(kind, folder, where)
    source = source_of(kind)
    text = place_of(source, folder).read_bytes() if source else b""
    chosen: Sort = "yes or no" if above is not None else sorts[str(sort)]
    return Outcome(name, chosen, kind, above, Options(), folder, _mark(kind, above, chosen + text.hex()))


def _mark(kind: str, above: float | None, rest: str) -> str:
    return hashlib.blake2b(f"{kind} {above} {rest}".encode(), digest_size=8).hexdigest()


def _line(where: str, options: type[Options], error: dict[str, object]) -> str:
    loc, known = error["loc"], list(options.model_fields)
    assert isinstance(loc, tuple)
    key = f"{where}.{loc[0]}" if loc else where
    if error["type"] == "extra_forbidden":
        attempt = nearest(str(loc[0]), known) if known else "removing it"
        return problem(key, "an unknown key", f"kind, above{''.join(f', {one}' for one in known)}", attempt)
    if error["type"] == "missing":
        return problem(key, "nothing", "a value", f"adding {loc[0]}")
    expected = str(error["msg"]).removeprefix("Input should be ").removeprefix("Value error, ")
    return problem(key, repr(error["input"]), expected, f"mending {loc[0] if loc else key}")
