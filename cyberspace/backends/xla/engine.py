"""What `cyberspace.law.tick.Engine` asks for, in JAX; and how a region is kept on a device.

The state has sites last.  An accelerator keeps genomes and weights so, four numbers in a word: `Quads`.  On a CPU that is slow where a
birth writes one column of a thousand rows, so there they are kept as `Rows`: each organism in one place, as in the numba backend.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from types import EllipsisType
from typing import cast

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from numpy.typing import NDArray

from cyberspace.backends.xla.coax import by_portions, finder, pinned, turned, written
from cyberspace.backends.xla.quads import Quads, bytes_of, quads_of
from cyberspace.law.engine import Carried, Change, Write
from cyberspace.law.state import FIELDS, NOTHING, Region
from cyberspace.law.world import TaskPlace
from cyberspace.tasks.table import TASKS
from cyberspace.tasks.task import Hidden
from organisms.arrays import Array, Bools, Int8s, Int32s, Key, Namespace, Value, Words
from organisms.genome import Loci
from organisms.learning.rule import Rule, learn, learners
from organisms.think import squash

CHUNK = 32
"""Sites that are written at once where only a few are, on a CPU; on an accelerator the least of them."""

PORTIONS = 32
"""Chunks that hold all places on an accelerator, where each turn of a loop costs a wait of the host: an H200 lives 2^17 sites at 79 M/s in
chunks of 32, at 117, 152 and 151 in 128, 32 and 8 portions, and at 100 in one."""

THREADS = 2
"""Parts of the product on a CPU: XLA computes each of them on one thread."""

LEARNERS = 256
"""Sites that learn at once on an accelerator, at least."""

FEW_LEARNERS = 64
"""Sites that learn at once on a CPU."""

JUDGED, FEWEST = 16, 256
"""Portions of the sites that are judged one after the other on a CPU, and sites of the least of them."""

COMPUTED = ("activity", "alive", "energy", "payoff", "performed")
"""Fields that verbs compute anew."""

LONG = ("genome", "weights")
"""Fields of many numbers a site: kept as rows on a CPU, as words elsewhere."""


jax.tree_util.register_dataclass(Region, data_fields=list(FIELDS), meta_fields=[])

XLA = cast(Namespace, jnp)
"""jax.numpy, as a namespace."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Rows:
    """An array with its axes in the opposite order: (sites, loci), or (sites, inputs, units)."""

    array: Array

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """Type of the array."""
        return self.array.dtype


def on_cpu() -> bool:
    """Whether JAX computes on a CPU."""
    return bool(jax.default_backend() == "cpu")


def keep(name: str, array: Array) -> Array:
    """A field as it is kept on the device.  A copy: JAX may use NumPy's own buffers, and they are given away to the compiled call."""
    if name in LONG and on_cpu():
        return cast(Array, Rows(jnp.array(np.ascontiguousarray(array.T), copy=True)))
    if name in LONG:
        return cast(Array, quads_of(np.asarray(array)))
    return jnp.array(array, copy=True)  # type: ignore[no-any-return]


def to_device(region: Region) -> Region:
    """The region as it is kept there; genome and weights are `Rows` or `Quads`."""
    return replace(region, **{name: keep(name, getattr(region, name)) for name in FIELDS})


def from_device(region: Region, fields: Container[str] = FIELDS) -> Region:
    """The region as the state has it, in NumPy; fields not asked for are empty."""
    return replace(region, **{name: to_host(region, name) if name in fields else NOTHING for name in FIELDS})


def to_host(region: Region, name: str, sites: NDArray[np.int64] | None = None) -> Array:
    """A field as the state has it, or its columns at some sites, in NumPy; words are taken apart there, where there is room for it.

    Nothing is compiled: JAX would do it anew for each number of sites.
    """
    array: Array | Quads | Rows = getattr(region, name)
    if isinstance(array, Quads):
        whole = bytes_of(array)
        return whole if sites is None else whole[..., sites]
    if isinstance(array, Rows):
        rows = np.asarray(array.array)
        return np.array((rows if sites is None else rows[sites]).T, order="C")
    return np.array(array if sites is None else np.asarray(array)[..., sites], order="C")


