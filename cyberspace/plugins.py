"""What a world file names: something built in, or "FILE.py:NAME" beside it, or "package.module:NAME"."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Generic, TypeVar

from cyberspace.beside import MOST_BYTES, Extra, Place, Watch, extras_of, first_on_path, is_own, watching
from cyberspace.errors import InputError, nearest, problem

Found = TypeVar("Found")
_GIVEN: ContextVar[Mapping[str, object]] = ContextVar("given", default=MappingProxyType({}))
_PLACES: ContextVar[Mapping[str, Place]] = ContextVar("places", default=MappingProxyType({}))
_NEEDED: ContextVar[dict[str, Place] | None] = ContextVar("needed", default=None)
_NOW: ContextVar[Watch | None] = ContextVar("now", default=None)


@contextmanager
def given(objects: Mapping[str, object], files: Mapping[str, Place]) -> Iterator[None]:
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


@contextmanager
def gathering() -> Iterator[dict[str, Place]]:
    """The files that names stand in while this holds, by what names call them, with all that they turn out to need."""
    found: dict[str, Place] = {}
    token = _NEEDED.set(found)
    try:
        yield found
    finally:
        _NEEDED.reset(token)


@contextmanager
def loading(name: str, folder: Path, where: str) -> Iterator[Watch]:
    """While this holds, what a name stands for is found and tried; what it needs beside its file is noted.

    Args:
        name: As a world file says it.
        folder: The world file's folder.
        where: What errors call the entry.

    Raises:
        InputError: If it needs something that a run can't hold, or, of a run, something that the run does not hold.
    """
    source = source_of(name)
    place = Place(Path()) if source is None else _PLACES.get().get(source) or Place(place_of(source, folder))
    place = Place(Path(os.path.abspath(place.path)), place.extras, place.closed)
    if source is None or not place.path.is_file():
        yield Watch(place)
        return
    with watching(place) as watch:
        token = _NOW.set(watch)
        try:
            yield watch
        finally:
            _NOW.reset(token)
    if place.extras is None:
        place = Place(place.path, extras_of(watch, where))
    elif place.closed:
        _check_held(watch, place.extras, f"{where}: {name}")
    known = _NEEDED.get()
    if known is not None:
        before = known[source].extras or () if source in known else ()
        together = {extra.place: extra for extra in (*before, *(place.extras or ()))}
        known[source] = Place(place.path, tuple(together[key] for key in sorted(together)))


def _check_held(watch: Watch, extras: tuple[Extra, ...], where: str) -> None:
    """Refuse code of a run that opened something which the run does not hold."""
    held = {os.path.abspath(extra.path) for extra in extras}
    for path in sorted(watch.opened):
        if path not in held and os.path.isfile(path) and is_own(path):
            said = min(watch.opened[path])
            expected = "files that the run holds: those that it opened when it was first loaded, and those that it declares"
            name = os.path.basename(path)
            attempt = f'files = ("{name}",) in the class, and opening it as Path(__file__).parent / "{name}"'
            raise InputError(problem(where, f"code that opens {said}", expected, attempt))


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
            return _noted(own)  # type: ignore[return-value]
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
        return _noted(found)  # type: ignore[return-value]


def _noted(found: object) -> object:
    """Something that was found, with the files that it declares noted."""
    watch = _NOW.get()
    if watch is not None:
        watch.found = found
        watch.declared += [os.fspath(one) for one in getattr(found, "files", ())]
    return found


def _own(value: object, module: ModuleType) -> bool:
    """Whether something was made in a module, and not only imported there; what does not say so counts as made there."""
    return getattr(value, "__module__", module.__name__) in (module.__name__, type(value).__module__)


def known_place(source: str) -> Place | None:
    """Where the file of a source was given from; None if it is looked for beside the world file."""
    return _PLACES.get().get(source)


def note_place(source: str, place: Place) -> None:
    """Take note of a file of data, which needs nothing beside it, among those that are being gathered."""
    known = _NEEDED.get()
    if known is not None:
        known[source] = place


def source_of(name: str) -> str | None:
    """The file that a name is found in, relative to the world file; None for what is built in or stands in a package."""
    source = name.removeprefix("ancestor:").rpartition(":")[0]
    return source if source.endswith(".py") else None


def place_of(source: str, folder: Path) -> Path:
    """Where the file of `source_of` lies: where an object was given from, else in the world file's folder."""
    known = _PLACES.get().get(source)
    return known.path if known else folder / os.path.expanduser(source)


def data_file(name: str, folder: Path, where: str) -> Path:
    """A data file that a world file names, for something built in: beside it, or in a run, or a module of Python's as `pydoc_data.topics`.

    Raises:
        InputError: If there is no such file, or a run can't hold it.
    """
    known = _PLACES.get().get(name)
    path = known.path if known else folder / os.path.expanduser(name)
    if not known and not path.is_file():
        path = module_file(name) or path
    try:
        size = path.stat().st_size if path.is_file() else 0
    except OSError as error:
        raise InputError(problem(where, f"{name} ({error.strerror})", "a file that can be read", f"ls -l {path}")) from None
    if not path.is_file() or size == 0 or size > MOST_BYTES:
        got = f"{name} ({f'{size:,} bytes' if path.is_file() else f'no file {path}'})"
        expected = f"a file beside the world file, of 1 byte to {MOST_BYTES >> 20} MiB"
        raise InputError(problem(where, got, expected, f"putting a text into {folder}, or leaving it out, for the default"))
    needed = _NEEDED.get()
    if needed is not None:
        needed[name] = Place(Path(os.path.abspath(path)), ())
    return path


def module_file(name: str) -> Path | None:
    """Where the text of a module of Python's own lies that comes with no code to be run; None if there is none."""
    if not name.startswith("pydoc_data."):
        return None
    found = importlib.util.find_spec(name)
    return Path(found.origin) if found is not None and found.origin else None


def anchored(name: str, folder: Path) -> str:
    """A name that is found from any working folder: one with a file gets the file's whole path."""
    source = source_of(name)
    return f"{os.path.abspath(place_of(source, folder))}:{name.rpartition(':')[2]}" if source else name


def _module(source: str, name: str, folder: Path, where: str) -> ModuleType:
    path = place_of(source, folder)
    if source.endswith(".py") and not path.is_file():
        got, attempt = f"{name} (no file {path})", f"putting {source} into {folder}"
        raise InputError(problem(where, got, "a file beside the world file", attempt))
    try:
        return _from_file(path) if source.endswith(".py") else importlib.import_module(source)
    except (Exception, SystemExit) as error:  # whatever a user's module raises is theirs to mend
        got = f"{name} (importing it failed: {type(error).__name__}: {error})"
        attempt = f"python {path}" if source.endswith(".py") else f"python -m {source}"
        raise InputError(problem(where, got, "a module that can be imported", attempt)) from None


def _from_file(path: Path) -> ModuleType:
    path = Path(os.path.abspath(path))
    place = hashlib.blake2b(os.fsencode(path.resolve()), digest_size=6).hexdigest()
    spec = importlib.util.spec_from_file_location(f"cyberspace_{path.stem}_{place}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    with first_on_path(str(path.parent)):
        spec.loader.exec_module(module)
    return module
