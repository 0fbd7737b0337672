"""What the numba kernels work on: a region with each organism in one place, and how its sites are shared among threads."""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.cpu.dots import QUAD
from cyberspace.backends.cpu.handle import Handle
from cyberspace.backends.cpu.part import part
from cyberspace.backends.cpu.vector import threefry
from cyberspace.law.state import SITE_FIELDS, TALLY, Region
from organisms.arrays import Array, Bools, Int8s, Int32s, Words
from organisms.body import GIVE, MOVE, REPRODUCE

LINE = 64
"""Blocks begin at multiples of this where they can, so that no two threads write to one line of the cache."""

SUNLIGHT, SHED, UPKEEP, OVERFLOW, DEATH, COPYING, MOVING, BIRTHS, FAITHFUL, DEATHS = (
    TALLY.index(name)
    for name in ("sunlight", "soil", "upkeep", "overflow", "death", "copying", "moving", "births", "faithful", "deaths")
)
SPARKS, GENESIS, ALIVE, FILL, FINES, PAID, RECEIVED, LOST, SENT = (
    TALLY.index(name) for name in ("sparks", "genesis", "alive", "fill", "fines", "paid", "received", "lost", "sent")
)
"""Columns of what is counted of a tick, in the order of `cyberspace.law.state.TALLY`."""

TURN = 1024
"""Sites whose weights are laid out anew at a time, so that they stay in the cache."""

BREEDS, LEAVES, GIVES = (1 << unit for unit in (REPRODUCE, MOVE, GIVE))
"""Bits of `Arrays.fires`."""


BESIDE = {
    "inputs": "int8 (sites, inputs): senses, then the last activities; the channels are written when a lesson is posed",
    "fires": "bits of the units above `fire`, uint8 (sites, units / 8); 0 where nobody lives",
    "wishes": "the same bytes, eight at a time, uint64 (sites x units / 64,)",
    "says": "bits of the units above 0, as `fires`",
    "heard": "what a site shows at the end of a tick, as it is sensed: 64 if alive, two messages; uint32 (sites + 1,), the last 0",
    "synapses": "weights that are not 0, int32 (sites,)",
    "spark": "whether a spark falls at this site if it is empty, bool (sites,)",
}
"""What is kept beside the state."""

if TYPE_CHECKING:

    class Arrays(Region):
        """See below."""

        inputs: Int8s
        fires: Array
        wishes: NDArray[np.uint64]
        says: Array
        heard: Words
        synapses: Int32s
        spark: Bools

else:
    Arrays = namedtuple("Arrays", (*SITE_FIELDS, *BESIDE))
    Arrays.__doc__ = """A region; names as in the state, and those of `BESIDE`.

    Every organism has its own lines of the cache: `genome` is (sites, loci), `activity` (sites, units), `trace` (sites, inputs or 0) and
    `weights` (sites, quads, units, 4), a quad being four inputs.
    """


def to_quads(weights: NDArray[np.int8]) -> NDArray[np.int8]:
    """Weights int8 (units, inputs, sites) as (sites, quads, units, 4)."""
    units, inputs, sites = weights.shape
    found = on_a_line((sites, inputs // QUAD, units, QUAD))
    found[...] = weights.reshape(units, inputs // QUAD, QUAD, sites).transpose(3, 1, 0, 2)
    return found


def on_a_line(shape: tuple[int, ...]) -> NDArray[np.int8]:
    """An int8 array, with anything in it, that begins with a line of the cache, so that no vector lies on two of them."""
    room = np.empty(int(np.prod(shape)) + LINE, dtype=np.int8)
    return room[-room.ctypes.data % LINE :][: int(np.prod(shape))].reshape(shape)


def from_quads(weights: NDArray[np.int8]) -> NDArray[np.int8]:
    """The inverse of `to_quads`."""
    sites, quads, units, _ = weights.shape
    found = np.empty((units, quads, QUAD, sites), dtype=np.int8)
    for first in range(0, sites, TURN):  # in parts that stay in the cache
        found[..., first : first + TURN] = weights[first : first + TURN].transpose(2, 1, 3, 0)
    return found.reshape(units, quads * QUAD, sites)


def synapses_of(weights: NDArray[np.int8]) -> Int32s:
    """Weights that are not 0 of brains laid out in quads, int32 (sites,)."""
    found: Int32s = (weights != 0).sum(axis=(1, 2, 3), dtype=np.int32)
    return found


def handle_of(arrays: Arrays, itself: Int32s) -> Handle:
    """The arrays as kernels take them, with other views of some, and the sites' own numbers."""
    views: dict[str, Array] = {
        "senses": arrays.inputs.view(np.uint64),
        "acts": arrays.activity.view(np.uint64),
        "alleles": arrays.genome.view(np.uint32),
        "brains": arrays.weights.reshape(len(arrays.weights), -1),
        "quads": arrays.weights.view(np.uint32)[..., 0],
        "words": arrays.weights.reshape(len(arrays.weights), -1).view(np.uint32),
        "octets": arrays.weights.reshape(len(arrays.weights), -1).view(np.uint64),
        "itself": itself,
    }
    return Handle({name: getattr(arrays, name) for name in (*SITE_FIELDS, *BESIDE)} | views)


@part
def stream_key(params, stream, tick):
    """`organisms.bits.stream_key` of one region, as a pair of scalars; the region is that of some parameters, or of a posed task."""
    return threefry(np.uint32(params.seed), np.uint32(params.region), np.uint32(stream), np.uint32(tick))
