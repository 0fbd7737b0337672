"""The state of a space as a sheet: every array with the named axes of space, its unit and its meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cyberspace.api.dataset import Sheet, Values, Variable
from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.state import QUANTITIES, TALLY, WorldState
from cyberspace.law.universe import Space, Universe
from cyberspace.law.world import World
from cyberspace.tasks.job import JOB
from organisms.words import input_names, unit_names
from topology import FAR_AXES, SPACE_AXES


def axis_names(space: Space) -> dict[str, str]:
    """What a space calls each of the seven axes, by the name that the lattice has for it."""
    return {axis: space.kind.calls(axis) for axis in SPACE_AXES}


def labels(world: World) -> dict[str, Variable]:
    """Names along the axes that are not axes of space: goal, unit, input, count."""
    named = {"goal": list(world.goals), "unit": unit_names(world.body), "input": input_names(world.body), "count": list(TALLY)}
    return {axis: Variable((axis,), np.array(names, dtype=str)) for axis, names in named.items()}


def places(universe: Universe, space: Space) -> dict[str, Variable]:
    """Coordinates of a space: places along its axes, and the number of each site in the universe."""
    names, shape = axis_names(space), space.lattice.shape
    found = {names[axis]: Variable((names[axis],), np.arange(length)) for axis, length in zip(SPACE_AXES, shape, strict=True)}
    first = int(universe.worlds[space.first_region].first_site)
    sites = first + np.arange(int(np.prod(shape)), dtype=np.int32).reshape(shape)
    found["site"] = Variable(tuple(names.values()), sites, "site", "number of the site in the universe")
    return found


def state_sheet(universe: Universe, space: Space, states: Sequence[WorldState], tick: int) -> Sheet:
    """The sheet of one space.

    Args:
        universe: The universe.
        space: One of its spaces.
        states: Those of the regions of this space, in order.
        tick: The tick of the cut that they are from.

    Returns:
        Each quantity of a site over the seven axes of space and then its components; `pools` (the far axes, goal, sm or core),
        `tally` (the far axes, count), and in a plaza `jobs` (the far axes, about, place) and `wallet` (the far axes).
    """
    world = universe.worlds[space.first_region]
    names, shape = axis_names(space), space.lattice.shape
    axes = tuple(names.values())
    far, regions = axes[: len(FAR_AXES)], shape[: len(FAR_AXES)]

    def whole(name: str) -> Values:
        return np.stack([getattr(state.region, name) for state in states])

    variables: dict[str, Variable] = {}
    for one in QUANTITIES:
        values = np.stack([np.moveaxis(getattr(state.region, one.name), -1, 0) for state in states])
        if not values.size:  # traces, where no learning rule reads them
            continue
        values = values.reshape(*shape, *values.shape[2:])
        variables[one.name] = Variable((*axes, *one.components), values, one.unit, one.meaning)
    pools = whole("pools").reshape(*regions, len(world.goals), world.groups)
    over = (*far, "goal", names["sm"])
    if world.plaza:
        pools, over = pools[..., 0], over[:-1]
    variables["pools"] = Variable(over, pools, "energy", "what each pool holds")
    tally = np.stack([state.tally for state in states]).reshape(*regions, len(TALLY))
    variables["tally"] = Variable((*far, "count"), tally, "", "sums over all ticks")
    coordinates = places(universe, space) | labels(world)
    if world.plaza:
        jobs = whole("jobs")
        variables["jobs"] = Variable((*far, "about", "place"), jobs.reshape(*regions, *jobs.shape[1:]), "", "the job board")
        wallet = whole("wallet").reshape(regions)
        variables["wallet"] = Variable(far, wallet, "energy", "tokens that people may spend")
        coordinates["about"] = Variable(("about",), np.array(JOB, dtype=str))
    facts: dict[str, object] = {"space": space.name, "kind": space.kind.name, "tick": tick, "seed": universe.seed}
    return Sheet(variables, coordinates, facts)


def site_at(universe: Universe, space: Space, place: Mapping[str, int]) -> int:
    """Number, in the universe, of the site at a place along the axes of a space.

    Raises:
        InputError: If an axis or a place does not exist.
    """
    names = list(axis_names(space).values())
    at = [0] * len(names)
    for name, here in place.items():
        if name not in names:
            raise InputError(
                problem(f"place along {name}", here, f"an axis of {space.name}: {', '.join(names)}", nearest(name, names))
            )
        length = space.lattice.shape[names.index(name)]
        if not 0 <= here < length:
            raise InputError(problem(f"place along {name}", here, f"0 to {length - 1}", str(length - 1)))
        at[names.index(name)] = int(here)
    return int(universe.worlds[space.first_region].first_site) + int(np.ravel_multi_index(at, space.lattice.shape))
