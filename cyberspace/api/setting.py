"""A world as it was handed over: a file, its text, a dict or a builder become one text, and the universe that it describes."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from cyberspace.api.naming import Named, named
from cyberspace.beside import Place
from cyberspace.errors import InputError, problem
from cyberspace.law.kinds import Kind
from cyberspace.law.universe import Universe
from cyberspace.plugins import given
from cyberspace.worldfile.build import build_universe, folder_of, read_text
from cyberspace.worldfile.schema import WorldFile, parse_world_file
from cyberspace.worldfile.toml_text import toml_text
from organisms.learning.rule import Rule

Content = dict[str, object]
"""What stands in a world file, as `tomllib` reads it."""


class Builder(Protocol):
    """Something that tells what a world file would say; `cyberspace.World` does."""

    def content(self) -> Content:
        """Tables by name; objects may stand where a file has their names."""


Source = str | os.PathLike[str] | Mapping[str, object] | Builder
"""Where a world comes from: a path, the text of a world file (with a line break or "="), its tables as a dict, or a builder."""


@dataclass(frozen=True)
class Setting:
    """A world, its text and all that belongs to it.

    Attributes:
        text: The text of its world file.
        name: What errors call it.
        folder: Where files that it names lie.
        file: The parsed text.
        universe: What it describes, with the seed that was chosen.
        things: Objects that the text calls by name.
        places: Files that the text calls by name and that lie elsewhere than in the folder: in a run, by content.
    """

    text: str
    name: str
    folder: Path
    file: WorldFile
    universe: Universe
    things: Mapping[str, Named] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)

    def given(self) -> AbstractContextManager[None]:
        """While this holds, its objects are found by their names."""
        return given_things(self.things, self.places)


def given_things(things: Mapping[str, Named], places: Mapping[str, Place]) -> AbstractContextManager[None]:
    """While this holds, objects are found by their names."""
    files = {one.file.name: Place(one.file) for one in things.values() if one.file is not None}
    return given({one.name: one.thing for one in things.values()}, {**places, **files})


def read_setting(source: Source, seed: int | None = None) -> Setting:
    """The world of a source, with another seed if one is given.

    Raises:
        InputError: With a line for everything that is wrong, as the command line tells it.
    """
    if isinstance(source, str) and ("\n" in source or ("=" in source and not Path(source).exists())):
        return make_setting(source, "text", Path(), seed)
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        return make_setting(read_text(path), str(path), folder_of(path), seed)
    content = source if isinstance(source, Mapping) else source.content()
    return setting_of(content, "dict" if isinstance(source, Mapping) else "World", Path(), seed)


def setting_of(
    content: Mapping[str, object], name: str, folder: Path, seed: int | None, things: Mapping[str, Named] | None = None,
    places: Mapping[str, Place] | None = None,
) -> Setting:  # fmt: skip
    """The world of a dict that says what a world file says; values may be objects instead of their names."""
    found = dict(things or {})
    try:
        text = toml_text(_tables(content, found))
    except TypeError as error:
        expected = "texts, numbers, truth values, lists and tables alone"
        raise InputError(problem(name, str(error), expected, "a path or a text instead of an object")) from None
    return make_setting(text, name, folder, seed, found, places)


def make_setting(
    text: str, name: str, folder: Path, seed: int | None, things: Mapping[str, Named] | None = None,
    places: Mapping[str, Place] | None = None,
) -> Setting:  # fmt: skip
    """The world of a text."""
    things = things or {}
    if seed is not None and not (type(seed) is int and 0 <= seed < 2**32):
        raise InputError(problem("seed", repr(seed), f"a whole number from 0 to {2**32 - 1}", "1"))
    file = parse_world_file(text, name)
    with given_things(things, places or {}):
        universe = build_universe(file, name, folder, file.world.seed if seed is None else seed)
    return Setting(text, name, folder.resolve(), file, universe, things, places or {})


def contents(setting: Setting) -> Content:
    """What stands in the text of a world."""
    return tomllib.loads(setting.text)


def _tables(content: Mapping[str, object], things: dict[str, Named]) -> Content:
    return {str(key): _plain(str(key), value, things) for key, value in content.items() if value is not None}


def _plain(key: str, value: object, things: dict[str, Named]) -> object:
    """A value as TOML has it; an object is noted among the things, and its name stands for it."""
    if isinstance(value, Mapping):
        return _tables(value, things)
    if isinstance(value, np.generic):  # before float, which some of its numbers are
        return value.item()
    if isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Sequence):
        return [_plain(key, one, things) for one in value]
    if isinstance(value, Rule | Kind) or (callable(value) and hasattr(value, "__qualname__")):
        found = named(value)
        things[found.name] = found
        return f"ancestor:{found.name}" if key == "genesis" else found.name
    return value
