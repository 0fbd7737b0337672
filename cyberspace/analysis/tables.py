"""The arrays of a record, as they are read."""

from __future__ import annotations

from types import EllipsisType
from typing import Protocol

from cyberspace.record import store


class Column(Protocol):
    """An array on disk."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its lengths."""

    def __getitem__(self, key: int | slice | EllipsisType, /) -> object:
        """A part of it, for `numpy.asarray`."""


def column(group: store.Group, name: str) -> Column:
    """The array of a name in a group.

    Raises:
        KeyError: If there is none.
    """
    found = group[name]
    if isinstance(found, store.Group):
        raise KeyError(name)
    return found


def columns(group: store.Group, name: str) -> dict[str, Column]:
    """All arrays of the group of a name.

    Raises:
        KeyError: If there is no such group.
    """
    inner = group[name]
    if not isinstance(inner, store.Group):
        raise KeyError(name)
    return dict(inner.arrays())
