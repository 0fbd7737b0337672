"""The digest of a state: BLAKE2b over its canonical bytes, independent of layout, backend and ranks."""

from __future__ import annotations

import hashlib

import numpy as np

from cyberspace.state import QUANTITIES, TALLY, WorldState


def digest(state: WorldState) -> str:
    """Hexadecimal BLAKE2b-256 of tick, tally and every field: name, shape, then little-endian bytes in lattice order."""
    hashed = hashlib.blake2b(digest_size=32)
    hashed.update(f"tick={state.tick};".encode())
    for name, value in zip(TALLY, state.tally.tolist(), strict=True):
        hashed.update(f"{name}={value};".encode())
    for quantity in QUANTITIES:
        array = np.moveaxis(getattr(state.region, quantity.name), -1, 0)
        hashed.update(f"{quantity.name}:{quantity.dtype}:{array.shape};".encode())
        hashed.update(np.ascontiguousarray(array, dtype=np.dtype(quantity.dtype).newbyteorder("<")))
    pools = np.ascontiguousarray(state.region.pools, dtype="<i4")
    hashed.update(f"pools:{pools.shape};".encode())
    hashed.update(pools)
    return hashed.hexdigest()
