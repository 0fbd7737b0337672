"""Births as a record has them, the newest first: whole parts of its tables, so that little is held at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cyberspace.analysis.lineages import key
from cyberspace.analysis.phylogeny.folding import Folding
from cyberspace.analysis.phylogeny.tree import Ints, Leaves, Rows, Tree
from cyberspace.record.layout import BIRTHS, ROWS
from cyberspace.record.reading import Column, Tables, first_row, whole_rows
from cyberspace.record.run_folder import RunFolder

PART = 4 * ROWS
"""Births of a space that are read at once."""

NAMES = tuple(name for name, _, _ in BIRTHS)


def newest_first(folder: RunFolder, before: int) -> Iterator[Rows]:
    """All recorded births of a run before a tick; nothing where nothing was recorded.

    Raises:
        InputError: If the record is damaged.
    """
    if not folder.record.is_dir():
        return
    tables = Tables(folder.record)
    spaces = [tables.columns(f"{space.name}/births") for space in folder.universe.spaces]
    stops = [first_row(table["tick"], before, whole_rows(table)) for table in spaces]
    while any(stops):
        begins = [max(0, stop - PART) for stop in stops]
        late = [_at(table, begin) for table, begin in zip(spaces, begins, strict=True) if begin]
        parts = []
        for k, table in enumerate(spaces):
            rows = _read(table, begins[k], stops[k])
            rows = rows[int(np.searchsorted(rows[:, 0], max(late, default=0))) :]  # what is older may have children elsewhere
            stops[k] -= len(rows)
            parts.append(rows)
        yield births(np.concatenate(parts))


def births(rows: Ints) -> Rows:
    """Births of a table, columns as in `cyberspace.backends.backend.SpanResult`, int64 (births, 5)."""
    tick, site, parent, parent_born, distance = rows.T
    return Rows(key(site, tick), key(parent, parent_born), np.ones(len(rows), dtype=np.int64), distance.astype(np.int64))


def folded(leaves: Leaves, folder: RunFolder, before: int, *later: Rows) -> Tree:
    """The tree of some leaves out of all that a run recorded before a tick, and births since, the youngest part first."""
    folding = Folding(leaves)
    for rows in (*later, *newest_first(folder, before)):
        folding.take(rows)
    return folding.tree()


@dataclass(frozen=True)
class Ancestry:
    """A line back in time, the youngest first; who is asked for is not in it unless it was born of somebody who was recorded.

    Attributes:
        who: Key of who was born, int64 (births,).
        parent: Key of the parent, int64 (births,).
        distance: Loci in which they differ, int64 (births,).
    """

    who: Ints
    parent: Ints
    distance: Ints


def ancestry(folder: RunFolder, who: int, generation: int = -1) -> Ancestry:
    """Every birth on the line that leads to somebody, from a record.

    Args:
        folder: The run.
        who: Key of its identity.
        generation: How many births there are, so that the line ends at the first of its lineage; as many as are told if negative.
    """
    found: list[tuple[int, int, int]] = []
    for rows in newest_first(folder, who >> 31):  # a birth at tick t has the key of t + 1
        if len(found) == generation:
            break
        order = np.argsort(rows.own, kind="stable")
        own = rows.own[order]
        while len(found) != generation:
            at = int(np.searchsorted(own, who))
            if at == len(own) or own[at] != who:
                break
            row = order[at]
            found.append((who, int(rows.parent[row]), int(rows.distance[row])))
            who = found[-1][1]
    return Ancestry(*np.array(found, dtype=np.int64).reshape(-1, 3).T)


def _at(table: dict[str, Column], row: int) -> int:
    return int(np.asarray(table["tick"][row]))


def _read(table: dict[str, Column], first: int, stop: int) -> Ints:
    return np.stack([np.asarray(table[name][first:stop], dtype=np.int64) for name in NAMES], axis=1)
