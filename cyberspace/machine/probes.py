"""What it costs to move data inside one process: caches, memory, threads, copies to and from a GPU."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numba
import numpy as np
from numpy.typing import NDArray

from cyberspace.machine.probe_kernels import chase, fill, read, read_next
from topology.machine import Cache, Link

if TYPE_CHECKING:
    import jax

SMALL, LARGE = 8, 2**20
"""Bytes of a message that tells the latency, and of one that tells the bandwidth."""

LINE = 8
"""Words of a cache line: the chain visits each line once."""

STEPS = 20_000


def link(level: str, small: Sequence[float], large: Sequence[float], size: int = LARGE, pairs: int = 1) -> Link:
    """A link from the seconds of small and of large messages."""
    return Link(level, float(np.median(small)), float(np.quantile(small, 0.99)), size / float(np.median(large)), pairs)


def times(work: Callable[[], object], repeats: int) -> list[float]:
    """Seconds of each call, after two to warm up."""
    found = []
    for k in range(repeats + 2):
        start = time.perf_counter()
        work()
        if k >= 2:
            found.append(time.perf_counter() - start)
    return found


def memory_links(caches: Sequence[Cache], repeats: int = 50) -> list[Link]:
    """Caches and memory: a dependent chain of reads for the latency, a sum for the bandwidth.

    A cache is measured with a set that fills half of it, memory with one four times the largest cache.
    """
    places = [(f"L{cache.level}", cache.size // 2) for cache in caches if cache.level <= 3 and cache.size >= 2**14]
    largest = max((cache.size for cache in caches), default=2**25)
    return [_memory_link(level, size, repeats) for level, size in [*places, ("memory", min(4 * largest, 2**28))]]


def _memory_link(level: str, size: int, repeats: int) -> Link:
    words = np.zeros(size // 8, dtype=np.int64)
    # One cycle through all lines in random order, so that nothing can be fetched ahead.
    order = LINE * np.random.default_rng(0).permutation(len(words) // LINE)
    words[order] = np.roll(order, -1)
    chase(words, 0, len(order) + 1)
    latency = [seconds / STEPS for seconds in times(lambda: chase(words, 0, STEPS), repeats)]
    rounds = max(1, LARGE // words.nbytes)
    bandwidth = times(lambda: read(words, rounds), max(5, repeats // 5))
    return link(level, latency, bandwidth, rounds * words.nbytes)


def thread_link(threads: int, repeats: int = 500) -> Link | None:
    """Between threads of one kernel: start and join for the latency, rows that the neighbour wrote for the bandwidth.

    None with a single thread.
    """
    threads = min(threads, numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]
    if threads < 2:
        return None
    numba.set_num_threads(threads)
    small, large = np.zeros((threads, 1), dtype=np.int64), np.zeros((threads, LARGE // 8), dtype=np.int64)
    sums = np.zeros(threads, dtype=np.int64)
    latency = times(lambda: fill(small, 1), repeats)
    reads = []
    for k in range(max(5, repeats // 10)):
        fill(large, k)
        start = time.perf_counter()
        read_next(large, sums)
        reads.append(time.perf_counter() - start)
        assert (sums == k * large.shape[1]).all(), "a thread read what its neighbour had not written"
    return link("thread", latency, reads[1:])  # the first call compiles


def device_links(devices: Sequence[jax.Device], repeats: int = 200) -> list[Link]:
    """Copies with jax into the first device, out of it, and from it into the second; none without devices."""
    if not devices:
        return []
    import jax

    found = []
    here = [np.zeros(size, dtype=np.uint8) for size in (SMALL, LARGE)]
    there = [jax.device_put(array, devices[0]).block_until_ready() for array in here]

    def enter(array: NDArray[np.uint8] | jax.Array, device: jax.Device) -> Callable[[], object]:
        return lambda: jax.device_put(array, device).block_until_ready()

    # `+ 0` makes a new array, since jax keeps the host's copy of one that was copied out before.
    fresh = [jax.jit(lambda array: array + 0) for _ in there]

    def leave(k: int) -> list[float]:
        seconds = []
        for _ in range(repeats + 2):
            array = fresh[k](there[k]).block_until_ready()
            start = time.perf_counter()
            np.asarray(array)
            seconds.append(time.perf_counter() - start)
        return seconds[2:]

    into = [times(enter(array, devices[0]), repeats) for array in here]
    found.append(link("copy-in", into[0], into[1]))
    found.append(link("copy-out", leave(0), leave(1)))
    if len(devices) > 1:
        across = [times(enter(array, devices[1]), repeats) for array in there]
        found.append(link("peer", across[0], across[1]))
    return found
