"""Links as the viewer knows them: which doors regions have, and what crosses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from render.about import FAR, Place, SpaceAbout
from render.door import Door

MOST = 2048
"""Regions of a universe of which links are drawn; of more, none are."""


@dataclass(frozen=True)
class Shore:
    """A region's end of a beach, as a run tells it: its number, its partners at even and odd openings, and a box of near axes."""

    region: int
    partners: tuple[int, int]
    low: Place
    high: Place


@dataclass(frozen=True)
class BeachAbout:
    """A beach: its name, its stretch and first opening, and its ends."""

    name: str
    stretch: int
    offset: int
    ends: tuple[Shore, ...]


def doors_of(spaces: Sequence[SpaceAbout], beaches: Sequence[BeachAbout]) -> tuple[Door, ...]:
    """All doors of a universe; none where it has too many regions to be drawn."""
    if sum(space.regions for space in spaces) > MOST:
        return ()
    found = [door for space in spaces for door in _far_doors(space)]
    return (*found, *(door for beach in beaches for end in beach.ends for door in _beach_doors(spaces, beach, end)))


def _far_doors(space: SpaceAbout) -> list[Door]:
    found = []
    for far in product(*(range(length) for length in space.far)):
        region = space.first_region + int(np.ravel_multi_index(far, space.far))
        low, high = (*far, *(0 for _ in space.near)), (*(at + 1 for at in far), *space.near)
        for number, axis in enumerate(space.axes[:FAR]):
            if axis.length <= 1 or axis.stretch <= 0:
                continue
            met = axis.partners(far[number])
            for parity, there in enumerate(met):
                if there is None or (parity and there == met[0]):
                    continue
                other = space.first_region + int(np.ravel_multi_index((*far[:number], there, *far[number + 1 :]), space.far))
                every = met[0] == met[1]
                side = 1 if (there - far[number]) % axis.length <= axis.length // 2 else -1
                stretch, offset = axis.stretch * (1 if every else 2), axis.offset + parity * axis.stretch
                found.append(Door(axis.name, False, region, other, stretch, offset, low, high, side))
    return found


def _beach_doors(spaces: Sequence[SpaceAbout], beach: BeachAbout, end: Shore) -> list[Door]:
    space = space_of(spaces, end.region)
    far = tuple(int(k) for k in np.unravel_index(end.region - space.first_region, space.far))
    low, high = (*far, *end.low), (*(at + 1 for at in far), *end.high)
    found, every = [], end.partners[0] == end.partners[1]
    for parity, other in enumerate(end.partners):
        if other >= 0 and not (parity and every):
            stretch, offset = beach.stretch * (1 if every else 2), beach.offset + parity * beach.stretch
            found.append(Door(beach.name, True, end.region, other, stretch, offset, low, high, -1))
    return found


def space_of(spaces: Sequence[SpaceAbout], region: int) -> SpaceAbout:
    """The space of a region of the universe."""
    return next(space for space in spaces if space.first_region <= region < space.first_region + space.regions)


def region_name(spaces: Sequence[SpaceAbout], region: int) -> str:
    """What a region is called: its space, and where in it."""
    space = space_of(spaces, region)
    far = np.unravel_index(region - space.first_region, space.far)
    where = [f"{axis.name} {int(at)}" for axis, at in zip(space.axes, far, strict=False) if axis.length > 1]
    return " ".join([space.name, *where])


def region_at(space: SpaceAbout, place: Place) -> int:
    """The region of a place."""
    return space.first_region + int(np.ravel_multi_index(place[:FAR], space.far))


@dataclass(frozen=True)
class Carried:
    """What letters carried; `messages` is -1 where that is not known."""

    letters: int = 0
    messages: int = 0
    spores: int = 0
    movers: int = 0
    energy: int = 0

    @property
    def organisms(self) -> int:
        """Spores and movers."""
        return self.spores + self.movers


@dataclass(frozen=True)
class Passage:
    """What went from a region to another: at the last opening, when that was, and since a tick in all."""

    sender: int
    receiver: int
    since: int
    tick: int
    last: Carried
    all: Carried


@dataclass(frozen=True)
class RegionNow:
    """How a region is: its rank (-1: not known), tick, living (-1: not known), microseconds a tick, and for whom it waits (-1: nobody)."""

    region: int
    rank: int
    tick: int
    alive: int
    micros: float = 0.0
    awaits: int = -1


@dataclass(frozen=True)
class Everywhere:
    """All regions at a tick: `hosts` by rank, and what is not known."""

    tick: int
    hosts: tuple[str, ...]
    regions: tuple[RegionNow, ...]
    passages: tuple[Passage, ...]
    note: str = ""

    def passage(self, sender: int, receiver: int) -> Passage | None:
        """What went from one to another; None if nothing did."""
        return next((one for one in self.passages if (one.sender, one.receiver) == (sender, receiver)), None)
