"""The reference: NumPy, literal, slow; the definition that the other backends are held to."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.backend import NO_BIRTHS, SpanResult, add_flow, birth_table, crossing_births
from cyberspace.law.clock import Moment, clock_tables, lesson_of, link_moment, near_moment
from cyberspace.law.engine import Carried, Change, Write, exact
from cyberspace.law.exchange import Near, OverLink, apart
from cyberspace.law.letters import Body, pack, unpack
from cyberspace.law.state import FIELDS, Region, WorldState
from cyberspace.law.tick import Exchange, Lived, live
from cyberspace.law.verbs.answer import pose
from cyberspace.law.world import TaskPlace, World
from cyberspace.tasks.task import Hidden
from organisms.arrays import NUMPY, Array, Bools, Int8s, Int32s, Key, Value, Words
from organisms.genome import Loci
from organisms.learning.rule import Rule, learn, learners
from organisms.think import squash, weighted_sum


class NumpyEngine:
    """The plain meaning of what `cyberspace.law.engine.Engine` asks for."""

    xp = NUMPY

    def write_where(self, mask: Bools, write: Write, region: Region, records: Int32s) -> tuple[Region, Int32s]:
        """Write all places at once."""
        places = np.flatnonzero(mask).astype(np.int32)
        return write(region, records, places) if len(places) else (region, records)

    def barrier(self, values: Carried) -> Carried:
        """The same values."""
        return values

    def think(self, weights: Int8s, inputs: Int8s, shift: int) -> Int8s:
        """`organisms.think.squash` of the `weighted_sum`."""
        return squash(NUMPY, weighted_sum(NUMPY, weights, inputs), shift)

    def when(self, condition: Value, change: Change, region: Region, sums: Words) -> tuple[Region, Words]:
        """change(region, sums) if the condition holds, else (region, sums)."""
        return change(region, sums) if condition else (region, sums)

    def judged(
        self, judge: Callable[..., tuple[Region, Int32s, Int8s]], place: TaskPlace, region: Region, hidden: Hidden
    ) -> tuple[Region, Int32s, Int8s]:
        """judge(place, region, hidden)."""
        return judge(place, region, hidden)

    def put(self, array: Array, places: Int32s, values: Value) -> Array:
        """A copy with some columns replaced."""
        array, inside = array.copy(), np.asarray(places) < array.shape[-1]
        array[..., places[inside]] = np.asarray(values)[..., inside]
        return array

    def take(self, region: Region, name: str, sites: Int32s) -> Array:
        """Columns of a field."""
        array: Array = getattr(region, name)[..., sites]
        return array

    def learners(self, rule: Rule, loci: Loci, region: Region, signal: Int8s) -> Bools:
        """Where the living may learn; mostly there is no signal, and nobody to look at."""
        if rule.selective and not signal.any():
            return np.zeros(signal.shape[1], dtype=bool)
        return region.alive & learners(NUMPY, rule, loci, region.genome, signal)

    def learn(self, rule: Rule, loci: Loci, region: Region, pre: Int8s, signal: Int8s, key: Key, where: Bools) -> Int8s:
        """The weights after a learning rule."""
        sites = np.arange(len(where), dtype=np.int32)
        new = learn(NUMPY, rule, loci, region.genome, region.weights, pre, region.trace, region.activity, signal, key, sites)
        return np.where(where, new, region.weights)

    def synapses(self, weights: Int8s) -> Int32s:
        """Non-zero weights of each site."""
        found: Int32s = (weights != 0).sum(axis=(0, 1), dtype=np.int32)
        return found


class Reference:
    """One region in NumPy."""

    def __init__(self, world: World, state: WorldState):
        self._world, self._state = world, state
        self._tables, self._engine = clock_tables(world), NumpyEngine()

    def advance(self, ticks: int) -> SpanResult:
        """Live so many ticks."""
        world, first = self._world, self._state.tick
        tallies, records, region = [], [], self._state.region
        for tick in range(first, first + ticks * world.step, world.step):
            now = near_moment(self._tables, tick >> world.pace, world.pace, world.meetings.tide)
            lived = self._live(region, now._replace(partner=apart(NUMPY, region.block, now.partner)), Near())
            region = lived.region
            tallies.append(lived.tally)
            records.append(lived.births)
        if not ticks:
            return SpanResult(np.zeros((0, len(self._state.tally)), np.int64), NO_BIRTHS)
        return self._note(region, np.stack(tallies), birth_table(world, first, np.stack(records)))

    def cross(self, index: int, opening: int, due: Body) -> tuple[SpanResult, bytearray]:
        """Live one tick at which a link opens."""
        world, tick, end = self._world, self._state.tick, self._world.ends[index]
        now = link_moment(self._tables, end.axis, tick, end.tide_at(opening))
        exchange = OverLink(end, unpack(world, end, due), end.tide_at(opening - 1), end.partner(opening) >= 0)
        lived = self._live(self._state.region, now, exchange)
        assert lived.letter is not None
        births = crossing_births(world, end, opening, tick, lived.births)
        return self._note(lived.region, lived.tally[None], births), pack(world, end, lived.letter)

    def _live(self, region: Region, now: Moment, exchange: Exchange) -> Lived:
        """One tick of a region."""
        lesson = lesson_of(int(now.tick) >> self._world.pace, self._world.physics.lesson_ticks)
        with np.errstate(over="ignore"):
            return live(self._engine, self._world, region, now, pose(NUMPY, self._world, region, *lesson), exchange)

    def _note(self, region: Region, tallies: Words, births: Int32s) -> SpanResult:
        result = SpanResult(exact(tallies), births)
        tick = self._state.tick + len(tallies) * self._world.step
        self._state = WorldState(tick, region, self._state.tally + result.tally.sum(axis=0))
        return result

    def look(self, name: str, sites: NDArray[np.int64] | None = None) -> Array:
        """One array of the state, or its columns at some sites."""
        array: Array = getattr(self._state.region, name)
        return array if sites is None else array[..., sites]

    def put(self, name: str, values: Array, sites: NDArray[np.int64] | None = None) -> None:
        """Replace one array, or its columns at some sites, in a copy."""
        array = np.array(getattr(self._state.region, name))
        array[... if sites is None else (..., sites)] = values
        self._state = replace(self._state, region=replace(self._state.region, **{name: array}))

    def flow(self, name: str, amount: int) -> None:
        """Add to one of the sums."""
        self._state = replace(self._state, tally=add_flow(self._state.tally, name, amount))

    def adopt(self, world: World) -> None:
        """Live on under other terms."""
        self._world, self._tables = world, clock_tables(world)

    def state(self, fields: Container[str] = FIELDS) -> WorldState:
        """The state; this backend never writes into arrays it has handed out."""
        return self._state
