"""What this machine can do: the limits that a tick is compared with."""

from __future__ import annotations

import time
from collections.abc import Callable

import numba
import numpy as np


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    """Median duration of a call, after one to warm up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


@numba.njit(parallel=True)
def _read(values, parts):  # type: ignore[no-untyped-def]
    size = len(values) // len(parts)
    for part in numba.prange(len(parts)):
        total = np.int64(0)
        for k in range(part * size, part * size + size):
            total ^= values[k]
        parts[part] = total


def read_bandwidth(threads: int) -> float:
    """Bytes per second read from memory by so many threads."""
    numba.set_num_threads(threads)
    values, parts = np.ones(2**26, dtype=np.int64), np.zeros(64, dtype=np.int64)
    return float(values.nbytes / median_seconds(lambda: _read(values, parts), 7))
