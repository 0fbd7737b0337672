"""What a viewer must know of a universe before it looks."""

from __future__ import annotations

import numpy as np

from cyberspace.law.physics import NUMBERS
from cyberspace.law.universe import Space, Universe
from cyberspace.law.world import World
from cyberspace.record.run_folder import RunFolder
from cyberspace.version import __version__
from cyberspace.watch.look import axis_names, fields_about
from cyberspace.wire import protocol
from cyberspace.wire.messages import AxisTold, NumberTold, SpaceTold, UniverseTold
from cyberspace.wire.universe import BeachTold, ShoreTold
from cyberspace.worldfile.schema import SpaceTable, physics_value
from organisms.body import ACTUATORS, SENSES
from topology import NEAR_AXES
from topology.link import Beach

CHANCES = ("death", "spark", "radiation")


def introduce(folder: RunFolder) -> UniverseTold:
    """The run, its spaces, and what the wire allows."""
    universe = folder.universe
    limits = {
        "request": protocol.MAX_REQUEST,
        "fields": protocol.MAX_FIELDS,
        "copies": protocol.MAX_COPIES,
        "places": protocol.PLACES,
        "sign": protocol.SIGN,
        "name": protocol.NAME,
        "chest": protocol.CHEST,
        "pack": 1,
    }
    return {
        "program": f"cyberspace {__version__}",
        "run": str(folder.path.resolve()),
        "seed": universe.seed,
        "identity": universe.identity,
        "sites": universe.sites,
        "spaces": {
            space.name: introduce_space(space, universe.worlds[space.first_region], folder.file.spaces[space.name])
            for space in universe.spaces
        },
        "clock": [
            {"name": axis.name, "stretch": axis.stretch, "offset": universe.clock.offsets[k]}
            for k, axis in enumerate(universe.clock.axes)
        ],
        "beaches": beaches(universe),
        "senses": SENSES,
        "actuators": ACTUATORS,
        "blocks": protocol.BLOCKS,
        "limits": limits,
    }


def beaches(universe: Universe) -> list[BeachTold]:
    """The beaches, and where in the regions that they join their shores are: the smallest box around each."""
    found: dict[int, BeachTold] = {}
    for world in universe.worlds:
        for end in world.ends:
            axis = universe.clock.axes[end.axis]
            if not isinstance(axis, Beach):
                continue
            told = found.setdefault(end.axis, {"axis": end.axis, "name": axis.name, "cost": axis.cost, "ends": []})
            places = world.lattice.coordinates(end.sites.astype(np.int64))
            low, high = places.min(axis=1).tolist(), (places.max(axis=1) + 1).tolist()
            one: ShoreTold = {
                "region": int(world.region), "places": len(end.sites), "partners": end.partners, "low": low, "high": high,
            }  # fmt: skip
            told["ends"].append(one)
    return [found[axis] for axis in sorted(found)]


def numbers_of(space: Space, table: SpaceTable) -> list[NumberTold]:
    """The physics of a space as its world file says it, start values filled in."""
    return [
        {"key": one.key, "value": physics_value(table.physics, one, space.kind.start), "unit": one.unit, "meaning": one.meaning}
        for one in NUMBERS
    ]


def introduce_space(space: Space, world: World, table: SpaceTable) -> SpaceTold:
    """A space, told of its first region; energies are integers, costs by axis in the order of the clock."""
    names, clock, physics, body, loci = axis_names(world), world.meetings.clock, world.physics, world.body, world.loci
    opens = {axis.name: k for k, axis in enumerate(clock.axes)}
    axes: list[AxisTold] = [
        {
            "name": names[axis.name],
            "axis": axis.name,
            "length": axis.length,
            "stretch": axis.stretch,
            "offset": clock.offsets[opens[axis.name]] if axis.name in opens else None,
            "curled": axis.curled,
            "far": axis.far,
        }
        for axis in world.lattice.axes
    ]
    numbers = {name: value for name, value in vars(physics).items() if name not in CHANCES}
    levels = {goal: float(level) for one in world.tasks for goal, level in one.task.chance.items()}
    told: SpaceTold = {
        "kind": physics.kind,
        "plaza": world.plaza,
        "first_site": int(world.first_site),
        "regions": space.lattice.regions,
        "sites": space.lattice.regions * world.sites,
        "shape": space.lattice.shape,
        "axes": axes,
        "calls": {axis: space.kind.calls(axis) for axis in NEAR_AXES},
        "tide": world.meetings.tide,
        "pace": world.pace,
        "goals": list(world.goals),
        "tasks": [
            {"name": type(one.task).__name__.lower(), "goals": list(one.task.goals), "sites": int(np.count_nonzero(one.where))}
            for one in world.tasks
        ],
        "fields": fields_about(world),
        "physics": {**numbers, **{name: getattr(physics, name) / 2.0**32 for name in CHANCES}},
        "numbers": numbers_of(space, table),
        "rule": world.rule.name,
        "rules": [one.name for one in world.rule.kinds],
        "body": {name: getattr(body, name) for name in ("units", "senses", "inputs", "shift", "channels", "answers")},
        "loci": {
            "count": loci.count,
            "synapses": (0, body.synapses),
            "rates": (loci.rates.start, loci.rates.stop),
            "rule": (loci.rule.start, loci.rule.stop),
            "copier": (loci.copier.start, loci.copier.stop),
        },
    }
    if levels:
        told["chance"] = levels
    return told
