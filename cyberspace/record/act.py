"""Acts as tables: what people do, as it comes in and is written down, and what is told of it afterwards."""

from __future__ import annotations

from typing import Required, TypedDict


class Act(TypedDict, total=False):
    """What somebody does; `cyberspace.wire.protocol.ACTS` says which keys a kind has, and checks them."""

    kind: Required[str]
    space: str | None
    region: int
    sites: list[int]
    site: int
    to: int
    block: str
    place: int
    genome: list[int]
    weights: list[int] | None
    founder: int | None
    energy: int
    wallet: bool
    job: str
    table: str | None
    inputs: str | None
    expected: str | None
    price: int
    answers: int
    until: int
    who: list[int]
    right: bool
    tokens: int
    of: int
    act: Act
    """What an undo takes back, and what happened at it; looked up before the undo is done."""
    happened: Happened


class Happened(TypedDict, total=False):
    """What happened at an act: whether it could be done, what is said of it, and what an undo must know."""

    done: bool
    said: str
    tick: int
    n: int
    region: int
    """When it took effect, its number in the journal of a region, and that region: told to whoever did it."""
    number: int
    """The number of the job that was posted."""
    sites: list[int]
    """The sites that the act changed."""
    who: list[int] | list[list[int]]
    """The identity of whom it concerns; of those who live or lived at the sites, one for each."""
    energy: list[int]
    """What they held."""
    old: list[int]
    new: int
    """Blocks before, by site, and after."""
