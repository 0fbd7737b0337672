"""The pedigree of a run: every birth with the row of its parent, the genotype that it has by descent, and its depth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.lineages import key, roots, rows_of
from cyberspace.record.reading import Tables, whole_rows

Ints = NDArray[np.int64]

COLUMNS = ("tick", "site", "parent", "parent_born", "distance")


@dataclass(frozen=True)
class Pedigree:
    """All births in order of tick and site, each (births,).

    Attributes:
        keys: Identity of the newborn, see `cyberspace.analysis.lineages.key`; ascending.
        tick: When.
        site: Where.
        above: Identity of the parent.
        parent: Row of the parent's own birth; -1 for the children of the first of a lineage.
        exact: Whether the genome is the parent's, to the allele.
        genotype: Identity of the first who had this genome, by an unbroken line of exact copies.
        depth: Births since the first of the lineage.
        root: Identity of the first of the lineage.
    """

    keys: Ints
    tick: Ints
    site: Ints
    above: Ints
    parent: Ints
    exact: NDArray[np.bool_]
    genotype: Ints
    depth: Ints
    root: Ints

    def before(self, tick: int) -> int:
        """How many births there were before a tick."""
        return int(np.searchsorted(self.tick, tick))

    def rows(self, who: Ints, stop: int | None = None) -> Ints:
        """Row of each one's birth, among the first `stop`; -1 where there is none."""
        keys = self.keys[:stop]
        if not len(keys):
            return np.full(len(who), -1, dtype=np.int64)
        at = np.searchsorted(keys, who).clip(0, len(keys) - 1)
        return np.where(keys[at] == who, at, -1)

    def of(self, column: Ints, row: Ints, otherwise: Ints | int) -> Ints:
        """A column at some rows, and something else where the row is -1."""
        return np.where(row >= 0, column[row], otherwise) if len(column) else np.broadcast_to(otherwise, row.shape)


def pedigree(rows: Ints) -> Pedigree:
    """The pedigree of a table of births (births, 5), columns as in `COLUMNS`, in any order."""
    own = key(rows[:, 1], rows[:, 0])
    order = np.argsort(own, kind="stable")
    rows, own = rows[order], own[order]
    above = key(rows[:, 2], rows[:, 3])
    parent, exact = rows_of(own, above), rows[:, 4] == 0
    first, depth = roots(parent)
    # Whoever is not an exact copy begins a genotype, and so does the first of a lineage, who stands in no row.
    bearer = roots(np.where(exact, parent, -1))[0]
    genotype = np.where(exact[bearer], above[bearer], own[bearer])
    return Pedigree(own, rows[:, 0].copy(), rows[:, 1].copy(), above, parent, exact, genotype, depth, above[first])


def read_pedigree(tables: Tables, spaces: list[str]) -> Pedigree:
    """The pedigree of a record, of all its spaces together: some 80 bytes a birth.

    Raises:
        InputError: If the record is damaged.
    """
    parts = [np.zeros((0, len(COLUMNS)), dtype=np.int64)]
    for space in spaces:
        columns = tables.columns(f"{space}/births")
        whole = whole_rows(columns)
        parts.append(np.stack([np.asarray(columns[name][:whole], dtype=np.int64) for name in COLUMNS], axis=1))
    return pedigree(np.concatenate(parts))
