"""Letters: what crosses a link, as arrays, as bytes (the body), and as stamped blocks.

A letter holds one message per place of the shore and one slot for every place where the tide is in, so its size never changes.
The same bytes go from region to region within a process, from rank to rank, and into checkpoints.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

import google_crc32c
import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import LawBroken
from cyberspace.law.world import World
from organisms.arrays import Array, Bools, Int8s, Int32s, Namespace, Words
from organisms.genome import from_nibble, to_nibble
from topology import LinkEnd

NOTHING, SPORE, MOVER = 0, 1, 2
"""What a slot holds."""

Body = bytes | bytearray | memoryview
"""A letter as bytes; a block is a stamp before a body."""


def per(what: str, dtype: str, *axes: str, descent: bool = False) -> Any:
    """A field of a letter: of so many numbers for each place of the shore or each slot."""
    return field(metadata={"per": what, "dtype": dtype, "axes": axes, "descent": descent})


@dataclass(frozen=True)
class Letter:
    """What one region sends to another at one opening, in the order of its bytes; all zero where a slot holds nothing.

    Each array is (*axes, places or slots).

    Attributes:
        somebody: Whether the place is inhabited.
        messages: The two message units there.
        gift: Energy for whoever lives at the other place.
        kind: `NOTHING`, `SPORE` or `MOVER`.
        endowment: Energy that goes with the spore or the mover.
        genome: The sender's, two alleles a byte: see `pack_genomes`.
        weights: The sender's.
        activity: The mover's; 0 for a spore.
        payoff: The mover's; 0 for a spore.
        trace: The mover's; 0 for a spore, and empty where no learning rule reads it.
        cradle: The sender's identity and descent, as in the state, from here on.
    """

    somebody: Bools = per("place", "bool")
    messages: Int8s = per("place", "int8", "message")
    gift: Int32s = per("place", "int32")
    kind: NDArray[np.uint8] = per("slot", "uint8")
    endowment: Int32s = per("slot", "int32")
    genome: NDArray[np.uint8] = per("slot", "uint8", "pair")
    weights: Int8s = per("slot", "int8", "unit", "input")
    activity: Int8s = per("slot", "int8", "unit")
    payoff: Int8s = per("slot", "int8")
    trace: Int8s = per("slot", "int8", "trace")
    cradle: Int32s = per("slot", "int32", descent=True)
    born: Int32s = per("slot", "int32", descent=True)
    parent: Int32s = per("slot", "int32", descent=True)
    parent_born: Int32s = per("slot", "int32", descent=True)
    generation: Int32s = per("slot", "int32", descent=True)
    founder: Words = per("slot", "uint32", descent=True)


LETTER = fields(Letter)
"""The fields of a letter, with what `per` says of each."""

DESCENT = tuple(one.name for one in LETTER if one.metadata["descent"])
"""Identity and descent of the organism in a slot."""


@dataclass(frozen=True)
class Part:
    """A field in the bytes of a letter, which begins at a multiple of `ALIGN`."""

    name: str
    dtype: np.dtype[np.generic]
    shape: tuple[int, ...]
    start: int

    def of(self, body: Body) -> Array:
        """The field, in the bytes themselves."""
        return np.ndarray(self.shape, self.dtype, body, self.start)


ALIGN = 4


def layout(world: World, end: LinkEnd, slots: int | None = None) -> tuple[Part, ...]:
    """Where the fields of a letter lie in its bytes; of one of so many slots, if that is said."""
    lengths = {**world.components(), "message": 2, "pair": (world.loci.count + 1) // 2}
    return _parts(*lengths.items(), ("place", len(end.sites)), ("slot", end.slots if slots is None else slots))


@lru_cache(maxsize=256)
def _parts(*lengths: tuple[str, int]) -> tuple[Part, ...]:
    components, parts, start = dict(lengths), [], 0
    for one in LETTER:
        shape = tuple(components[axis] for axis in (*one.metadata["axes"], one.metadata["per"]))
        dtype = np.dtype(one.metadata["dtype"]).newbyteorder("<")
        parts.append(Part(one.name, dtype, shape, start))
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


def pack_genomes(xp: Namespace, genomes: Int8s) -> NDArray[np.uint8]:
    """Two alleles a byte: int8 (loci, k) to uint8 ((loci + 1) // 2, k); an allele of 0 is a nibble of 0."""
    nibbles = to_nibble(genomes.astype(np.int32))
    if len(nibbles) % 2:
        nibbles = xp.concatenate([nibbles, xp.zeros_like(nibbles[:1])])
    return (nibbles[::2] | (nibbles[1::2] << 4)).astype(np.uint8)


def unpack_genomes(xp: Namespace, packed: NDArray[np.uint8], loci: int) -> Int8s:
    """The inverse of `pack_genomes`."""
    pairs = packed.astype(np.int32)
    nibbles = xp.stack([pairs, pairs >> 4], axis=1).reshape(-1, packed.shape[1])[:loci]
    return from_nibble(nibbles).astype(np.int8)


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
    """The letter in some bytes; its arrays are parts of them, and can be written if they can; but those of a short one lie in a copy."""
    parts = layout(world, end)
    if len(body) % ALIGN:
        body = body_of(Short(world, end).whole(bytearray(STAMP_BYTES) + body))
    return Letter(**{part.name: part.of(body) for part in parts})


class Short:
    """How short letters over a link are laid out: most slots hold nothing, so between regions a letter has no bytes for those.

    Up to the endowments they are as whole ones.  A record follows for each slot that holds something, in order, whose fields lie as those
    of a letter of one slot; and one byte more, so that a body is as long as no whole one, whose length is a multiple of `ALIGN`.

    Attributes:
        head: Bytes of a body before the first record.
        size: Bytes of a record.
        record: Fields of a record.
        most: Bytes of a block at most.
    """

    def __init__(self, world: World, end: LinkEnd):
        parts, one = layout(world, end), layout(world, end, 1)
        first = [part.name for part in parts].index("genome")
        self.heads, self._columns, self.head = parts[:first], parts[first:], parts[first].start
        self.record = tuple(replace(part, start=part.start - one[first].start) for part in one[first:])
        self.size = self.record[-1].start + self.record[-1].dtype.itemsize
        self._kind, self._endowment = parts[first - 2], parts[first - 1]
        self._founder, self._bytes = self.record[-1].start, body_bytes(world, end)
        self.most = STAMP_BYTES + max(self._bytes, self.head + self.size * end.slots + 1)

    def records(self, body: Body) -> NDArray[np.uint8]:
        """The records of a short body, in its bytes: uint8 (records, size)."""
        return np.ndarray((len(body) - self.head) // self.size, np.dtype((np.uint8, self.size)), body, self.head)

    def slots(self, body: Body) -> bytes:
        """A copy of what a short body says of slots."""
        return bytes(memoryview(body)[self._kind.start :])

    def told(self, slots: bytes) -> tuple[Array, Array, Array]:
        """Kind, endowment and founder of what such a copy has records of."""
        kind = np.frombuffer(slots, np.uint8, self._kind.shape[0])
        held = np.frombuffer(slots, "<i4", len(kind), self._endowment.start - self._kind.start)
        filled, numbers = kind.nonzero()[0], np.frombuffer(slots, np.uint8, offset=self.head - self._kind.start)[:-1]
        return kind[filled], held[filled], numbers.view("<u4").reshape(len(filled), self.size // 4)[:, self._founder // 4]

    def short(self, block: bytearray) -> bytearray:
        """The same letter as a short block, which is not sealed any more if it was whole."""
        if len(block) - STAMP_BYTES != self._bytes:
            return block
        body = body_of(block)
        slots = self._kind.of(body).nonzero()[0]
        found = block[: STAMP_BYTES + self.head] + bytes(self.size * len(slots) + 1)
        records = self.records(body_of(found))
        for part, column in zip(self.record, self._columns, strict=True):
            own = np.moveaxis(column.of(body)[..., slots], -1, 0).reshape(len(slots), prod(part.shape))
            records[:, part.start : part.start + part.dtype.itemsize * prod(part.shape)] = np.ascontiguousarray(own).view(
                np.uint8
            )
        return found

    def whole(self, block: bytearray) -> bytearray:
        """The same letter as a whole block, sealed if it was not."""
        if len(block) - STAMP_BYTES == self._bytes:
            return block
        body, found = body_of(block), block[: STAMP_BYTES + self.head].ljust(STAMP_BYTES + self._bytes, b"\0")
        slots, records = self._kind.of(body).nonzero()[0], self.records(body)
        for part, column in zip(self.record, self._columns, strict=True):
            own = records[:, part.start : part.start + part.dtype.itemsize * prod(part.shape)]
            values = np.ascontiguousarray(own).view(part.dtype).reshape(len(slots), *part.shape[:-1])
            column.of(body_of(found))[..., slots] = np.moveaxis(values, 0, -1)
        return seal(read_stamp(block), found)


class Stamp(NamedTuple):
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
_CRC, _CRC_AT = struct.Struct("<I"), struct.calcsize("<4sIiiiii")
_MAGIC = b"CYL1"
STAMP_BYTES = _STAMP.size


def seal(stamp: Stamp, block: bytearray) -> bytearray:
    """The block, after a stamp with a CRC-32C of itself and the body was written before the body."""
    length = len(block) - STAMP_BYTES
    _STAMP.pack_into(block, 0, _MAGIC, *stamp, 0, length)
    _CRC.pack_into(block, _CRC_AT, google_crc32c.value(np.frombuffer(block, dtype=np.uint8)))
    return block


def _crc(stamp: Stamp, body: memoryview) -> int:
    start = google_crc32c.value(_stamp_bytes(stamp, 0, len(body)))
    found: int = google_crc32c.extend(start, np.frombuffer(body, dtype=np.uint8))
    return found


def _stamp_bytes(stamp: Stamp, crc: int, length: int) -> bytes:
    return _STAMP.pack(_MAGIC, *stamp, crc, length)


def read_stamp(block: Body) -> Stamp:
    """The stamp of a block, unchecked."""
    return Stamp(*_STAMP.unpack_from(block)[1:7])


def sealed_bytes(buffer: memoryview) -> int:
    """How long the block at the beginning of some bytes says that it is, at most all of them."""
    return min(len(buffer), STAMP_BYTES + int(_STAMP.unpack_from(buffer)[-1]))


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
    return seal(stamp._replace(epoch=epoch), bytearray(block))


def energy(letter: Letter) -> int:
    """Energy under way in a letter."""
    return int(letter.gift.sum(dtype=np.int64) + letter.endowment.sum(dtype=np.int64))


def under_way(world: World, blocks: Iterable[Body]) -> int:
    """Energy in the letters that a region has sent and nobody has settled."""
    total = 0
    for block in blocks:
        stamp, body = open_block(block)
        end = next(end for end in world.ends if end.axis == stamp.axis)
        total += energy(unpack(world, end, body))
    return total
