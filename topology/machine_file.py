"""`machine.json`: a machine written and read back exactly; what is malformed is refused with its place."""

from __future__ import annotations

import json
import math
import types
from dataclasses import asdict, is_dataclass
from typing import TypeVar, cast, get_args, get_origin, get_type_hints

from topology.machine import LEVELS, PLACE_LEVELS, VERSION, Host, Machine

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
    table = asdict(machine)
    table["hosts"] = [_spread(host) for host in table["hosts"]]
    return json.dumps({"version": VERSION, **table}, indent=1, allow_nan=False) + "\n"


def _spread(host: dict[str, object]) -> dict[str, object]:
    """The table of a host, with a key for each part of its place, from the closest."""
    table: dict[str, object] = {}
    for key, value in host.items():
        table |= (
            dict(zip(reversed(PLACE_LEVELS), reversed(cast(tuple[str, ...], value)), strict=True))
            if key == "place"
            else {key: value}
        )
    return table


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


def _keys(wanted: type[object]) -> dict[str, object]:
    """The keys of a table, and the type of each; `_spread` says why those of a host differ from its fields."""
    found: dict[str, object] = {}
    for name, hint in get_type_hints(wanted).items():
        found |= dict.fromkeys(reversed(PLACE_LEVELS), str) if (wanted, name) == (Host, "place") else {name: hint}
    return found


def _read(wanted: type[Fact], value: object, place: str) -> Fact:
    """A dataclass from a table: every key must be there, and no other."""
    if not isinstance(value, dict):
        raise MachineError(place or "file", _kind(value), "a table")
    keys = _keys(wanted)
    for name in [*keys, *value]:
        if name not in value or name not in keys:
            state = "an unknown key" if name in value else "nothing"
            raise MachineError(_inside(place, name), state, f"the keys {', '.join(keys)}")
    found = {name: _value(hint, value[name], _inside(place, name)) for name, hint in keys.items()}
    if wanted is Host:
        found["place"] = tuple(found.pop(level) for level in PLACE_LEVELS)
    return wanted(**found)


def _value(wanted: object, value: object, place: str) -> object:
    if get_origin(wanted) is tuple:
        if not isinstance(value, list):
            raise MachineError(place, _kind(value), "a list")
        return tuple(_value(get_args(wanted)[0], one, f"{place}[{k}]") for k, one in enumerate(value))
    if wanted is str:
        if not isinstance(value, str):
            raise MachineError(place, _kind(value), "a text")
        return value
    if isinstance(wanted, type) and is_dataclass(wanted):
        return _read(wanted, value, place)
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0:
        if wanted is float:
            return float(value)
        if isinstance(value, int):
            return value
    expected = "a whole number, 0 or more" if wanted is int else "a number, 0 or more"
    raise MachineError(place, repr(value) if isinstance(value, int | float) else _kind(value), expected)


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


def _kind(value: object) -> str:
    names = {dict: "a table", list: "a list", str: "a text", types.NoneType: "null", bool: "a truth value"}
    return names.get(type(value), "a number")
