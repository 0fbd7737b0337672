"""The numba backend: each organism in one place, parallel over chunks of sites, on the cores of one CPU."""

from __future__ import annotations

from collections.abc import Container

import numba
import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.backend import SpanResult, add_flow, birth_table, crossing_births
from cyberspace.backends.cpu import brain, kernels, shore
from cyberspace.backends.cpu.arrays import CHUNK, COLUMNS, COUNTED, Arrays, from_quads, to_quads
from cyberspace.backends.cpu.learn import learning
from cyberspace.backends.cpu.lessons import Lessons
from cyberspace.backends.cpu.letter_view import form
from cyberspace.backends.cpu.params import kernel_params
from cyberspace.backends.cpu.product import GROUP
from cyberspace.backends.cpu.progress import expect
from cyberspace.cores import chosen_threads
from cyberspace.law.clock import Moment, clock_tables, lesson_of, link_moment
from cyberspace.law.exchange import apart
from cyberspace.law.letters import Body, body_of
from cyberspace.law.state import FIELDS, NOTHING, SITE_FIELDS, TALLY, WHOLE, Region, WorldState
from cyberspace.law.world import World
from organisms.arrays import NUMPY, Array

FOREVER = 2**62
ZERO = np.int32(0)
COUNTED_AT = [TALLY.index(name) for name in COUNTED]
CROSSED_AT = [TALLY.index(name) for name in ("received", "lost", "sent")]


