"""What flows in a tick, added up by blocks: each adds to one of several sums, so that they do not wait for each other."""

from __future__ import annotations

from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.xla.block import as_block, cell_of, constant
from cyberspace.backends.xla.kernels.frame import Here
from cyberspace.law.state import COUNTS, TALLY
from organisms.arrays import Array

SPREAD = 64
"""Sums of a kind beside each other: 2^24 sites in blocks of 256 add at most 2^30 to each, in halves of 12 bits."""

FLOWN = (
    "sunlight", "upkeep", "overflow", "fines", "paid", "fill", "death", "copying", "moving", "genesis", "alive", "births",
    "deaths", "sparks",
)  # fmt: skip
"""What kernels add up; `faithful` is counted where the births are read."""


def add_up(here: Here, flows: Mapping[str, Array]) -> None:
    """Add arrays of a block to the sums of this tick, by the names of `TALLY`."""
    tick, lane = here.one("k", 0), here.number % SPREAD
    for name, values in flows.items():
        if all(constant(cell) and not cell for cell in as_block(values).cells.flat):
            continue
        words, line = values.astype(np.uint32), 2 * FLOWN.index(name)
        here.add("sums", _total(here, words & np.uint32(0xFFF)), tick, line, lane)
        if name not in COUNTS or name == "paid":
            here.add("sums", _total(here, words >> np.uint32(12)), tick, line + 1, lane)


def _total(here: Here, words: Array) -> jax.Array:
    return cell_of(words.sum(dtype=np.uint32))


def no_sums(ticks: int) -> jax.Array:
    """Sums before a span."""
    return jnp.zeros((ticks, 2 * len(FLOWN), SPREAD), jnp.uint32)  # type: ignore[no-any-return]


def tallies(sums: NDArray[np.uint32]) -> NDArray[np.int64]:
    """The tally of each tick, int64 (ticks, len(TALLY)), for the sums of a span (ticks, 2 len(FLOWN), SPREAD)."""
    wide = np.asarray(sums).astype(np.int64).sum(axis=2).reshape(len(sums), len(FLOWN), 2)
    found = np.zeros((len(sums), len(TALLY)), dtype=np.int64)
    found[:, [TALLY.index(name) for name in FLOWN]] = wide[:, :, 0] + (wide[:, :, 1] << 12)
    return found
