"""Lineages out of a table of births: who began each, and how far it came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Lineages:
    """All lineages that had a birth, in order of their first one.

    Attributes:
        cradle: Where the first of each was when it began, int64 (lineages,).
        born: When that one was born; -1 for those who were there from the start.
        births: Births in each.
        first: Tick of the first birth.
        last: Tick of the last birth.
        depth: Most births in a row, from the first on.
        of: Number of the lineage of each birth, int64 (births,).
    """

    cradle: Ints
    born: Ints
    births: Ints
    first: Ints
    last: Ints
    depth: Ints
    of: Ints


def lineages(births: Ints) -> Lineages:
    """The lineages of a table of births.

    Args:
        births: int64 (births, 5) in order of ticks: tick, site, parent (its cradle), parent_born, distance; all from the first on.
    """
    own, above = key(births[:, 1], births[:, 0]), key(births[:, 2], births[:, 3])
    parent = rows_of(own, above)
    root, depth = roots(parent)
    # The first of a lineage was born of nobody and stands in no row; its children do, each at the root of a part of the lineage.
    who, of = np.unique(key(births[root, 2], births[root, 3]), return_inverse=True)
    ticks = births[:, 0]
    first, last = np.full(len(who), np.iinfo(np.int64).max), np.full(len(who), -1)
    most, total = np.zeros(len(who), dtype=np.int64), np.bincount(of, minlength=len(who))
    np.minimum.at(first, of, ticks)
    np.maximum.at(last, of, ticks)
    np.maximum.at(most, of, depth)
    order = np.lexsort((who, first))
    place = np.empty(len(who), dtype=np.int64)
    place[order] = np.arange(len(who))
    who, total, first, last, most = (column[order] for column in (who, total, first, last, most))
    return Lineages(who & (2**31 - 1), (who >> 31) - 1, total, first, last, most, place[of])


def rows_of(keys: Ints, wanted: Ints) -> Ints:
    """The row of each wanted key among some, -1 where there is none."""
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    order = np.argsort(keys, kind="stable")
    at = np.searchsorted(keys[order], wanted).clip(0, len(keys) - 1)
    return np.where(keys[order][at] == wanted, order[at], -1)


def roots(parent: Ints) -> tuple[Ints, Ints]:
    """For rows that name the row of their parent, or -1: the first row of each one's line, and the births up to it."""
    here = np.where(parent < 0, np.arange(len(parent)), parent)
    depth = (parent >= 0).astype(np.int64)
    while True:  # each turn goes twice as far up
        further = depth[here]
        if not further.any():
            return here, depth + 1
        depth, here = depth + further, here[here]


def key(cradle: Ints, born: Ints) -> Ints:
    """One number for an identity."""
    return ((np.asarray(born, dtype=np.int64) + 1) << 31) + np.asarray(cradle, dtype=np.int64)
