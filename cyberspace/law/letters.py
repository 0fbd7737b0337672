"""Letters: what crosses a link, as arrays, as bytes (the body), and as stamped blocks.

A letter holds one message per place of the shore and one slot for every place where the tide is in, so its size never changes.
The same bytes go from region to region within a process, from rank to rank, and into checkpoints.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from math import prod
from typing import Any

import google_crc32c
import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import LawBroken
from cyberspace.law.world import World
from organisms.genome import LOWEST
from topology import LinkEnd

NOTHING, SPORE, MOVER = 0, 1, 2
"""What a slot holds."""

PER_PLACE = (("somebody", "bool", ()), ("messages", "int8", ("message",)), ("gift", "int32", ()))
PER_SLOT = (
    ("kind", "uint8", ()),
    ("endowment", "int32", ()),
    ("genome", "uint8", ("pair",)),
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

Body = bytes | bytearray | memoryview
"""A letter as bytes; a block is a stamp before a body."""

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
        genome: The sender's, two alleles a byte, uint8 ((loci + 1) // 2, slots): see `pack_genomes`.
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


@dataclass(frozen=True)
class Part:
    """A field in the bytes of a letter, which begins at a multiple of `ALIGN`."""

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: int

    def of(self, body: Body) -> NDArray[Any]:
        """The field, in the bytes themselves."""
        return np.ndarray(self.shape, self.dtype, body, self.start)


ALIGN = 4


def layout(world: World, end: LinkEnd) -> tuple[Part, ...]:
    """Where the fields of a letter lie in its bytes."""
    lengths = {**world.components(), "message": 2, "pair": (world.loci.count + 1) // 2}
    return _parts(*lengths.items(), ("place", len(end.sites)), ("slot", end.slots))


@lru_cache(maxsize=256)
def _parts(*lengths: tuple[str, int]) -> tuple[Part, ...]:
    components, parts, start = dict(lengths), [], 0
    for rows, per in ((PER_PLACE, "place"), (PER_SLOT, "slot")):
        for name, number, axes in rows:
            shape, dtype = tuple(components[axis] for axis in (*axes, per)), np.dtype(number).newbyteorder("<")
            parts.append(Part(name, dtype, shape, start))
            start += -(-dtype.itemsize * prod(shape) // ALIGN) * ALIGN
    return tuple(parts)


def body_bytes(world: World, end: LinkEnd) -> int:
    """Bytes of a letter without its stamp."""
    last = layout(world, end)[-1]
    return last.start + last.dtype.itemsize * prod(last.shape)


def block_bytes(world: World, end: LinkEnd) -> int:
    """Bytes of a letter with its stamp."""
    return STAMP_BYTES + body_bytes(world, end)


def blank(world: World, end: LinkEnd) -> Letter:
    """A letter that says nothing and carries nothing; its arrays can be written."""
    return unpack(world, end, bytearray(body_bytes(world, end)))


def pack_genomes(xp: Any, genomes: Any) -> Any:
    """Two alleles a byte: int8 (loci, k) to uint8 ((loci + 1) // 2, k); an allele of 0 is a nibble of 0."""
    nibbles = genomes.astype(np.uint8) & np.uint8(15)
    if len(nibbles) % 2:
        nibbles = xp.concatenate([nibbles, xp.zeros_like(nibbles[:1])])
    return nibbles[::2] | (nibbles[1::2] << np.uint8(4))


def unpack_genomes(xp: Any, packed: Any, loci: int) -> Any:
    """The inverse of `pack_genomes`."""
    nibbles = xp.stack([packed & np.uint8(15), packed >> np.uint8(4)], axis=1).reshape(-1, packed.shape[1])[:loci]
    return ((nibbles.astype(np.int8) - LOWEST) & 15) + LOWEST  # sign of a 4-bit number


def blank_block(world: World, end: LinkEnd) -> bytearray:
    """A block that is not sealed, of a letter that says nothing."""
    return bytearray(block_bytes(world, end))


def pack(world: World, end: LinkEnd, letter: Letter) -> bytearray:
    """A block that is not sealed, of a letter."""
    block = blank_block(world, end)
    body = body_of(block)
    for part in layout(world, end):
        part.of(body)[...] = getattr(letter, part.name)
    return block


def body_of(block: Body) -> memoryview:
    """The body of a block, unchecked."""
    return memoryview(block)[STAMP_BYTES:]


def unpack(world: World, end: LinkEnd, body: Body) -> Letter:
    """The letter in some bytes; its arrays are parts of them, and can be written if they can."""
    return Letter(**{part.name: part.of(body) for part in layout(world, end)})


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


def seal(stamp: Stamp, block: bytearray) -> bytearray:
    """The block, after a stamp with a CRC-32C of itself and the body was written before the body."""
    length = len(block) - STAMP_BYTES
    block[:STAMP_BYTES] = _stamp_bytes(stamp, _crc(stamp, body_of(block)), length)
    return block


def _crc(stamp: Stamp, body: memoryview) -> int:
    start = google_crc32c.value(_stamp_bytes(stamp, 0, len(body)))
    found: int = google_crc32c.extend(start, np.frombuffer(body, dtype=np.uint8))
    return found


def _stamp_bytes(stamp: Stamp, crc: int, length: int) -> bytes:
    own = (stamp.epoch, stamp.sender, stamp.receiver, stamp.axis, stamp.opening, stamp.tick)
    return _STAMP.pack(_MAGIC, *own, crc, length)


def read_stamp(block: Body) -> Stamp:
    """The stamp of a block, unchecked."""
    return Stamp(*_STAMP.unpack_from(block)[1:7])


def open_block(block: Body) -> tuple[Stamp, memoryview]:
    """The stamp and the body of a block.

    Raises:
        LawBroken: If it is no block, was cut, or its CRC does not match.
    """
    view = memoryview(block).cast("B")
    if len(view) < STAMP_BYTES:
        raise LawBroken(f"a letter of {len(view)} bytes: too short for its stamp")
    magic, *own, crc, length = _STAMP.unpack_from(view)
    stamp, body = Stamp(*own), body_of(view)
    if magic != _MAGIC or len(body) != length or crc != _crc(stamp, body):
        raise LawBroken(f"a damaged letter from region {stamp.sender} to region {stamp.receiver}, tick {stamp.tick}")
    return stamp, body


def restamp(block: Body, epoch: int) -> bytearray:
    """The same letter in another epoch: what a resumed run sends again."""
    stamp, _ = open_block(block)
    return seal(replace(stamp, epoch=epoch), bytearray(block))


def energy(letter: Letter) -> int:
    """Energy under way in a letter."""
    return int(letter.gift.sum(dtype=np.int64) + letter.endowment.sum(dtype=np.int64))
