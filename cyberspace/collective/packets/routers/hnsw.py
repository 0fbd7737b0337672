"""Hierarchical navigable small worlds (Malkov and Yashunin 2016), by faiss.  The one door to faiss."""

from __future__ import annotations

from typing import Any

import numpy as np

from cyberspace.collective.packets.routers.router import Ints, Prints, Routed, in_hops, without_origin

LINKS, BUILD, SEARCH = 16, 80, 64
"""Links a site and layer (twice as many on the ground), sites looked at while one joins, and while one searches."""


class Hnsw:
    """Each site holds links to alike ones; a packet goes from link to link, always nearer."""

    def __init__(self, prints: Prints, seed: int = 0):
        import faiss

        del seed
        self._faiss: Any = faiss  # its stubs lack what is asked of it here
        self._index: Any = faiss.IndexHNSWFlat(prints.shape[1], LINKS)
        self._index.hnsw.efConstruction = BUILD
        self._index.hnsw.efSearch = SEARCH
        self._index.add(prints.astype(np.float32))
        self.hops_a_search = 0.0

    @property
    def links(self) -> float:
        """Of the ground layer and those above."""
        links = self._faiss.vector_to_array(self._index.hnsw.neighbors)
        return float((links >= 0).sum() / self._index.ntotal)

    def route(self, origin: Ints, prints: Prints, k: int) -> Routed:
        """See `Router`; hops are those of a search from the entry point, in the mean over the packets."""
        stats = self._faiss.cvar.hnsw_stats
        stats.reset()
        _, found = self._index.search(prints.astype(np.float32), min(k + 1, self._index.ntotal))
        self.hops_a_search = stats.nhops / max(1, len(prints))
        return in_hops(without_origin(origin, found.astype(np.int64), k), round(self.hops_a_search))
