"""The numba backend: each organism in one place, block by block, on the cores of one CPU."""

from __future__ import annotations

import time
from collections.abc import Container

import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.backend import NO_BIRTHS, SpanResult, add_flow, crossing_births, summed
from cyberspace.backends.cpu.address import address_of
from cyberspace.backends.cpu.arrays import (
    ALIVE,
    BIRTHS,
    DEATHS,
    SPARKS,
    Arrays,
    from_quads,
    handle_of,
    synapses_of,
    to_quads,
)
from cyberspace.backends.cpu.births import births_of, count_births, write_births
from cyberspace.backends.cpu.crew import together
from cyberspace.backends.cpu.earn import gather_pools
from cyberspace.backends.cpu.handle import Handle
from cyberspace.backends.cpu.learn import learning
from cyberspace.backends.cpu.lessons import Lessons
from cyberspace.backends.cpu.link import Link
from cyberspace.backends.cpu.pace import Pace
from cyberspace.backends.cpu.params import kernel_params, set_physics
from cyberspace.backends.cpu.partition import make_partition
from cyberspace.backends.cpu.product import GROUP
from cyberspace.backends.cpu.progress import expect
from cyberspace.backends.cpu.span import CLAIM, DONE, EARN, LISTEN, NEAR, STAGE, THINK, live, plan
from cyberspace.cores import chosen_threads
from cyberspace.law.clock import clock_tables
from cyberspace.law.exchange import apart
from cyberspace.law.letters import Body
from cyberspace.law.state import FIELDS, NOTHING, SITE_FIELDS, TALLY, WHOLE, Region, WorldState
from cyberspace.law.world import World
from organisms.arrays import NUMPY, Array

RECORDS, RECORDS_A_SITE = 2**24, 32
"""Bytes for the records of births of a span at most; and for each site, if that is more."""

FOREVER = 2**62
Sums = NDArray[np.int64]

TURNED = ("genome", "activity", "trace")
"""Fields of several numbers a site that lie side by side there."""

Place = tuple[int, int]
"""A tick that the region lives, and a part of it."""


