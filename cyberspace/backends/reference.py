"""The reference: NumPy, literal, slow; the definition that the other backends are held to."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.backend import NO_BIRTHS, Trace, birth_table, crossing_births
from cyberspace.law.engine import Write, exact
from cyberspace.law.letters import Body, pack, unpack
from cyberspace.law.state import FIELDS, TALLY, Region, WorldState
from cyberspace.law.tick import live, live_crossing
from cyberspace.law.verbs.earn import pose
from cyberspace.law.world import Almanac, World
from organisms.think import weighted_sum


class NumpyEngine:
    """The plain meaning of what `cyberspace.law.tick.Engine` asks for."""

    xp = np

    def sparse(self, mask: Any, write: Write, region: Region, records: Any) -> tuple[Region, Any]:
        """Write all places at once."""
        places = np.flatnonzero(mask).astype(np.int32)
        return write(region, records, places) if len(places) else (region, records)

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
        array, inside = array.copy(), np.asarray(places) < array.shape[-1]
        array[..., places[inside]] = values[..., inside]
        return array

    def take(self, region: Region, name: str, sites: Any) -> Any:
        """Columns of a field."""
        return getattr(region, name)[..., sites]

    def learn(self, rule: Any, loci: Any, region: Region, pre: Any, signal: Any, key: Any, sites: Any) -> Any:
        """The weights after a learning rule."""
        return rule(np, loci, region.genome, region.weights, pre, region.activity, signal, key, sites)

    def synapses(self, weights: Any) -> Any:
        """Non-zero weights of each site."""
        return (weights != 0).sum(axis=(0, 1), dtype=np.int32)


class Reference:
    """One region in NumPy."""

    def __init__(self, world: World, state: WorldState):
        self._world, self._state = world, state
        self._almanac = Almanac(np, world)
        self._engine = NumpyEngine()

    def advance(self, ticks: int) -> Trace:
        """Live so many ticks."""
        first, step = self._state.tick, self._world.step
        tallies, records, region = [], [], self._state.region
        with np.errstate(over="ignore"):
            for tick in range(first, first + ticks * step, step):
                posed, ends = self._pose(tick, region)
                region, tally, births = live(self._engine, self._world, self._almanac, region, tick, posed, ends)
                tallies.append(tally)
                records.append(births)
        if not ticks:
            return Trace(np.zeros((0, len(self._state.tally)), np.int64), NO_BIRTHS)
        return self._note(region, np.stack(tallies), birth_table(self._world, first, np.stack(records)))

    def cross(self, index: int, opening: int, due: Body) -> tuple[Trace, bytearray]:
        """Live one tick at which a link opens."""
        world, tick, end = self._world, self._state.tick, self._world.ends[index]
        tides = end.tide_at(opening - 1), end.tide_at(opening)
        with np.errstate(over="ignore"):
            region, tally, births, letter = live_crossing(
                self._engine, world, self._almanac, end, self._state.region, tick, *self._pose(tick, self._state.region),
                unpack(world, end, due), tides, end.partner(opening) >= 0,
            )  # fmt: skip
        return self._note(region, tally[None], crossing_births(world, end, opening, tick, births)), pack(world, end, letter)

    def _pose(self, tick: int, region: Region) -> tuple[Any, bool]:
        """The lesson of a tick, and whether it ends then."""
        lived, length = tick >> self._world.pace, self._world.physics.lesson_ticks
        return pose(np, self._world, region, lived // length), lived % length == length - 1

    def _note(self, region: Region, tallies: Any, births: Any) -> Trace:
        trace = Trace(exact(tallies), births)
        tick = self._state.tick + len(tallies) * self._world.step
        self._state = WorldState(tick, region, self._state.tally + trace.tally.sum(axis=0))
        return trace

    def look(self, name: str, sites: NDArray[np.int64] | None = None) -> NDArray[Any]:
        """One array of the state, or its columns at some sites."""
        array: NDArray[Any] = getattr(self._state.region, name)
        return array if sites is None else array[..., sites]

    def put(self, name: str, values: NDArray[Any], sites: NDArray[np.int64] | None = None) -> None:
        """Replace one array, or its columns at some sites, in a copy."""
        array = np.array(getattr(self._state.region, name))
        array[... if sites is None else (..., sites)] = values
        self._state = replace(self._state, region=replace(self._state.region, **{name: array}))

    def flow(self, name: str, amount: int) -> None:
        """Add to one of the sums."""
        self._state = replace(self._state, tally=self._state.tally + np.int64(amount) * (np.array(TALLY) == name))

    def state(self, fields: Container[str] = FIELDS) -> WorldState:
        """The state; this backend never writes into arrays it has handed out."""
        return self._state
