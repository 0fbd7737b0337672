"""The JAX backend: one compiled call per span of ticks, on whatever device JAX finds."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import fields, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from numpy.typing import NDArray

from cyberspace.backends.backend import NO_BIRTHS, SpanResult, add_flow, birth_table, crossing_births
from cyberspace.backends.compiling import COMPILING
from cyberspace.backends.xla.devices import need_device
from cyberspace.backends.xla.engine import XLA, from_device, keep, make_engine, to_device
from cyberspace.errors import InputError, problem
from cyberspace.law.clock import ClockTables, clock_tables, lesson_of, link_moment, near_moment
from cyberspace.law.engine import exact
from cyberspace.law.exchange import Near, OverLink, apart
from cyberspace.law.letters import Body, Letter, pack, unpack
from cyberspace.law.state import FIELDS, TALLY, Region, WorldState
from cyberspace.law.tick import live
from cyberspace.law.verbs.answer import Lesson, ask, pose
from cyberspace.law.verbs.emit import Letters
from cyberspace.law.verbs.meet import Landings
from cyberspace.law.world import World
from cyberspace.tasks.table import TASKS
from cyberspace.tasks.task import Task
from cyberspace.tasks.trial import try_elsewhere
from organisms.arrays import Array, Int32s, Words
from topology import LinkEnd

SPAN = 64
"""Most ticks of one compiled call."""

for kind in (Letters, Landings, Letter, Lesson):
    jax.tree_util.register_dataclass(kind, data_fields=[field.name for field in fields(kind)], meta_fields=[])
jax.tree_util.register_dataclass(Region, data_fields=list(FIELDS), meta_fields=[])


_COMPILED: dict[tuple[Any, ...], Callable[..., Any]] = {}
"""Compiled calls by world, space and what they do; the regions of a space share them."""


class JaxDevice:
    """One region in JAX."""

    def __init__(self, world: World, state: WorldState):
        need_device()
        self._world, self._tick, self._tally = world, state.tick, state.tally
        _check_tasks(world, state.region)
        self._region = to_device(state.region)
        self._place = (np.uint32(world.region), np.int32(world.first_site))

    def advance(self, ticks: int) -> SpanResult:
        """Live so many ticks."""
        first, tallies, records = self._tick, [], []
        while ticks > 0:
            length = min(SPAN, ticks)
            call = self._compiled((), _live_span)
            self._region, tally, births = call(self._region, *self._place, np.int32(self._tick), np.int32(length))
            tallies.append(np.asarray(tally)[:length])
            records.append(np.asarray(births)[:length])
            self._tick += length * self._world.step
            ticks -= length
        if not tallies:
            return SpanResult(np.zeros((0, len(self._tally)), np.int64), NO_BIRTHS)
        return self._note(np.concatenate(tallies), birth_table(self._world, first, np.concatenate(records)))

    def cross(self, index: int, opening: int, due: Body) -> tuple[SpanResult, bytearray]:
        """Live one tick at which a link opens."""
        end, tick = self._world.ends[index], self._tick
        tides = np.int32(end.tide_at(opening - 1)), np.int32(end.tide_at(opening))
        # A copy: the letter may lie in a buffer that the next one is received into.
        letter = jax.tree.map(lambda array: jnp.array(array, copy=True), unpack(self._world, end, due))
        call = self._compiled((end.axis, end.sites.tobytes()), partial(_live_crossing, end=end))
        met = np.bool_(end.partner(opening) >= 0)
        self._region, tally, births, posted = call(self._region, *self._place, np.int32(tick), letter, tides, met)
        self._tick += self._world.step
        births = crossing_births(self._world, end, opening, tick, np.asarray(births))
        return self._note(np.asarray(tally)[None], births), pack(self._world, end, posted)

    def _note(self, tallies: Any, births: Any) -> SpanResult:
        trace = SpanResult(exact(tallies), births)
        self._tally = self._tally + trace.tally.sum(axis=0)
        return trace

    def _compiled(self, link: tuple[Any, ...], function: Callable[..., Any]) -> Callable[..., Any]:
        key = (self._world.identity, self._world.space, self._world.physics, *link)
        if key in _COMPILED:
            return _COMPILED[key]
        made = jax.jit(partial(function, self._world), donate_argnums=0)

        def first(*arguments: Array) -> tuple[Array, ...]:
            """The call that compiles."""
            with COMPILING.of(f"{self._world.space} for {jax.default_backend()}{', a link' if link else ''}"):
                found: tuple[Array, ...] = made(*arguments)
            _COMPILED[key] = made
            return found

        return first

    def look(self, name: str, sites: NDArray[np.int64] | None = None) -> NDArray[Any]:
        """One array of the state, or its columns at some sites, copied to the host."""
        return np.array(make_engine().take(self._region, name, ... if sites is None else sites.astype(np.int32)))

    def put(self, name: str, values: NDArray[Any], sites: NDArray[np.int64] | None = None) -> None:
        """Replace one array, or its columns at some sites."""
        old, engine = getattr(self._region, name), make_engine()
        shape = jax.eval_shape(lambda region: engine.take(region, name, ...), self._region).shape
        if sites is None:
            new = keep(name, np.broadcast_to(np.asarray(values, dtype=old.dtype), shape))
        else:
            width = 1 << (len(sites) - 1).bit_length()  # few shapes, so that little is compiled; padding lies beyond the end
            at = np.full(width, self._world.sites, dtype=np.int32)
            at[: len(sites)] = sites
            columns = np.zeros((*shape[:-1], width), dtype=old.dtype)
            columns[..., : len(sites)] = values
            new = _put(old, at, columns)
        self._region = replace(self._region, **{name: new})

    def flow(self, name: str, amount: int) -> None:
        """Add to one of the sums."""
        self._tally = add_flow(self._tally, name, amount)

    def state(self, fields: Container[str] = FIELDS) -> WorldState:
        """The state, copied to the host; fields not asked for are empty."""
        return WorldState(self._tick, from_device(self._region, fields), self._tally)


@partial(jax.jit, donate_argnums=0)
def _put(array: Any, places: Any, columns: Any) -> Any:
    return make_engine().put(array, places, columns)


def _check_tasks(world: World, region: Region) -> None:
    """Refuse tasks that NumPy takes and JAX does not."""
    for place in world.tasks:
        task = place.task
        bits = jax.ShapeDtypeStruct((task.words, world.sites), np.uint32)
        answers = jax.ShapeDtypeStruct((world.body.answers, world.sites), np.int8)
        memory = jax.ShapeDtypeStruct((task.memory, world.sites), np.int32)
        whole = region.block, region.jobs, region.pools
        try:
            _, hidden = jax.eval_shape(lambda b, n, *w, at=place: ask(XLA, at, b, n, *w), bits, np.int32(0), *whole)
            jax.eval_shape(lambda a, h, m, task=task: task.judge(XLA, a, h, m), answers, hidden, memory)
        except Exception as error:  # a user's code
            got = f"{type(error).__name__}: {str(error).splitlines()[0]}"
            expected = "pose and judge that use nothing but the namespace xp"
            raise InputError(problem(f"task {type(task).__name__} in JAX", got, expected, "--backend numba")) from None
        if type(task) not in TASKS.values():
            _compare(task, world.body.answers)


def _compare(task: Task, answers: int) -> None:
    """Refuse a user's task that answers otherwise than in NumPy."""
    for what in try_elsewhere(task, answers, XLA, lambda function, *given: jax.jit(function)(*given)):
        expected = "the same bits as in NumPy: whole numbers of types that are told"
        raise InputError(problem(f"task {type(task).__name__} in JAX", what, expected, f"mending {type(task).__name__}"))


