"""What code of a user's own needs beside its file: modules and data, found while it is loaded, and given back to it when a run is.

What a file opens is seen by an audit hook; which modules it uses, by those that came with it and those that its names lead to.  Where
the files of a run are loaded, a name by which the code asked for something elsewhere leads to the run's own copy.
"""

from __future__ import annotations

import builtins
import hashlib
import importlib.util
import io
import os
import stat
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from unittest import mock

from cyberspace.errors import InputError, problem

MOST_BYTES = 2**26
"""The largest file that is copied into a run because code opens it."""

OPENERS = {"open": 0, "sqlite3.connect": 0, "ctypes.dlopen": 0}
"""Audit events that tell of a file, and which of their arguments is its name."""


@dataclass(frozen=True)
class Extra:
    """A file that code needs beside its own.

    Attributes:
        path: Where it lies.
        place: Where it goes in a folder that holds the code's file: beside it, as it lies now, wherever that can be.
        names: Names by which the code may ask for it, other than beside its own file.
    """

    path: Path
    place: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where the code of a name lies, and what it needs.

    Attributes:
        path: Its file.
        extras: What it needs beside it; None where that is still to be found.
        closed: Whether it may open nothing else.
        content: What it is to hold, where that lies in no file yet; then the path is its name alone.
    """

    path: Path
    extras: tuple[Extra, ...] | None = None
    closed: bool = True
    content: bytes | None = None

    def read(self) -> bytes:
        """What it holds."""
        return self.path.read_bytes() if self.content is None else self.content


@dataclass
class Watch:
    """What is seen of one file of code while it is loaded and tried.

    Attributes:
        place: Where it lies.
        found: What it was asked for.
        opened: Files that were opened, by whole path, with the names that were said.
        declared: Names of files that it says it needs.
        redirects: Names that lead to a copy.
        modules: A user's modules that came meanwhile, by name.
    """

    place: Place
    found: object = None
    opened: dict[str, set[str]] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    redirects: dict[str, str] = field(default_factory=dict)
    modules: dict[str, ModuleType] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The folder of its file."""
        return os.path.dirname(os.path.abspath(self.place.path))

    def lives(self) -> None:
        """From here on what it opens is opened while a world lives, when no name is led elsewhere."""
        self.redirects.clear()

    def note(self, said: object, mode: object, flags: object) -> None:
        """A file is opened."""
        if not isinstance(said, str | bytes | os.PathLike):
            return
        if (isinstance(mode, str) and set(mode) & set("wax+")) or (
            isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)
        ):
            return
        name = os.fsdecode(said)
        whole = os.path.abspath(name)
        if os.path.basename(os.path.dirname(whole)) == "__pycache__":
            if not whole.endswith(".pyc"):
                return
            try:
                name = whole = importlib.util.source_from_cache(whole)
            except ValueError:  # somebody else's cache: pytest's, of a module that is called a test
                return
        beside = whole.startswith(self.folder + os.sep) and "site-packages" not in whole
        if (beside or is_own(whole)) and whole != os.path.abspath(self.place.path):
            self.opened.setdefault(whole, set()).add(name)

    def copy_of(self, said: object) -> object:
        """The file that is to be opened in place of one that is asked for."""
        if not self.redirects or not isinstance(said, str | bytes | os.PathLike):
            return said
        name = os.fsdecode(said)
        beside = os.path.relpath(os.path.abspath(name), self.folder)
        return self.redirects.get(name) or self.redirects.get(beside) or said


_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)
_OURS: dict[str, ModuleType] = {}
"""Modules that came with code that was loaded here, by name."""


@cache
def _homes() -> tuple[str, ...]:
    """Folders whose files belong to the machine, Python, what is installed there, or this program."""
    system = ("/proc", "/sys", "/dev", "/etc", "/lib", "/lib64", "/bin", "/sbin", "/usr", "/run")
    python = (sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values())
    here = Path(__file__).parent
    own = [str(here.parent / name) for name in ("topology", "organisms", "cyberspace", "render")]
    folders = {os.path.abspath(one) for one in (*system, *python, *own)} | {os.path.realpath(one) for one in (*python, *own)}
    return tuple(f"{folder}{os.sep}" for folder in folders if folder != os.sep)


def is_own(path: str) -> bool:
    """Whether a file is a user's: none of the machine, of what is installed, or of the settings and caches of programs."""
    if path.startswith(_homes()) or not os.path.isabs(path):
        return False
    home = os.path.expanduser("~")
    inside = os.path.relpath(path, home) if path.startswith(home + os.sep) else ""
    return not inside.startswith(".")


@cache
def _listen() -> None:
    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event in OPENERS and _WATCH is not None and (watch := _WATCH.get()) is not None:
            rest = arguments[1:3] if event == "open" else ("r", 0)
            watch.note(arguments[0], *rest)

    sys.addaudithook(hear)


