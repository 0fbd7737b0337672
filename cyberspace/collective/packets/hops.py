"""How many hops a packet takes from anywhere to where it belongs, by the number of sites, up to a million."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cyberspace.collective.packets.fingerprint import fingerprints
from cyberspace.collective.packets.routers.lattice import grid, offsets, span

ROUTES = 1000
"""Packets that a mean is taken of."""

CONTEXT = 5


def walk(edge: int, long: int, seed: int, routes: int = ROUTES) -> tuple[float, float]:
    """Greedy ways on a lattice with curled axes, from site to site at random: mean hops, and mean cost in ticks of stretch.

    A packet knows where it is going and steps to whichever link ends nearest.  A way meets each site once at most, so long
    links are drawn when a site is met (Kleinberg 2000 argues the same way).

    Args:
        edge: Length of each of the three axes.
        long: Long links a site.
        seed: Of ways and links.
        routes: Ways.
    """
    draws, shape = np.random.default_rng(seed), (edge, edge, edge)
    at, goal = draws.integers(0, edge**3, routes), draws.integers(0, edge**3, routes)
    steps, ticks = np.zeros(routes), np.zeros(routes)
    away, chance = offsets(shape) if long else (np.zeros((1, 3), np.int64), np.ones(1))
    summed = np.cumsum(chance)
    unit = np.concatenate([np.eye(3, dtype=np.int64), -np.eye(3, dtype=np.int64)])
    while (moves := np.nonzero(at != goal)[0]).size:
        here = np.stack(np.unravel_index(at[moves], shape), axis=1)
        jumps = np.broadcast_to(unit, (len(moves), 6, 3))
        if long:
            drawn = np.minimum(np.searchsorted(summed, draws.random((len(moves), long))), len(away) - 1)
            jumps = np.concatenate([jumps, away[drawn]], axis=1)
        ends = np.ravel_multi_index(tuple(np.moveaxis((here[:, None] + jumps) % edge, 2, 0)), shape)
        left, _ = span(shape, ends, np.broadcast_to(goal[moves][:, None], ends.shape))
        best = ends[np.arange(len(moves)), left.argmin(1)]
        steps[moves] += 1
        ticks[moves] += span(shape, at[moves], best)[1]
        at[moves] = best
    return float(steps.mean()), float(ticks.mean())


def search(sites: int, seed: int, routes: int = ROUTES) -> tuple[float, float]:
    """A search in a hierarchical small world of so many sites: mean hops, twice, for each costs one."""
    from cyberspace.collective.packets.routers.hnsw import Hnsw

    prints = contexts(sites, seed)
    router = Hnsw(prints)
    router.route(np.full(routes, -1), contexts(routes, seed + 1), 20)
    return router.hops_a_search, router.hops_a_search


def contexts(sites: int, seed: int) -> NDArray[np.int8]:
    """Fingerprints of independent contexts, shape (sites, 64)."""
    names = [f"context {number}" for number in range(CONTEXT)]
    return fingerprints(names, np.random.default_rng(seed).standard_normal((sites, CONTEXT)))


def kademlia(sites: int, seed: int, routes: int = ROUTES) -> tuple[float, float]:
    """Lookups by XOR with a bucket of one a bit: mean hops, twice.

    Each hop goes to a site of the sibling subtree that the goal is in, so it mends the first bit that differs and draws those behind anew;
    a way ends where no site but the goal is left in the subtree (Maymounkov and Mazieres 2002).
    """
    draws = np.random.default_rng(seed)
    keys = np.unique(draws.integers(0, 2**62, 2 * sites))[:sites]
    at, goal = draws.choice(keys, routes), draws.choice(keys, routes)
    steps = np.zeros(routes)
    while (moves := np.nonzero(at != goal)[0]).size:
        bit = np.floor(np.log2((at[moves] ^ goal[moves]).astype(float))).astype(np.int64)
        low = np.searchsorted(keys, (goal[moves] >> bit) << bit)
        high = np.searchsorted(keys, ((goal[moves] >> bit) + 1) << bit)
        at[moves] = keys[draws.integers(low, np.maximum(high, low + 1))]
        steps[moves] += 1
    return float(steps.mean()), float(steps.mean())


WAYS: dict[str, Callable[[int, int], tuple[float, float]]] = {
    "lattice": lambda sites, seed: walk(grid(sites)[0], 0, seed),
    "long links": lambda sites, seed: walk(grid(sites)[0], 4, seed),
    "hnsw": search,
    "hash": kademlia,
}
"""By router: mean hops and cost for a number of sites and a seed.  `exact` and `lsh` ask everybody, or a table: a hop at any size."""
