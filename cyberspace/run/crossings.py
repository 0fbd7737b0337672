"""Who crossed a link: a table of the letters that a region posted, made of many letters at a time, since most carry few."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.letters import Short, Stamp

CROSSINGS = ("tick", "sender", "receiver", "kind", "energy", "founder")
"""Columns of the table of those who crossed a link."""

NO_CROSSINGS = np.zeros((0, len(CROSSINGS)), dtype=np.int64)

TOGETHER = 64
"""Letters of which so much is kept until they are looked through."""


class Crossings:
    """The crossings of one region since they were last asked for."""

    def __init__(self) -> None:
        self._letters: list[tuple[tuple[int, int, int, int], Short, bytes]] = []
        self._tables = [NO_CROSSINGS]

    def note(self, stamp: Stamp, energy: int, short: Short, slots: bytes) -> None:
        """A letter with so much energy was posted, and this is what it says of slots."""
        self._letters.append(((stamp.tick, stamp.sender, stamp.receiver, energy), short, slots))
        if len(self._letters) == TOGETHER:
            self._look_through()

    def take(self) -> NDArray[np.int64]:
        """Rows of `CROSSINGS`, int64, in the order in which letters were posted: all gifts of one as a row of kind 0 and founder 0, then
        its spores and movers."""
        self._look_through()
        found, self._tables = np.concatenate(self._tables), [NO_CROSSINGS]
        return found

    def _look_through(self) -> None:
        if not self._letters:
            return
        heads = np.array([head for head, *_ in self._letters], dtype=np.int64)
        told = [short.told(slots) for *_, short, slots in self._letters]
        letter = np.repeat(np.arange(len(heads)), [len(one[0]) for one in told])
        gifts, rows = (np.zeros((count, len(CROSSINGS)), dtype=np.int64) for count in (len(heads), len(letter)))
        rows[:, :3], gifts[:, :3] = heads[letter, :3], heads[:, :3]
        rows[:, 3:] = np.stack([np.concatenate(one).astype(np.int64) for one in zip(*told, strict=True)], axis=1)
        gifts[:, 4] = heads[:, 3]
        np.subtract.at(gifts[:, 4], letter, rows[:, 4])
        order = np.argsort(np.concatenate([np.arange(len(heads)), letter]), kind="stable")
        table = np.concatenate([gifts, rows])[order]
        self._tables.append(table[(table[:, 3] != 0) | (table[:, 4] != 0)])
        self._letters = []
