"""How long a tick takes: a short run of a world on this machine."""

from __future__ import annotations

import time

import numpy as np

from cyberspace.backends.backend import make_backend
from cyberspace.law.genesis import genesis
from cyberspace.law.letters import block_bytes
from cyberspace.law.world import World
from topology import LinkEnd
from topology.link import FAR_TIDE, NOBODY
from topology.machine import TickTime

WARM, SPANS, SPAN, SINGLES = 64, 16, 16, 256
"""Ticks to warm up, spans and their ticks that tell the median, and single ticks that tell the jitter."""

STALL = 5
"""A tick that takes more than this many medians is a stall."""


def letter_bytes(world: World, far_tide: int) -> int:
    """Bytes of a block from this region to another one along a far axis: the shore is the whole region."""
    end = LinkEnd(0, np.arange(world.sites, dtype=np.int32), (NOBODY, NOBODY), far_tide)
    return block_bytes(world, end)


def measure_tick(world: World, threads: int, far_tide: int = FAR_TIDE) -> TickTime:
    """How long a tick of one region takes in numba, from what its genesis makes on."""
    engine = make_backend("numba", world, genesis(world), threads=threads)
    engine.advance(WARM)

    def seconds(ticks: int) -> float:
        start = time.perf_counter()
        engine.advance(ticks)
        return (time.perf_counter() - start) / ticks

    spans = [seconds(SPAN) for _ in range(SPANS)]
    singles = np.array([seconds(1) for _ in range(SINGLES)])
    long = singles > STALL * np.median(singles)
    usual = singles[~long]
    return TickTime(
        seconds=float(np.median(spans)),
        jitter=float(usual.std() / usual.mean()),
        stalls=float(long.mean()),
        stall=float(singles[long].mean() / np.median(singles)) if long.any() else 0.0,
        sites=world.sites,
        letter=letter_bytes(world, far_tide),
        threads=threads,
        backend="numba",
    )
