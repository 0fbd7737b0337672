"""What this machine can do: the limits that a tick is compared with."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

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


def read_bandwidth(threads: int) -> float:
    """Bytes per second read from memory by so many threads, each summing its own part."""
    parts = np.array_split(np.ones(2**26, dtype=np.int64), threads)
    with ThreadPoolExecutor(threads) as pool:
        seconds = median_seconds(lambda: list(pool.map(np.sum, parts)), 7)
    return float(sum(part.nbytes for part in parts) / seconds)
