"""Everybody is compared with everybody: what the other routers are measured against."""

from __future__ import annotations

import numpy as np

from cyberspace.collective.packets.fingerprint import distances
from cyberspace.collective.packets.routers.router import Ints, Prints, Routed, in_hops, without_origin

BLOCK = 2**24
"""Distances that are held at once."""


class Exact:
    """The k nearest by exhaustive search; each site knows all others, N(N-1)/2 links together."""

    def __init__(self, prints: Prints, seed: int = 0):
        del seed
        self._prints = prints

    @property
    def links(self) -> float:
        """All others."""
        return len(self._prints) - 1.0

    def route(self, origin: Ints, prints: Prints, k: int) -> Routed:
        """See `Router`."""
        step = max(1, BLOCK // len(self._prints))
        found = [self._nearest(prints[at : at + step], min(k + 1, len(self._prints))) for at in range(0, len(prints), step)]
        sites = np.concatenate(found) if found else np.empty((0, k), np.int64)
        return in_hops(without_origin(origin, sites, k), 1)

    def _nearest(self, prints: Prints, k: int) -> Ints:
        apart = distances(prints, self._prints)
        some = np.argpartition(apart, k - 1, axis=1)[:, :k]
        order = np.argsort(np.take_along_axis(apart, some, 1), axis=1, kind="stable")
        return np.take_along_axis(some, order, 1).astype(np.int64)
