"""What a router is: it holds the sites' fingerprints, and takes packets to sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Prints = NDArray[np.int8]
NOBODY = -1


@dataclass(frozen=True)
class Routed:
    """Where packets went.

    Attributes:
        sites: Those that each packet reached, the nearest first, shape (packets, k); -1 where there were fewer.
        hops: Links that the packet passed to be there, shape (packets, k).
        cost: What that cost: ticks of stretch on a lattice, hops elsewhere, shape (packets, k).
    """

    sites: Ints
    hops: Ints
    cost: Ints

    def within(self, ttl: int) -> NDArray[np.bool_]:
        """Which of them a packet reaches before its ttl is used up, shape (packets, k)."""
        return np.asarray((self.sites != NOBODY) & (self.cost <= ttl))


class Router(Protocol):
    """Takes packets to sites.  To add one, write a class with these and a row in `table.py`."""

    def route(self, origin: Ints, prints: Prints, k: int) -> Routed:
        """Take packets to k sites each, other than their origin.

        Args:
            origin: Sites that the packets come from, shape (packets,).
            prints: Fingerprints of what the packets tell of, shape (packets, 64).
            k: Sites a packet.
        """
        ...

    @property
    def links(self) -> float:
        """Links that a site holds, in the mean."""
        ...


def without_origin(origin: Ints, sites: Ints, k: int) -> Ints:
    """The first k sites of each row that aren't the packet's own, shape (packets, k); -1 where there are fewer."""
    own = (sites == origin[:, None]) | (sites == NOBODY)
    order = np.argsort(own, axis=1, kind="stable")[:, :k]
    kept = np.where(np.take_along_axis(own, order, 1), NOBODY, np.take_along_axis(sites, order, 1))
    short = k - kept.shape[1]
    return np.pad(kept, ((0, 0), (0, short)), constant_values=NOBODY) if short > 0 else kept


def in_hops(sites: Ints, hops: Ints | int) -> Routed:
    """Where cost is counted in hops."""
    counted = np.broadcast_to(np.asarray(hops, np.int64).reshape(-1, 1), sites.shape)
    return Routed(sites, counted, counted)