class JaxEngine:
    """With shapes that do not depend on what happens."""

    xp = XLA

    def chunk(self, places: int) -> int:
        """Places that are written at once, of so many."""
        return max(CHUNK, places // PORTIONS)

    def write_where(
        self, mask: Bools, write: Write, region: Region, records: Int32s, chunk: int | None = None
    ) -> tuple[Region, Int32s]:
        """Write the places chunk by chunk, as many chunks as there is need for."""
        size = mask.shape[0]
        chunk = chunk or self.chunk(size)
        count = mask.sum(dtype=np.int32)
        places = jnp.nonzero(mask, size=size, fill_value=size)[0].astype(np.int32)
        places = jnp.concatenate([places, jnp.full(chunk, size, dtype=np.int32)])

        def body(carry: tuple[Int32s, Region, Int32s]) -> tuple[Int32s, Region, Int32s]:
            done, region, records = carry
            region, records = write(region, records, lax.dynamic_slice(places, (done,), (chunk,)))
            return done + chunk, region, records

        start = (jnp.zeros((), dtype=np.int32), region, records)
        _, region, records = lax.while_loop(lambda carry: carry[0] < count, body, start)
        return region, records

    def barrier(self, values: Carried) -> Carried:
        """A barrier to the fusion of loops."""
        return cast(Carried, lax.optimization_barrier(values))

    def when(self, condition: Value, change: Change, region: Region, sums: Words) -> tuple[Region, Words]:
        """change(region, sums) if the condition holds; a loop of one turn or none, since `cond` would copy the weights."""
        start = (jnp.asarray(condition), region, sums)
        _, region, sums = lax.while_loop(lambda carry: carry[0], lambda c: (jnp.zeros((), bool), *change(*c[1:])), start)
        return region, sums

    def judged(
        self, judge: Callable[..., tuple[Region, Int32s, Int8s]], place: TaskPlace, region: Region, hidden: Hidden
    ) -> tuple[Region, Int32s, Int8s]:
        """judge(place, region, hidden)."""
        return self.barrier(judge(place, region, hidden))

    def put(self, array: Array, places: Int32s, values: Value) -> Array:
        """The array with columns replaced; padding lies beyond its end and is dropped."""
        return jnp.asarray(array).at[..., places].set(values, mode="drop")  # type: ignore[no-any-return]

    def take(self, region: Region, name: str, sites: Int32s | EllipsisType) -> Array:
        """Columns of a field."""
        return _columns(getattr(region, name), sites)


def _columns(array: Array, sites: Int32s | EllipsisType) -> Array:
    found: Array = array if sites is ... else array[..., sites]
    return found


class QuadsEngine(JaxEngine):
    """For an accelerator, where genomes and weights are `Quads`."""

    def think(self, weights: Int8s | Quads, inputs: Int8s, shift: int) -> Int8s:
        """`organisms.think.squash` of the `weighted_sum`."""
        assert isinstance(weights, Quads)
        units, (count, sites) = weights.components[0], inputs.shape
        words, total = weights.array.reshape(units, count // 4, sites), jnp.zeros((units, sites), np.int32)
        for j in range(count):
            total = total + ((words[:, j // 4] << (24 - 8 * (j % 4))) >> 24) * inputs[j].astype(np.int32)
        return squash(XLA, total, shift)

    def put(self, array: Array | Quads, places: Int32s, values: Value) -> Array:
        """As in `JaxEngine`."""
        if isinstance(array, Quads):
            return cast(Array, array.replaced(places, jnp.asarray(values)))
        return super().put(array, places, values)

    def take(self, region: Region, name: str, sites: Int32s | EllipsisType) -> Array:
        """As in `JaxEngine`."""
        array: Array | Quads = getattr(region, name)
        return array.columns(sites) if isinstance(array, Quads) else _columns(array, sites)

    def learners(self, rule: Rule, loci: Loci, region: Region, signal: Int8s) -> Bools:
        """Where the living may learn."""
        genome = cast(Quads, region.genome)
        read = genome.rows(loci.rates.start, loci.count)
        silent = jnp.zeros((loci.rates.start, 1), np.int8)  # nobody asks for inborn weights here
        genes = jnp.concatenate([jnp.broadcast_to(silent, (loci.rates.start, read.shape[1])), read])
        return region.alive & learners(XLA, rule, loci, genes, signal)

    def learn(self, rule: Rule, loci: Loci, region: Region, pre: Int8s, signal: Int8s, key: Key, where: Bools) -> Int8s:
        """The weights after a learning rule, computed for those alone who may learn."""
        post, last = region.activity, where.shape[0] - 1

        def write(region: Region, nothing: Int32s, places: Int32s) -> tuple[Region, Int32s]:
            at = XLA.minimum(places, last)
            seen = (pre[:, at], region.trace[:, at], post[:, at], signal[:, at])
            genomes, weights = self.take(region, "genome", at), self.take(region, "weights", at)
            new = learn(XLA, rule, loci, genomes, weights, *seen, key, at)
            return replace(region, weights=self.put(region.weights, places, new)), nothing

        chunk = max(LEARNERS, self.chunk(where.shape[0]))
        return self.write_where(where, write, region, jnp.zeros(0, np.int32), chunk)[0].weights

    def synapses(self, weights: Int8s | Quads) -> Int32s:
        """Non-zero weights of each site."""
        assert isinstance(weights, Quads)
        low = weights.array & 0x7F7F7F7F
        some = ((low + 0x7F7F7F7F) | weights.array) & -0x7F7F7F80
        found: Int32s = lax.population_count(some).sum(axis=0, dtype=np.int32)
        return found


class RowsEngine(JaxEngine):
    """For a CPU, where genomes and weights are `Rows`."""

    def barrier(self, values: Carried) -> Carried:
        """As in `JaxEngine`; of a region, what verbs compute."""
        leaves, tree = jax.tree.flatten(values, is_leaf=lambda value: isinstance(value, Region))
        whole = [isinstance(leaf, Region) for leaf in leaves]
        parts = [
            {name: getattr(leaf, name) for name in COMPUTED} if region else leaf
            for leaf, region in zip(leaves, whole, strict=True)
        ]
        news = [replace(old, **new) if region else new for old, new, region in zip(leaves, written(parts), whole, strict=True)]
        return cast(Carried, jax.tree.unflatten(tree, news))

    def chunk(self, places: int) -> int:
        """As in `JaxEngine`."""
        return CHUNK

    def think(self, weights: Int8s | Rows, inputs: Int8s, shift: int) -> Int8s:
        """As in the reference, vectors being the units of a site."""
        assert isinstance(weights, Rows)
        parts, some = [], jnp.array_split(inputs, THREADS, axis=1)
        for rows, seen in zip(jnp.array_split(weights.array, THREADS), some, strict=True):
            pre, total = turned(seen), jnp.zeros((), np.int32)
            for j in range(rows.shape[1]):
                total = total + rows[:, j].astype(np.int32) * pre[:, j, None].astype(np.int32)
            parts.append(written(squash(XLA, total, shift)))
        return jnp.concatenate(parts).T  # type: ignore[no-any-return]

    def write_where(
        self, mask: Bools, write: Write, region: Region, records: Int32s, chunk: int | None = None
    ) -> tuple[Region, Int32s]:
        """As in `JaxEngine`, each chunk's places being looked for in its turn."""
        place_of, count = finder(written(mask))
        turns = jnp.arange(chunk or CHUNK, dtype=np.int32)

        def body(carry: tuple[Int32s, Region, Int32s]) -> tuple[Int32s, Region, Int32s]:
            done, region, records = carry
            region, records = write(region, records, written(place_of(done + turns)))
            return done + len(turns), region, records

        start = (jnp.zeros((), dtype=np.int32), region, records)
        _, region, records = lax.while_loop(lambda carry: carry[0] < count, body, start)
        return region, records

    def judged(
        self, judge: Callable[..., tuple[Region, Int32s, Int8s]], place: TaskPlace, region: Region, hidden: Hidden
    ) -> tuple[Region, Int32s, Int8s]:
        """As in the reference; by portions of the sites, so that what lies between needs little room."""
        sites = region.alive.shape[0]
        width = sites // JUDGED
        task, known = place.task, type(place.task) in TASKS.values()
        if sites % JUDGED or width < FEWEST or not known or task.board:
            return super().judged(judge, place, region, hidden)
        return by_portions(judge, place, region, hidden, JUDGED)

    def put(self, array: Array | Rows, places: Int32s, values: Value) -> Array:
        """As in `JaxEngine`."""
        if isinstance(array, Rows):
            columns = jnp.asarray(pinned(array.array)).at[places].set(jnp.asarray(values).T, mode="drop")
            return cast(Array, Rows(columns))
        return super().put(array, places, values)

    def take(self, region: Region, name: str, sites: Int32s | EllipsisType) -> Array:
        """As in `JaxEngine`."""
        array: Array | Rows = getattr(region, name)
        if isinstance(array, Rows):
            return array.array.T if sites is ... else pinned(array.array)[sites].T
        return _columns(array, sites)

    def learners(self, rule: Rule, loci: Loci, region: Region, signal: Int8s) -> Bools:
        """Where the living may learn."""
        return region.alive & learners(XLA, rule, loci, self.take(region, "genome", ...), signal)

    def learn(self, rule: Rule, loci: Loci, region: Region, pre: Int8s, signal: Int8s, key: Key, where: Bools) -> Int8s:
        """The weights after a learning rule, computed for those alone who may learn."""
        genomes, post, last = self.take(region, "genome", ...).T, region.activity, where.shape[0] - 1

        def write(region: Region, nothing: Int32s, places: Int32s) -> tuple[Region, Int32s]:
            at = XLA.minimum(places, last)
            seen = (pre[:, at], region.trace[:, at], post[:, at], signal[:, at])
            new = learn(XLA, rule, loci, genomes[at].T, self.take(region, "weights", at), *seen, key, at)
            columns = written(new.astype(np.int32)).astype(np.int8)
            return replace(region, weights=self.put(region.weights, places, columns)), nothing

        return self.write_where(where, write, region, jnp.zeros(0, np.int32), FEW_LEARNERS)[0].weights

    def synapses(self, weights: Int8s | Rows) -> Int32s:
        """Non-zero weights of each site."""
        assert isinstance(weights, Rows)
        found: Int32s = (weights.array != 0).sum(axis=(1, 2), dtype=np.int32)
        return found


def make_engine() -> RowsEngine | QuadsEngine:
    """The engine for the devices that JAX has."""
    return RowsEngine() if on_cpu() else QuadsEngine()