def _tables(world: World) -> ClockTables:
    return ClockTables(*(jnp.asarray(table) for table in clock_tables(world)))


def _pose(world: World, region: Region, tick: int) -> Lesson:
    """The lesson that a tick belongs to."""
    number, ends = lesson_of(tick >> world.pace, world.physics.lesson_ticks)
    return make_engine().barrier(pose(XLA, world, region, number, ends))


def _live_span(
    world: World, region: Region, number: int, first_site: int, first: int, ticks: int
) -> tuple[Region, Words, Int32s]:
    """The region after some ticks, at most `SPAN`; with their tallies and birth records stacked."""
    engine, tables, world = make_engine(), _tables(world), replace(world, region=number, first_site=first_site)

    def step(k: int, carry: tuple[Region, Array, Array]) -> tuple[Region, Array, Array]:
        region, tallies, records = carry
        tick = first + k * world.step
        now = near_moment(tables, tick >> world.pace, world.pace, world.meetings.tide)
        if world.plaza:
            now = now._replace(partner=apart(XLA, region.block, now.partner))
        lived = live(engine, world, region, now, _pose(world, region, tick), Near())
        tallies, records = jnp.asarray(tallies).at[k].set(lived.tally), jnp.asarray(records).at[k].set(lived.births)
        return lived.region, tallies, records

    tallies = jnp.zeros((SPAN, len(TALLY), 2), dtype=np.uint32)
    records = jnp.full((SPAN, 3, world.meetings.slots), -1, dtype=np.int32)
    after: tuple[Region, Words, Int32s] = lax.fori_loop(0, ticks, step, (region, tallies, records))
    return after


def _live_crossing(
    world: World, region: Region, number: int, first_site: int, tick: int, due: Letter, tides: tuple[int, int],
    met: bool, *, end: LinkEnd,
) -> tuple[Region, Words, Int32s, Letter]:  # fmt: skip
    """The region after a tick at which a link opens, its tally, its birth records, and the letter that is posted."""
    engine, world = make_engine(), replace(world, region=number, first_site=first_site)
    now = link_moment(_tables(world), end.axis, tick, tides[1])
    lived = live(engine, world, region, now, _pose(world, region, tick), OverLink(end, due, tides[0], met))
    assert lived.letter is not None
    return lived.region, lived.tally, lived.births, lived.letter
