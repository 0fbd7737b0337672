"""The trophic table of a run, from what is seen in the ticks after its newest checkpoint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.inspect_run import newest_states
from cyberspace.analysis.measures.trophic import Trophic
from cyberspace.analysis.measuring.recording import Recording
from cyberspace.analysis.measuring.row import Row
from cyberspace.analysis.measuring.watching import largest, watch

TICKS = 128
"""Ticks that are watched: two blocks of lessons, by the start values."""

LARGE = 2**17
"""Sites of a universe from which on it is watched only where that is asked for: a tick of a million sites takes about a second."""

MOST = 6
"""Groups that are told apart."""

SEEN = 0.001
"""Shares of an income, and of the ticks at which somebody is heard, that are told from here on."""

UNIT = "energy per organism and tick"


def tell_trophic(recording: Recording) -> Iterator[Row]:
    """Who lives by what and by whom, by lineage and by what they perform.

    Raises:
        InputError: If there is no whole checkpoint.
    """
    universe = recording.folder.universe
    _, states = newest_states(recording.folder)
    for number, space in enumerate(universe.spaces):
        worlds, here = (
            universe.worlds[space.regions.start : space.regions.stop],
            states[space.regions.start : space.regions.stop],
        )
        goals = recording.goals_of(number)
        ways = [
            [state.region.founder.astype(np.int64) for state in here],
            [state.region.performed.astype(np.int64) for state in here],
        ]
        found = [largest(kinds, here, MOST) for kinds in ways]
        if not len(found[0][0]):
            continue
        ways_of = [groups for _, groups in found]
        tables, deaf = (watch(worlds, here, ways_of, TICKS, without) for without in (False, True))
        called = [f"lineage {one:08x}" for one in found[0][0].tolist()], [functions(one, goals) for one in found[1][0].tolist()]
        for names, table, silent in zip(called, tables, deaf, strict=True):
            yield from _rows(space.name, here[0].tick + TICKS * worlds[0].step, names, table, silent.income["tasks"])


def functions(bits: int, goals: Sequence[str]) -> str:
    """A set of functions in words."""
    return " + ".join(goal for k, goal in enumerate(goals) if bits >> k & 1) or "nothing performed"


def _rows(space: str, tick: int, names: list[str], table: Trophic, silent: NDArray[np.float64]) -> Iterator[Row]:
    hears, lives_by, income = table.hears, table.lives_by, table.income
    part = table.lived / max(1.0, float(table.lived.sum()))
    for k, name in enumerate(names):
        if part[k] < SEEN:
            continue
        yield Row(tick, space, "trophic", "share of organism-ticks", name, float(part[k]))
        for source, values in income.items():
            yield Row(tick, space, "trophic", source, name, float(values[k]), unit=UNIT)
        yield Row(tick, space, "trophic", "tasks, without messages", name, float(silent[k]), unit=UNIT)
        for j, giver in enumerate(names):
            if lives_by[k, j] >= SEEN:
                yield Row(
                    tick, space, "trophic", "lives by", f"{name} < {giver}", float(lives_by[k, j]), unit="share of income"
                )
            if hears[k, j] >= SEEN:
                yield Row(tick, space, "trophic", "hears", f"{name} < {giver}", float(hears[k, j]), unit="share of ticks")
