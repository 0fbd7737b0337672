"""A branch of a run: a run of its own that goes on from a checkpoint of another, with other numbers, another seed, or more organisms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cyberspace.api.births import Tables
from cyberspace.api.forking import changed, need_spaces
from cyberspace.api.hands import Hands, Memory
from cyberspace.api.living import space_named
from cyberspace.api.saving import Past, write
from cyberspace.api.setting import Setting
from cyberspace.backends.backend import make_backend
from cyberspace.errors import InputError, Refused, problem
from cyberspace.law.digest import digest, universe_digest
from cyberspace.law.state import TALLY, WALL, WorldState
from cyberspace.law.universe import Space, Universe
from cyberspace.record import run_folder
from cyberspace.record.act import Act
from cyberspace.record.journal import journal_path
from cyberspace.record.origin import Branched, places_in
from cyberspace.record.run_folder import RunFolder
from cyberspace.record.taken import states_at, ticks_of
from cyberspace.run.extinction import extinct, extinctions
from cyberspace.specimens import Specimens, misfit

STARTS = ("genesis", "density", "learned", "tokens")
"""Keys of a space that say how it starts: nothing comes of them later."""


@dataclass(frozen=True)
class Placing:
    """Organisms that are placed in a branch.

    Attributes:
        organisms: They.
        source: What their file is called.
        space: Name of the space; None for the only one of their body.
        sites: A site for each, numbered in the universe; None for free ones, spread evenly.
        learned: Whether they bring the weights that they have learned.
        energy: What each begins with; None for what a newborn of genesis has.
    """

    organisms: Specimens
    source: str
    space: str | None = None
    sites: Sequence[int] | None = None
    learned: bool = False
    energy: int | None = None


def branch(
    path: str | Path, out: str | Path, tick: int | None = None, seed: int | None = None, changes: Mapping[str, object] | None = None,
    replay: bool = True, placing: Placing | None = None,
) -> int:  # fmt: skip
    """Make a run that goes on from a checkpoint of another one; that one stays as it is.

    Args:
        path: The run.
        out: A new or empty folder.
        tick: Of the checkpoint; the newest whole one if left out.
        seed: Another seed.
        changes: Other values of the world file, by dotted key.
        replay: Whether what people did after this tick is done again in the branch.
        placing: Organisms to be placed in it at this tick, by acts that stand in its journal.

    Returns:
        The tick.

    Raises:
        InputError: If there is no such checkpoint, a key or a value is wrong, a change does not fit the state, or the folder is in use.
    """
    run_folder.need_free(Path(out), "--out")
    folder = run_folder.open_run(path)
    tick = _newest(folder) if tick is None else tick
    states = states_at(folder, tick, f"{path}: --at")
    dead = {region for event in extinctions(folder) if event["tick"] == tick for region in event["regions"]}
    states = [extinct(folder.universe.worlds[k], one) if k in dead else one for k, one in enumerate(states)]
    setting = _changed(folder, seed, changes or {})
    done = [int(state.tally[TALLY.index("acts")]) for state in states]
    journals = [Memory.read(journal_path(folder.path, k), None if replay else most) for k, most in enumerate(done)]
    origin: Branched = {
        "run": str(path), "tick": tick, "seed": folder.universe.seed, "identity": folder.universe.identity,
        "digest": universe_digest(digest(state) for state in states), "changes": dict(changes or {}),
    }  # fmt: skip
    if placing is not None:
        states, sites = _place(setting.universe, states, journals, tick, placing)
        origin["placed"] = (
            f"{len(sites)} of {placing.source}, at {', '.join(map(str, sites[:8]))}{' ...' if len(sites) > 8 else ''}"
        )
    past = Past(tick, states, journals, Tables(setting.universe), origin)
    with setting.given():
        write(Path(out), setting, folder.backend, {}, past, "--out")
    return tick


def _newest(folder: RunFolder) -> int:
    known = ticks_of(folder)
    if not known:
        attempt = f"cyberspace run --resume {folder.path} --ticks +{folder.file.record.checkpoint_every}"
        raise InputError(problem(str(folder.path), "no checkpoint", "a run with one", attempt))
    return known[-1]


def _changed(folder: RunFolder, seed: int | None, changes: Mapping[str, object]) -> Setting:
    """The world of the branch."""
    world, universe = folder.path / run_folder.WORLD, folder.universe
    text = world.read_text(encoding="utf-8")
    setting = Setting(text, "--set", folder.path, folder.file, universe, places=places_in(folder.path) | dict(universe.files))
    if not changes and seed in (None, universe.seed):
        return setting
    need_spaces(list(folder.file.spaces), changes, "--set")
    new = changed(setting, universe.seed if seed is None else seed, changes)
    wrong = []
    for name, table in folder.file.spaces.items():
        for key in STARTS:
            value = getattr(new.file.spaces[name], key)
            if value != getattr(table, key):
                expected = "keys that count after tick 0; how a space starts is past"
                wrong.append(problem(f"--set: spaces.{name}.{key}", repr(value), expected, "a new run"))
    if new.file.world.seed != folder.file.world.seed:
        value = new.file.world.seed
        wrong.append(problem("--set: world.seed", value, "a seed of the branch, in --seed", f"--seed {value}"))
    if wrong:
        raise InputError(*wrong)
    return new


def _place(
    universe: Universe, states: Sequence[WorldState], journals: Sequence[Memory], tick: int, placing: Placing
) -> tuple[list[WorldState], list[int]]:
    """States in which organisms were placed, their acts in the journals, and the sites."""
    space = _space_for(universe, placing)
    count, after = len(placing.organisms), list(states)
    sites = _free(universe, states, space, count) if placing.sites is None else [int(site) for site in placing.sites]
    if len(sites) != count:
        raise InputError(
            problem("--site", f"{len(sites)} of them", f"one for each of {count} organisms", f"--count {len(sites)}")
        )
    for number in space.regions:
        world = universe.worlds[number]
        own = [k for k, site in enumerate(sites) if world.first_site <= site < world.first_site + world.sites]
        if not own:
            continue
        energy = world.physics.newborn_energy if placing.energy is None else placing.energy
        ground = make_backend("reference", world, states[number])
        hands = Hands(world, len(journals[number].entries), journals[number])
        for k in own:
            try:
                hands.put(ground, tick, _act(placing, k, sites[k], energy))
            except Refused as refused:
                raise InputError(
                    problem(f"--site {sites[k]}", f"a site that can't be used ({refused})", "a free one", "another")
                ) from None
        journals[number].entries[:], journals[number].happened = hands.memory.entries, hands.memory.happened
        after[number] = replace(ground.state(), outbox=states[number].outbox)
    first, last = universe.worlds[space.regions[0]].first_site, universe.worlds[space.regions[-1]]
    outside = [site for site in sites if not first <= site < last.first_site + last.sites]
    if outside:
        expected = f"a site of {space.name}, from {first} to {last.first_site + last.sites - 1}"
        raise InputError(problem("--site", outside[0], expected, str(int(first))))
    return after, sites


def _act(placing: Placing, k: int, site: int, energy: int) -> Act:
    found = placing.organisms
    weights = found.weights[k].ravel().tolist() if placing.learned else None
    founder = int(found.columns["founder"][k]) or None
    return {
        "kind": "transplant", "to": site, "genome": found.genome[k].tolist(), "weights": weights, "founder": founder,
        "energy": energy, "wallet": False,
    }  # fmt: skip


def _space_for(universe: Universe, placing: Placing) -> Space:
    """The space that organisms are placed in: the one that was asked for, or the only one of their body."""
    found, where = placing.organisms, placing.source
    wrong = {space.name: misfit(found, universe.worlds[space.first_region].loci) for space in universe.spaces}
    fits = [name for name, one in wrong.items() if one is None]
    if placing.space is None and len(fits) > 1:
        raise InputError(problem("--space", "nothing", f"one of {', '.join(fits)}", f"--space {fits[0]}"))
    chosen = space_named(universe, placing.space or next(iter(fits or wrong)))
    misfits = wrong[chosen.name]
    if misfits is not None:
        got, expected = misfits
        raise InputError(problem(where, got, f"those of {chosen.name} ({expected})", "a file of another run"))
    return chosen


def _free(universe: Universe, states: Sequence[WorldState], space: Space, count: int) -> list[int]:
    """Free sites of a space, spread evenly over all that are free."""
    free: list[int] = []
    for number in space.regions:
        region, first = states[number].region, int(universe.worlds[number].first_site)
        free += (np.flatnonzero(~region.alive & (region.block != WALL)) + first).tolist()
    if len(free) < count:
        got = f"{count} organisms for {len(free)} free sites of {space.name}"
        raise InputError(problem("--count", got, "at most as many as there are free sites", f"--count {max(1, len(free))}"))
    return [free[k] for k in np.linspace(0, len(free) - 1, count).astype(int)]
