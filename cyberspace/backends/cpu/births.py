"""The births of a span as a table; `cyberspace.backends.backend.birth_table` says what it means, and is too slow for short spans."""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cyberspace.backends.backend import NO_BIRTHS
from cyberspace.backends.cpu.compiled import KERNEL
from cyberspace.backends.cpu.handle import Handle
from cyberspace.backends.cpu.part import part
from topology import meeting

tide_offset = part(meeting.tide_offset)


def births_of(here: Handle, records: NDArray[np.int32], lived: int) -> NDArray[np.int32]:
    """`SpanResult.births` from the records of the ticks from one on that the region lived."""
    count = count_births(records)
    if count == 0:
        return NO_BIRTHS
    rows = np.empty((count, 5), dtype=np.int32)
    write_births(here, records, lived, rows)
    return rows


@njit(**KERNEL, cache=True)
def count_births(records):
    """Births in records int32 (ticks, 3, slots)."""
    count = 0
    for tick in range(len(records)):
        some = np.int32(0)
        for slot in range(records.shape[2]):
            some += np.int32(records[tick, 0, slot] >= 0)
        count += int(some)
    return count


@njit(**KERNEL, cache=True)
def write_births(here, records, lived, rows):
    """Write them as rows int32 (births, 5)."""
    tables, params, row = here.tables, here.params, 0
    for k in range(len(records)):
        tick = lived + k
        axis = tables.axis[tick % len(tables.axis)]
        first = tide_offset(tick >> tables.level[axis], params.tide) + params.first_site
        for slot in range(records.shape[2]):
            if records[k, 0, slot] >= 0:
                rows[row, 0], rows[row, 1] = tick << params.pace, first + slot * params.tide
                rows[row, 2], rows[row, 3], rows[row, 4] = records[k, 1, slot], records[k, 2, slot], records[k, 0, slot]
                row += 1
