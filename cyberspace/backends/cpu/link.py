"""A link as kernels see it: handles over its letters and what else an opening needs, made once and kept."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cyberspace.backends.cpu import shore
from cyberspace.backends.cpu.address import address_of
from cyberspace.backends.cpu.dots import QUAD
from cyberspace.backends.cpu.handle import Field, Handle
from cyberspace.backends.cpu.progress import expect
from cyberspace.law.letters import STAMP_BYTES, Body, block_bytes, body_bytes, layout
from cyberspace.law.state import TALLY
from cyberspace.law.world import World
from topology import LinkEnd
from topology.link import NOBODY


def letter_handle(world: World, end: LinkEnd) -> Handle:
    """A handle over a letter; fields as in `cyberspace.law.letters.Letter`, truth values as bytes.

    The numbers of a letter are little-endian, so this machine has to be as well.
    """
    body = bytearray(body_bytes(world, end))
    fields = {part.name: part.of(body) for part in layout(world, end)}
    return Handle({name: field.view(np.uint8) if field.dtype == bool else field for name, field in fields.items()})


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
        self.end, self._size = end, block_bytes(world, end)
        come, goes = letter_handle(world, end), letter_handle(world, end)
        self.counts = np.zeros((threads, 1, len(TALLY)), dtype=np.int64)
        self.records = np.empty((1, 3, end.slots), dtype=np.int32)
        body, loci = world.body, world.loci.count
        fields: dict[str, Field] = {"come": come, "goes": goes, "shore": end.sites}
        fields |= {"counts": self.counts, "records": self.records, "guest": np.zeros((threads, loci), dtype=np.int8)}
        fields["guest_weights"] = np.zeros((threads, body.inputs // QUAD, body.units, QUAD), dtype=np.int8)
        self._told = np.zeros(3, dtype=np.int64)
        self._handle = Handle({**region, **fields, "axis": end.axis, "every": end.tide, "told": self._told})
        parts = layout(world, end)
        at, starts = [come.kind.at[part.name] for part in parts], [part.start for part in parts]
        self._lay = come.words, goes.words, np.array(at), np.array(starts)
        expect(shore.lay, shore.arrive, shore.post)
        arrives, posts = address_of(shore.arrive, self._handle, 0, 0, 0, 0), address_of(shore.post, self._handle, 0, 0, 0)
        self.kernels = arrives, posts, self._handle.address

    def open(self, opening: int, due: Body) -> bytearray:
        """Be ready for an opening, at which one letter arrives; the block for the one that is posted, which both have to stay for."""
        block, end = bytearray(self._size), self.end
        came, goes = np.frombuffer(due, dtype=np.uint8), np.frombuffer(block, dtype=np.uint8, offset=STAMP_BYTES)
        came.setflags(write=False)
        shore.lay(*self._lay, came, goes)
        self._told[:] = end.tide_at(opening - 1), end.tide_at(opening), end.partner(opening) != NOBODY
        self.counts[...] = 0
        return block
