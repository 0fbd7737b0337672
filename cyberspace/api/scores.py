"""Scores of tasks as a table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cyberspace.api import dataset
from cyberspace.law.state import WorldState
from cyberspace.law.universe import Universe
from cyberspace.record.reading import Tables
from cyberspace.record.score_curves import Curves, score_curves
from cyberspace.record.scores import COLUMNS, scored, scores_of, spreads

if TYPE_CHECKING:
    from cyberspace.api.dataset import DataFrame


def recorded_scores(record: Path, spaces: Iterable[str]) -> DataFrame:
    """The scores that a run has recorded of some spaces.

    Raises:
        InputError: If the record is damaged.
    """
    tables = Tables(record)
    return _table({space: score_curves(tables, space) for space in spaces})


def scores_now(universe: Universe, states: list[WorldState], tick: int) -> DataFrame:
    """The scores in states of all regions.

    Raises:
        InputError: If a task of a user's own can't say its score.
    """
    found = {}
    for space in universe.spaces:
        world = universe.worlds[space.first_region]
        values = spreads(world, (scores_of(universe.worlds[k], states[k]) for k in space.regions))
        found[space.name] = Curves(np.array([tick]), scored(world), values[None])
    return _table(found)


def _table(curves: dict[str, Curves]) -> DataFrame:
    """A row for each sample and score: tick, space, task, unit, and `COLUMNS`; by tick."""
    rows = [(space, of, k, one) for space, of in curves.items() for k, one in enumerate(of.told)]
    ticks = np.concatenate([np.zeros(0, dtype=np.int64), *(of.ticks for _, of, _, _ in rows)])
    values = np.concatenate([np.zeros((0, len(COLUMNS))), *(of.values[:, k] for _, of, k, _ in rows)])
    order = np.argsort(ticks, kind="stable")
    code = np.repeat(np.arange(len(rows)), [len(of.ticks) for _, of, _, _ in rows])[order]
    columns = {"tick": ticks[order]} | {name: values[order, k] for k, name in enumerate(COLUMNS)}
    told = {"space": [space for space, _, _, _ in rows]} | {
        key: [getattr(one, key) for *_, one in rows] for key in ("name", "unit")
    }
    words = {}
    for key, of_row in told.items():
        names = tuple(dict.fromkeys(of_row))
        words["task" if key == "name" else key] = (np.array([names.index(one) for one in of_row], dtype=np.int64)[code], names)
    return dataset.table(columns, words)
