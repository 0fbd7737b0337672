"""The numba backend: each organism in one place, parallel over chunks of sites, on the cores of one CPU."""

from __future__ import annotations

from collections.abc import Container

import numba
import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.backend import SpanResult, add_flow, birth_table, crossing_births
from cyberspace.backends.cpu import kernels, shore
from cyberspace.backends.cpu.arrays import CHUNK, COLUMNS, COUNTED, Arrays, from_quads, handle_of, to_quads
from cyberspace.backends.cpu.handle import Handle
from cyberspace.backends.cpu.kernels import LISTENS, NEAR, PAYS, SETTLES, THINKS, TICK
from cyberspace.backends.cpu.learn import learning
from cyberspace.backends.cpu.lessons import Lessons
from cyberspace.backends.cpu.letter_view import LetterView
from cyberspace.backends.cpu.params import kernel_params
from cyberspace.backends.cpu.product import GROUP
from cyberspace.backends.cpu.progress import expect
from cyberspace.cores import chosen_threads
from cyberspace.law.clock import clock_tables, lesson_of
from cyberspace.law.exchange import apart
from cyberspace.law.letters import Body, blank_block, body_of
from cyberspace.law.state import FIELDS, NOTHING, SITE_FIELDS, TALLY, WHOLE, Region, WorldState
from cyberspace.law.world import World
from organisms.arrays import NUMPY, Array

Sums = NDArray[np.int64]
FOREVER = 2**62
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
        itself = np.arange(world.sites, dtype=np.int32)
        self._here = handle_of(self._arrays, itself), Handle(self._clock._asdict())
        self._letters = [(LetterView(world, end), LetterView(world, end)) for end in world.ends]
        self._counts = np.zeros((max(1, world.sites // CHUNK), len(COLUMNS)), dtype=np.int64)
        self._learn = learning(world.rule) if world.rule.change is not None and world.tasks else None
        self._lessons = Lessons(world, self._arrays, self._whole)
        self._part_by_walls()
        expect(kernels.live, *([shore.arrive, shore.post] if world.ends else []))

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
                    self._live(lived, totals[span], records[span])
                else:
                    self._live(lived, totals[span], records[span], LISTENS | THINKS)
                    self._judge(lived, tally[done])
                    self._live(lived, totals[span], records[span], PAYS | SETTLES)
                done = span.stop
        tally[:, COUNTED_AT] += totals
        return self._note(tally, birth_table(world, first, records))

    def _free(self, lived: int) -> int:
        """Ticks until one at which a task judges."""
        length = self._world.physics.lesson_ticks
        return length - 1 - lived % length if self._world.tasks else FOREVER

    def _live(
        self, lived: int, totals: Sums, records: NDArray[np.int32], does: int = TICK, axis: int = NEAR, tide: int = 0
    ) -> None:
        """See `cyberspace.backends.cpu.kernels.live`."""
        kernels.live(*self._here, self._counts, totals, records, lived, axis, tide, does, self._params)

    def _judge(self, lived: int, tally: Sums) -> None:
        """answer, earn, learn."""
        signals = self._lessons.end(lived // self._world.physics.lesson_ticks, tally)
        if self._learn is not None and (self._world.rule.still is None or signals.any()):
            self._learn(self._here[0], signals, lived << self._world.pace, len(self._counts), self._params)

    def cross(self, index: int, opening: int, due: Body) -> tuple[SpanResult, bytearray]:
        """Live one tick at which a link opens."""
        numba.set_num_threads(self._threads)
        world, tick, end, (came, goes) = self._world, self._tick, self._world.ends[index], self._letters[index]
        tally, totals = np.zeros((1, len(TALLY)), dtype=np.int64), np.zeros((1, len(COUNTED)), dtype=np.int64)
        block, births = blank_block(world, end), np.full((3, end.slots), -1, dtype=np.int32)
        lived, tide = tick >> world.pace, int(end.tide_at(opening))
        at = lived, totals, births[None]
        with np.errstate(over="ignore"):
            number, ends = lesson_of(lived, world.physics.lesson_ticks)
            self._lessons.pose(number)
            shores = *self._here, end.sites
            told = int(end.tide_at(opening - 1)), end.tide, tick, end.axis, self._counts[0], births, self._params
            received, lost = shore.arrive(*shores, came.over(due), *told)  # what it hears it has from the letter
            judged = ends and bool(world.tasks)
            self._live(*at, THINKS if judged else THINKS | PAYS, end.axis, tide)
            if judged:
                self._judge(lived, tally[0])
                self._live(*at, PAYS, end.axis, tide)
            sent = 0
            if end.partner(opening) >= 0:
                sent = shore.post(*shores, goes.over(body_of(block)), tide, end.tide, end.axis, self._params)
            self._live(*at, SETTLES, end.axis, tide)
        tally[0, CROSSED_AT] += received, lost, sent
        tally[0, COUNTED_AT] += totals[0]
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
