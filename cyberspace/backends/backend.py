"""What a backend is, and how one is found."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.settings import check_numba
from cyberspace.backends.table import BACKENDS
from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.letters import Body
from cyberspace.law.state import FIELDS, TALLY, WorldState
from cyberspace.law.world import World
from cyberspace.plugins import Plug
from organisms.arrays import Array
from topology import LinkEnd
from topology.meeting import tide_offset


@dataclass(frozen=True)
class SpanResult:
    """What happened in a span of ticks.

    Attributes:
        tally: By tick, int64 (ticks, len(TALLY)).
        births: int32 (births, 5): tick, site (numbered in the universe), parent's cradle, parent's birth tick, Hamming distance;
            in order of tick and site.
    """

    tally: NDArray[np.int64]
    births: NDArray[np.int32]


class Backend(Protocol):
    """A region that lives; it owns its state until `state` copies it out.  It knows nothing of where its letters go."""

    def __init__(self, world: World, state: WorldState): ...

    def advance(self, ticks: int) -> SpanResult:
        """Live so many ticks, at none of which a link opens; each takes `world.step` ticks of the universe."""

    def cross(self, index: int, opening: int, due: Body) -> tuple[SpanResult, bytearray]:
        """Live one tick, at which one of `world.ends` opens for the n-th time.

        Args:
            index: Into `world.ends`.
            opening: n.
            due: Body of the letter posted to this region at opening n - 1, perhaps a short one; blank if there was none.

        Returns:
            What happened, and the letter to `end.partner(opening)`, blank if that is nobody, as a block that is not sealed and may be
            short.
        """

    def look(self, name: str, sites: NDArray[np.int64] | None = None) -> Array:
        """One array of the state as it is now, or its columns at some sites; valid until the next `advance`, not to be written."""

    def put(self, name: str, values: Array, sites: NDArray[np.int64] | None = None) -> None:
        """Replace one array of the state, or its columns at some sites, none of them twice."""

    def flow(self, name: str, amount: int) -> None:
        """Add to one of `cyberspace.law.state.TALLY`."""

    def adopt(self, world: World) -> None:
        """Live on under other terms of the same world: its physics, where its tasks are posed, and what flows into their pools.

        A backend without this method lives worlds that have no timetable.
        """

    def state(self, fields: Container[str] = FIELDS) -> WorldState:
        """The state without its letters, as NumPy arrays that the backend does not touch again; fields not asked for may be empty."""


def is_backend(value: object) -> bool:
    """Whether something is a backend's class."""
    return isinstance(value, type) and all(
        hasattr(value, name) for name in ("advance", "cross", "look", "put", "flow", "state")
    )


PLUG: Plug[type[Backend]] = Plug(
    "a class with the methods of cyberspace.backends.backend.Backend", {}, is_backend, "class {name}"
)


def find_backend(name: str, folder: Path, where: str) -> type[Backend]:
    """The class of a backend: one of `BACKENDS`, or a user's own.

    Args:
        name: As a world file says it.
        folder: The world file's folder.
        where: What errors call the entry.

    Raises:
        InputError: If there is none.
    """
    if name == "numba":
        check_numba()
    if name not in BACKENDS and ":" not in name:
        expected = f"one of {', '.join(BACKENDS)}, or FILE.py:NAME, or PACKAGE.MODULE:NAME"
        raise InputError(problem(where, repr(name), expected, nearest(name, BACKENDS)))
    return PLUG.find(BACKENDS.get(name, name), folder, where)


def make_backend(name: str, world: World, state: WorldState, threads: int | None = None) -> Backend:
    """The named backend, at a state of a world.

    Args:
        name: As for `find_backend`; files are found from the working folder.
        world: The region.
        state: Its state.
        threads: Threads to use, for a backend that takes them; as many as there are by default.

    Raises:
        InputError: If the state is one of a world with other tasks, there is no such backend, or it can't live a world that changes.
    """
    if state.region.memory.shape[0] != world.memory_words:
        got = f"{state.region.memory.shape[0]} words of task memory at each site"
        expected = f"{world.memory_words}, which the tasks of {world.space} need"
        raise InputError(problem("state", got, expected, "a state of a world with the same tasks"))
    kind = find_backend(name, Path(), "backend")
    if world.timetable and not hasattr(kind, "adopt"):
        expected = "a backend with the method adopt, since the world has a timetable"
        raise InputError(problem(f"spaces.{world.space}.backend", name, expected, "numba"))
    if threads is not None and "threads" in signature(kind).parameters:
        return kind(world, state, threads=threads)  # type: ignore[call-arg]
    return kind(world, state)


def add_flow(tally: NDArray[np.int64], name: str, amount: int) -> NDArray[np.int64]:
    """A copy of the sums of `TALLY` with an amount added to one."""
    return tally + np.where(np.array(TALLY) == name, amount, 0)


def summed(tally: NDArray[np.int64]) -> NDArray[np.int64]:
    """`SpanResult.tally` over all ticks, int64 (len(TALLY),); it may be a view."""
    found: NDArray[np.int64] = tally[0] if len(tally) == 1 else tally.sum(axis=0)
    return found


def birth_table(world: World, first: int, records: NDArray[np.int32]) -> NDArray[np.int32]:
    """`SpanResult.births` from the records of the ticks lived from `first` on: int32 (ticks, 3, slots), -1 where nobody was born."""
    clock, slots = world.meetings.clock, records.shape[2]
    when, at = np.divmod(np.flatnonzero((records[:, 0] >= 0).ravel()), slots)
    lived = (first >> world.pace) + when
    axis = clock.table()[lived % clock.period]
    opening = lived >> np.array([one.level for one in clock.axes] or [0])[axis]
    sites = tide_offset(opening, world.meetings.tide) + at * world.meetings.tide + world.first_site
    distance, cradle, born = records[when, :, at].T.reshape(3, -1)
    return np.stack([first + world.step * when, sites, cradle, born, distance], axis=1).astype(np.int32)


def crossing_births(world: World, end: LinkEnd, opening: int, tick: int, records: NDArray[np.int32]) -> NDArray[np.int32]:
    """`SpanResult.births` from the records of a crossing, int32 (3, end.slots)."""
    slots = np.flatnonzero(records[0] >= 0)
    if not len(slots):
        return NO_BIRTHS
    sites = end.sites[end.tide_at(opening - 1) + slots * end.tide] + world.first_site
    distance, cradle, born = records[:, slots]
    return np.stack([np.full(len(slots), tick), sites, cradle, born, distance], axis=1).astype(np.int32)


NO_BIRTHS = np.zeros((0, 5), dtype=np.int32)
