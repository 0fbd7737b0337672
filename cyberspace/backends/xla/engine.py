"""What `cyberspace.law.tick.Engine` asks for, in JAX; and how a region is kept on a device.

An accelerator keeps arrays as the state has them, sites last.  On a CPU that is slow where a birth writes one column of a thousand rows,
so there genomes and weights are kept as `Rows`: each organism in one place, as in the numba backend.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.experimental.layout import Layout, with_layout_constraint

from cyberspace.law.state import FIELDS, NOTHING, Region
from organisms.think import weighted_sum

CHUNK = 32
"""Sites that are written at once where only a few are."""

THREADS = 2
"""Parts of the product on a CPU: XLA computes each of them on one thread."""

LEARNERS = 256
"""Sites that learn at once on a CPU."""

ROWS = ("genome", "weights")
"""Fields that are kept as rows on a CPU."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Rows:
    """An array with its axes in the opposite order: (sites, loci), or (sites, inputs, units)."""

    array: Any

    @property
    def dtype(self) -> Any:
        """Type of the array."""
        return self.array.dtype


def on_cpu() -> bool:
    """Whether JAX computes on a CPU."""
    return bool(jax.default_backend() == "cpu")


def keep(name: str, array: Any) -> Any:
    """A field as it is kept on the device.  A copy: JAX may use NumPy's own buffers, and they are given away to the compiled call."""
    if name in ROWS and on_cpu():
        return Rows(jnp.array(np.ascontiguousarray(array.T), copy=True))
    return jnp.array(array, copy=True)


def to_device(region: Region) -> Region:
    """The region as it is kept there."""
    return Region(**{name: keep(name, getattr(region, name)) for name in FIELDS})


def from_device(region: Region, fields: Container[str] = FIELDS) -> Region:
    """The region as the state has it, in NumPy; fields not asked for are empty."""
    engine = make_engine()
    return Region(
        **{name: np.array(engine.take(region, name, ...), order="C") if name in fields else NOTHING for name in FIELDS}
    )


