"""Checks of what comes over a wire: plain functions that return a value or refuse it with a reason.  Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cyberspace.errors import Refused

Check = Callable[[Any, str], Any]
"""(value, what it is called) -> the value; raises `Refused`."""

REQUIRED: Any = object()
"""Stands where a key has no default."""


def whole(low: int, high: int) -> Check:
    """A whole number from low to high."""

    def check(value: Any, name: str) -> int:
        if type(value) is not int or not low <= value <= high:
            raise Refused(f"{name}: expected a whole number from {low} to {high}")
        return value

    return check


def flag(value: Any, name: str) -> bool:
    """True or false."""
    if type(value) is not bool:
        raise Refused(f"{name}: expected true or false")
    return value


def text(most: int) -> Check:
    """A text of at most so many characters."""

    def check(value: Any, name: str) -> str:
        if type(value) is not str or len(value) > most:
            raise Refused(f"{name}: expected a text of at most {most} characters")
        return value

    return check


def choice(*names: str) -> Check:
    """One of some texts."""

    def check(value: Any, name: str) -> str:
        if type(value) is not str or value not in names:
            raise Refused(f"{name}: expected one of {', '.join(names)}")
        return value

    return check


def signs(allowed: str, least: int, most: int) -> Check:
    """A text of least to most characters, each one of those allowed."""

    def check(value: Any, name: str) -> str:
        if type(value) is not str or not least <= len(value) <= most or set(value) - set(allowed):
            raise Refused(f"{name}: expected {least} to {most} of the characters {allowed}")
        return value

    return check


def listing(each: Check, least: int, most: int) -> Check:
    """A list of least to most values."""

    def check(value: Any, name: str) -> list[Any]:
        if type(value) is not list or not least <= len(value) <= most:
            raise Refused(f"{name}: expected a list of {least} to {most} values")
        return [each(one, name) for one in value]

    return check


def mapping(each: Check, most: int) -> Check:
    """A table from texts to values, with at most so many entries."""

    def check(value: Any, name: str) -> dict[str, Any]:
        if type(value) is not dict or len(value) > most:
            raise Refused(f"{name}: expected a table of at most {most} entries")
        return {key: each(one, f"{name}.{key[:32]}") for key, one in value.items()}

    return check


def either(*checks: Check) -> Check:
    """What any of the checks takes."""

    def check(value: Any, name: str) -> Any:
        reasons = []
        for one in checks:
            try:
                return one(value, name)
            except Refused as refused:
                reasons.append(str(refused).removeprefix(f"{name}: expected "))
        raise Refused(f"{name}: expected {', or '.join(reasons)}")

    return check


def table(value: Any, keys: dict[str, tuple[Check, Any]], name: str) -> dict[str, Any]:
    """The values of a table's keys, checked; a default stands for a key that is left out, or null."""
    if type(value) is not dict:
        raise Refused(f"{name}: expected a table")
    unknown = [key for key in value if key not in keys]
    if unknown:
        raise Refused(f"{name}: unknown key {str(unknown[0])[:32]!r}; expected some of {', '.join(keys)}")
    found = {}
    for key, (check, default) in keys.items():
        if key in value and not (value[key] is None and default is None):
            found[key] = check(value[key], f"{name}.{key}")
        elif default is REQUIRED:
            raise Refused(f"{name}.{key}: is missing")
        else:
            found[key] = default
    return found
