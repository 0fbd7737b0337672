"""What stands in the head of the answer to `universe`, and what `about` tells of beaches, as tables of JSON."""

from __future__ import annotations

from typing import TypedDict


class ShoreTold(TypedDict):
    """A region's end of a beach: its number, how many places, whom it meets at even and odd openings (-1: nobody), a box of near axes."""

    region: int
    places: int
    partners: tuple[int, int]
    low: list[int]
    high: list[int]


class BeachTold(TypedDict):
    """A beach: its number in the clock, its name, the energy that crossing costs, and its ends."""

    axis: int
    name: str
    cost: int
    ends: list[ShoreTold]


class CarriedTold(TypedDict):
    """What some letters carried: messages are places of the shore at which somebody lived, and so said something."""

    letters: int
    messages: int
    spores: int
    movers: int
    energy: int


TrafficTold = TypedDict(
    "TrafficTold",
    {"from": int, "to": int, "axis": int, "since": int, "tick": int, "last": CarriedTold, "all": CarriedTold},
)
"""A direction of a link: regions, axis of the clock, from when on letters are counted, the last one and when it was posted, and all."""


class RegionTold(TypedDict):
    """A region: its rank, tick and living, microseconds that a tick takes, and the region whose letter it waits for (-1: none)."""

    region: int
    rank: int
    tick: int
    alive: int
    micros: float
    awaits: int


class UniverseAnswer(TypedDict):
    """The answer to `universe`; `hosts` by rank."""

    hosts: list[str]
    regions: list[RegionTold]
    traffic: list[TrafficTold]
