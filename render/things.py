"""What people left in a space and where they stand, as the viewer knows it: signs, chests, fenced land, jobs posted so far, avatars."""

from __future__ import annotations

from dataclasses import dataclass

from render.about import Place


@dataclass(frozen=True)
class Sign:
    """What somebody wrote at a place."""

    at: Place
    text: str
    by: str = ""


@dataclass(frozen=True)
class Chest:
    """Organisms kept at a place: (number, name, mark of the lineage, who put it there) each."""

    at: Place
    holds: tuple[tuple[int, str, int, str], ...]


@dataclass(frozen=True)
class Plot:
    """Land that somebody fenced: its corners, its place of the board, its owner, and the number of the act."""

    low: Place
    high: Place
    place: int
    owner: str
    number: int


@dataclass(frozen=True)
class Deal:
    """A job that was posted: what is asked, its price, what was paid so far, and whether it stands yet."""

    number: int
    place: int
    words: str
    price: int
    paid: int
    stands: bool
    since: int
    by: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody else who is here: name, and where."""

    name: str
    at: Place


@dataclass(frozen=True)
class Things:
    """All that people left in a space, and who is there now."""

    space: str
    tick: int
    lesson: int = 1
    signs: tuple[Sign, ...] = ()
    chests: tuple[Chest, ...] = ()
    plots: tuple[Plot, ...] = ()
    deals: tuple[Deal, ...] = ()
    people: tuple[Person, ...] = ()
