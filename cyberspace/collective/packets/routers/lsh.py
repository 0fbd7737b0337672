"""Locality-sensitive hashing: sites that lie on the same sides of random planes (Charikar 2002), in several tables."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cyberspace.collective.packets.fingerprint import distances
from cyberspace.collective.packets.routers.router import NOBODY, Ints, Prints, Routed, in_hops, without_origin

TABLES, BUCKET = 12, 24
"""Tables, and sites that a bucket holds in the mean."""


class Lsh:
    """The nearest of those that share a bucket with the packet in any table; a hop to ask, a hop to tell."""

    def __init__(self, prints: Prints, seed: int = 0):
        bits = max(1, int(np.log2(max(2, len(prints)) / BUCKET)))
        draws = np.random.default_rng(seed)
        self._prints = prints
        self._middle = prints.mean(0)
        self._planes = draws.standard_normal((TABLES, prints.shape[1], bits))
        keys = self._keys(prints)
        self._order = np.argsort(keys, axis=1, kind="stable")
        self._sorted = np.take_along_axis(keys, self._order, 1)

    @property
    def links(self) -> float:
        """A bucket a table."""
        return float(TABLES)

    def _keys(self, prints: Prints) -> NDArray[np.int64]:
        sides = np.einsum("nd,tdb->tnb", prints - self._middle, self._planes) > 0
        return np.asarray(sides @ (1 << np.arange(sides.shape[2])), np.int64)

    def route(self, origin: Ints, prints: Prints, k: int) -> Routed:
        """See `Router`."""
        keys, found = self._keys(prints), np.full((len(prints), k + 1), NOBODY, np.int64)
        ends = [
            [np.searchsorted(row, key, side) for row, key in zip(self._sorted, keys, strict=True)] for side in ("left", "right")
        ]
        for packet in range(len(prints)):
            buckets = [order[ends[0][t][packet] : ends[1][t][packet]] for t, order in enumerate(self._order)]
            near = np.unique(np.concatenate(buckets))
            apart = distances(prints[packet : packet + 1], self._prints[near])[0]
            best = near[np.argsort(apart, kind="stable")[: k + 1]]
            found[packet, : len(best)] = best
        return in_hops(without_origin(origin, found, k), 2)
