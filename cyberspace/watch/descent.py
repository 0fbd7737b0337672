"""What numba compiles to link births and to go through them: a birth is a row, and knows the rows of its kin.

In all of these, `births` has the columns of `cyberspace.backends.backend.SpanResult`; `last` is the row of the last birth at each site, and
`before` that of the one before it there; `child` is the last child, and `elder` the elder sibling; -1 stands for none.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from cyberspace.backends.cpu.kept import keep_kernels

keep_kernels()


@njit(cache=True)
def find(births, last, before, cradle, born):  # type: ignore[no-untyped-def]
    """The row of who was born at a site at a tick; -1 if it is not known."""
    if cradle < 0 or cradle >= len(last):
        return -1
    row = last[cradle]
    while row >= 0 and births[row, 0] > born:
        row = before[row]
    return row if row >= 0 and births[row, 0] == born else -1


@njit(cache=True)
def link(births, parent, child, elder, before, last, first, stop):  # type: ignore[no-untyped-def]
    """Link new rows, parents before their children."""
    for row in range(first, stop):
        site = births[row, 1]
        before[row], last[site], child[row] = last[site], row, -1
    for row in range(first, stop):
        above = find(births, last, before, births[row, 2], births[row, 3])
        parent[row] = above
        if above >= 0:
            elder[row], child[above] = child[above], row


@njit(cache=True)
def find_all(births, last, before, who):  # type: ignore[no-untyped-def]
    """The rows of some (cradle, tick of birth), shape (many, 2)."""
    rows = np.empty(len(who), dtype=np.int32)
    for k in range(len(who)):
        rows[k] = find(births, last, before, who[k, 0], who[k, 1])
    return rows


@njit(cache=True)
def descend(child, elder, passed, begun):  # type: ignore[no-untyped-def]
    """All that descend from some (row, births up, births down), these included, in the same form; not through rows that are passed."""
    found = np.empty((len(begun) + 64, 3), dtype=np.int32)
    found[: len(begun)] = begun
    count, at = len(begun), 0
    while at < count:
        row = child[found[at, 0]]
        while row >= 0:
            if not passed[row]:
                if count == len(found):
                    more = np.empty((2 * count, 3), dtype=np.int32)
                    more[:count] = found
                    found = more
                found[count, 0], found[count, 1], found[count, 2] = row, found[at, 1], found[at, 2] + 1
                count += 1
            row = elder[row]
        at += 1
    return found[:count]
