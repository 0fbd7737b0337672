"""The digest of a universe: BLAKE2b over its canonical bytes, independent of layout, backend and ranks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

from cyberspace.law.letters import open_block, read_stamp
from cyberspace.law.state import QUANTITIES, TALLY, WHOLE, WorldState


def digest(state: WorldState) -> str:
    """Hexadecimal BLAKE2b-256 of one region: tick, tally, every field (name, shape, little-endian bytes in lattice order), letters.

    A letter counts with where it goes and what it says, not with the epoch in its stamp.
    """
    hashed = hashlib.blake2b(digest_size=32)
    hashed.update(f"tick={state.tick};".encode())
    for name, value in zip(TALLY, state.tally.tolist(), strict=True):
        hashed.update(f"{name}={value};".encode())
    for quantity in QUANTITIES:
        array = np.moveaxis(getattr(state.region, quantity.name), -1, 0)
        if not array.size:  # nothing of this kind is kept here
            continue
        hashed.update(f"{quantity.name}:{quantity.dtype}:{array.shape};".encode())
        hashed.update(np.ascontiguousarray(array, dtype=np.dtype(quantity.dtype).newbyteorder("<")))
    for name in WHOLE:
        whole = np.ascontiguousarray(getattr(state.region, name), dtype="<i4")
        hashed.update(f"{name}:{whole.shape};".encode())
        hashed.update(whole)
    for block in sorted(state.outbox, key=lambda block: (read_stamp(block).tick, read_stamp(block).axis)):
        stamp, body = open_block(block)
        hashed.update(f"letter:{stamp.receiver}:{stamp.axis}:{stamp.opening};".encode())
        hashed.update(body)
    for name, tick in sorted(state.begun.items()):
        hashed.update(f"begun:{name}={tick};".encode())
    return hashed.hexdigest()


def universe_digest(regions: Iterable[str]) -> str:
    """Digest of a universe from those of its regions, in order."""
    return hashlib.blake2b(";".join(regions).encode(), digest_size=32).hexdigest()
