"""All routers, by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cyberspace.collective.packets.routers.exact import Exact
from cyberspace.collective.packets.routers.hashed import Hashed
from cyberspace.collective.packets.routers.hnsw import Hnsw
from cyberspace.collective.packets.routers.lattice import LONG, Lattice
from cyberspace.collective.packets.routers.lsh import Lsh
from cyberspace.collective.packets.routers.router import Prints, Router

ROUTERS: dict[str, Callable[[Prints, int], Router]] = {
    "exact": Exact,
    "hnsw": Hnsw,
    "lsh": Lsh,
    "lattice": Lattice,
    "long links": partial(Lattice, long=LONG),
    "hash": Hashed,
}
"""Made of the sites' fingerprints and a seed; `hash` is the control that must fail."""
