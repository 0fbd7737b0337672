"""What crossed links, as a record tells it: who and how much energy; messages are not recorded, nor who lived on which rank."""

from __future__ import annotations

import numpy as np

from cyberspace.law.letters import MOVER, SPORE
from cyberspace.law.universe import Universe
from cyberspace.record.reading import first_row, whole_rows
from cyberspace.wire.universe import BeachTold
from render.heads import beach_of
from render.links import BeachAbout, Carried, Everywhere, Passage, RegionNow
from render.stored import Stored

WINDOW = 4096
"""Ticks before the one that is shown over which crossings are counted."""

NOTE = "a record tells who crossed and with how much energy; messages, ranks and hosts are not recorded"


def everywhere(stored: Stored, universe: Universe, tick: int) -> Everywhere:
    """All regions at a tick of a record."""
    since = max(0, tick - WINDOW)
    regions = []
    for space in universe.spaces:
        alive = next(
            (found for name in ("alive", "energy", "founder") if (found := stored.field(space.name, name, tick)) is not None),
            None,
        )
        counts = [-1] * len(space.regions)
        if alive is not None:
            counts = np.count_nonzero(np.reshape(alive, (len(space.regions), -1)), axis=1).tolist()
        regions += [RegionNow(region, -1, tick, count) for region, count in zip(space.regions, counts, strict=True)]
    passages = _passages(stored, since, tick)
    return Everywhere(tick, (), tuple(regions), passages, NOTE)


def _passages(stored: Stored, since: int, tick: int) -> tuple[Passage, ...]:
    if stored.root is None:
        return ()
    table = stored.root.columns("links")
    whole = whole_rows(table)
    first, stop = first_row(table["tick"], since, whole), first_row(table["tick"], tick, whole)
    ticks, senders, receivers, kind, energy = (
        np.asarray(table[name][first:stop], dtype=np.int64) for name in ("tick", "sender", "receiver", "kind", "energy")
    )
    found = []
    for sender, receiver in sorted(set(zip(senders.tolist(), receivers.tolist(), strict=True))):
        mine = (senders == sender) & (receivers == receiver)
        last = int(ticks[mine].max())

        def carried(which: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Carried:
            spores, movers = (int(np.count_nonzero(kind[which] == what)) for what in (SPORE, MOVER))
            return Carried(len(np.unique(ticks[which])), -1, spores, movers, int(energy[which].sum()))

        found.append(Passage(sender, receiver, since, last, carried(mine & (ticks == last)), carried(mine)))
    return tuple(found)


def beaches_of(universe: Universe, told: list[BeachTold]) -> tuple[BeachAbout, ...]:
    """The beaches of a universe."""
    clock = universe.clock
    return tuple(beach_of(one, clock.axes[one["axis"]].stretch, clock.offsets[one["axis"]]) for one in told)
