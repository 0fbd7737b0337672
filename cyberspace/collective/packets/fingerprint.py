"""Fingerprints: where something was found, as 64 signed bytes, so that alike places have alike bytes.

Each name of a feature owns a direction drawn from a hash of the name; a fingerprint is the sum of the directions, each times its
feature (a random projection: Johnson and Lindenstrauss 1984; names hashed as Weinberger et al. 2009).  So anybody may add a
feature, and two who never met get the same bytes for the same place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

BYTES = 64
SCALE = 8.0
"""Steps of a byte for one standard deviation of a feature of size 1."""


@lru_cache(maxsize=4096)
def direction(name: str) -> NDArray[np.float64]:
    """The direction of a feature, shape (64,), standard normal numbers that depend on its name alone."""
    key = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=16).digest(), "little")
    made = np.random.Generator(np.random.Philox(key=key)).standard_normal(BYTES)
    made.flags.writeable = False
    return made


def fingerprints(names: Sequence[str], values: NDArray[np.float64]) -> NDArray[np.int8]:
    """Fingerprints of many places.

    Args:
        names: Of the features.
        values: Shape (places, features), each feature scaled to about 1.

    Returns:
        Shape (places, 64).
    """
    raw = np.asarray(values, float) @ np.stack([direction(name) for name in names])
    return np.clip(np.rint(SCALE * raw), -127, 127).astype(np.int8)


def fingerprint(features: Mapping[str, float]) -> bytes:
    """The fingerprint of one place, 64 bytes; a feature that is 0 may as well be left out."""
    names = sorted(features)
    return fingerprints(names, np.array([[features[name] for name in names]])).tobytes()


def distances(ones: NDArray[np.int8], others: NDArray[np.int8]) -> NDArray[np.float32]:
    """Euclidean distances, shape (ones, others), in steps."""
    a, b = ones.astype(np.float32), others.astype(np.float32)
    squared = (a * a).sum(1)[:, None] + (b * b).sum(1) - 2 * (a @ b.T)
    return np.asarray(np.sqrt(np.maximum(squared, 0)))
