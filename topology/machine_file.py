"""`machine.json`: a machine written and read back exactly; what is malformed is refused with its place."""

from __future__ import annotations

import json
import math
import types
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from topology.machine import LEVELS, VERSION, Machine

Fact = TypeVar("Fact")


class MachineError(ValueError):
    """A machine file says something that no machine can be.

    Attributes:
        place: Where in the file, like `hosts[0].cores`.
        got: What stands there.
        expected: What was expected.
    """

    def __init__(self, place: str, got: str, expected: str):
        self.place, self.got, self.expected = place, got, expected
        super().__init__(f"{place}: got {got}; expected {expected}")


def machine_to_text(machine: Machine) -> str:
    """The text of a machine file; floats are written so that they read back the same to the bit."""
    return json.dumps({"version": VERSION, **asdict(machine)}, indent=1, allow_nan=False) + "\n"


def machine_from_text(text: str) -> Machine:
    """The machine that a text describes; the inverse of `machine_to_text`.

    Raises:
        MachineError: If the text is not JSON, of another version, or has keys, types or values that it may not have.
    """
    try:
        content = json.loads(text)
    except ValueError as error:
        raise MachineError("file", f"text that is not JSON ({error})", "what cyberspace measure writes") from None
    if not isinstance(content, dict):
        raise MachineError("file", _kind(content), "a table")
    version = content.pop("version", None)
    if type(version) is not int or version != VERSION:
        raise MachineError("version", repr(version), f"{VERSION}, the version of this program")
    machine = _read(Machine, content, "")
    _check(machine)
    return machine


def _read(wanted: Callable[..., Fact], value: Any, place: str) -> Fact:
    """A dataclass from a table: every field must be there, and no other."""
    if not isinstance(value, dict):
        raise MachineError(place or "file", _kind(value), "a table")
    hints = get_type_hints(wanted)
    names = [field.name for field in fields(wanted)]  # type: ignore[arg-type]
    for name in [*names, *value]:
        if name not in value or name not in names:
            state = "an unknown key" if name in value else "nothing"
            raise MachineError(_inside(place, name), state, f"the keys {', '.join(names)}")
    return wanted(**{name: _value(hints[name], value[name], _inside(place, name)) for name in names})


def _value(wanted: Any, value: Any, place: str) -> Any:
    if get_origin(wanted) is tuple:
        if not isinstance(value, list):
            raise MachineError(place, _kind(value), "a list")
        return tuple(_value(get_args(wanted)[0], one, f"{place}[{k}]") for k, one in enumerate(value))
    if wanted is str:
        if not isinstance(value, str):
            raise MachineError(place, _kind(value), "a text")
        return value
    if wanted not in (int, float):
        return _read(wanted, value, place)
    number = type(value) is int or (wanted is float and type(value) is float)
    if not number or not math.isfinite(value) or value < 0:
        expected = "a whole number, 0 or more" if wanted is int else "a number, 0 or more"
        raise MachineError(place, repr(value) if isinstance(value, int | float) else _kind(value), expected)
    return wanted(value)


def _check(machine: Machine) -> None:
    """What types can't say."""
    if not machine.hosts:
        raise MachineError("hosts", "none", "one or more")
    for k, host in enumerate(machine.hosts):
        for name in ("ranks", "packages", "nodes", "cores", "threads", "lanes"):
            if getattr(host, name) < 1:
                raise MachineError(f"hosts[{k}].{name}", "0", "1 or more")
        for j, gpu in enumerate(host.gpus):
            if len(gpu.links) != len(host.gpus):
                place = f"hosts[{k}].gpus[{j}].links"
                raise MachineError(place, str(len(gpu.links)), f"one for each of the host's {len(host.gpus)} GPUs")
    levels = [link.level for link in machine.links]
    for k, link in enumerate(machine.links):
        if link.level not in LEVELS or levels.index(link.level) != k:
            raise MachineError(f"links[{k}].level", repr(link.level), f"each of {', '.join(LEVELS)} at most once")
        if link.bandwidth <= 0:
            raise MachineError(f"links[{k}].bandwidth", repr(link.bandwidth), "more than 0")
    if machine.pace.seconds <= 0 or machine.pace.sites < 1:
        raise MachineError("pace", f"{machine.pace.seconds} s for {machine.pace.sites} sites", "more than 0 of both")


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _kind(value: Any) -> str:
    names = {dict: "a table", list: "a list", str: "a text", types.NoneType: "null", bool: "a truth value"}
    return names.get(type(value), "a number")
