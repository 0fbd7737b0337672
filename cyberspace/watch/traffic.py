"""What crosses the links of a region while somebody looks: letters are counted as they are posted, and nothing is kept of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import add

import numpy as np

from cyberspace.backends.backend import Backend
from cyberspace.law.letters import MOVER, SPORE, STAMP_BYTES, Short, Stamp
from cyberspace.run.local import LocalRegion
from cyberspace.wire.universe import CarriedTold, RegionTold, TrafficTold

CARRIED = ("letters", "messages", "spores", "movers", "energy")


@dataclass
class Known:
    """A direction of a link: where in a letter the places and the slots begin and how many there are, the last letter, and all."""

    spans: tuple[tuple[int, int], tuple[int, int]]
    sum: tuple[int, ...]
    stamp: Stamp | None = None
    last: tuple[int, ...] = ()


class Traffic:
    """The letters that a region has posted since somebody asked for the first time.

    Args:
        tick: When that is.
    """

    def __init__(self, tick: int):
        self.since = tick
        self._known: dict[tuple[int, int], Known] = {}

    def note(self, stamp: Stamp, energy: int, short: Short, block: bytearray) -> None:
        """Count a letter: whoever lives at a place of the shore sends a message, and a slot may hold a spore or a mover."""
        key = stamp.receiver, stamp.axis
        known = self._known.get(key)
        if known is None:
            parts = {part.name: part for part in short.heads}
            somebody, kind = parts["somebody"], parts["kind"]
            spans = [(STAMP_BYTES + part.start, part.shape[-1]) for part in (somebody, kind)]
            known = self._known[key] = Known((spans[0], spans[1]), (0,) * len(CARRIED))
        (places, many), (slots, most) = known.spans
        messages = int(np.count_nonzero(np.frombuffer(block, np.bool_, many, places)))
        spores, movers = (block.count(what, slots, slots + most) for what in (SPORE, MOVER))
        known.stamp, known.last = stamp, (1, messages, spores, movers, energy)
        known.sum = tuple(map(add, known.sum, known.last))

    def told(self) -> list[TrafficTold]:
        """What crossed, by link."""
        return [
            {
                "from": one.stamp.sender, "to": one.stamp.receiver, "axis": one.stamp.axis, "since": self.since,
                "tick": one.stamp.tick, "last": _carried(one.last), "all": _carried(one.sum),
            }
            for one in self._known.values() if one.stamp is not None
        ]  # fmt: skip


def _carried(numbers: Sequence[int]) -> CarriedTold:
    letters, messages, spores, movers, energy = numbers
    return {"letters": letters, "messages": messages, "spores": spores, "movers": movers, "energy": energy}


class Letters:
    """The letters of the regions of a rank, counted from the first time on that somebody asks about a region."""

    def __init__(self) -> None:
        self._known: dict[int, Traffic] = {}

    def told(self, regions: list[LocalRegion]) -> tuple[list[RegionTold], list[TrafficTold]]:
        """How far regions are, and what crossed their links."""
        for region in regions:
            number = int(region.world.region)
            if number not in self._known:
                self._known[number] = Traffic(region.tick)
                region.readers.append(self._known[number].note)
        passed = [one for region in regions for one in self._known[int(region.world.region)].told()]
        return [region_told(region, living(region.engine)) for region in regions], passed


def region_told(region: LocalRegion, living: int) -> RegionTold:
    """How far a region is, what a tick takes it, and whom it waits for."""
    return {
        "region": int(region.world.region), "rank": 0, "tick": region.tick, "alive": living,
        "micros": round(1e6 * region.per_tick / region.world.step, 1), "awaits": int(region.awaited),
    }  # fmt: skip


def living(engine: Backend) -> int:
    """How many live in a region."""
    return int(np.count_nonzero(engine.look("alive")))
