"""What stands in the head of the answer to `things`, as tables of JSON."""

from __future__ import annotations

from typing import TypedDict


class SignTold(TypedDict):
    """A sign: where it stands, what it says, who says so (a name that somebody gave himself), since which tick."""

    site: int
    text: str
    by: str
    tick: int


class KeptTold(TypedDict):
    """An organism in a chest: number of the act that put it there, its name, by whom, the mark of its lineage (0: none is known)."""

    n: int
    name: str
    by: str
    founder: int


class ChestTold(TypedDict):
    """A chest."""

    site: int
    holds: list[KeptTold]


class PlotTold(TypedDict):
    """Fenced land: number of its act, two corners, its place of the board, its owner, since which tick."""

    n: int
    site: int
    to: int
    place: int
    by: str
    tick: int


class DealTold(TypedDict):
    """A job that was posted: number of the act, when, where, what is asked, its price, tokens paid for right answers, whether it stands."""

    n: int
    tick: int
    place: int
    words: str
    price: int
    answers: int
    paid: int
    stands: bool


class PersonTold(TypedDict):
    """Somebody who is there: a name, which everybody gives himself, and a site."""

    name: str
    site: int


class ThingsTold(TypedDict):
    """What people left in a region, and the ticks of a lesson there; the answer to `things` has `people` as well."""

    tick: int
    lesson: int
    signs: list[SignTold]
    chests: list[ChestTold]
    plots: list[PlotTold]
    deals: list[DealTold]


class ThingsAnswer(ThingsTold):
    """The answer to `things`."""

    people: list[PersonTold]
