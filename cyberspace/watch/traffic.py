"""What crosses the links of a region while somebody looks: letters are counted as they are posted, and nothing is kept of them."""

from __future__ import annotations

import numpy as np

from cyberspace.backends.backend import Backend
from cyberspace.law.letters import MOVER, SPORE, Short, Stamp, body_of
from cyberspace.run.local import LocalRegion
from cyberspace.wire.universe import CarriedTold, RegionTold, TrafficTold

NONE: CarriedTold = {"letters": 0, "messages": 0, "spores": 0, "movers": 0, "energy": 0}


class Traffic:
    """The letters that a region has posted since somebody asked for the first time.

    Args:
        tick: When that is.
    """

    def __init__(self, tick: int):
        self.since = tick
        self._known: dict[tuple[int, int], TrafficTold] = {}

    def note(self, stamp: Stamp, short: Short, block: bytearray) -> None:
        """Count a letter: whoever lives at a place of the shore sends a message, and a slot may hold a spore or a mover."""
        body = body_of(block)
        parts = {part.name: part for part in short.heads}
        kind = parts["kind"].of(body)
        last: CarriedTold = {
            "letters": 1,
            "messages": int(np.count_nonzero(parts["somebody"].of(body))),
            "spores": int(np.count_nonzero(kind == SPORE)),
            "movers": int(np.count_nonzero(kind == MOVER)),
            "energy": int(parts["gift"].of(body).sum(dtype=np.int64) + parts["endowment"].of(body).sum(dtype=np.int64)),
        }
        key = stamp.receiver, stamp.axis
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = {
                "from": stamp.sender, "to": stamp.receiver, "axis": stamp.axis, "since": self.since, "tick": stamp.tick,
                "last": last, "all": NONE,
            }  # fmt: skip
        before = known["all"]
        known["tick"], known["last"] = stamp.tick, last
        known["all"] = {
            "letters": before["letters"] + 1, "messages": before["messages"] + last["messages"],
            "spores": before["spores"] + last["spores"], "movers": before["movers"] + last["movers"],
            "energy": before["energy"] + last["energy"],
        }  # fmt: skip

    def told(self) -> list[TrafficTold]:
        """What crossed, by link."""
        return list(self._known.values())


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
