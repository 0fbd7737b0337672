"""What a record tells of who lived where and who was born of whom, sample by sample; little of it is held at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.lineages import key
from cyberspace.record.reading import Column, Tables, first_row, whole_rows, written
from cyberspace.record.run_folder import RunFolder

MOST_SAMPLES = 240
"""Samples that a plot of branches is made of; of more, that many are taken evenly."""

MOST_TRACED = 4096
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
        """Births from one tick on and before another, the newest first: bunches of rows (own key, site, parent's key), int64."""
        spans = {name: self._rows(name, low, high) for name in self.spaces}
        rows = max(stop - first for first, stop in spans.values())
        edges = np.linspace(high, low, 1 + max(1, -(-rows // MOST_ROWS))).astype(np.int64).tolist()
        for last, first in zip(edges, edges[1:], strict=False):
            parts = [self._read(name, *self._rows(name, first, last)) for name in self.spaces]
            found = np.concatenate(parts)
            yield found[np.argsort(-(found[:, 0] >> 31), kind="stable")]

    def forward(self, space: str) -> Iterator[Ints]:
        """All births of a space in order of tick: bunches of rows (own key, site, parent's key), int64."""
        for first in range(0, self._whole[space], MOST_ROWS):
            yield self._read(space, first, min(first + MOST_ROWS, self._whole[space]))

    def _rows(self, space: str, low: int, high: int) -> tuple[int, int]:
        ticks, whole = self._births[space]["tick"], self._whole[space]
        return first_row(ticks, low, whole), first_row(ticks, high, whole)

    def _read(self, space: str, first: int, stop: int) -> Ints:
        table = self._births[space]
        tick, site, parent, when = (
            np.asarray(table[name][first:stop], dtype=np.int64) for name in ("tick", "site", "parent", "parent_born")
        )
        return np.stack([key(site, tick), site, key(parent, when)], axis=1)
