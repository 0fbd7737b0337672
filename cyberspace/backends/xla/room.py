"""Whether a region fits its device, before anything is compiled."""

from __future__ import annotations

from typing import cast

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.engine import LONG
from cyberspace.backends.xla.kernels.frame import Frame
from cyberspace.backends.xla.kernels.span import constants_bytes, longest, working_arrays
from cyberspace.backends.xla.quads import Quads
from cyberspace.errors import InputError, problem
from cyberspace.law.state import FIELDS, QUANTITIES, Region
from cyberspace.law.world import World
from cyberspace.tasks.job import JOB, PLACES

PLAIN = 2.0
"""Bytes that a tick over whole arrays takes, for each of the state."""


def abstract_region(world: World) -> Region:
    """Shapes and types of a region on an accelerator."""
    components, fields = world.components(), dict[str, object]()
    for quantity in QUANTITIES:
        lengths = tuple(components[axis] for axis in quantity.components)
        fields[quantity.name] = jax.ShapeDtypeStruct((*lengths, world.sites), np.dtype(quantity.dtype))
        if quantity.name in LONG:
            words = jax.ShapeDtypeStruct((int(np.prod(lengths)) // 4, world.sites), jnp.int32)
            fields[quantity.name] = Quads(cast("np.ndarray[tuple[int, ...], np.dtype[np.int32]]", words), lengths)
    for name, shape in (("pools", (len(world.goals), world.groups)), ("jobs", (len(JOB), PLACES)), ("wallet", (1,))):
        fields[name] = jax.ShapeDtypeStruct(shape, jnp.int32)
    assert set(fields) == set(FIELDS)
    return Region(**fields)  # type: ignore[arg-type]


def bytes_needed(world: World, made: Frame | None) -> int:
    """Bytes that a region takes on an accelerator while it lives."""
    state = _bytes(abstract_region(world))
    if made is None:
        return int(state * PLAIN)
    # A span's arrays are those of the state, changed in place, and what kernels tell each other.
    alive = jax.eval_shape(lambda region: working_arrays(made, longest(world), region), abstract_region(world))
    # Activities are there twice: as they are given and as words.
    return max(state, _bytes(alive)) + constants_bytes(world, made.width) + world.body.units * world.sites


def _bytes(tree: object) -> int:
    return sum(int(np.prod(leaf.shape)) * leaf.dtype.itemsize for leaf in jax.tree.leaves(tree))


def need_room(world: World, device: jax.Device, made: Frame | None) -> None:
    """Check that a region fits its device.

    Raises:
        InputError: If it does not.
    """
    stats = device.memory_stats() if device.platform != "cpu" else None
    if not stats or "bytes_limit" not in stats:
        return
    needed, free = bytes_needed(world, made), int(stats["bytes_limit"]) - int(stats.get("bytes_in_use", 0))
    if needed > free:
        where = f"spaces.{world.space}: region {world.region} on {device.device_kind}"
        got = f"{needed:,} bytes needed for {world.sites:,} sites ({needed // world.sites:,} each), {free:,} free"
        fits = max(1, free * world.sites // needed)
        raise InputError(problem(where, got, "a region that fits its device", f"at most {fits:,} sites, or a smaller body"))
