"""Which organisms of a run are taken out of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.state import WorldState
from cyberspace.law.universe import Universe
from cyberspace.record.taken import take
from cyberspace.specimens import Specimens, together


def chosen(
    universe: Universe, states: Sequence[WorldState], run: str, tick: int, site: int | None = None, best: str | None = None,
    count: int | None = None, space: str | None = None,
) -> Specimens:  # fmt: skip
    """Organisms that live at a checkpoint.

    Args:
        universe: The universe.
        states: Of all its regions.
        run: What the run is called.
        tick: Of the checkpoint.
        site: Who lives at this site, numbered in the universe.
        best: Those that performed this goal when they were last judged, who hold most energy first; one of them if no count is given.
        count: So many: of the best, or spread evenly over all that live; all of them if left out.
        space: Of this space alone.

    Raises:
        InputError: If there is nobody of this kind, or the choice leaves several bodies.
    """
    names = [one.name for one in universe.spaces]
    if space is not None and space not in names:
        raise InputError(problem("--space", repr(space), f"one of {', '.join(names)}", nearest(space, names)))
    if count is not None and count < 1:
        raise InputError(problem("--count", count, "at least 1", "1"))
    if best is not None:
        need_goal(universe, best, space, "--count")
    parts = [take(universe, states, one, run, tick) for one in universe.spaces if space in (None, one.name)]
    living = [part for part in parts if part is not None]
    if not living:
        raise InputError(problem(f"{run}: tick {tick}", "nobody alive", "a tick with somebody", "--at another tick"))
    if site is not None:
        return _at(living, universe, site)
    if best is not None:
        return _best(living, best, 1 if count is None else count)
    if len({(part.body, part.genome.shape[1]) for part in living}) > 1:
        raise InputError(problem("--space", "spaces of several bodies", f"one of {', '.join(names)}", f"--space {names[0]}"))
    everybody = together(living)
    if count is None or count >= len(everybody):
        return everybody
    return everybody[np.linspace(0, len(everybody) - 1, count).astype(np.int64)]


def need_goal(universe: Universe, best: str, space: str | None, otherwise: str) -> None:
    """Refuse a goal that nobody can perform in a space, or anywhere if it is None; `otherwise` is tried where there are no goals.

    Raises:
        InputError: If it is none.
    """
    goals = list(dict.fromkeys(goal for world in universe.worlds if space in (None, world.space) for goal in world.goals))
    if best not in goals:
        expected = f"one of {', '.join(goals)}" if goals else "a run with a task"
        raise InputError(problem("--best", repr(best), expected, nearest(best, goals or [otherwise])))


def _at(living: Sequence[Specimens], universe: Universe, site: int) -> Specimens:
    for part in living:
        (row,) = np.nonzero(part.columns["site"] == site)
        if len(row):
            return part[row]
    if not 0 <= site < universe.sites:
        raise InputError(problem("--site", site, f"a site from 0 to {universe.sites - 1}", "0"))
    known = np.concatenate([part.columns["site"] for part in living])
    near = int(known[np.abs(known - site).argmin()])
    raise InputError(problem("--site", f"{site}, where nobody lives", "a site where somebody lives", f"--site {near}"))


def _best(living: Sequence[Specimens], goal: str, count: int) -> Specimens:
    """Those of one body that perform a goal, the richest first."""
    found = []
    for part in living:
        if goal in part.goals:
            rows = np.flatnonzero(part.performs[:, part.goals.index(goal)])
            if len(rows):
                found.append(part[rows])
    if not found:
        total = sum(map(len, living))
        raise InputError(
            problem(
                f"--best {goal}",
                f"none of {total:,} that performs it",
                "a tick with somebody who does",
                "--at another tick, or --count 1",
            )
        )
    everybody = together([part for part in found if part.body == found[0].body])
    order = np.lexsort((everybody.columns["site"], -everybody.columns["energy"]))
    return everybody[order[:count]]
