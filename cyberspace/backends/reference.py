"""The reference: NumPy, literal, slow; the definition that the other backends are held to."""

from __future__ import annotations

from typing import Any

import numpy as np

from cyberspace.backends.backend import Trace, birth_table, moved_on
from cyberspace.state import Region, WorldState
from cyberspace.tick import Write, exact, live
from cyberspace.verbs.earn import pose
from cyberspace.world import Almanac, World


class NumpyEngine:
    """The plain meaning of what `cyberspace.tick.Engine` asks for."""

    xp = np

    def sparse(self, mask: Any, write: Write, region: Region, records: Any) -> tuple[Region, Any]:
        """Write all places at once."""
        return write(region, records, np.flatnonzero(mask).astype(np.int32))

    def choose(self, condition: Any, yes: Any, no: Any, region: Region) -> tuple[Region, Any]:
        """yes(region) or no(region)."""
        chosen: tuple[Region, Any] = (yes if condition else no)(region)
        return chosen

    def put(self, array: Any, places: Any, values: Any) -> Any:
        """A copy with some columns replaced."""
        array = array.copy()
        array[..., places] = values
        return array


class Reference:
    """One region in NumPy."""

    def __init__(self, world: World, state: WorldState):
        self._world, self._state = world, state
        self._almanac = Almanac(np, world)
        self._engine = NumpyEngine()

    def advance(self, ticks: int) -> Trace:
        """Live so many ticks."""
        first, length = self._state.tick, self._world.physics.lesson_ticks
        tallies, records, region = [], [], self._state.region
        with np.errstate(over="ignore"):
            for tick in range(first, first + ticks):
                lesson, ends = tick // length, tick % length == length - 1
                posed = pose(np, self._world, lesson)
                region, tally, births = live(self._engine, self._world, self._almanac, region, tick, posed, ends)
                tallies.append(tally)
                records.append(births)
        if not ticks:
            return Trace(np.zeros((0, len(self._state.tally)), np.int64), np.zeros((0, 5), np.int32))
        trace = Trace(exact(np.stack(tallies)), birth_table(self._world, first, np.stack(records)))
        self._state = moved_on(WorldState(first, region, self._state.tally), trace)
        return trace

    def state(self) -> WorldState:
        """The state; this backend never writes into arrays it has handed out."""
        return self._state
