"""The JAX backend: one compiled call per span of ticks, on whatever device JAX finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from cyberspace.backends.backend import Trace, birth_table
from cyberspace.errors import InputError, problem
from cyberspace.state import FIELDS, Region, WorldState
from cyberspace.tick import Write, exact, live
from cyberspace.verbs.earn import pose
from cyberspace.verbs.emit import Letters
from cyberspace.verbs.settle import Landings
from cyberspace.world import Almanac, World
from organisms.think import weighted_sum

SPAN = 64
"""Ticks of one compiled call; what does not fill a span is lived tick by tick."""

COLUMNS = 4
"""Columns of the weights that are summed in one pass on a CPU."""

CHUNK = 32
"""Sites that are written at once where only a few are."""

for kind in (Letters, Landings):
    jax.tree_util.register_dataclass(kind, data_fields=[field.name for field in fields(kind)], meta_fields=[])
jax.tree_util.register_dataclass(Region, data_fields=list(FIELDS), meta_fields=[])


class JaxEngine:
    """What `cyberspace.tick.Engine` asks for, with shapes that do not depend on what happens."""

    xp = jnp

    def sparse(self, mask: Any, write: Write, region: Region, records: Any) -> tuple[Region, Any]:
        """Write the places chunk by chunk, as many chunks as there is need for."""
        size = mask.shape[0]
        count = mask.sum(dtype=np.int32)
        places = jnp.nonzero(mask, size=size, fill_value=size)[0].astype(np.int32)
        places = jnp.concatenate([places, jnp.full(CHUNK, size, dtype=np.int32)])

        def body(carry: tuple[Any, Region, Any]) -> tuple[Any, Region, Any]:
            done, region, records = carry
            region, records = write(region, records, lax.dynamic_slice(places, (done,), (CHUNK,)))
            return done + CHUNK, region, records

        start = (jnp.zeros((), dtype=np.int32), region, records)
        _, region, records = lax.while_loop(lambda carry: carry[0] < count, body, start)
        return region, records

    def fix(self, values: Any) -> Any:
        """A barrier to the fusion of loops."""
        return lax.optimization_barrier(values)

    def weigh(self, weights: Any, inputs: Any) -> Any:
        """`organisms.think.weighted_sum`; on a CPU as a loop, so that the inputs are computed once and not once per unit."""
        if jax.default_backend() != "cpu":
            return weighted_sum(jnp, weights, inputs)

        def add(k: Any, total: Any) -> Any:
            some = lax.dynamic_slice_in_dim(weights, k * COLUMNS, COLUMNS, axis=1)
            return total + weighted_sum(jnp, some, lax.dynamic_slice_in_dim(inputs, k * COLUMNS, COLUMNS, axis=0))

        nothing = jnp.zeros((weights.shape[0], weights.shape[2]), dtype=np.int32)
        return lax.fori_loop(0, weights.shape[1] // COLUMNS, add, nothing)

    def when(self, condition: Any, change: Any, region: Region, records: Any) -> tuple[Region, Any]:
        """change(region, records) if the condition holds; a loop of one turn or none, since `cond` would copy the weights."""
        start = (jnp.asarray(condition), region, records)
        _, region, records = lax.while_loop(lambda carry: carry[0], lambda c: (jnp.zeros((), bool), *change(*c[1:])), start)
        return region, records

    def put(self, array: Any, places: Any, values: Any) -> Any:
        """The array with columns replaced; padding lies beyond its end and is dropped."""
        return array.at[..., places].set(values, mode="drop")


class JaxDevice:
    """One region in JAX."""

    def __init__(self, world: World, state: WorldState):
        self._world, self._tick, self._tally = world, state.tick, state.tally
        _check_tasks(world)
        # A copy: on CPU JAX may use NumPy's own buffers, and they are given away to the compiled call.
        self._region = jax.tree.map(lambda array: jnp.array(array, copy=True), state.region)
        self._spans: dict[int, Callable[..., Any]] = {}

    def advance(self, ticks: int) -> Trace:
        """Live so many ticks."""
        first, tallies, records = self._tick, [], []
        while ticks > 0:
            length = SPAN if ticks >= SPAN else 1
            self._region, (tally, births) = self._span(length)(self._region, np.int32(self._tick))
            tallies.append(tally)
            records.append(births)
            self._tick += length
            ticks -= length
        if not tallies:
            return Trace(np.zeros((0, len(self._tally)), np.int64), np.zeros((0, 5), np.int32))
        tally, births = (np.concatenate([np.asarray(part) for part in parts]) for parts in (tallies, records))
        trace = Trace(exact(tally), birth_table(self._world, first, births))
        self._tally = self._tally + trace.tally.sum(axis=0)
        return trace

    def _span(self, length: int) -> Callable[..., Any]:
        if length not in self._spans:
            self._spans[length] = jax.jit(partial(_live_span, self._world, length), donate_argnums=0)
        return self._spans[length]

    def state(self) -> WorldState:
        """The complete state, copied to the host."""
        return WorldState(self._tick, jax.tree.map(np.array, self._region), self._tally)


def _check_tasks(world: World) -> None:
    """Refuse tasks that NumPy takes and JAX does not."""
    for place in world.tasks:
        task = place.task
        bits = jax.ShapeDtypeStruct((task.words, world.sites), np.uint32)
        answers = jax.ShapeDtypeStruct((world.body.answers, world.sites), np.int8)
        memory = jax.ShapeDtypeStruct((task.memory, world.sites), np.int32)
        try:
            _, hidden = jax.eval_shape(lambda b, n, task=task: task.pose(jnp, b, n), bits, np.int32(0))
            jax.eval_shape(lambda a, h, m, task=task: task.judge(jnp, a, h, m), answers, hidden, memory)
        except Exception as error:  # a user's code
            got = f"{type(error).__name__}: {str(error).splitlines()[0]}"
            expected = "pose and judge that use nothing but the namespace xp"
            raise InputError(problem(f"task {type(task).__name__} in JAX", got, expected, "--backend numba")) from None


def _live_span(world: World, length: int, region: Region, first: Any) -> tuple[Region, Any]:
    """The region after `length` ticks, with their tallies and birth records stacked."""
    engine, almanac, per_lesson = JaxEngine(), Almanac(jnp, world), world.physics.lesson_ticks

    def step(region: Region, tick: Any) -> tuple[Region, Any]:
        posed = engine.fix(pose(jnp, world, tick // per_lesson))
        region, tally, births = live(engine, world, almanac, region, tick, posed, tick % per_lesson == per_lesson - 1)
        return region, (tally, births)

    after: tuple[Region, Any] = lax.scan(step, region, first + jnp.arange(length, dtype=np.int32))
    return after
