"""Checks of what comes over a wire: plain functions that return a value or refuse it with a reason.  Imports nothing heavy."""

from __future__ import annotations

from typing import Protocol, TypeVar

from cyberspace.errors import Refused

S = TypeVar("S")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Check(Protocol[T_co]):
    """Takes a value and what it is called, and returns it as a T, or raises `Refused`."""

    def __call__(self, value: object, name: str, /) -> T_co:
        """The value."""


Form = dict[str, tuple[Check[object], object]]
"""Keys of a table: how each is checked, and its default or REQUIRED."""

REQUIRED = object()
"""Stands where a key has no default."""


def whole(low: int, high: int) -> Check[int]:
    """A whole number from low to high."""

    def check(value: object, name: str) -> int:
        if type(value) is not int or not low <= value <= high:
            raise Refused(f"{name}: expected a whole number from {low} to {high}")
        return value

    return check


def flag(value: object, name: str) -> bool:
    """True or false."""
    if type(value) is not bool:
        raise Refused(f"{name}: expected true or false")
    return value


def text(most: int) -> Check[str]:
    """A text of at most so many characters."""

    def check(value: object, name: str) -> str:
        if type(value) is not str or len(value) > most:
            raise Refused(f"{name}: expected a text of at most {most} characters")
        return value

    return check


def words(most: int, least: int = 0) -> Check[str]:
    """A line of words: least to most characters, all of which can be seen, no two blanks at its ends."""

    def check(value: object, name: str) -> str:
        if type(value) is not str or not least <= len(value) <= most or not value.isprintable() or value != value.strip():
            raise Refused(
                f"{name}: expected a line of {_between(least, most)} characters that can be printed, without blanks around it"
            )
        return value

    return check


def choice(*names: str) -> Check[str]:
    """One of some texts."""

    def check(value: object, name: str) -> str:
        if type(value) is not str or value not in names:
            raise Refused(f"{name}: expected one of {', '.join(names)}")
        return value

    return check


def _between(least: int, most: int) -> str:
    """A count in words."""
    return str(most) if least == most else f"{least} to {most}"


def signs(allowed: str, least: int, most: int) -> Check[str]:
    """A text of least to most characters, each one of those allowed."""

    def check(value: object, name: str) -> str:
        if type(value) is not str or not least <= len(value) <= most or set(value) - set(allowed):
            raise Refused(f"{name}: expected {_between(least, most)} of the characters {allowed}")
        return value

    return check


def listing(each: Check[T], least: int, most: int) -> Check[list[T]]:
    """A list of least to most values."""

    def check(value: object, name: str) -> list[T]:
        if type(value) is not list or not least <= len(value) <= most:
            raise Refused(f"{name}: expected a list of {_between(least, most)} values")
        return [each(one, name) for one in value]

    return check


def mapping(each: Check[T], most: int) -> Check[dict[str, T]]:
    """A table from texts to values, with at most so many entries."""

    def check(value: object, name: str) -> dict[str, T]:
        if type(value) is not dict or len(value) > most:
            raise Refused(f"{name}: expected a table of at most {most} entries")
        return {key: each(one, f"{name}.{key[:32]}") for key, one in value.items()}

    return check


def either(one: Check[S], other: Check[T]) -> Check[S | T]:
    """What one or the other check takes."""

    def check(value: object, name: str) -> S | T:
        try:
            return one(value, name)
        except Refused as refused:
            reason = str(refused)
        try:
            return other(value, name)
        except Refused as refused:
            raise Refused(f"{reason}, or {str(refused).removeprefix(f'{name}: expected ')}") from None

    return check


def table(value: object, keys: Form, name: str) -> dict[str, object]:
    """The values of a table's keys, checked; a default stands for a key that is left out, or null."""
    if type(value) is not dict:
        raise Refused(f"{name}: expected a table")
    unknown = [key for key in value if key not in keys]
    if unknown:
        raise Refused(f"{name}: unknown key {str(unknown[0])[:32]!r}; expected some of {', '.join(keys)}")
    found: dict[str, object] = {}
    for key, (check, default) in keys.items():
        if key in value and not (value[key] is None and default is None):
            found[key] = check(value[key], f"{name}.{key}")
        elif default is REQUIRED:
            raise Refused(f"{name}.{key}: is missing")
        else:
            found[key] = default
    return found
