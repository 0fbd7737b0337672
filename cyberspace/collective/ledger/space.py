"""Genes and flags that an experiment may set, and what values they take."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from cyberspace.errors import InputError, nearest, problem

Value = float | int | bool | str
"""Of a parameter."""

Params = dict[str, Value]


@dataclass(frozen=True)
class Gene:
    """What one parameter may be.

    Attributes:
        kind: "real", "whole" (an integer) or "choice".
        low, high: Ends, both included; of numbers alone.
        log: Whether it is searched by its logarithm.
        choices: What may be chosen; of a choice alone.
    """

    kind: str
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    choices: tuple[Value, ...] = ()

    def holds(self, value: object) -> bool:
        """Whether it may be this value."""
        if self.kind == "choice":
            return any(value == one and type(value) is type(one) for one in self.choices)
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        return number and self.low <= float(value) <= self.high and (self.kind == "real" or float(value).is_integer())  # type: ignore[arg-type]

    @property
    def flag(self) -> bool:
        """Whether it is switched on and off."""
        return self.choices == (False, True)

    def told(self) -> str:
        """Its values in words."""
        return " or ".join(map(str, self.choices)) if self.kind == "choice" else f"{self.kind} {self.low:g} to {self.high:g}"


Space = Mapping[str, Gene]


class Written(TypedDict):
    """A gene as the ledger keeps it."""

    kind: str
    low: float
    high: float
    log: bool
    choices: list[Value]


def real(low: float, high: float, log: bool = False) -> Gene:
    """A number."""
    return Gene("real", float(low), float(high), log)


def whole(low: int, high: int, log: bool = False) -> Gene:
    """An integer."""
    return Gene("whole", float(low), float(high), log)


def flag() -> Gene:
    """A technique that is on or off."""
    return Gene("choice", choices=(False, True))


def choice(*values: Value) -> Gene:
    """One of several."""
    return Gene("choice", choices=values)


def written(space: Space) -> dict[str, Written]:
    """A space as JSON."""
    return {
        name: {"kind": one.kind, "low": one.low, "high": one.high, "log": one.log, "choices": list(one.choices)}
        for name, one in sorted(space.items())
    }


def read(content: Mapping[str, Written]) -> dict[str, Gene]:
    """A space out of JSON.

    Raises:
        InputError: If it is none.
    """
    try:
        return {
            str(name): Gene(str(one["kind"]), float(one["low"]), float(one["high"]), bool(one["log"]), tuple(one["choices"]))
            for name, one in content.items()
        }
    except (TypeError, KeyError, ValueError, AttributeError):
        raise InputError(problem("space", "genes that are none", "what a ledger wrote", "a ledger of this version")) from None


def check(space: Space, params: Mapping[str, object]) -> None:
    """Refuses what a space does not hold.

    Raises:
        InputError: With a line for each parameter that is unknown or out of its range.
    """
    wrong = [
        problem(f"params.{name}", "a gene that is not in the space", "one of the space", nearest(name, space or ["no gene"]))
        if name not in space
        else problem(f"params.{name}", repr(value), space[name].told(), "a value of the space")
        for name, value in params.items()
        if name not in space or not space[name].holds(value)
    ]
    if wrong:
        raise InputError(*wrong)
