"""A link as kernels see it: handles over its letters and what else an opening needs, made once and kept."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cyberspace.backends.cpu import shore
from cyberspace.backends.cpu.address import address_of
from cyberspace.backends.cpu.dots import QUAD
from cyberspace.backends.cpu.handle import Field, Handle
from cyberspace.backends.cpu.progress import expect
from cyberspace.law.letters import ALIGN, STAMP_BYTES, Body, Short, body_of
from cyberspace.law.state import TALLY
from cyberspace.law.world import World
from topology import LinkEnd
from topology.link import NOBODY

BLANK = bytes(STAMP_BYTES)


def letter_handle(short: Short, slots: int) -> Handle:
    """A handle over a short letter: fields of its head as in `cyberspace.law.letters.Letter`, truth values as bytes; `octets` and `numbers`
    are its records, uint8 and int32 (slots, ...), and the other fields say where theirs lie in one, in octets and in numbers.

    The numbers of a letter are little-endian, so this machine has to be as well.
    """
    body = bytearray(short.head + slots * short.size)
    head = {part.name: part.of(body) for part in short.heads}
    fields: dict[str, Field] = {name: field.view(np.uint8) if field.dtype == bool else field for name, field in head.items()}
    octets = np.frombuffer(body, dtype=np.uint8, offset=short.head).reshape(slots, short.size)
    fields |= {"octets": octets, "numbers": octets.view(np.int32)}
    return Handle(fields | {part.name: part.start if part.dtype.itemsize == 1 else part.start // 4 for part in short.record})


class Link:
    """One of a region's links.

    Args:
        world: The region.
        end: The link's end.
        region: Its arrays, tables and parameters, as kernels take them.
        threads: Threads that live it.

    Attributes:
        end: The link's end.
        counts: What each thread counts at an opening, int64 (threads, 1, len(TALLY)).
        records: Births at an opening, as in `cyberspace.law.verbs.arrive.arrive`, int32 (1, 3, slots).
        kernels: Addresses of those that let a letter arrive and post one, and of what both are given.
    """

    def __init__(self, world: World, end: LinkEnd, region: Mapping[str, Handle], threads: int):
        self.end, self._short, slots = end, Short(world, end), end.slots
        come, goes = letter_handle(self._short, slots), letter_handle(self._short, slots)
        self.counts = np.zeros((threads, 1, len(TALLY)), dtype=np.int64)
        self.records = np.empty((1, 3, end.slots), dtype=np.int32)
        body, loci = world.body, world.loci.count
        fields: dict[str, Field] = {"come": come, "goes": goes, "shore": end.sites}
        fields |= {"counts": self.counts, "records": self.records, "guest": np.zeros((threads, loci), dtype=np.int8)}
        fields["guest_weights"] = np.zeros((threads, body.inputs // QUAD, body.units, QUAD), dtype=np.int8)
        self._told = np.zeros(3, dtype=np.int64)
        self._handle = Handle({**region, **fields, "axis": end.axis, "every": end.tide, "told": self._told})
        short, sent = self._short, np.zeros(self._short.head + slots * self._short.size, dtype=np.uint8)
        starts = {part.name: part.start for part in short.heads} | {"octets": short.head, "numbers": short.head}
        self._lay = np.array([come.kind.at[name] for name in starts]), np.array(list(starts.values()))
        shore.lay(goes.words, *self._lay, sent)
        self._come, self._sent, self._head = come.words, sent, sent[: short.head].data
        self._records = sent[short.head :].reshape(slots, short.size)
        self._kind, self._held = sent[starts["kind"] : starts["endowment"]], sent[starts["kind"] : short.head]
        self._gathered = np.empty(self._records.size, dtype=np.uint8)
        self._into = self._gathered.data
        expect(shore.lay, shore.gather, shore.arrive, shore.post)
        arrives, posts = address_of(shore.arrive, self._handle, 0, 0, 0, 0), address_of(shore.post, self._handle, 0, 0, 0)
        self.kernels = arrives, posts, self._handle.address

    def open(self, opening: int, due: Body) -> None:
        """Be ready for an opening, at which a letter arrives that has to stay."""
        if len(due) % ALIGN == 0:
            due = body_of(self._short.short(bytearray(STAMP_BYTES) + due))
        self._due = came = np.frombuffer(due, dtype=np.uint8)
        came.setflags(write=False)
        shore.lay(self._come, *self._lay, came)
        self._told[:] = self.end.tide_at(opening - 1), self.end.tide_at(opening), self.end.partner(opening) != NOBODY
        self.counts[...] = 0

    def take(self) -> bytearray:
        """The block for the letter that was posted, a short one."""
        if not self._told[shore.MET]:
            return bytearray(STAMP_BYTES + self._short.head + 1)
        more = shore.gather(self._kind, self._records, self._gathered)
        block = bytearray().join((BLANK, self._head, self._into[:more], b"\0"))
        if more:
            self._held[:] = 0
        return block
