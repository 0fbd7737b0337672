"""The reference: NumPy, literal, slow; the definition that the other backends are held to."""

from __future__ import annotations

from typing import Any

import numpy as np

from cyberspace.backends.backend import Trace, birth_table
from cyberspace.state import Region, WorldState
from cyberspace.tick import Write, exact, live
from cyberspace.verbs.earn import pose
from cyberspace.world import Almanac, World
from organisms.think import weighted_sum


class NumpyEngine:
    """The plain meaning of what `cyberspace.tick.Engine` asks for."""

    xp = np

    def sparse(self, mask: Any, write: Write, region: Region, records: Any) -> tuple[Region, Any]:
        """Write all places at once."""
        return write(region, records, np.flatnonzero(mask).astype(np.int32))

    def fix(self, values: Any) -> Any:
        """The same values."""
        return values

    def weigh(self, weights: Any, inputs: Any) -> Any:
        """`organisms.think.weighted_sum`."""
        return weighted_sum(np, weights, inputs)

    def when(self, condition: Any, change: Any, region: Region, records: Any) -> tuple[Region, Any]:
        """change(region, records) if the condition holds, else (region, records)."""
        return change(region, records) if condition else (region, records)

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
        self._state = WorldState(first + ticks, region, self._state.tally + trace.tally.sum(axis=0))
        return trace

    def state(self) -> WorldState:
        """The state; this backend never writes into arrays it has handed out."""
        return self._state
