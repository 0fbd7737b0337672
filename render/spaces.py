"""What the viewer knows of the spaces of a universe."""

from __future__ import annotations

import numpy as np

from cyberspace.law.universe import Space, Universe
from cyberspace.record.scores import score_about
from cyberspace.watch.introduction import numbers_of
from cyberspace.worldfile.schema import SpaceTable
from render.about import FAR, AxisAbout, NumberAbout, Place, SpaceAbout, genes_of
from topology import FAR_AXES, SPACE_AXES


def space_about(universe: Universe, space: Space, table: SpaceTable) -> SpaceAbout:
    """What the viewer knows of a space, and of its table in the world file."""
    world, clock = universe.worlds[space.first_region], universe.clock
    opens = {axis.name: (axis, offset) for axis, offset in zip(clock.axes, clock.offsets, strict=True)}
    used = {axis.name: axis for axis in space.lattice.axes}
    axes = []
    for name in SPACE_AXES:
        if name not in used:
            axes.append(AxisAbout(space.kind.calls(name), 1))
            continue
        stretch, offset = (opens[name][0].stretch, opens[name][1]) if name in opens else (0, 0)
        pace = 0 if name in FAR_AXES else world.pace
        axes.append(AxisAbout(space.kind.calls(name), used[name].length, stretch << pace, offset << pace, used[name].curled))
    physics = tuple(NumberAbout(**one) for one in numbers_of(space, table))
    marks = tuple(mark for region in space.regions for mark in _shores(universe, space, region))
    body, first, plaza = world.body, int(world.first_site), world.plaza
    return SpaceAbout(
        space.name,
        space.kind.name,
        tuple(axes),
        body.units,
        body.senses,
        world.goals,
        physics,
        marks,
        first,
        space.first_region,
        plaza,
        genes_of(world.loci),
        body.shift,
        {goal: level for place in world.tasks for goal, level in place.task.chance.items()},
        tuple(one.name for one in world.rule.kinds),
        score_about(world),
    )


def _shores(universe: Universe, space: Space, region: int) -> list[tuple[str, Place, Place]]:
    """The shores of beaches in a region: the smallest box around each."""
    found = []
    far = tuple(int(k) for k in np.unravel_index(region - space.first_region, space.lattice.shape[:FAR]))
    for end in universe.worlds[region].ends:
        name = universe.clock.axes[end.axis].name
        if name not in FAR_AXES:
            places = space.lattice.coordinates(end.sites.astype(np.int64))
            low, high = (*far, *places.min(axis=1).tolist()), (*(k + 1 for k in far), *(places.max(axis=1) + 1).tolist())
            found.append((name, low, high))
    return found
