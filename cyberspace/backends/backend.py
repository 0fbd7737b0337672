"""What a backend is, and the list of them."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.letters import Body
from cyberspace.law.state import FIELDS, WorldState
from cyberspace.law.world import World
from topology import LinkEnd

BACKENDS = {
    "reference": "cyberspace.backends.reference:Reference",
    "numba": "cyberspace.backends.cpu.region:NumbaCpu",
    "jax": "cyberspace.backends.xla.region:JaxDevice",
}
"""By name; imported when asked for."""


@dataclass(frozen=True)
class Trace:
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

    def advance(self, ticks: int) -> Trace:
        """Live so many ticks, at none of which a link opens; each takes `world.step` ticks of the universe."""

    def cross(self, index: int, opening: int, due: Body) -> tuple[Trace, bytearray]:
        """Live one tick, at which one of `world.ends` opens for the n-th time.

        Args:
            index: Into `world.ends`.
            opening: n.
            due: Body of the letter posted to this region at opening n - 1; blank if there was none.

        Returns:
            What happened, and the letter to `end.partner(opening)`, blank if that is nobody, as a block that is not sealed.
        """

    def look(self, name: str, sites: NDArray[np.int64] | None = None) -> NDArray[Any]:
        """One array of the state as it is now, or its columns at some sites; valid until the next `advance`, not to be written."""

    def put(self, name: str, values: NDArray[Any], sites: NDArray[np.int64] | None = None) -> None:
        """Replace one array of the state, or its columns at some sites, none of them twice."""

    def flow(self, name: str, amount: int) -> None:
        """Add to one of `cyberspace.law.state.TALLY`."""

    def state(self, fields: Container[str] = FIELDS) -> WorldState:
        """The state without its letters, as NumPy arrays that the backend does not touch again; fields not asked for may be empty."""


def make_backend(name: str, world: World, state: WorldState, **options: Any) -> Backend:
    """The named backend, at a state of a world."""
    module, _, member = BACKENDS[name].partition(":")
    backend: Backend = getattr(import_module(module), member)(world, state, **options)
    return backend


def birth_table(world: World, first: int, records: NDArray[np.int32]) -> NDArray[np.int32]:
    """`Trace.births` from the records of the ticks lived from `first` on: int32 (ticks, 3, slots), -1 where nobody was born."""
    when, slots = np.nonzero(records[:, 0] >= 0)
    ticks = first + world.step * np.arange(len(records))
    tide = np.array([world.meetings.at(int(tick) >> world.pace)[2] for tick in ticks], dtype=np.int32)
    sites = tide[when] + slots * world.meetings.tide + world.first_site
    distance, cradle, born = records[when, :, slots].T.reshape(3, -1)
    return np.stack([ticks[when], sites, cradle, born, distance], axis=1).astype(np.int32)


def crossing_births(world: World, end: LinkEnd, opening: int, tick: int, records: NDArray[np.int32]) -> NDArray[np.int32]:
    """`Trace.births` from the records of a crossing, int32 (3, end.slots)."""
    (slots,) = np.nonzero(records[0] >= 0)
    if not len(slots):
        return NO_BIRTHS
    sites = end.sites[end.tide_at(opening - 1) + slots * end.tide] + world.first_site
    distance, cradle, born = records[:, slots]
    return np.stack([np.full(len(slots), tick), sites, cradle, born, distance], axis=1).astype(np.int32)


NO_BIRTHS = np.zeros((0, 5), dtype=np.int32)
