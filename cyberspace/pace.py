"""How long a tick takes: a short run of a world on this machine."""

from __future__ import annotations

import time

import numpy as np

from cyberspace.backends.backend import make_backend
from cyberspace.genesis import genesis
from cyberspace.world import World
from topology.machine import Pace

FAR_TIDE = 64
"""Start value: one site in this many may receive an organism at an opening of a far axis."""

WARM, SPANS, SPAN, SINGLES = 64, 16, 16, 256
"""Ticks to warm up, spans and their ticks that tell the median, and single ticks that tell the jitter."""

STALL = 5
"""A tick that takes more than this many medians is a stall."""


def letter_bytes(world: World) -> int:
    """Bytes of one region's letter at one opening of a far axis.

    Each site sends two messages, a flag and a gift (int32); each place where the tide is in may get a spore: its genome at
    two alleles a byte, its weights, and five words (endowment, identity, parent, lineage).
    """
    spore = -(-world.loci.count // 2) + world.body.synapses + 5 * 4
    return world.sites * (2 + 1 + 4) + -(-world.sites // FAR_TIDE) * spore


def measure_pace(world: World, threads: int) -> Pace:
    """The pace of one region in numba, in the soup that its genesis makes."""
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
    return Pace(
        seconds=float(np.median(spans)),
        jitter=float(usual.std() / usual.mean()),
        stalls=float(long.mean()),
        stall=float(singles[long].mean() / np.median(singles)) if long.any() else 0.0,
        sites=world.sites,
        letter=letter_bytes(world),
        threads=threads,
        backend="numba",
    )