@contextmanager
def watching(place: Place) -> Iterator[Watch]:
    """See what code opens and imports while this holds; modules beside its file are found."""
    _listen()
    watch = Watch(place)
    for extra in place.extras or ():
        watch.redirects |= dict.fromkeys((*extra.names, extra.place), str(extra.path))
    token, writes = _WATCH.set(watch), sys.dont_write_bytecode
    sys.dont_write_bytecode = writes or place.extras is not None  # a run's folder is not written into
    try:
        with first_on_path(watch.folder), _led(watch):
            before = set(sys.modules)
            yield watch
            watch.modules = {name: module for name, module in list(sys.modules.items()) if name not in before}
    finally:
        sys.dont_write_bytecode = writes
        _WATCH.reset(token)


@contextmanager
def first_on_path(folder: str) -> Iterator[None]:
    """Modules in a folder are found, before others of their names; those that were there stay as they are."""
    provided = {os.path.splitext(name)[0] for name in os.listdir(folder)} if os.path.isdir(folder) else set()
    aside: dict[str, ModuleType] = {}
    before_us = {name: module for name, module in _OURS.items() if sys.modules.get(name) is module}
    for name in before_us:  # of code that was loaded from elsewhere, perhaps under the same name
        del sys.modules[name]
    for name, module in list(sys.modules.items()):
        source = _source(module)
        if source and name.partition(".")[0] in provided and name != "__main__" and not source.startswith(folder + os.sep):
            aside[name] = sys.modules.pop(name)
    before = set(sys.modules)
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        if folder in sys.path:
            sys.path.remove(folder)
        _OURS.update({name: sys.modules[name] for name in set(sys.modules) - before if _source(sys.modules[name])})
        sys.modules.update(aside)
        for name, module in before_us.items():
            sys.modules.setdefault(name, module)


@contextmanager
def _led(watch: Watch) -> Iterator[None]:
    """Names that are asked for lead to the copies that a run holds."""
    if not watch.redirects:
        yield
        return
    with ExitStack() as stack:
        for home, name in ((builtins, "open"), (io, "open"), (os, "open"), (os, "stat")):
            stack.enter_context(mock.patch.object(home, name, _leading(watch, getattr(home, name))))
        yield


def _leading(watch: Watch, real: Callable[..., object]) -> Callable[..., object]:
    def led(*arguments: object, **options: object) -> object:
        here = arguments and _WATCH.get() is watch  # no other thread is led
        return real(watch.copy_of(arguments[0]), *arguments[1:], **options) if here else real(*arguments, **options)

    return led


def _source(module: object) -> str:
    """The file of a user's module; empty for others, and for those that name a file which is not there (torch has such)."""
    source = getattr(module, "__file__", None)
    path = os.path.abspath(source) if isinstance(source, str) else ""
    return path if path and is_own(path) and os.path.isfile(path) else ""


def _modules(thing: object) -> dict[str, ModuleType]:
    """Modules of a user's that the module of a thing leads to, by their names."""
    found: dict[str, ModuleType] = {}
    ahead = [sys.modules.get(getattr(thing, "__module__", ""))]
    while ahead:
        module = ahead.pop()
        if module is None or not _source(module) or module.__name__ in found:
            continue
        found[module.__name__] = module
        for value in list(vars(module).values()):
            ahead.append(value if isinstance(value, ModuleType) else sys.modules.get(getattr(value, "__module__", None) or ""))
    return found


def extras_of(watch: Watch, where: str) -> tuple[Extra, ...]:
    """What code needs, from what was seen of it, in the order of its places.

    Raises:
        InputError: If something that it needs can't be copied into a run.
    """
    own, folder = os.path.abspath(watch.place.path), watch.folder
    files = {path: set(names) for path, names in watch.opened.items() if os.path.exists(path)}
    homes: dict[str, str] = {}
    for name, module in {**watch.modules, **_modules(watch.found)}.items():
        source = _source(module)
        if source and source != own and name != "__main__":
            files.setdefault(source, set())
            depth = name.count(".") + (os.path.basename(source) == "__init__.py")
            homes[source] = "/".join(source.split(os.sep)[-1 - depth :])
    for said in watch.declared:
        path = os.path.abspath(os.path.join(folder, said))
        if not os.path.isfile(path):
            raise InputError(problem(f"{where}: files", repr(said), f"a file beside {own}", f"ls {folder}"))
        files.setdefault(path, set()).add(said)
    return tuple(_extra(path, files[path], folder, homes.get(path), where) for path in sorted(files))


def _extra(path: str, said: set[str], folder: str, home: str | None, where: str) -> Extra:
    about = os.stat(path)
    if not stat.S_ISREG(about.st_mode) or about.st_size > MOST_BYTES:
        got = f"{path}, which it opens ({about.st_size} bytes)" if stat.S_ISREG(about.st_mode) else f"{path}, no plain file"
        expected = f"plain files of at most {MOST_BYTES >> 20} MiB, so that the run can hold them"
        raise InputError(problem(where, got, expected, "a smaller file, with what the code needs of it"))
    beside = os.path.relpath(path, folder)
    if not beside.startswith(".."):
        return Extra(Path(path), beside, tuple(sorted((said | {path}) - {beside})))
    names = tuple(sorted({*said, path, beside}))
    apart = hashlib.blake2b(os.fsencode(path), digest_size=4).hexdigest()
    return Extra(Path(path), home or os.path.join(f"outside-{apart}", os.path.basename(path)), names)