class NumbaCpu:
    """One region in numba.

    Args:
        world: The world.
        state: Its state.
        threads: Threads to use, never more than there are processors for; as many as these by default.
    """

    def __init__(self, world: World, state: WorldState, threads: int | None = None):
        self._world, self._tick, self._tally = world, state.tick, state.tally
        self._threads = min(threads or chosen_threads(), chosen_threads())
        self._pace = Pace(self._threads)
        self._silent = np.zeros((2, 0, len(world.tasks)), dtype=np.uint8)
        self._arrays, self._clock = _to_places(world, state.region), clock_tables(world, np.int64)
        self._whole = {name: getattr(state.region, name).copy() for name in WHOLE}
        itself = np.arange(world.sites, dtype=np.int32)
        self._here = handle_of(self._arrays, itself), Handle(self._clock._asdict())
        self._partition = make_partition(world, self._clock.partners, self._threads)
        blocks = {name: getattr(self._partition, name) for name in ("starts", "kinds", "mates", "units", "counts")}
        self._blocks = Handle({**blocks, "split": int(self._partition.split)})
        self._lessons = Lessons(world, self._arrays, self._here[0], self._whole, self._partition, self._threads)
        params = kernel_params(world, self._learn(kernel_params(world)))
        self._all = Handle(
            {"arrays": self._here[0], "tables": self._here[1], "blocks": self._blocks, "verdict": self._lessons.verdict}
            | {"params": params, "tasks": self._lessons.addresses}
        )
        self._params, self._stages, self._shared = params, np.empty((0, STAGE), dtype=np.int64), np.empty(0, dtype=np.int64)
        region = {"arrays": self._here[0], "tables": self._here[1], "params": params}
        self._links = [Link(world, end, region, self._threads) for end in world.ends]
        self._part_by_walls()
        expect(live, plan, count_births, write_births)

    def _learn(self, params: Handle) -> list[int]:
        """Addresses of the kernels of the world's rules, see `kernel_params`."""
        rules = self._world.rule.kinds if self._world.rule.learns and self._world.tasks else ()
        kernels = [learning(one) if one.change is not None else None for one in rules]
        expect(*(one for one in kernels if one is not None))
        given = self._here[0], self._lessons.verdict, params, 0, 0, 0, 0, 0
        return [0 if one is None else address_of(one, *given) for one in kernels]

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
        if name in TURNED:
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
                self._arrays.synapses[at] = synapses_of(array[at])
            elif name in TURNED:
                array.T[:, at] = values
            else:
                array[..., at] = values
        if name in ("block", "pools", "jobs"):
            self._part_by_walls()
            self._lessons.lay_blocks()

    def flow(self, name: str, amount: int) -> None:
        """Add to one of the sums."""
        self._tally = add_flow(self._tally, name, amount)

    def adopt(self, world: World) -> None:
        """Live on under other terms: what kernels are told is replaced where it lies."""
        self._world, tables = world, clock_tables(world, np.int64)
        for name in ("copy_cost", "move_cost"):
            getattr(self._clock, name)[:] = getattr(tables, name)
        set_physics(self._params, world)
        self._lessons.adopt(world)

    def advance(self, ticks: int) -> SpanResult:
        """Live so many ticks."""
        world, left, found = self._world, ticks, []
        most = max(1, max(RECORDS, RECORDS_A_SITE * world.sites) // (12 * world.meetings.slots))
        while left > 0:
            length = min(left, most)
            found.append(self._advance(length))
            left -= length
        if len(found) == 1:
            return found[0]
        empty = np.zeros((0, len(TALLY)), dtype=np.int64), np.zeros((0, 5), dtype=np.int32)
        tallies, births = zip(empty, *((one.tally, one.births) for one in found), strict=True)
        return SpanResult(np.concatenate(tallies), np.concatenate(births))

    def _advance(self, ticks: int) -> SpanResult:
        """The same for few enough that their records fit."""
        world, lived = self._world, self._tick >> self._world.pace
        records = np.empty((ticks, 3, world.meetings.slots), dtype=np.int32)
        records[:, 0] = -1
        counts = np.zeros((self._threads, ticks, len(TALLY)), dtype=np.int64)
        tally = self._count(ticks, counts, records)
        tally[:, ALIVE] += tally[:, BIRTHS] + tally[:, SPARKS] - tally[:, DEATHS]  # counted before anybody died or was born
        return self._note(tally, births_of(self._all, records, lived))

    def _count(self, ticks: int, counts: Sums, records: NDArray[np.int32], link: Link | None = None) -> Sums:
        """Live so many ticks, or the one at which a link opens; what was counted of each, int64 (ticks, len(TALLY)), perhaps a view."""
        lived = self._tick >> self._world.pace
        here, end = (lived, LISTEN), (lived + ticks, LISTEN)
        while here < end:
            stop = min(end, self._breaks(here))
            self._live(here, stop, counts, records, lived, link)
            here = stop
        tally: Sums = counts[0] if len(counts) == 1 else counts.sum(axis=0)
        return tally

    def _breaks(self, here: Place) -> Place:
        """Where NumPy has to judge or to pose next."""
        tick, length, lessons = here[0], self._world.physics.lesson_ticks, self._lessons
        if not lessons.by_numpy:
            return (FOREVER, 0)
        last = tick // length * length + length - 1
        if lessons.by_tick and tick < last:
            return tick + 1, LISTEN
        if here < (last, CLAIM):
            return last, CLAIM
        return (last + 1, LISTEN) if lessons.on_board or lessons.by_tick else (last + length, CLAIM)

    def _live(self, here: Place, stop: Place, counts: Sums, records: NDArray[np.int32], origin: int, link: Link | None) -> None:
        """Live from one place in time to another, with what NumPy has to do before; `origin` is the tick of the first row of records."""
        lessons, length = self._lessons, self._world.physics.lesson_ticks
        (tick, what), (last, end) = here, stop
        lesson = tick // length
        if lessons.by_numpy and what <= THINK:
            lessons.pose(lesson)
        elif lessons.by_numpy and what == CLAIM and tick % length == length - 1:
            lessons.judge()
            if not (lessons.on_board or lessons.by_tick):
                lessons.pose(lesson + 1)
        most = 4 * (last - tick + 2)
        if len(self._stages) < most:
            self._stages = np.empty((most, STAGE), dtype=np.int64)
            self._shared = np.empty(DONE + most + self._partition.blocks + 1, dtype=np.int64)
        axis, kernels = (NEAR, (0, 0, 0)) if link is None else (link.end.axis, link.kernels)
        span = np.array((origin, axis, lesson, tick, lessons.anew, *kernels), dtype=np.int64)
        judged, ended = (last + (end > THINK)) // length - 1, (last + (end > EARN)) // length - 1
        told = lessons.told(lesson, judged) if judged >= lesson else self._silent
        about = told, span, counts, records
        region, stages, shared = self._all, self._stages, self._shared
        threads, began = self._pace.threads(last - tick), time.perf_counter()
        count = plan(region, stages, shared, tick, what, last, end, axis)
        if threads == 1:
            live(region, stages, shared, count, *about, 0)
        else:
            together(threads, shared, lambda thread: live(region, stages, shared, count, *about, thread))
        self._pace.note(last - tick, time.perf_counter() - began)
        if self._partition.split and ended >= lesson:
            gather_pools(lessons.verdict, ended)
        lessons.anew = lessons.anew and what > THINK

    def cross(self, index: int, opening: int, due: Body) -> tuple[SpanResult, bytearray]:
        """Live one tick at which a link opens."""
        link, tick = self._links[index], self._tick
        link.open(opening, due)
        with self._lessons.posed_before():
            tally = self._count(1, link.counts, link.records, link).copy()
        tally[0, ALIVE] = np.count_nonzero(self._arrays.alive)
        born = count_births(link.records) > 0
        births = crossing_births(self._world, link.end, opening, tick, link.records[0]) if born else NO_BIRTHS
        return self._note(tally, births), link.take()

    def _note(self, tally: Sums, births: NDArray[np.int32]) -> SpanResult:
        self._tick += len(tally) * self._world.step
        self._tally = self._tally + summed(tally)
        return SpanResult(tally, births)


def _to_places(world: World, region: Region) -> Arrays:
    """The region with each organism in one place."""
    fields: dict[str, Array] = {name: np.array(getattr(region, name)) for name in SITE_FIELDS}
    for name in TURNED:
        fields[name] = np.ascontiguousarray(fields[name].T)
    fields["weights"] = to_quads(fields["weights"])
    bits = (world.sites, world.body.units // GROUP)
    wishes = np.zeros(-(-world.sites * bits[1] // 8), dtype=np.uint64)
    fields |= {
        "inputs": np.zeros((world.sites, world.body.inputs), dtype=np.int8),
        "fires": wishes.view(np.uint8)[: world.sites * bits[1]].reshape(bits),
        "wishes": wishes,
        "says": np.zeros(bits, dtype=np.uint8),
        "heard": np.zeros(world.sites + 1, dtype=np.uint32),
        "synapses": synapses_of(fields["weights"]),
        "spark": np.zeros(world.sites, dtype=bool),
    }
    return Arrays(**fields)
