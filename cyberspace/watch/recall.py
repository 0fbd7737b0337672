"""What a run that goes on remembers of itself: timelines and births of its record, so that those who watch see more than this start."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.universe import Space
from cyberspace.law.world import World
from cyberspace.record.layout import BIRTHS
from cyberspace.record.reading import Tables, first_row, open_record, written
from cyberspace.record.run_folder import RunFolder
from cyberspace.record.score_curves import score_curves
from cyberspace.record.scores import COLUMNS, scored
from cyberspace.watch.census import SAMPLES
from cyberspace.watch.genealogy import KEPT, Genealogy

Rows = NDArray[np.float64]


class Recall:
    """The record of a run up to a tick.

    Args:
        folder: The run.
        tick: The tick that it goes on from.

    Raises:
        InputError: If the record is damaged.
    """

    def __init__(self, folder: RunFolder, tick: int):
        self._tick, self._worlds = tick, folder.universe.worlds
        self._tables: Tables | None = open_record(folder.record) if tick > 0 else None

    def series(self, space: Space) -> Rows:
        """Samples of a space as `cyberspace.watch.census.Series` has them, one a row, in order; at most half as many as it keeps."""
        if self._tables is None:
            return np.zeros((0, 4))
        columns = self._tables.columns(f"{space.name}/series")
        ticks = written(columns["tick"])
        count = int(np.searchsorted(ticks, self._tick, side="right"))
        alive, held, births, faithful = (np.asarray(columns[name][:count]) for name in ("alive", "held", "births", "faithful"))
        born, copied = np.diff(births, prepend=0), np.diff(faithful, prepend=0)
        heredity = np.where(born > 0, copied / np.maximum(1, born), np.nan)
        tasks = len(scored(self._worlds[space.first_region]))
        scores = score_curves(self._tables, space.name, self._tick).values.reshape(count, -1) if tasks else np.zeros((count, 0))
        if scores.shape[1] != tasks * len(COLUMNS):  # a record of before scores were kept
            scores = np.full((count, tasks * len(COLUMNS)), np.nan)
        rows = np.column_stack([ticks[:count], alive, heredity, held, np.asarray(columns["shares"][:count]), scores])
        stride = -(-len(rows) // (SAMPLES // 2))
        return rows[::-1][:: max(1, stride)][::-1].astype(np.float64)

    def births(self, space: Space) -> NDArray[np.int32]:
        """The latest births in a space, rows as in `cyberspace.backends.backend.SpanResult`, as many as a genealogy keeps at most."""
        names = [name for name, _, _ in BIRTHS]
        if self._tables is None:
            return np.zeros((0, len(names)), dtype=np.int32)
        columns = self._tables.columns(f"{space.name}/births")
        stop = first_row(columns["tick"], self._tick, min(columns[name].shape[0] for name in names))
        first = max(0, stop - KEPT)
        return np.column_stack([np.asarray(columns[name][first:stop], dtype=np.int32) for name in names])


def remind(genealogy: Genealogy, folder: RunFolder, worlds: Iterable[World], tick: int) -> None:
    """Tell a genealogy of the births in some regions before a tick, as far as they are recorded.

    Raises:
        InputError: If the record is damaged.
    """
    recall, regions = Recall(folder, tick), {int(world.region): world for world in worlds}
    found = []
    for space in folder.universe.spaces:
        here = [regions[region] for region in space.regions if region in regions]
        if here:
            rows = recall.births(space)
            site = rows[:, 1]
            inside = [(site >= int(world.first_site)) & (site < int(world.first_site) + world.sites) for world in here]
            found.append(rows[np.logical_or.reduce(inside)])
    rows = np.concatenate(found)
    genealogy.recall(rows[np.argsort(rows[:, 0], kind="stable")])
