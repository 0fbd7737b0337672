"""The threads that live a region: as many as it was given, of a pool that all regions of a process share."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.cpu.span import ERROR


@cache
def pool(threads: int) -> ThreadPoolExecutor:
    """So many threads beside the one that calls."""
    return ThreadPoolExecutor(threads, thread_name_prefix="cyberspace")


def together(threads: int, shared: NDArray[np.int64], work: Callable[[int], None]) -> None:
    """work(number) by so many threads, numbered from 0, which is the one that calls.

    Args:
        threads: How many.
        shared: What they share; if one raises, the others are told there to stop.
        work: Lives until nothing is left to be taken.

    Raises:
        Exception: Whatever one of them raised.
    """

    def careful(number: int) -> None:
        try:
            work(number)
        except BaseException:
            shared[ERROR] = 1
            raise

    others: list[Future[None]] = (
        [pool(threads - 1).submit(careful, number) for number in range(1, threads)] if threads > 1 else []
    )
    try:
        careful(0)
    finally:
        for one in others:
            one.cancel()
        failed = [error for one in others if not one.cancelled() and (error := one.exception()) is not None]
    if failed:
        raise failed[0]