class NumbaCpu:
    """One region in numba.

    Args:
        world: The world.
        state: Its state.
        threads: Threads to use, never more than numba has; as many as are free by default.
    """

    def __init__(self, world: World, state: WorldState, threads: int | None = None):
        self._world, self._tick, self._tally = world, state.tick, state.tally
        self._threads = min(threads or chosen_threads(), numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]
        self._arrays, self._clock, self._params = (
            _to_places(world, state.region),
            clock_tables(world, np.int64),
            kernel_params(world),
        )
        self._whole = {name: getattr(state.region, name).copy() for name in WHOLE}
        self._itself = np.arange(world.sites, dtype=np.int32)
        self._forms = [form(world, end) for end in world.ends]
        self._counts = np.zeros((max(1, world.sites // CHUNK), len(COLUMNS)), dtype=np.int64)
        self._learn = learning(world.rule) if world.rule.change is not None and world.tasks else None
        self._lessons = Lessons(world, self._arrays, self._whole)
        self._part_by_walls()
        expect(kernels.live, *([shore.land, shore.leave] if world.ends else []))

    def _part_by_walls(self) -> None:
        """Who meets whom, by the walls that stand."""
        if self._world.plaza:
            rows = self._world.meetings.table
            self._clock.partners[:] = [apart(NUMPY, self._arrays.block, row) for row in rows]

    def state(self, fields: Container[str] = FIELDS) -> WorldState:
        """The state, copied out; fields not asked for are empty."""
        found = {name: np.array(self.look(name), order="C") for name in FIELDS if name in fields and name != "weights"}
        found["weights"] = self.look("weights") if "weights" in fields else NOTHING  # laid out anew, so it is a copy already
        found |= {name: NOTHING for name in FIELDS if name not in fields}
        return WorldState(self._tick, Region(**found), self._tally)

    def look(self, name: str, sites: NDArray[np.int64] | None = None) -> Array:
        """One array of the state, or its columns at some sites; views where the layout allows it."""
        array: Array = self._whole[name] if name in WHOLE else getattr(self._arrays, name)
        if name == "weights":
            return from_quads(array if sites is None else array[sites])
        if name in ("genome", "activity"):
            return (array if sites is None else array[sites]).T
        return array if sites is None or name in WHOLE else array[..., sites]

    def put(self, name: str, values: Array, sites: NDArray[np.int64] | None = None) -> None:
        """Replace one array, or its columns at some sites."""
        if name in WHOLE:
            self._whole[name][:] = values
        else:
            at, array = slice(None) if sites is None else sites, getattr(self._arrays, name)
            if name == "weights":
                columns = from_quads(array[at])
                columns[...] = values
                array[at] = to_quads(columns)
            elif name in ("genome", "activity"):
                array.T[:, at] = values
            else:
                array[..., at] = values
        if name in ("block", "pools", "jobs"):
            self._part_by_walls()
            self._lessons.lay_blocks()

    def flow(self, name: str, amount: int) -> None:
        """Add to one of the sums."""
        self._tally = add_flow(self._tally, name, amount)

    def advance(self, ticks: int) -> SpanResult:
        """Live so many ticks."""
        numba.set_num_threads(self._threads)
        world, first, done = self._world, self._tick, 0
        records = np.full((ticks, 3, world.meetings.slots), -1, dtype=np.int32)
        totals = np.zeros((ticks, len(COUNTED)), dtype=np.int64)
        tally = np.zeros((ticks, len(TALLY)), dtype=np.int64)
        with np.errstate(over="ignore"):
            while done < ticks:
                lived = (first >> world.pace) + done
                free = min(ticks - done, self._free(lived))
                self._lessons.pose(lived // world.physics.lesson_ticks)
                span = slice(done, done + max(1, free))
                if free:
                    here = self._arrays, self._clock, self._counts
                    kernels.live(*here, totals[span], records[span], lived, ZERO, self._params)
                else:
                    self._live_judged(lived, totals[done], records[done], tally[done])
                done = span.stop
        tally[:, COUNTED_AT] += totals
        return self._note(tally, birth_table(world, first, records))

    def _free(self, lived: int) -> int:
        """Ticks until one at which a task judges."""
        length = self._world.physics.lesson_ticks
        return length - 1 - lived % length if self._world.tasks else FOREVER

    def _live_judged(self, lived: int, total: NDArray[np.int64], records: NDArray[np.int32], tally: NDArray[np.int64]) -> None:
        """A tick on near axes at which tasks judge."""
        now = kernels.near_moment(self._clock, lived, self._world.pace, self._world.meetings.tide)
        brain.listen(self._arrays)
        kernels.sense_think_pay(self._arrays, now, True, self._counts, True, False, ZERO, self._params)
        self._judge(now, lived, tally)
        kernels.settle(self._arrays, now, self._counts, total, records, self._params)

    def _judge(self, now: Moment, lived: int, tally: NDArray[np.int64]) -> None:
        """answer, earn, learn, pay."""
        signals = self._lessons.end(lived // self._world.physics.lesson_ticks, tally)
        if self._learn is not None and (self._world.rule.still is None or signals.any()):
            self._learn(self._arrays, signals, now.tick, len(self._counts), self._params)
        kernels.sense_think_pay(self._arrays, now, True, self._counts, False, True, ZERO, self._params)

    def cross(self, index: int, opening: int, due: Body) -> tuple[SpanResult, bytearray]:
        """Live one tick at which a link opens."""
        numba.set_num_threads(self._threads)
        world, tick, end, form = self._world, self._tick, self._world.ends[index], self._forms[index]
        tally, totals = np.zeros((1, len(TALLY)), dtype=np.int64), np.zeros(len(COUNTED), dtype=np.int64)
        block, births = bytearray(form.size), np.full((3, end.slots), -1, dtype=np.int32)
        posted, came = np.frombuffer(body_of(block), dtype=np.uint8), np.frombuffer(due, dtype=np.uint8)
        came.flags.writeable = False  # one kind of array, so that numba compiles once
        here, lived = (self._arrays, end.sites), tick >> world.pace
        with np.errstate(over="ignore"):
            number, ends = lesson_of(lived, world.physics.lesson_ticks)
            self._lessons.pose(number)
            # `heard` is filled by the letter at the site itself
            now = link_moment(self._clock, end.axis, tick, end.tide_at(opening))._replace(partner=self._itself)
            judged, late = ends and bool(world.tasks), end.tide_at(opening - 1)
            settled = self._counts[0], births, now, ends, self._counts, not judged, self._params
            received, lost = shore.land(*here, came, form, late, *settled)
            if judged:
                self._judge(now, lived, tally[0])
            goes = end.partner(opening) >= 0
            sent = shore.leave(*here, posted, form, goes, now, self._counts, totals, self._params)
        tally[0, CROSSED_AT] += received, lost, sent
        tally[0, COUNTED_AT] += totals
        return self._note(tally, crossing_births(world, end, opening, tick, births)), block

    def _note(self, tally: NDArray[np.int64], births: NDArray[np.int32]) -> SpanResult:
        self._tick += len(tally) * self._world.step
        self._tally = self._tally + tally.sum(axis=0)
        return SpanResult(tally, births)


def _to_places(world: World, region: Region) -> Arrays:
    """The region with each organism in one place."""
    fields: dict[str, Array] = {name: np.array(getattr(region, name)) for name in SITE_FIELDS}
    for name in ("genome", "activity"):
        fields[name] = np.ascontiguousarray(fields[name].T)
    fields["weights"] = to_quads(fields["weights"])
    bits = (world.sites, world.body.units // GROUP)
    fields |= {
        "inputs": np.zeros((world.sites, world.body.inputs), dtype=np.int8),
        "fires": np.zeros(bits, dtype=np.uint8),
        "says": np.zeros(bits, dtype=np.uint8),
        "heard": np.zeros(world.sites + 1, dtype=np.uint32),
        "spark": np.zeros(world.sites, dtype=bool),
    }
    return Arrays(**fields)
