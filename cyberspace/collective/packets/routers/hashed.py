"""By a hash of the fingerprint (Kademlia: Maymounkov and Mazieres 2002): a control, for a hash forgets what is alike."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from cyberspace.collective.packets.routers.router import Ints, Prints, Routed, in_hops, without_origin


class Hashed:
    """The k sites whose hashed fingerprints are nearest by XOR: quick to find, and no better than chance."""

    def __init__(self, prints: Prints, seed: int = 0):
        self._seed = seed
        self._keys = self._hashes(prints)
        self._order = np.argsort(self._keys)
        self._sorted = self._keys[self._order]

    @property
    def links(self) -> float:
        """A bucket a bit, up to those that hold anybody."""
        return float(np.log2(max(2, len(self._keys))))

    def _hashes(self, prints: Prints) -> NDArray[np.uint64]:
        salt = self._seed.to_bytes(8, "little")
        keys = (hashlib.blake2b(one.tobytes(), digest_size=8, salt=salt).digest() for one in prints)
        return np.fromiter((int.from_bytes(key, "little") for key in keys), np.uint64, len(prints))

    def route(self, origin: Ints, prints: Prints, k: int) -> Routed:
        """See `Router`; a site is found in as many hops as bits of the sites' number."""
        keys = self._hashes(prints)
        around = 2 * (k + 1)  # the nearest by XOR share the longest beginning, so they lie about the same place in order
        at = np.searchsorted(self._sorted, keys)[:, None] + np.arange(-around, around)
        inside = np.clip(at, 0, len(self._sorted) - 1)
        apart = np.where(inside == at, self._sorted[inside] ^ keys[:, None], np.uint64(2**64 - 1))
        nearest = np.take_along_axis(inside, np.argsort(apart, axis=1, kind="stable")[:, : k + 1], 1)
        hops = int(np.ceil(self.links))
        return in_hops(without_origin(origin, self._order[nearest].astype(np.int64), k), hops)
