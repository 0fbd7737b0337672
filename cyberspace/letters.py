"""Letters: what crosses a link, as arrays, as bytes, and as stamped blocks.

A letter holds one message per place of the shore and one slot for every place where the tide is in, so its size never changes.
The same bytes go from region to region within a process, from rank to rank, and into checkpoints.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import LawBroken
from cyberspace.world import World
from organisms.genome import LOWEST
from topology import Way

NOTHING, SPORE, MOVER = 0, 1, 2
"""What a slot holds."""

PER_PLACE = (("somebody", "uint8", ()), ("messages", "int8", ("message",)), ("gift", "int32", ()))
PER_SLOT = (
    ("kind", "uint8", ()),
    ("endowment", "int32", ()),
    ("genome", "int8", ("locus",)),
    ("weights", "int8", ("unit", "input")),
    ("activity", "int8", ("unit",)),
    ("payoff", "int8", ()),
    ("cradle", "int32", ()),
    ("born", "int32", ()),
    ("parent", "int32", ()),
    ("parent_born", "int32", ()),
    ("generation", "int32", ()),
    ("founder", "uint32", ()),
)
"""Fields of a letter (name, type, component axes), in the order of its bytes; all zero where a slot holds nothing."""

LINEAGE = ("cradle", "born", "parent", "parent_born", "generation", "founder")


@dataclass(frozen=True)
class Letter:
    """What one region sends to another at one opening; each array is (*components, places or slots).

    Attributes:
        somebody: Whether the place is inhabited, bool.
        messages: The two message units there, int8.
        gift: Energy for whoever lives at the other place, int32.
        kind: `NOTHING`, `SPORE` or `MOVER`.
        endowment: Energy that goes with the spore or the mover, int32.
        genome: The sender's.
        weights: The sender's.
        activity: The mover's; 0 for a spore.
        payoff: The mover's; 0 for a spore.
        cradle: The sender's identity and descent: `LINEAGE`.
        born: See `cradle`.
        parent: See `cradle`.
        parent_born: See `cradle`.
        generation: See `cradle`.
        founder: See `cradle`.
    """

    somebody: Any
    messages: Any
    gift: Any
    kind: Any
    endowment: Any
    genome: Any
    weights: Any
    activity: Any
    payoff: Any
    cradle: Any
    born: Any
    parent: Any
    parent_born: Any
    generation: Any
    founder: Any


LETTER_FIELDS = tuple(field.name for field in fields(Letter))


def _layout(world: World, way: Way) -> Iterator[tuple[str, np.dtype[Any], tuple[int, ...]]]:
    """Name, type and shape of every field; genomes as they are on the wire, two alleles a byte."""
    components = {**world.components(), "message": 2}
    for rows, count in ((PER_PLACE, len(way.sites)), (PER_SLOT, way.slots)):
        for name, dtype, axes in rows:
            shape = tuple(components[axis] for axis in axes)
            if name == "genome":
                shape, dtype = ((components["locus"] + 1) // 2,), "uint8"
            yield name, np.dtype(dtype).newbyteorder("<"), (*shape, count)


def body_bytes(world: World, way: Way) -> int:
    """Bytes of a letter without its stamp."""
    return sum(dtype.itemsize * int(np.prod(shape)) for _, dtype, shape in _layout(world, way))


def blank(world: World, way: Way) -> Letter:
    """A letter that says nothing and carries nothing."""
    return unpack(world, way, bytes(body_bytes(world, way)))


def pack_genomes(genomes: NDArray[np.int8]) -> NDArray[np.uint8]:
    """Two alleles a byte: (loci, k) to ((loci + 1) // 2, k); an allele of 0 is a nibble of 0."""
    nibbles = genomes.astype(np.uint8) & np.uint8(15)
    if len(nibbles) % 2:
        nibbles = np.concatenate([nibbles, np.zeros_like(nibbles[:1])])
    packed: NDArray[np.uint8] = nibbles[::2] | (nibbles[1::2] << np.uint8(4))
    return packed


def unpack_genomes(packed: NDArray[np.uint8], loci: int) -> NDArray[np.int8]:
    """The inverse of `pack_genomes`."""
    nibbles = np.stack([packed & np.uint8(15), packed >> np.uint8(4)], axis=1).reshape(-1, packed.shape[1])[:loci]
    return ((nibbles.astype(np.int8) - LOWEST) & 15) + LOWEST  # sign of a 4-bit number


def pack(world: World, way: Way, letter: Letter) -> bytes:
    """The bytes of a letter."""
    parts = []
    for name, dtype, _ in _layout(world, way):
        values = np.asarray(getattr(letter, name))
        values = pack_genomes(values) if name == "genome" else values
        parts.append(np.ascontiguousarray(values, dtype=dtype).tobytes())
    return b"".join(parts)


def unpack(world: World, way: Way, body: bytes | memoryview) -> Letter:
    """The letter in some bytes, as arrays of its own."""
    at, found = 0, {}
    for name, dtype, shape in _layout(world, way):
        size = int(np.prod(shape))
        values = np.frombuffer(body, dtype=dtype, count=size, offset=at).reshape(shape)
        at += size * dtype.itemsize
        if name == "genome":
            found[name] = unpack_genomes(values, world.loci.count)
        else:
            found[name] = values.astype(np.bool_ if name == "somebody" else dtype.newbyteorder("="))
    return Letter(**found)


@dataclass(frozen=True)
class Stamp:
    """What a block says of its letter.

    Attributes:
        epoch: Start of the run that sent it; a letter of an earlier start is refused.
        sender: Region.
        receiver: Region.
        axis: Axis of the clock.
        opening: Number of the opening at which it was posted; it is due at the next.
        tick: Tick of that opening.
    """

    epoch: int
    sender: int
    receiver: int
    axis: int
    opening: int
    tick: int


_STAMP = struct.Struct("<4sIiiiiiIQ")
_MAGIC = b"CYL1"
STAMP_BYTES = _STAMP.size


def seal(stamp: Stamp, body: bytes) -> bytes:
    """A block: the stamp, a CRC-32 of stamp and body, and the body."""
    crc = zlib.crc32(body, zlib.crc32(_stamp_bytes(stamp, 0, len(body))))
    return _stamp_bytes(stamp, crc, len(body)) + body


def _stamp_bytes(stamp: Stamp, crc: int, length: int) -> bytes:
    own = (stamp.epoch, stamp.sender, stamp.receiver, stamp.axis, stamp.opening, stamp.tick)
    return _STAMP.pack(_MAGIC, *own, crc, length)


def read_stamp(block: bytes | memoryview) -> Stamp:
    """The stamp of a block, unchecked."""
    return Stamp(*_STAMP.unpack_from(block)[1:7])


def open_block(block: bytes | memoryview) -> tuple[Stamp, memoryview]:
    """The stamp and the body of a block.

    Raises:
        LawBroken: If it is no block, was cut, or its CRC does not match.
    """
    view = memoryview(block).cast("B")
    if len(view) < STAMP_BYTES:
        raise LawBroken(f"a letter of {len(view)} bytes: too short for its stamp")
    magic, *_, crc, length = _STAMP.unpack_from(view)
    stamp, body = read_stamp(view), view[STAMP_BYTES:]
    expected = zlib.crc32(body, zlib.crc32(_stamp_bytes(stamp, 0, length)))
    if magic != _MAGIC or len(body) != length or crc != expected:
        raise LawBroken(f"a damaged letter from region {stamp.sender} to region {stamp.receiver}, tick {stamp.tick}")
    return stamp, body


def restamp(block: bytes, epoch: int) -> bytes:
    """The same letter in another epoch: what a resumed run sends again."""
    stamp, body = open_block(block)
    return seal(Stamp(epoch, *(getattr(stamp, field.name) for field in fields(Stamp)[1:])), bytes(body))


def energy(letter: Letter) -> int:
    """Energy under way in a letter."""
    return int(letter.gift.sum(dtype=np.int64) + letter.endowment.sum(dtype=np.int64))
