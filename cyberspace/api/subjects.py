"""Who is dissected: an organism out of a run, at a site, by its identity or by what it does, or out of a file; and the place where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cyberspace.analysis.dissection.lab import Lab
from cyberspace.analysis.dissection.recorded import find
from cyberspace.analysis.dissection.subject import Subject
from cyberspace.analysis.inspect_run import newest_states
from cyberspace.api.births import Identity
from cyberspace.api.choosing import need_goal
from cyberspace.api.hands import owner
from cyberspace.api.living import space_named, whole
from cyberspace.api.setting import read_setting
from cyberspace.errors import InputError, problem
from cyberspace.law.state import WorldState
from cyberspace.law.terms import world_at
from cyberspace.law.universe import Space, Universe
from cyberspace.law.world import World
from cyberspace.record.run_folder import RunFolder, open_run
from cyberspace.record.taken import states_at
from cyberspace.specimens import Specimens, load_organisms, misfit
from organisms.arrays import ones_in


@dataclass(frozen=True)
class Choice:
    """Which organism, and where it is tried; what is left open is None.

    Attributes:
        site: Who lives at this site, numbered in the universe.
        who: Its identity in a run, CRADLE@BORN, or its number in a file.
        best: Who performed this goal, and of those the one with most energy.
        space: Name of a space: of this one, and tried there.
        tick: Tick of a checkpoint; the newest if None.
        where: Site where it is tried; where it lives if None.
        world: For a file: the world file or the run in whose world it is tried.
    """

    site: int | None = None
    who: str | None = None
    best: str | None = None
    space: str | None = None
    tick: int | None = None
    where: int | None = None
    world: str | None = None


def subject_of(source: str | Path, choice: Choice) -> tuple[Subject, Universe]:
    """The organism that is meant, and the universe in whose laws it is tried.

    Raises:
        InputError: If there is no such run, file, checkpoint, space, site or organism, or several ways to choose one are named.
    """
    said = [f"--{name}" for name in ("site", "who", "best") if getattr(choice, name) is not None]
    if len(said) > 1:
        raise InputError(problem(said[0], " and ".join(said), "one of them", f"{said[0]} alone"))
    path = Path(source)
    if path.is_dir():
        if choice.world is not None:
            raise InputError(problem("--world", choice.world, "none for a run, which has its own", "leaving it out"))
        return _in_run(open_run(path), str(source), choice)
    if not path.exists():
        expected = "a run's folder, or a file of organisms"
        raise InputError(problem(str(source), "nothing that is there", expected, "cyberspace run WORLD --out RUN"))
    return _in_file(load_organisms(path), str(source), choice)


def rival_of(said: str, subject: Subject) -> Subject:
    """Another organism, RUN:SITE or FILE:NUMBER, FILE for its first one, as it would be where the subject is tried.

    Raises:
        InputError: If there is none, or its body is another one.
    """
    head, _, tail = said.rpartition(":")
    numbered = bool(head) and tail.isascii() and tail.isdigit() and len(tail) < 20 and not Path(said).exists()
    path, number = (head, tail) if numbered else (said, "")
    if Path(path).is_dir():
        if not number:
            raise InputError(problem("--against", said, "RUN:SITE, or a file of organisms", f"{said}:0"))
        other = _in_run(open_run(path), path, Choice(site=int(number)), "--against")[0]
        genome, loci, called = other.genome, other.lab.world.loci, f"{path}, site {number}, tick {other.tick:,}"
        if loci != subject.lab.world.loci:
            got, expected = (f"{len(one)} loci" for one in (genome, subject.genome))
            raise InputError(
                problem(f"--against {said}", f"an organism of another body, {got}", expected, "one of the same body")
            )
        return replace(other, lab=subject.lab, source=called)
    if not Path(path).exists():
        raise InputError(problem("--against", said, "RUN:SITE, FILE or FILE:NUMBER", "a run or a file that is there"))
    found = load_organisms(path, f"--against {path}")
    row = _row(found, number or "0", f"--against {said}")
    _need_fit(found, subject.lab, f"--against {path}")
    return replace(
        subject, genome=found.genome[row], weights=found.weights[row], source=f"{path}, organism {row}", site=-1, tick=-1
    )


def _in_run(folder: RunFolder, source: str, choice: Choice, label: str = "--site") -> tuple[Subject, Universe]:
    universe = folder.universe
    if choice.space is not None:
        space_named(universe, choice.space)
    if choice.who is not None:
        tick, states, number, at = _by_identity(folder, choice)
    else:
        tick, states = newest_states(folder) if choice.tick is None else (choice.tick, states_at(folder, choice.tick, "--tick"))
        number, at = _at(universe, states, choice, label) if choice.site is not None else _finest(universe, states, choice)
    state, world = states[number], universe.worlds[number]
    region = state.region
    lab = Lab(world_at(world, tick, state.begun), at)
    if choice.where is not None:
        lab = _lab_at(universe, choice.where, tick, states)
        if lab.world.loci != world.loci:
            got, expected = "a site of a space of another body", f"a site of {world.space}"
            raise InputError(problem("--where", got, expected, str(int(world.first_site))))
    performed = tuple(goal for k, goal in enumerate(world.goals) if int(region.performed[at]) >> k & 1)
    site, cradle, born = int(world.first_site) + at, int(region.cradle[at]), int(region.born[at])
    genome, weights = region.genome[:, at].copy(), region.weights[..., at].copy()
    return Subject(lab, genome, weights, source, site, tick, cradle, born, performed), universe


def _at(universe: Universe, states: Sequence[WorldState], choice: Choice, label: str) -> tuple[int, int]:
    """(region, site within it) of who lives at a site."""
    site = choice.site if choice.site is not None else 0
    number, at = _place(universe, site, label)
    space = universe.space_of(number)
    if choice.space not in (None, space.name):
        raise InputError(problem(label, f"{site}, a site of {space.name}", f"one of {choice.space}", f"--space {space.name}"))
    alive = np.flatnonzero(states[number].region.alive)
    if at not in alive:
        near = int(alive[np.abs(alive - at).argmin()]) + int(universe.worlds[number].first_site) if len(alive) else None
        attempt = "another space or tick" if near is None else f"{label} {near}"
        raise InputError(problem(label, f"{site}, where nobody lives", "a site where somebody lives", attempt))
    return number, at


def _place(universe: Universe, site: int, label: str) -> tuple[int, int]:
    site = whole(label, site, 0, universe.sites - 1)
    number = owner(universe, site)
    return number, site - int(universe.worlds[number].first_site)


def identity_said(said: str) -> Identity:
    """The cradle and the tick of birth that `--who` names.

    Raises:
        InputError: If it does not.
    """
    found = re.fullmatch(r"\s*([0-9]{1,10})\s*@\s*(-1|[0-9]{1,10})\s*", said)
    if found is None:
        expected = "CRADLE@BORN, as births and the viewer tell it"
        raise InputError(problem("--who", repr(said), expected, "--who 1234@56000"))
    return int(found[1]), int(found[2])


def _by_identity(folder: RunFolder, choice: Choice) -> tuple[int, Sequence[WorldState], int, int]:
    said = choice.who or ""
    cradle, born = identity_said(said)
    if choice.tick is None:
        found = find(folder, [(cradle, born)])
        if found is not None:
            return found.tick, states_at(folder, found.tick), found.region, found.site
        raise InputError(problem("--who", said, "somebody who lived at a checkpoint that is kept", "an organism export"))
    states = states_at(folder, choice.tick, "--tick")
    for number, state in enumerate(states):
        region = state.region
        at = np.flatnonzero(region.alive & (region.cradle == cradle) & (region.born == born))
        if len(at):
            return choice.tick, states, number, int(at[0])
    raise InputError(problem("--who", said, f"somebody who lived at tick {choice.tick:,}", "leaving --tick out"))


def _finest(universe: Universe, states: Sequence[WorldState], choice: Choice) -> tuple[int, int]:
    """Who performed the goal that is asked for, else most goals; of those the one with most energy."""
    if choice.best is not None:
        need_goal(universe, choice.best, choice.space, "leaving it out")
    found: list[tuple[int, int, int, int]] = []
    for number, (world, state) in enumerate(zip(universe.worlds, states, strict=True)):
        alive = np.flatnonzero(state.region.alive) if choice.space in (None, world.space) else np.zeros(0, dtype=np.int64)
        if choice.best is not None:
            bit = world.goals.index(choice.best) if choice.best in world.goals else -1
            alive = alive[state.region.performed[alive] >> np.uint32(bit) & 1 > 0] if bit >= 0 else alive[:0]
        if len(alive):
            many = ones_in(state.region.performed[alive]).astype(np.int64)
            one = int(np.lexsort((-alive, state.region.energy[alive], many))[-1])
            found.append((int(many[one]), int(state.region.energy[alive[one]]), -number, int(alive[one])))
    if not found:
        got = f"nobody who performs {choice.best}" if choice.best else "nobody alive"
        raise InputError(
            problem("--best" if choice.best else "--site", got, "a tick with somebody", "--tick of another checkpoint")
        )
    _, _, number, at = max(found)
    return -number, at


def _lab_at(universe: Universe, where: int, tick: int, states: Sequence[WorldState] | None) -> Lab:
    number, at = _place(universe, where, "--where")
    begun = states[number].begun if states is not None else {}
    return Lab(world_at(universe.worlds[number], tick, begun), at)


def _in_file(found: Specimens, source: str, choice: Choice) -> tuple[Subject, Universe]:
    for name in ("site", "best", "tick"):
        if getattr(choice, name) is not None:
            raise InputError(problem(f"--{name}", f"one for {source}, a file", "--who NUMBER, from 0", "--who 0"))
    row = _row(found, choice.who or "0", "--who")
    origin = found.origins[int(found.columns["origin"][row])] if found.origins else {}
    home = choice.world or origin.get("run", "")
    if not home or (choice.world is None and not Path(home).is_dir()):
        got = f"a file whose organisms come from {home or 'nowhere that is known'}, which is not at hand"
        raise InputError(problem(source, got, "a world to try it in", "--world WORLD.toml, or --world RUN"))
    universe = open_run(home).universe if Path(home).is_dir() else read_setting(Path(home)).universe
    tick = int(origin.get("tick", -1))
    if choice.where is not None:
        lab = _lab_at(universe, choice.where, -1, None)
    else:
        space = _space_for(found, universe, choice.space, source)
        lab = Lab(*_own_place(universe, space, int(found.columns["site"][row]), origin.get("identity", "")))
    _need_fit(found, lab, source)
    performed = tuple(goal for goal, did in zip(found.goals, found.performs[row], strict=True) if did)
    site, cradle, born = (int(found.columns[name][row]) for name in ("site", "cradle", "born"))
    genome, weights = found.genome[row], found.weights[row]
    return Subject(lab, genome, weights, f"{source}, organism {row}", site, tick, cradle, born, performed), universe


def _row(found: Specimens, said: str, label: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 20 and int(said) < len(found)):
        raise InputError(problem(label, repr(said), f"the number of an organism, 0 to {len(found) - 1}", "0"))
    return int(said)


def _space_for(found: Specimens, universe: Universe, name: str | None, source: str) -> Space:
    if name is not None or len(universe.spaces) == 1:
        return space_named(universe, name)
    fits = [space for space in universe.spaces if misfit(found, universe.worlds[space.first_region].loci) is None]
    if len(fits) == 1:
        return fits[0]
    names = [space.name for space in fits or universe.spaces]
    raise InputError(
        problem(source, "several spaces where it may be tried", f"one of {', '.join(names)}", f"--space {names[0]}")
    )


def _own_place(universe: Universe, space: Space, site: int, identity: str) -> tuple[World, int]:
    """World and site where it lived, if it comes from a run of this world, else where a task is posed first."""
    worlds = [world_at(universe.worlds[k], 0, {}) for k in space.regions]
    for world in worlds:
        if identity == universe.identity and 0 <= site - world.first_site < world.sites:
            return world, site - int(world.first_site)
    posed = np.flatnonzero(
        sum((place.where for place in worlds[0].tasks if not place.task.board), np.zeros(worlds[0].sites, bool))
    )
    return worlds[0], int(posed[0]) if len(posed) else 0


def _need_fit(found: Specimens, lab: Lab, where: str) -> None:
    wrong = misfit(found, lab.world.loci)
    if wrong is not None:
        raise InputError(
            problem(where, wrong[0], f"those of {lab.world.space} ({wrong[1]})", "a world or a run of the same body")
        )
