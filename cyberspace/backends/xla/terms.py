"""What changes in a region by its timetable, as arrays that a compiled call is told: one program serves all of its terms.

Numbers that never change stay constants of the program, so a world without a timetable compiles to what it always did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from cyberspace.law.clock import ClockTables, clock_tables
from cyberspace.law.physics import SCALARS
from cyberspace.law.world import TaskPlace, World
from organisms.arrays import Array

TYPES = {"death": np.uint32, "spark": np.uint32, "radiation": np.uint32, "fire": np.int8}
"""Types of numbers that are no int32: those that random words are compared with, and activities."""

COSTS = ("copy_cost", "move_cost")

Told = Mapping[str, jax.Array]
"""`law`, uint32, the numbers that change, as `_plan` lays them out; `where_k`, where the k-th task is posed."""


NOTHING_TOLD: Told = {}


def _plan(world: World) -> tuple[tuple[str, ...], bool, bool]:
    """Names of the scalars that change, whether costs by axis do, and whether what flows into pools does."""
    courses = world.timetable.courses
    fields = {course.field for course in courses}
    scalars = tuple(name for name in SCALARS if name in fields)
    return scalars, bool(fields & set(COSTS)), "fill" in fields or bool(world.timetable.windows)


def told(world: World, now: World, more: int = 0) -> dict[str, NDArray[np.generic]]:
    """What a call is told of the terms of now, for a world as its file has it; masks are longer by some sites."""
    if not world.timetable:
        return {}
    scalars, costs, pools = _plan(world)
    numbers = [getattr(now.physics, name) for name in scalars]
    if costs:
        numbers += [number for name in COSTS for number in (*getattr(now.physics, name), 0)]
    if pools:
        numbers += [number for place in now.tasks for number in (place.fill, place.cap)]
    found: dict[str, NDArray[np.generic]] = {"law": np.array([0, *numbers], dtype=np.int64).astype(np.uint32)}
    for window in world.timetable.windows:
        found[f"where_{window.task}"] = np.pad(now.tasks[window.task].where, (0, more))
    return found


def under(world: World, read: Callable[[int], jax.Array]) -> World:
    """The world with the numbers that are told in place of its own; costs by axis and masks apart.

    Args:
        world: As its file has it.
        read: Reads a number of `law`, uint32.
    """
    scalars, costs, pools = _plan(world)
    numbers = {name: read(1 + k).astype(TYPES.get(name, np.int32)) for k, name in enumerate(scalars)}
    world = replace(world, physics=replace(world.physics, **numbers))  # type: ignore[arg-type]
    if not pools:
        return world
    first = 1 + len(scalars) + (_axes(world) if costs else 0)
    return replace(world, tasks=tuple(_filled(place, read, first + 2 * k) for k, place in enumerate(world.tasks)))


def _filled(place: TaskPlace, read: Callable[[int], jax.Array], at: int) -> TaskPlace:
    fill, cap = (read(at + k).astype(jnp.int32) for k in range(2))
    return replace(place, fill=fill, cap=cap)  # type: ignore[arg-type]


def _axes(world: World) -> int:
    """Numbers of the costs by axis."""
    return len(COSTS) * (len(world.physics.copy_cost) + 1)


def world_under(world: World, known: Told) -> World:
    """The world of a call over whole arrays."""
    if not known:
        return world
    masks = {k: known[f"where_{k}"] for k in range(len(world.tasks)) if f"where_{k}" in known}
    found = under(world, lambda k: known["law"][k])
    places = [replace(place, where=masks.get(k, place.where)) for k, place in enumerate(found.tasks)]  # type: ignore[arg-type]
    return replace(found, tasks=tuple(places))


def clock_under(world: World, known: Told) -> ClockTables:
    """The clock, with the costs that are told."""
    tables = clock_tables(world)
    if not known or not _plan(world)[1]:
        return tables
    first, length = 1 + len(_plan(world)[0]), len(tables.copy_cost)
    costs: list[Array] = [
        known["law"][first + k * length : first + (k + 1) * length].astype(jnp.int32)  # type: ignore[misc]
        for k in range(len(COSTS))
    ]
    return tables._replace(copy_cost=costs[0], move_cost=costs[1])


def sparks_ever(world: World) -> bool:
    """Whether a spark may ever fall."""
    return world.physics.spark > 0 or any(course.field == "spark" for course in world.timetable.courses)
