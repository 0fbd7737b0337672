"""How far a record reaches: whether it holds all that was recorded before a checkpoint, so that it can be continued from there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, problem
from cyberspace.law.universe import Universe
from cyberspace.record import layout
from cyberspace.record.published import damage
from cyberspace.record.reading import Tables, whole_rows, written

Ticks = NDArray[np.int64]


def _need_fields(tables: Tables, space: str, fields: list[str]) -> None:
    """Refuse a record of other fields than the world file asks for: its arrays would not be of one length."""
    known = set(tables.columns(f"{space}/fields")) - {"tick"}
    if known != set(fields):
        got, expected = ", ".join(fields) or "none", f"{', '.join(sorted(known)) or 'none'}, as {tables.path} has"
        attempt = f"fields = {json.dumps(sorted(known))}, or a new run"
        raise InputError(problem(f"{tables.path.parent / 'world.toml'}: record.fields", got, expected, attempt))


class Reach:
    """What a record holds.

    Args:
        tables: The record.
        universe: The universe that it must be of.
        fields: The fields that it must have.

    Attributes:
        ticks: By table, the ticks of its complete rows.
        last: Tick of the last sample of all spaces; -1 if there is none.

    Raises:
        InputError: If it is damaged, of another world, or lacks a field.
    """

    def __init__(self, tables: Tables, universe: Universe, fields: list[str]):
        identity = tables.about("").get("identity")
        if identity != universe.identity:
            raise damage(tables.path, tables.path, f"it is of world {identity}, not of {universe.identity}")
        _need_fields(tables, universe.spaces[0].name, fields)
        self.ticks: dict[str, Ticks] = {}
        for table, names in layout.held(universe, fields, tables.__contains__).items():
            columns = {name: tables.column(f"{table}/{name}") for name in names}
            sampled = table.endswith(("/fields", "/series"))
            ticks = written(columns["tick"]) if sampled else np.asarray(columns["tick"][: whole_rows(columns)], dtype=np.int64)
            whole = min(len(ticks), *(column.shape[0] for column in columns.values()))
            self.ticks[table] = ticks[:whole]
            if (np.diff(self.ticks[table]) < int(sampled)).any():
                raise damage(tables.path / table / "tick", tables.path, "its ticks are in no order")
            for column in columns.values() if whole else ():
                column[whole - 1 : whole]  # the chunk that is added to
        samples = [self.ticks[f"{space.name}/series"] for space in universe.spaces]
        self.last = min((int(ticks[-1]) if len(ticks) else -1 for ticks in samples), default=-1)
        self._before = {space.name: self._born_before(tables, space.name) for space in universe.spaces}

    def _born_before(self, tables: Tables, space: str) -> int:
        """Births before the record began: of a simulation that went on from a checkpoint, and was saved."""
        ticks, counted = self.ticks[f"{space}/series"], tables.column(f"{space}/series/births")
        recorded = int(np.searchsorted(self.ticks[f"{space}/births"], ticks[0])) if len(ticks) else 0
        return int(np.asarray(counted[0])) - recorded if len(ticks) else 0

    def rows(self, tick: int) -> dict[str, int]:
        """Rows before a tick, and samples up to it; as `cyberspace.record.record.Record.rows` counts them."""
        return {
            table: int(np.searchsorted(ticks, tick, side="right" if table.endswith(("/fields", "/series")) else "left"))
            for table, ticks in self.ticks.items()
        }

    def lacks(self, tick: int, expected: Mapping[str, int] | None, births: Callable[[], Mapping[str, int]]) -> str:
        """What is missing before a checkpoint, in words; empty if nothing is.

        Args:
            tick: Of the checkpoint.
            expected: What it says that the record held; None for one of before, which says nothing.
            births: Counts, by space, the births since tick 0 in the checkpoint's state; asked where it says nothing.
        """
        found = self.rows(tick)
        if expected is None:
            expected = {f"{space}/births": born - self._before[space] for space, born in births().items()}
            expected |= {f"{space}/series": self._samples_due(space, tick) for space in self._before}
        wrong = [table for table, count in expected.items() if found.get(table) != count]
        return ", ".join(f"{found.get(table, 0):,} of {expected[table]:,} rows of {table}" for table in wrong)

    def _samples_due(self, space: str, tick: int) -> int:
        """Samples up to a tick, if they went on as far apart as they were; where that can't be told, those that are there."""
        known, births = self.ticks[f"{space}/series"], self.ticks[f"{space}/births"]
        there = int(np.searchsorted(known, tick, side="right"))
        if not there:
            return 1
        if len(births) and int(known[there - 1]) < int(births[-1]):  # something was written after the last sample
            return there
        apart = int(np.diff(known).max()) if len(known) > 2 else 2**31
        return there + (tick - int(known[there - 1])) // apart
