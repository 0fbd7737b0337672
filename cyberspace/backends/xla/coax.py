"""What makes XLA compute on a CPU what it should, once and in little room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.experimental.layout import Layout, with_layout_constraint

from cyberspace.law.engine import Carried
from cyberspace.law.state import Region
from cyberspace.law.world import TaskPlace
from cyberspace.tasks.task import Hidden
from organisms.arrays import Array, Bools, Int8s, Int32s


def finder(mask: Bools) -> tuple[Callable[[Int32s], Int32s], Int32s]:
    """A function that tells where the n-th place of a mask is that is set, from 0 on, for n (k,); and how many are set.

    It tells the length of the mask for those that are not.
    """
    size = mask.shape[0]
    width = 1 << (max(1, size).bit_length() // 2)
    lines = jnp.pad(mask, (0, -size % width)).reshape(-1, width)
    ends = jnp.cumsum(lines.sum(axis=1, dtype=np.int32), dtype=np.int32)
    ends = written(ends)

    def place_of(number: Int32s) -> Int32s:
        line = (ends[None] <= number[:, None]).sum(axis=1, dtype=np.int32)
        before = jnp.where(line > 0, ends[jnp.maximum(line - 1, 0)], 0)
        passed = jnp.cumsum(lines[jnp.minimum(line, len(ends) - 1)], axis=1, dtype=np.int32)
        within = (passed <= (number - before)[:, None]).sum(axis=1, dtype=np.int32)
        found: Int32s = jnp.where(number < ends[-1], line * width + within, size)
        return found

    return place_of, ends[-1]


Judge = Callable[..., tuple[Region, Int32s, Int8s]]


def by_portions(judge: Judge, place: TaskPlace, region: Region, hidden: Hidden, portions: int) -> tuple[Region, Int32s, Int8s]:
    """judge(place, region, hidden) for one portion of the sites after the other; scores, which 16 bits hold, are kept as int16."""
    sites = region.alive.shape[0]
    width = sites // portions
    where = jnp.asarray(place.where)

    def portion(tree: Carried, k: Array) -> Carried:
        def cut(array: Array) -> Array:
            whole = jnp.shape(array)[-1:] == (sites,)
            return lax.dynamic_slice_in_dim(array, k * width, width, axis=-1) if whole else array

        return cast(Carried, jax.tree.map(cut, tree))

    def some(k: Array, carry: tuple[Array, ...]) -> tuple[Array, ...]:
        memory, performed = carry[:2]
        fields = {name: getattr(region, name) for name in ("activity", "alive", "block")}
        told = written(portion({"memory": memory, "performed": performed, "where": where} | fields, k))
        here = replace(region, **{name: array for name, array in told.items() if name != "where"})
        after, score, signal = judge(replace(place, where=told["where"]), here, portion(hidden, k))
        news: tuple[Array, ...] = written((after.memory, after.performed, score, signal))
        return tuple(
            lax.dynamic_update_slice_in_dim(old, new.astype(old.dtype), k * width, axis=-1)
            for old, new in zip(carry, news, strict=True)
        )

    found = jax.eval_shape(lambda region, hidden: judge(place, region, hidden)[1:], region, hidden)
    blank = tuple(jnp.zeros(one.shape, dtype) for one, dtype in zip(found, (np.int16, np.int8), strict=True))
    memory, performed, score, signal = lax.fori_loop(0, portions, some, (region.memory, region.performed, *blank))
    return replace(region, memory=memory, performed=performed), score, signal


def turned(values: Int8s) -> Int8s:
    """Transpose int8 (4 n, sites) to (sites, 4 n), written: four at a time, since XLA does it number by number."""
    bits = values.astype(np.int32) & 255
    words = bits[::4] | bits[1::4] << 8 | bits[2::4] << 16 | bits[3::4] << 24
    turned_words = lax.bitcast_convert_type(written(written(words).T), np.int8)
    return turned_words.reshape(values.shape[1], values.shape[0])  # type: ignore[no-any-return]


def pinned(array: Array) -> Array:
    """The same array, its last axis side by side in memory: else XLA may turn all weights around, for one use that would like it."""
    return cast(Array, with_layout_constraint(array, Layout(major_to_minor=tuple(range(array.ndim)))))


def written(values: Carried) -> Carried:
    """The same values, each computed once: XLA ignores barriers on a CPU, but it can't see through a loop of one turn that changes
    one number of each array by 0."""
    leaves, tree = jax.tree.flatten(values)
    some = [k for k, leaf in enumerate(leaves) if isinstance(leaf, jax.core.Tracer) and leaf.size]
    if not some:
        return values
    arrays = tuple(leaves[k] for k in some)
    first = min(arrays, key=jnp.size).ravel()[0].astype(np.int32)
    zero = (first & 0x7FFFFFFF) >> 31

    def touched(array: Array) -> Array:
        at = (0,) * array.ndim
        one = array[at].reshape((1,) * array.ndim) ^ zero.astype(array.dtype)
        return cast(Array, lax.dynamic_update_slice(array, one, at))

    def turn(carry: tuple[Array, tuple[Array, ...]]) -> tuple[Array, tuple[Array, ...]]:
        return jnp.zeros((), bool), tuple(touched(array) for array in carry[1])

    for k, array in zip(some, lax.while_loop(lambda carry: carry[0], turn, (zero == 0, arrays))[1], strict=True):
        leaves[k] = array
    return cast(Carried, jax.tree.unflatten(tree, leaves))