class JaxEngine:
    """For an accelerator, with shapes that do not depend on what happens."""

    xp = jnp

    def sparse(self, mask: Any, write: Any, region: Any, records: Any, chunk: int = CHUNK) -> tuple[Any, Any]:
        """Write the places chunk by chunk, as many chunks as there is need for."""
        size = mask.shape[0]
        count = mask.sum(dtype=np.int32)
        places = jnp.nonzero(mask, size=size, fill_value=size)[0].astype(np.int32)
        places = jnp.concatenate([places, jnp.full(chunk, size, dtype=np.int32)])

        def body(carry: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
            done, region, records = carry
            region, records = write(region, records, lax.dynamic_slice(places, (done,), (chunk,)))
            return done + chunk, region, records

        start = (jnp.zeros((), dtype=np.int32), region, records)
        _, region, records = lax.while_loop(lambda carry: carry[0] < count, body, start)
        return region, records

    def fix(self, values: Any) -> Any:
        """A barrier to the fusion of loops."""
        return lax.optimization_barrier(values)

    def weigh(self, weights: Any, inputs: Any) -> Any:
        """`organisms.think.weighted_sum`."""
        return weighted_sum(jnp, weights, inputs)

    def when(self, condition: Any, change: Any, region: Region, records: Any) -> tuple[Region, Any]:
        """change(region, records) if the condition holds; a loop of one turn or none, since `cond` would copy the weights."""
        start = (jnp.asarray(condition), region, records)
        _, region, records = lax.while_loop(lambda carry: carry[0], lambda c: (jnp.zeros((), bool), *change(*c[1:])), start)
        return region, records

    def put(self, array: Any, places: Any, values: Any) -> Any:
        """The array with columns replaced; padding lies beyond its end and is dropped."""
        return array.at[..., places].set(values, mode="drop")

    def take(self, region: Region, name: str, sites: Any) -> Any:
        """Columns of a field."""
        return _columns(getattr(region, name), sites)

    def learn(self, rule: Any, loci: Any, region: Region, pre: Any, signal: Any, key: Any, sites: Any) -> Any:
        """The weights after a learning rule."""
        return rule(jnp, loci, region.genome, region.weights, pre, region.activity, signal, key, sites)

    def synapses(self, weights: Any) -> Any:
        """Non-zero weights of each site."""
        return (weights != 0).sum(axis=(0, 1), dtype=np.int32)


def _columns(array: Any, sites: Any) -> Any:
    return array if sites is ... else array[..., sites]


class RowsEngine(JaxEngine):
    """For a CPU, where genomes and weights are `Rows`."""

    def weigh(self, weights: Any, inputs: Any) -> Any:
        """`organisms.think.weighted_sum`, vectors being the units of a site."""
        seen, parts = turned(inputs), []
        for rows, pre in zip(jnp.array_split(weights.array, THREADS), jnp.array_split(seen, THREADS), strict=True):
            total = jnp.zeros((), np.int32)
            for j in range(rows.shape[1]):
                total = total + rows[:, j].astype(np.int32) * pre[:, j, None].astype(np.int32)
            parts.append(written(total) if total.size else total)
        return jnp.concatenate(parts).T

    def put(self, array: Any, places: Any, values: Any) -> Any:
        """As in `JaxEngine`."""
        if isinstance(array, Rows):
            return Rows(pinned(array.array).at[places].set(values.T, mode="drop"))
        return super().put(array, places, values)

    def take(self, region: Region, name: str, sites: Any) -> Any:
        """As in `JaxEngine`."""
        array = getattr(region, name)
        if isinstance(array, Rows):
            return array.array.T if sites is ... else pinned(array.array)[sites].T
        return _columns(array, sites)

    def learn(self, rule: Any, loci: Any, region: Region, pre: Any, signal: Any, key: Any, sites: Any) -> Any:
        """The weights after a learning rule, of those who have something to learn from."""
        genomes, post, last = region.genome.array, region.activity, sites.shape[0] - 1

        def write(weights: Rows, nothing: Any, places: Any) -> tuple[Rows, Any]:
            at = jnp.minimum(places, last)
            brains, seen = weights.array[at].T, (pre[:, at], post[:, at], signal[:, at])
            new = rule(jnp, loci, genomes[at].T, brains, *seen, key, at)
            return self.put(weights, places, written(new.astype(np.int32)).astype(np.int8)), nothing

        return self.sparse((signal != 0).any(axis=0), write, region.weights, (), LEARNERS)[0]

    def synapses(self, weights: Any) -> Any:
        """As in `JaxEngine`."""
        return (weights.array != 0).sum(axis=(1, 2), dtype=np.int32)


def turned(values: Any) -> Any:
    """Transpose int8 (4 n, sites) to (sites, 4 n), written: four at a time, since XLA does it number by number."""
    bits = values.astype(np.int32) & 255
    words = bits[::4] | bits[1::4] << 8 | bits[2::4] << 16 | bits[3::4] << 24
    return lax.bitcast_convert_type(written(written(words).T), np.int8).reshape(values.shape[1], -1)


def pinned(array: Any) -> Any:
    """The same array, its last axis side by side in memory: else XLA may turn all weights around, for one use that would like it."""
    return with_layout_constraint(array, Layout(major_to_minor=tuple(range(array.ndim))))


def written(values: Any) -> Any:
    """The same values, computed once: XLA ignores barriers on a CPU, but it can't see through a loop of one turn that changes them by 0."""
    first = values.ravel()[0].astype(np.int32)
    zero = ((first & 0x7FFFFFFF) >> 31).astype(values.dtype)
    return lax.while_loop(lambda carry: carry[0], lambda carry: (jnp.zeros((), bool), carry[1] ^ zero), (zero == 0, values))[1]


def make_engine() -> JaxEngine:
    """The engine for the devices that JAX has."""
    return RowsEngine() if on_cpu() else JaxEngine()
