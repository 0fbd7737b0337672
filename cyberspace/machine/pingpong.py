"""What it costs to move data between ranks: ping-pong of a few pairs at each level."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cyberspace.machine.probes import LARGE, SMALL
from topology.machine import FAR_LEVELS, Link

if TYPE_CHECKING:
    from cyberspace.ranks.mpi import Comm

TAG = 71
WARM = 20
"""Round trips that are not counted."""

BUDGET = 2.0
"""Most seconds for one pair and size."""


Address = tuple[str, ...]
"""Where a rank lives: the names of its row, rack and host, or of whatever `FAR_LEVELS` has but for the last."""


def level(one: Address, other: Address) -> str:
    """The widest thing that a message between two ranks leaves."""
    for name, here, there in zip(FAR_LEVELS[:-1], one, other, strict=True):
        if here != there:
            return name
    return FAR_LEVELS[-1]


def sample_pairs(addresses: Sequence[Address]) -> dict[str, list[tuple[int, int]]]:
    """Pairs of ranks by level: as many as log2 of the ranks, rounded up, at each, spread over the job; the same on every rank."""
    ranks = len(addresses)
    most = max(1, (ranks - 1).bit_length())
    chance = random.Random(ranks)
    found: dict[str, list[tuple[int, int]]] = {}
    # Close pairs first by number, then by chance: so every level that a job has is met, in jobs of many thousand ranks too.
    near = [(one, one + 2**k) for k in range(most) for one in range(0, ranks - 2**k, max(1, ranks // 64))]
    far = [(chance.randrange(ranks), chance.randrange(ranks)) for _ in range(256 * most)] if ranks > 1 else []
    chance.shuffle(near)
    for one, other in near + far:
        pair = min(one, other), max(one, other)
        pairs = found.setdefault(level(addresses[one], addresses[other]), []) if one != other else []
        if one != other and len(pairs) < most and pair not in pairs:
            pairs.append(pair)
    return found


def rank_links(comm: Comm, addresses: Sequence[Address], repeats: int = 1000) -> list[Link]:
    """A link for each level between ranks; every rank must call, and gets the same."""
    found = []
    for name, pairs in sorted(sample_pairs(addresses).items()):
        small: list[list[float]] = []
        large: list[list[float]] = []
        for one, other in pairs:
            for kept, size, count in ((small, SMALL, repeats), (large, LARGE, max(10, repeats // 20))):
                kept.append(comm.bcast(_exchange(comm, one, other, size, count), root=one))
        slowest = max(float(np.quantile(seconds, 0.99)) for seconds in small)
        bandwidth = LARGE / max(float(np.median(seconds)) for seconds in large)
        found.append(Link(name, float(np.median(np.concatenate(small))), slowest, bandwidth, len(pairs)))
    return found


def _exchange(comm: Comm, one: int, other: int, size: int, repeats: int) -> list[float]:
    """Seconds of each message one way, on rank `one`; the ranks that are not concerned wait without using their core."""
    seconds: list[float] = []
    if comm.rank == one:
        seconds = _ping(comm, other, size, repeats)
    elif comm.rank == other:
        _pong(comm, one, size)
    quiet_barrier(comm)
    return seconds


def _ping(comm: Comm, other: int, size: int, repeats: int) -> list[float]:
    buffer = np.zeros(size, dtype=np.uint8)
    seconds: list[float] = []
    begin = time.perf_counter()
    while True:
        buffer[0] = len(seconds) < repeats + WARM and time.perf_counter() - begin < BUDGET
        start = time.perf_counter()
        comm.Send(buffer, dest=other, tag=TAG)
        if not buffer[0]:
            return seconds[WARM:] or seconds
        comm.Recv(buffer, source=other, tag=TAG)
        seconds.append((time.perf_counter() - start) / 2)


def _pong(comm: Comm, other: int, size: int) -> None:
    buffer = np.zeros(size, dtype=np.uint8)
    while True:
        comm.Recv(buffer, source=other, tag=TAG)
        if not buffer[0]:
            return
        comm.Send(buffer, dest=other, tag=TAG)


def quiet_barrier(comm: Comm) -> None:
    """Wait for all ranks, asleep."""
    request = comm.Ibarrier()
    while not request.Test():
        time.sleep(1e-3)
