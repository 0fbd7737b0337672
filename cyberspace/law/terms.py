"""The terms on which a region lives at a tick: its world as its timetable has changed it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cyberspace.law.timetable import Begun
from cyberspace.law.world import TaskPlace, World


def world_at(world: World, tick: int, begun: Begun) -> World:
    """The world at a tick: its physics, where its tasks are posed, and what flows into their pools; all else is as it was.

    A task that is not posed now is posed nowhere, and nothing flows into its pools.

    Args:
        world: As its file has it.
        tick: A tick that the region lives; below 0 it is still as the file has it.
        begun: Conditions that have come true.
    """
    if tick < 0 or not world.timetable:
        return world
    values, closed = world.timetable.values(tick), world.timetable.closed(tick, begun)
    numbers = {field: value for (field, task), value in values.items() if task < 0}
    places = []
    for k, place in enumerate(world.tasks):
        fill, cap = values.get(("fill", k), (place.fill, place.cap))  # type: ignore[misc]
        one = replace(place, fill=fill, cap=cap) if (fill, cap) != (place.fill, place.cap) else place
        places.append(_nowhere(one) if k in closed else one)
    return replace(world, physics=replace(world.physics, **numbers), tasks=tuple(places))  # type: ignore[arg-type]


def _nowhere(place: TaskPlace) -> TaskPlace:
    return replace(place, where=np.zeros_like(place.where), fill=0)


def same_terms(one: World, other: World) -> bool:
    """Whether a region lives the same under both."""
    pairs = zip(one.tasks, other.tasks, strict=True)
    return one is other or (
        one.physics == other.physics
        and all((a.fill, a.cap) == (b.fill, b.cap) and np.array_equal(a.where, b.where) for a, b in pairs)
    )


def turned(one: World, other: World) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Sites at which other tasks are posed in one world than in another, bool (sites,)."""
    found = np.zeros(one.sites, dtype=bool)
    for a, b in zip(one.tasks, other.tasks, strict=True):
        found |= a.where != b.where
    return found
