"""Who lived where in the frames that were sent of late: a click on one of them means whoever is seen there, not who lives there by now."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.watch.census import Known
from cyberspace.watch.look import Look, Sites

BYTES = 2**26
"""What is remembered of all regions of a rank, at most."""


@dataclass(frozen=True)
class Glance:
    """What was seen of a region.

    Attributes:
        region: Its number.
        tick: When.
        sites: Numbers of the sites that were looked at, ascending; None for all.
        alive: Whether anybody lived there, bool (sites,).
        cradle: Where whoever lived there was born, int32 (sites,).
        born: When, int32 (sites,).
        founder: The mark of its lineage, uint32 (sites,).
    """

    region: int
    tick: int
    sites: Sites
    alive: NDArray[np.bool_]
    cradle: NDArray[np.int32]
    born: NDArray[np.int32]
    founder: NDArray[np.uint32]

    @property
    def bytes(self) -> int:
        """What it takes."""
        return self.alive.nbytes + self.cradle.nbytes + self.born.nbytes + self.founder.nbytes

    def at(self, site: int) -> int | None:
        """The row of a site; None if it was not looked at."""
        if self.sites is None:
            return site
        row = int(np.searchsorted(self.sites, site))
        return row if row < len(self.sites) and self.sites[row] == site else None


class Remembered:
    """The identities of the latest frames of a rank."""

    def __init__(self) -> None:
        self._glances: deque[Glance] = deque()
        self._bytes = 0

    def clear(self) -> None:
        """Forget everything: the run goes on from another tick."""
        self._glances.clear()
        self._bytes = 0

    def keep(self, region: int, tick: int, look: Look, sites: Sites) -> None:
        """Take note of who lives in a region that is looked at; the oldest is forgotten where that would be too much."""
        for old in self._glances:
            same = sites is None if old.sites is None else sites is not None and np.array_equal(old.sites, sites)
            if same and (old.region, old.tick) == (region, tick):
                return
        alive, *who = (np.array(look(name, sites)) for name in ("alive", "cradle", "born", "founder"))
        glance = Glance(region, tick, sites, alive, *who)
        if glance.bytes > BYTES:
            return
        self._glances.append(glance)
        self._bytes += glance.bytes
        while self._bytes > BYTES:
            self._bytes -= self._glances.popleft().bytes

    def who(self, region: int, site: int, tick: int) -> tuple[bool, Known | None]:
        """Who lived at a site of a region, in the frame of a tick.

        Args:
            region: The region.
            site: Its site.
            tick: The tick of the slowest region in that frame; others were there or somewhat ahead.

        Returns:
            Whether that is remembered, and the identity with its lineage; None if nobody lived there.
        """
        known = [one for one in self._glances if one.region == region and one.tick >= tick and one.at(site) is not None]
        if not known:
            return False, None
        seen = min(known, key=lambda one: one.tick)
        row = seen.at(site)
        if not seen.alive[row]:
            return True, None
        return True, ((int(seen.cradle[row]), int(seen.born[row])), int(seen.founder[row]))
