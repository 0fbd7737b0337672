"""Organisms taken out of a run at one of its checkpoints."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.state import WorldState
from cyberspace.law.universe import Space, Universe
from cyberspace.law.world import World
from cyberspace.record import checkpoint
from cyberspace.record.run_folder import RunFolder, open_run
from cyberspace.record.scores import measure
from cyberspace.specimens import Origin, Specimens, specimens, together
from organisms.arrays import Array
from organisms.body import BodyPlan

Look = Callable[[str, NDArray[np.int64]], Array]
"""Reads an array of a region at some of its sites, (*components, k)."""

KEPT = ("cradle", "born", "generation", "energy", "founder")
"""Fields of the state that go along."""


def states_at(folder: RunFolder, tick: int, where: str = "") -> list[WorldState]:
    """States of all regions in a checkpoint of a run; checked.

    Raises:
        InputError: If there is no whole checkpoint of this tick; with the ticks that there are, and the nearest.
    """
    known = ticks_of(folder)
    if tick not in known:
        raise InputError(_no_checkpoint(where or f"{folder.path}: tick", tick, known))
    path = folder.checkpoints / checkpoint.name_of(tick)
    try:
        with checkpoint.held(path):
            return checkpoint.load(path, folder.universe.identity)
    except checkpoint.Gone:
        return states_at(folder, tick, where)


def ticks_of(folder: RunFolder) -> list[int]:
    """Ticks of the checkpoints of a run, the oldest first."""
    return [checkpoint.tick_of(path) for path in checkpoint.checkpoints(folder.checkpoints)]


def _no_checkpoint(where: str, got: object, known: Sequence[int]) -> str:
    tick = got if isinstance(got, int) else max(known, default=0)
    expected = f"one of {', '.join(map(str, known))}, the ticks of its checkpoints" if known else "a run with a checkpoint"
    return problem(where, got, expected, str(min(known, key=lambda k: abs(k - tick), default=0)))


def take(universe: Universe, states: Sequence[WorldState], space: Space, run: str, tick: int) -> Specimens | None:
    """All that live in a space, in the order of their sites; None if nobody does.

    Args:
        universe: The universe.
        states: Of all its regions.
        space: The space.
        run: What the run is called.
        tick: Of the states.
    """
    origin = origin_of(universe.worlds[space.first_region], run, tick)
    parts = [
        taken(universe.worlds[k], _reader(states[k]), np.flatnonzero(states[k].region.alive), origin) for k in space.regions
    ]
    parts = [part for part in parts if len(part)]
    return together(parts) if parts else None


def _reader(state: WorldState) -> Look:
    def look(name: str, sites: NDArray[np.int64]) -> Array:
        found: Array = getattr(state.region, name)[..., sites]
        return found

    return look


def origin_of(world: World, run: str, tick: int) -> Origin:
    """Where organisms of a region come from."""
    origin: Origin = {"run": run} if run else {}
    origin |= {"identity": world.identity, "space": world.space, "rule": world.rule.name, "tick": tick}
    unit = next((unit for place in world.tasks if (unit := getattr(place.task, "unit", ""))), "")
    if unit:
        origin["unit"] = unit
    return origin


def taken(world: World, look: Look, sites: NDArray[np.int64], origin: Origin) -> Specimens:
    """Who lives at some sites of a region, numbered within it."""
    goals = np.arange(len(world.goals), dtype=np.uint32)
    columns = {name: np.array(look(name, sites)) for name in KEPT}
    columns |= {"site": sites + world.first_site, "score": _scores(world, look, sites)}
    performs = (look("performed", sites)[:, None] >> goals & np.uint32(1)).astype(bool)
    genome, weights = np.array(look("genome", sites)).T.copy(), np.moveaxis(np.array(look("weights", sites)), -1, 0).copy()
    return specimens(world.body, genome, weights, origin, columns, world.goals, performs)


def _scores(world: World, look: Look, sites: NDArray[np.int64]) -> NDArray[np.float64]:
    """What the tasks of a region measure of organisms, float64 (k,); NaN where none does, or its class is not loaded."""
    found = np.full(len(sites), np.nan)
    for place in world.tasks:
        if getattr(place.task, "unit", ""):
            found = np.where(place.where[sites], measure(place, look("memory", sites)), found)
    return found


def living_of(said: str, folder: Path, label: str, body: BodyPlan, where: str) -> Specimens:
    """All organisms that a world begins with by genesis = "from:RUN@TICK".

    Args:
        said: RUN@TICK.
        folder: The world file's folder.
        label: Name of the space that they go to; they come from the space of this name, else from the only one of the body.
        body: The body of the space.
        where: What errors call the entry.

    Raises:
        InputError: If there is no such run, checkpoint or space, or nobody lives there.
    """
    name, _, digits = said.rpartition("@")
    path = Path(os.path.abspath(folder / os.path.expanduser(name or said)))
    try:
        run = open_run(path, rest=True)
    except InputError as error:
        raise InputError(*(f"{where}: from:{said}: {line}" for line in error.problems)) from None
    known = ticks_of(run)
    if not name or not (digits.isascii() and digits.isdigit() and len(digits) < 20):
        got, attempt = f"from:{said}, without a tick", f"from:{name or said}@{max(known, default=0)}"
        kept = f"; it has checkpoints of {', '.join(map(str, known))}" if known else ""
        raise InputError(problem(where, got, f"from:RUN@TICK{kept}", attempt))
    universe, tick = run.universe, int(digits)
    states = states_at(run, tick, f"{where}: from:{said}")
    found = take(universe, states, _space(universe, label, body, f"{where}: from:{said}"), name, tick)
    if found is None:
        raise InputError(problem(where, f"from:{said}, where nobody lives", "a run and a tick with somebody", "another tick"))
    return found


def _space(universe: Universe, label: str, body: BodyPlan, where: str) -> Space:
    named = [space for space in universe.spaces if space.name == label]
    alike = [space for space in universe.spaces if universe.worlds[space.first_region].body == body]
    if named or len(alike) == 1:
        return (named or alike)[0]
    names = [space.name for space in universe.spaces]
    got = f"a run with the spaces {', '.join(names)}"
    expected = f"a space called {label}, or one space of its body"
    raise InputError(problem(where, got, expected, f"calling the space here {nearest(label, names)}"))
