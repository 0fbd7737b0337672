"""Work on a run's record that takes longer than a turn of the window: done bit by bit, between turns."""

from __future__ import annotations

import time
from collections.abc import Generator

import numpy as np

from cyberspace.analysis.lineages import key
from cyberspace.analysis.story.story import telling_of
from cyberspace.analysis.story.told import Story
from cyberspace.record.reading import Tables, first_row, whole_rows
from cyberspace.record.run_folder import RunFolder
from render.clade import Clade
from render.frames import Answer, Told

TURN = 0.006
"""Seconds of work in one turn."""

PART = 0.01
"""Share of the time that may go into telling the story of a run again and again while it grows."""

MOST_BIRTHS = 2**23
"""Births that the descendants of one organism are sought among, at most."""

BUNCH = 2**14

Work = Generator[None, None, Answer]


class Errands:
    """Does one piece of work after the other.

    Args:
        folder: The run.
    """

    def __init__(self, folder: RunFolder):
        self._folder = folder
        self._queue: list[Work] = []
        self._seeking: Work | None = None
        self._story: tuple[int, float] = (-2, -np.inf)  # newest sample that was told, and when the next may be
        self._telling = False

    def tell_story(self, newest: int) -> None:
        """Tell the story of the run, unless it was told of this newest sample, or lately."""
        if not self._telling and newest != self._story[0] and time.monotonic() >= self._story[1]:
            self._telling = True
            self._queue.append(self._tell())

    def find_clade(self, cradle: int, born: int) -> None:
        """Find all that descend from an organism; who was asked for before is sought no more."""
        self._queue = [work for work in self._queue if work is not self._seeking]
        self._seeking = clade_of(self._folder, cradle, born)
        self._queue.insert(0, self._seeking)

    def work(self, seconds: float = TURN) -> list[Answer]:
        """Work for some time; what is done.

        Raises:
            InputError: If the record is damaged.
        """
        found: list[Answer] = []
        until = time.monotonic() + seconds
        while self._queue and time.monotonic() < until:
            work = self._queue[0]
            try:
                next(work)
            except StopIteration as done:
                self._queue.remove(work)
                found.append(done.value)
            except BaseException:
                self._queue.remove(work)
                self._telling = False
                raise
        return found

    @property
    def busy(self) -> bool:
        """Whether there is something to do."""
        return bool(self._queue)

    def _tell(self) -> Work:
        spent, telling = 0.0, telling_of(self._folder)
        while True:
            begun = time.monotonic()
            try:
                next(telling)
            except StopIteration as done:
                story: Story = done.value
                break
            spent += time.monotonic() - begun
            yield
        self._story, self._telling = (story.tick, time.monotonic() + spent / PART), False
        return story


def clade_of(folder: RunFolder, cradle: int, born: int) -> Work:
    """All births since somebody was born, and which are of its descendants, bit by bit."""
    tables = Tables(folder.record)
    parts = []
    for space in folder.universe.spaces:
        table = tables.columns(f"{space.name}/births")
        whole = whole_rows(table)
        first = first_row(table["tick"], max(0, born), whole)
        if whole - first > MOST_BIRTHS:
            return Told(f"more than {MOST_BIRTHS:,} births since tick {born:,}: choose a younger branch", wrong=True)
        for low in range(first, whole, 4 * BUNCH):
            columns = [np.asarray(table[name][low : low + 4 * BUNCH][: whole - low], dtype=np.int64)
                       for name in ("tick", "site", "parent", "parent_born")]  # fmt: skip
            parts.append(np.stack(columns, axis=1))
            yield
    rows = np.concatenate(parts) if parts else np.zeros((0, 4), dtype=np.int64)
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    own, above = key(rows[:, 1], rows[:, 0]), key(rows[:, 2], rows[:, 3])
    known = set(key(np.array([cradle]), np.array([born])).tolist())
    mine = np.zeros(len(rows), dtype=bool)
    for low in range(0, len(rows), BUNCH):
        pairs = zip(own[low : low + BUNCH].tolist(), above[low : low + BUNCH].tolist(), strict=True)
        for k, (who, parent) in enumerate(pairs, start=low):
            if parent in known or who in known:
                known.add(who)
                mine[k] = True
        yield
    return Clade(cradle, born, rows[:, 0].astype(np.int32), rows[:, 1].astype(np.int32), mine)
