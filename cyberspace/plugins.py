"""What a world file names: something built in, or "FILE.py:NAME" beside it, or "package.module:NAME"."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Generic, TypeVar

from cyberspace.errors import InputError, nearest, problem

Found = TypeVar("Found")
_GIVEN: ContextVar[Mapping[str, object]] = ContextVar("given", default=MappingProxyType({}))
_PLACES: ContextVar[Mapping[str, Path]] = ContextVar("places", default=MappingProxyType({}))


@contextmanager
def given(objects: Mapping[str, object], files: Mapping[str, Path]) -> Iterator[None]:
    """Let world files name these objects, and the files that they stand in wherever those lie, while they are read here."""
    tokens = _GIVEN.set(objects), _PLACES.set(files)
    try:
        yield
    finally:
        _GIVEN.reset(tokens[0])
        _PLACES.reset(tokens[1])


def find_given(name: str) -> object | None:
    """The object that was given by a name; None if there is none."""
    return _GIVEN.get().get(name)


@dataclass(frozen=True)
class Plug(Generic[Found]):
    """One sort of thing that may be named.

    Attributes:
        what: What it is, for messages: "a learning rule, made by @rule".
        built_in: Those built in, by name.
        accepts: Whether something is one.
        sample: How one is begun in a file, for messages: "@rule" or "class {name}(Task)".
    """

    what: str
    built_in: Mapping[str, Found]
    accepts: Callable[[object], bool]
    sample: str

    def find(self, name: str, folder: Path, where: str) -> Found:
        """What a name stands for.

        Args:
            name: As a world file says it.
            folder: The world file's folder.
            where: What errors call the entry.

        Raises:
            InputError: If there is no such thing, its module can't be imported, or it is something else.
        """
        own = find_given(name)
        if self.accepts(own):
            return own  # type: ignore[return-value]
        if name in self.built_in:
            return self.built_in[name]
        source, colon, member = name.rpartition(":")
        if not colon:
            expected = f"one of {', '.join(self.built_in)}, or FILE.py:NAME, or PACKAGE.MODULE:NAME"
            raise InputError(problem(where, repr(name), expected, nearest(name, self.built_in)))
        module = _module(source, name, folder, where)
        found = getattr(module, member, None)
        if not self.accepts(found):
            own = [key for key, value in vars(module).items() if self.accepts(value) and _own(value, module)]
            attempt = f"{source}:{nearest(member, own)}" if own else f"{self.sample.format(name=member)} in {source}"
            raise InputError(problem(where, name, f"{self.what} called {member}", attempt))
        return found  # type: ignore[return-value]


def _own(value: object, module: ModuleType) -> bool:
    """Whether something was made in a module, and not only imported there; what does not say so counts as made there."""
    return getattr(value, "__module__", module.__name__) in (module.__name__, type(value).__module__)


def source_of(name: str) -> str | None:
    """The file that a name is found in, relative to the world file; None for what is built in or stands in a package."""
    source = name.removeprefix("ancestor:").rpartition(":")[0]
    return source if source.endswith(".py") else None


def place_of(source: str, folder: Path) -> Path:
    """Where the file of `source_of` lies: where an object was given from, else in the world file's folder."""
    return _PLACES.get().get(source, folder / source)


def anchored(name: str, folder: Path) -> str:
    """A name that is found from any working folder: one with a file gets the file's whole path."""
    return str((folder / name).resolve()) if source_of(name) else name


def _module(source: str, name: str, folder: Path, where: str) -> ModuleType:
    try:
        return _from_file(folder / source) if source.endswith(".py") else importlib.import_module(source)
    except FileNotFoundError:
        got, attempt = f"{name} (no file {folder / source})", f"putting {source} into {folder}"
        raise InputError(problem(where, got, "a file beside the world file", attempt)) from None
    except Exception as error:  # whatever a user's module raises is theirs to mend
        got = f"{name} (importing it failed: {type(error).__name__}: {error})"
        attempt = f"python {folder / source}" if source.endswith(".py") else f"python -m {source}"
        raise InputError(problem(where, got, "a module that can be imported", attempt)) from None


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise FileNotFoundError(path)
    place = hashlib.blake2b(str(path.resolve()).encode(), digest_size=6).hexdigest()
    spec = importlib.util.spec_from_file_location(f"cyberspace_{path.stem}_{place}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
