"""Objects that whoever calls from Python gives by name, where a world file names a file: a class of a script or of a notebook.

`given` holds them while a world is read.  Whatever loads something that a world file names (a task, a rule, ...) asks `find_given` first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

_GIVEN: ContextVar[Mapping[str, object]] = ContextVar("given", default=MappingProxyType({}))


@contextmanager
def given(objects: Mapping[str, object]) -> Iterator[None]:
    """Let world files name these objects while they are read here."""
    token = _GIVEN.set(objects)
    try:
        yield
    finally:
        _GIVEN.reset(token)


def find_given(name: str) -> object | None:
    """The object that was given by a name; None if there is none."""
    return _GIVEN.get().get(name)
