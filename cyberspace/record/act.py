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
    text: str
    name: str
    by: str
    item: int
    clear: bool
    of: int
    barred: str
    """Whose fenced land keeps the act out; looked up in the journal before the act is done, as all that follows."""
    lies: SignLeft | None
    """The sign that stands at the place."""
    kept: Kept | None
    """The organism that is taken out of a chest."""
    held: int
    """Organisms that the chest holds."""
    act: Act
    """What an undo takes back, and what happened at it; looked up before the undo is done."""
    happened: Happened


class SignLeft(TypedDict):
    """A sign: what it says (nothing: it was taken down), who says so, since when, and the number of the act."""

    text: str
    by: str
    tick: int
    n: int


class Kept(TypedDict):
    """An organism in a chest; `n` is the number of the act that put it there."""

    n: int
    name: str
    by: str
    genome: list[int]
    weights: list[int] | None
    founder: int | None


class PlotKept(TypedDict):
    """Fenced land: the sites within, walls included, its place of the board, whose it is, and the number of the act."""

    n: int
    site: int
    to: int
    sites: list[int]
    place: int
    by: str
    tick: int


class DealKept(TypedDict):
    """A job that was posted: number of the act, its place, the act's keys, tokens put into escrow, what came back when it was closed."""

    n: int
    tick: int
    place: int
    job: str
    table: str | None
    inputs: str | None
    expected: str | None
    price: int
    answers: int
    back: int
    stands: bool


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
    back: int
    """Tokens that came back from the escrow of a job."""
    old: list[int]
    new: int
    """Blocks before, by site, and after."""
