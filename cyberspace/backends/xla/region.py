"""The JAX backend: one compiled call per span of ticks, on whatever device JAX finds."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.backend import NO_BIRTHS, SpanResult, add_flow, birth_table, crossing_births
from cyberspace.backends.compiling import COMPILING, OPTIONS, SOON
from cyberspace.backends.xla.devices import frame_of, need_device, next_device
from cyberspace.backends.xla.engine import from_device, keep, make_engine, on_cpu, to_device, to_host
from cyberspace.backends.xla.kernels.notes import read
from cyberspace.backends.xla.kernels.span import Lived, constants, lengths, live_span
from cyberspace.backends.xla.plain import live_crossing, ticks_at_once
from cyberspace.backends.xla.plain import live_span as live_plainly
from cyberspace.backends.xla.room import need_room
from cyberspace.backends.xla.tasks import check_tasks
from cyberspace.backends.xla.terms import told
from cyberspace.errors import InputError
from cyberspace.law.engine import exact
from cyberspace.law.letters import Body, pack, unpack
from cyberspace.law.state import FIELDS, WorldState
from cyberspace.law.world import World
from organisms.arrays import Array

UNDER_WAY = 2
"""Spans that are begun before the first of them is read: the host reads while the device lives on."""

FEW_SITES = 8
"""Sites that are written at once, at least: most acts concern fewer."""


_COMPILED: dict[tuple[Any, ...], Callable[..., Any]] = {}
"""Compiled calls by world, space and what they do; the regions of a space share them."""


class JaxDevice:
    """One region in JAX."""

    def __init__(self, world: World, state: WorldState):
        need_device()
        self._device = next_device(world.region)
        self._made = frame_of(world, self._device)
        need_room(world, self._device, self._made)
        check_tasks(world, state.region)
        self._world, self._tick, self._tally = world, state.tick, state.tally
        with jax.default_device(self._device):
            self._region = jax.device_put(to_device(state.region), self._device)
            known = constants(world, self._made.width) if self._made else {}
            self._known = {name: jax.device_put(array, self._device) for name, array in known.items()}
        self.adopt(world)
        self._place = (np.uint32(world.region), np.int32(world.first_site))

    def advance(self, ticks: int) -> SpanResult:
        """Live so many ticks."""
        if not ticks:
            return SpanResult(np.zeros((0, len(self._tally)), np.int64), NO_BIRTHS)
        return self._by_kernels(ticks) if self._made else self._plainly(ticks)

    def _by_kernels(self, ticks: int) -> SpanResult:
        """Spans of kernels; the host reads what one left while the next is lived."""
        made, found, waiting = self._made, list[SpanResult](), list[tuple[int, Lived]]()
        assert made is not None
        for length in lengths(self._world, ticks):
            call = self._compiled(("kernels", length, made.width), partial(live_span, made=made, ticks=length), whole=True)
            self._region, lived = call(self._region, *self._place, np.int32(self._tick), self._known)
            waiting.append((self._tick, lived))
            self._tick += length * self._world.step
            if len(waiting) > UNDER_WAY:
                found.append(read(self._world, *waiting.pop(0)))
        found += [read(self._world, *one) for one in waiting]
        tallies, births = ([getattr(one, name) for one in found] for name in ("tally", "births"))
        return self._noted(SpanResult(np.concatenate(tallies), np.concatenate(births)))

    def _plainly(self, ticks: int) -> SpanResult:
        """Spans over whole arrays."""
        first, tallies, records = self._tick, [], []
        while ticks > 0:
            length = min(ticks_at_once(self._world), ticks)
            call = self._compiled((), live_plainly)
            self._region, tally, births = call(self._region, *self._place, np.int32(self._tick), np.int32(length), self._known)
            tallies.append(np.asarray(tally)[:length])
            records.append(np.asarray(births)[:length])
            self._tick += length * self._world.step
            ticks -= length
        births = birth_table(self._world, first, np.concatenate(records))
        return self._noted(SpanResult(exact(np.concatenate(tallies)), births))

    def cross(self, index: int, opening: int, due: Body) -> tuple[SpanResult, bytearray]:
        """Live one tick at which a link opens."""
        end, tick = self._world.ends[index], self._tick
        tides = np.int32(end.tide_at(opening - 1)), np.int32(end.tide_at(opening))
        # A copy: the letter may lie in a buffer that the next one is received into.
        letter = jax.tree.map(lambda array: jnp.array(array, copy=True), unpack(self._world, end, due))
        call = self._compiled((end.axis, end.sites.tobytes()), partial(live_crossing, end=end))
        met = np.bool_(end.partner(opening) >= 0)
        self._region, tally, births, posted = call(self._region, *self._place, np.int32(tick), letter, tides, met, self._told)
        self._tick += self._world.step
        births = crossing_births(self._world, end, opening, tick, np.asarray(births))
        return self._noted(SpanResult(exact(np.asarray(tally)[None]), births)), pack(self._world, end, posted)

    def adopt(self, world: World) -> None:
        """Live on under other terms: compiled calls are told them, so none is compiled anew."""
        more = -world.sites % self._made.width if self._made else 0
        terms = told(self._world, world, more)
        whole = {name: array[: world.sites] if name != "law" else array for name, array in terms.items()}
        with jax.default_device(self._device):
            put = partial(jax.device_put, device=self._device)
            self._known |= {name: put(array) for name, array in terms.items()}
            self._told = {name: put(array) for name, array in whole.items()}

    def _noted(self, trace: SpanResult) -> SpanResult:
        self._tally = self._tally + trace.tally.sum(axis=0)
        return trace

    def _compiled(self, kind: tuple[Any, ...], function: Callable[..., Any], whole: bool = False) -> Callable[..., Any]:
        """A compiled call; `whole` if the function knows its world."""
        key = (self._world.identity, self._world.space, self._world.physics, *kind)  # as the world file has them
        if key in _COMPILED:
            return _heard(_COMPILED[key])
        options = SOON if self._made and self._made.interpret else OPTIONS
        made = jax.jit(function if whole else partial(function, self._world), donate_argnums=0, compiler_options=dict(options))

        def first(*arguments: Array) -> tuple[Array, ...]:
            """The call that compiles."""
            with COMPILING.of(f"{self._world.space} for {jax.default_backend()}{_called(kind)}"):
                found: tuple[Array, ...] = made(*arguments)
            _COMPILED[key] = made
            return found

        return _heard(first)

    def look(self, name: str, sites: NDArray[np.int64] | None = None) -> NDArray[Any]:
        """One array of the state, or its columns at some sites, copied to the host."""
        if sites is None or on_cpu():
            return to_host(self._region, name, sites)
        return np.array(make_engine().take(self._region, name, sites.astype(np.int32)))

    def put(self, name: str, values: NDArray[Any], sites: NDArray[np.int64] | None = None) -> None:
        """Replace one array, or its columns at some sites."""
        old, engine = getattr(self._region, name), make_engine()
        shape = jax.eval_shape(lambda region: engine.take(region, name, ...), self._region).shape
        if sites is None:
            with jax.default_device(self._device):
                kept = keep(name, np.broadcast_to(np.asarray(values, dtype=old.dtype), shape))
            new = jax.device_put(kept, self._device)  # as the others are, or a tick would be compiled anew for it
        else:
            # Few shapes, so that little is compiled; padding lies beyond the end.
            width = max(FEW_SITES, 1 << (len(sites) - 1).bit_length())
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


def _called(kind: tuple[Any, ...]) -> str:
    """What a compiled call does, beside living a span."""
    if kind[:1] == ("kernels",):
        return f", {kind[1]} ticks" if kind[1] > 1 else ", 1 tick"
    return ", a link" if kind else ""


def _heard(call: Callable[..., Any]) -> Callable[..., Any]:
    """A compiled call, where what Python refuses that is asked from within it is refused here in the same words."""

    def asked(*arguments: Array) -> Any:
        try:
            return call(*arguments)
        except (ValueError, RuntimeError) as error:  # as JAX tells of it
            before, name, told = str(error).rpartition(f"{InputError.__name__}: ")
            if before and name:
                raise InputError(told.partition("\n")[0]) from None
            raise

    return asked


@partial(jax.jit, donate_argnums=0)
def _put(array: Any, places: Any, columns: Any) -> Any:
    return make_engine().put(array, places, columns)
