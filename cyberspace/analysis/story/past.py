"""What a record tells of who lived where and who was born of whom, sample by sample; little of it is held at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.lineages import key
from cyberspace.record.layout import ROWS
from cyberspace.record.reading import Column, Tables, whole_rows, written
from cyberspace.record.run_folder import RunFolder

MOST_SAMPLES = 240
"""Samples that a plot of branches is made of; of more, that many are taken evenly."""

MOST_TRACED = 2048
"""Sites whose inhabitants are traced back, about; of more, that many are taken evenly."""

MOST_ROWS = 2**18
"""Births that are read at once, about."""

TELLERS = ("energy", "alive", "founder")
"""Fields that tell who lives, the best first: who holds no energy is dead."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Living:
    """Who lived at a sample.

    Attributes:
        alive: Whether somebody lives at each traced site, bool (traced,).
        founder: Mark of its lineage, int64 (traced,); zeros where that was not recorded.
        who: Its identity, see `cyberspace.analysis.lineages.key`, int64 (traced,); None where that was not recorded.
        marks: Marks of lineages of which more than one in a thousand of all the living are, and how many, of all sites.
        total: How many live, of all sites.
    """

    alive: NDArray[np.bool_]
    founder: Ints
    who: Ints | None
    marks: dict[int, int]
    total: int


class Past:
    """The record of a run, as it was when it was opened.

    Args:
        folder: The run.

    Raises:
        InputError: If nothing was recorded yet, or the record is damaged.
    """

    def __init__(self, folder: RunFolder):
        self.folder, self.tables = folder, Tables(folder.record)
        self.spaces = [space.name for space in folder.universe.spaces]
        self._fields = {name: self.tables.columns(f"{name}/fields") for name in self.spaces}
        self._births = {name: self.tables.columns(f"{name}/births") for name in self.spaces}
        self._whole = {name: whole_rows(table) for name, table in self._births.items()}
        self._back = {name: Back(table, self._whole[name]) for name, table in self._births.items()}
        told = min((written(fields["tick"]) for fields in self._fields.values()), key=len)
        self.samples = told
        bunch = -(-len(told) // MOST_SAMPLES) if len(told) else 1
        self._at = np.arange(len(told) - 1, -1, -bunch)[::-1]
        self.ticks: Ints = told[self._at]
        sites = folder.universe.sites
        self.step = max(1, -(-sites // MOST_TRACED)) | 1 if sites > MOST_TRACED else 1  # odd: lengths of axes are even
        self.sites: Ints = np.arange(0, sites, self.step)

    @property
    def tellable(self) -> bool:
        """Whether it was recorded who lives where, in all spaces."""
        return all(any(name in fields for name in TELLERS) for fields in self._fields.values())

    def living(self, k: int) -> Living:
        """Who lived at a sample of `ticks`."""
        at = int(self._at[k])
        parts = [self._of(fields, at) for fields in self._fields.values()]
        alive, founder = (np.concatenate([part[n] for part in parts]) for n in (0, 1))
        known = all(part[2] is not None for part in parts)
        who = np.concatenate([part[2] for part in parts if part[2] is not None])[self.sites] if known else None
        total = int(np.count_nonzero(alive))
        marks, counts = np.unique(founder[alive], return_counts=True)
        many = counts > total / 1000
        told = dict(zip(marks[many].tolist(), counts[many].tolist(), strict=True))
        told.pop(0, None)
        return Living(alive[self.sites], founder[self.sites], who, told, total)

    def _of(self, fields: dict[str, Column], at: int) -> tuple[NDArray[np.bool_], Ints, Ints | None]:
        teller = next(name for name in TELLERS if name in fields)
        found = fields[teller][at].ravel()
        alive = np.asarray(found != np.zeros(1, dtype=found.dtype))
        founder = fields["founder"][at].ravel().astype(np.int64) if "founder" in fields else np.zeros(len(alive), np.int64)
        if not {"cradle", "born"} <= fields.keys():
            return alive, founder, None
        return alive, founder, key(*(fields[name][at].ravel().astype(np.int64) for name in ("cradle", "born")))

    def births(self, low: int, high: int) -> Iterator[Ints]:
        """Births from one tick on and before another, the newest first: bunches of rows (own key, site, parent's key), int64.

        Those that are asked for next must be older.
        """
        rows = sum(self._whole.values()) * (high - low) / max(1, int(self.ticks[-1]))
        edges = np.linspace(high, low, 2 + int(rows / MOST_ROWS)).astype(np.int64).tolist()
        for last, first in pairwise(edges):
            found = np.concatenate([back.take(first, last) for back in self._back.values()])
            yield found[np.argsort(-(found[:, 0] >> 31), kind="stable")]

    def forward(self, space: str) -> Iterator[Ints]:
        """All births of a space in order of tick: bunches of rows (own key, site, parent's key), int64."""
        for first in range(0, self._whole[space], MOST_ROWS):
            yield read(self._births[space], first, min(first + MOST_ROWS, self._whole[space]))


class Back:
    """Reads a table of births from its end to its beginning, each part of it once.

    Args:
        table: The table.
        whole: Its complete rows.
    """

    def __init__(self, table: dict[str, Column], whole: int):
        self._table, self._below = table, whole
        self._rows = read(table, 0, 0)

    def take(self, first: int, last: int) -> Ints:
        """Rows of births from one tick on and before another, in order; all later ones are passed over."""
        while self._below and (not len(self._rows) or self._rows[0, 0] >= first_key(first)):
            begin = (self._below - 1) // ROWS * ROWS
            self._rows, self._below = np.concatenate([read(self._table, begin, self._below), self._rows]), begin
        low, high = np.searchsorted(self._rows[:, 0] >> 31, [first + 1, last + 1]).tolist()
        found = self._rows[low:high]
        self._rows = self._rows[:low].copy()
        return found


def first_key(tick: int) -> int:
    """The lowest key of those born at a tick."""
    return (tick + 1) << 31


def read(table: dict[str, Column], first: int, stop: int) -> Ints:
    """Rows of a table of births: own key, site, parent's key."""
    tick, site, parent, when = (
        np.asarray(table[name][first:stop], dtype=np.int64) for name in ("tick", "site", "parent", "parent_born")
    )
    return np.stack([key(site, tick), site, key(parent, when)], axis=1)
