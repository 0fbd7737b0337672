"""What a backend is, and the list of them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cyberspace.state import WorldState
from cyberspace.world import World

BACKENDS = {
    "reference": "cyberspace.backends.reference:Reference",
    "numba": "cyberspace.backends.numba_cpu:NumbaCpu",
    "jax": "cyberspace.backends.jax_device:JaxDevice",
}
"""By name; imported when asked for."""


@dataclass(frozen=True)
class Trace:
    """What happened in a span of ticks.

    Attributes:
        tally: By tick, int64 (ticks, len(TALLY)).
        births: int32 (births, 5): tick, site, parent's cradle, parent's birth tick, Hamming distance; in order of tick and site.
    """

    tally: NDArray[np.int64]
    births: NDArray[np.int32]


class Backend(Protocol):
    """A region that lives; it owns its state until `state` copies it out."""

    def __init__(self, world: World, state: WorldState): ...

    def advance(self, ticks: int) -> Trace:
        """Live so many ticks."""

    def state(self) -> WorldState:
        """The complete state, as NumPy arrays that the backend does not touch again."""


def make_backend(name: str, world: World, state: WorldState, **options: Any) -> Backend:
    """The named backend, at a state of a world."""
    module, _, member = BACKENDS[name].partition(":")
    backend: Backend = getattr(import_module(module), member)(world, state, **options)
    return backend


def birth_table(world: World, first: int, records: NDArray[np.int32]) -> NDArray[np.int32]:
    """`Trace.births` from the records of ticks `first`, `first` + 1, ...: int32 (ticks, 3, slots), -1 where nobody was born."""
    when, slots = np.nonzero(records[:, 0] >= 0)
    tide = np.array([world.meetings.at(first + k)[2] for k in range(len(records))], dtype=np.int32)
    sites = tide[when] + slots * world.meetings.tide
    distance, cradle, born = records[when, :, slots].T.reshape(3, -1)
    return np.stack([when + first, sites, cradle, born, distance], axis=1).astype(np.int32)
