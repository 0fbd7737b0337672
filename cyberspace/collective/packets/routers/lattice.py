"""The lattice itself: packets are carried from neighbour to neighbour, each step at the stretch of its axis; long links, if any.

With long links whose probability falls with the distance to the power of the lattice's dimensions, greedy routes are as short as
log^2 N (Kleinberg 2000); without them a packet only reaches who lives near, which helps as far as neighbours are alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cyberspace.collective.packets.routers.router import NOBODY, Ints, Prints, Routed
from topology.axes import DEFAULT_STRETCH, NEAR_AXES

STRETCH = np.array([DEFAULT_STRETCH[name] for name in NEAR_AXES])
"""Ticks that a step along (sm, warp, lane) takes."""

LONG, STEPS = 4, 24
"""Long links a site, and sites that a packet visits."""


def grid(sites: int) -> tuple[int, int, int]:
    """Lengths of the axes of the cube that comes nearest to so many sites; no shorter than 3, so that neighbours are six."""
    edge = max(3, round(sites ** (1 / 3)))
    return edge, edge, edge


def neighbours(shape: tuple[int, int, int]) -> tuple[Ints, Ints]:
    """The six neighbours of each site on curled axes, and what a step to each costs; shapes (sites, 6) and (6,)."""
    at = np.stack(np.unravel_index(np.arange(np.prod(shape)), shape))
    found, cost = [], []
    for axis in range(3):
        for step in (-1, 1):
            there = at.copy()
            there[axis] = (there[axis] + step) % shape[axis]
            found.append(np.ravel_multi_index(tuple(there), shape))
            cost.append(STRETCH[axis])
    return np.stack(found, axis=1).astype(np.int64), np.array(cost)


def offsets(shape: tuple[int, int, int]) -> tuple[Ints, NDArray[np.float64]]:
    """All differences of places on curled axes, shape (places, 3), and how likely a long link spans each: distance^-3."""
    away = np.stack([axis.ravel() for axis in np.indices(shape)], axis=1)
    steps = np.minimum(away, np.array(shape) - away).sum(1)
    chance = np.where(steps > 1, np.maximum(steps, 1) ** -3.0, 0.0)
    return away.astype(np.int64), chance / chance.sum()


def span(shape: tuple[int, int, int], a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Steps between two sites, and their cost."""
    apart = [np.abs(x - y) for x, y in zip(np.unravel_index(a, shape), np.unravel_index(b, shape), strict=True)]
    short = np.stack([np.minimum(one, length - one) for one, length in zip(apart, shape, strict=True)], axis=-1)
    return short.sum(-1), short @ STRETCH


class Lattice:
    """Packets go along links of the lattice, always to the site most like them that was met and not yet visited.

    Args:
        prints: Fingerprints of the sites, in the order of the lattice's places, shape (sites, 64).
        seed: Of the long links.
        long: Long links a site.
    """

    def __init__(self, prints: Prints, seed: int = 0, long: int = 0):
        self._prints, self._shape = prints.astype(np.float32), grid(len(prints))
        if np.prod(self._shape) != len(prints):
            raise ValueError(f"{len(prints)} sites fill no cube; {np.prod(self._shape)} would")
        near, cost = neighbours(self._shape)
        self._links, self._cost = near, np.broadcast_to(cost, near.shape)
        if long:
            away, chance = offsets(self._shape)
            drawn = away[np.random.default_rng(seed).choice(len(away), (len(prints), long), p=chance)]
            at = np.stack(np.unravel_index(np.arange(len(prints)), self._shape), axis=1)
            far = np.ravel_multi_index(tuple(np.moveaxis((at[:, None] + drawn) % self._shape, 2, 0)), self._shape)
            self._links = np.concatenate([near, far], axis=1)
            self._cost = np.concatenate([self._cost, span(self._shape, np.arange(len(prints))[:, None], far)[1]], axis=1)

    @property
    def links(self) -> float:
        """Neighbours and long links."""
        return float(self._links.shape[1])

    def route(self, origin: Ints, prints: Prints, k: int) -> Routed:
        """See `Router`: best first search from the origin, `STEPS` sites long."""
        many = len(origin)
        rows, wanted = np.arange(many)[:, None], prints.astype(np.float32)
        met = origin[:, None].copy()
        hops = cost = np.zeros((many, 1), np.int64)
        apart, visited = self._apart(wanted, met), np.zeros((many, 1), bool)
        for _ in range(STEPS):
            best = np.where(visited, np.inf, apart).argmin(1)[:, None]
            visited[rows, best] = True
            here = met[rows, best][:, 0]
            new = self._links[here]
            known = (new[:, :, None] == met[:, None, :]).any(2) | _seen_before(new)
            met = np.concatenate([met, np.where(known, NOBODY, new)], axis=1)
            apart = np.concatenate([apart, np.where(known, np.inf, self._apart(wanted, new))], axis=1)
            visited = np.concatenate([visited, known], axis=1)
            hops = np.concatenate([hops, np.broadcast_to(hops[rows, best] + 1, new.shape)], axis=1)
            cost = np.concatenate([cost, cost[rows, best] + self._cost[here]], axis=1)
        apart[:, 0] = np.inf  # the origin itself
        order = np.argsort(apart, axis=1, kind="stable")[:, :k]
        there = np.isfinite(np.take_along_axis(apart, order, 1))
        sites = np.where(there, np.take_along_axis(met, order, 1), NOBODY)
        return Routed(sites, np.take_along_axis(hops, order, 1), np.take_along_axis(cost, order, 1))

    def _apart(self, wanted: NDArray[np.float32], sites: Ints) -> NDArray[np.float32]:
        return np.asarray(((self._prints[sites] - wanted[:, None]) ** 2).sum(2))


def _seen_before(sites: Ints) -> NDArray[np.bool_]:
    """Which of a row stand in it further left, too."""
    return np.asarray(np.tril(sites[:, :, None] == sites[:, None, :], -1).any(2))
