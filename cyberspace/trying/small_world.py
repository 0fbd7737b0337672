"""A small world for one task."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from cyberspace.errors import InputError, problem

ROWS = {"lane": 32, "warp": 16}


def options_of(pairs: Iterable[str]) -> dict[str, object]:
    """Options of a task from KEY=VALUE, where a value is what TOML or JSON makes of it, else a text.

    Raises:
        InputError: If there is no `=`.
    """
    found: dict[str, object] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise InputError(problem("--option", repr(pair), "KEY=VALUE, an argument of the task", "--option pay=40"))
        try:
            found[key.strip()] = json.loads(value)
        except ValueError:
            found[key.strip()] = value
    return found


def world_text(
    name: str, options: Mapping[str, object], sms: int = 8, seed: int = 1, genesis: str = "ancestor:learner",
    units: int = 16, senses: int = 16, every: int = 500,
) -> str:  # fmt: skip
    """The text of a world file with 512 sites an sm, where one task is posed everywhere.

    Args:
        name: The task, as on the command line: a file is found from the working folder.
        options: Arguments of its constructor.
        sms: Its sms.
        seed: Its seed.
        genesis: How it starts; by default from a replicator whose answers learn.
        units: Units of a brain.
        senses: Senses of it.
        every: Ticks between two samples.
    """
    file, colon, kind = name.rpartition(":")
    if file.endswith(".py"):
        name = f"{Path(file).resolve()}{colon}{kind}"
    values = ", ".join(f"{json.dumps(key)} = {_toml(value)}" for key, value in options.items())
    axes = "\n".join(f"axes.{axis} = {{ length = {length} }}" for axis, length in (*ROWS.items(), ("sm", sms)))
    return f"""# A world that poses one task everywhere.
[world]
seed = {seed}

[spaces.trial]
kind = "gpu"
{axes}
body = {{ units = {units}, senses = {senses} }}
genesis = {json.dumps(genesis)}
[[spaces.trial.tasks]]
name = {json.dumps(name)}
{f"options = {{ {values} }}" if values else ""}

[record]
every = {every}
checkpoint_every = 10_000
"""


def _toml(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)
