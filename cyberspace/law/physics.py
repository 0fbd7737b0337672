"""The numbers of a region's physics, each declared once.

Name, type, start value, range, unit and meaning stand in `Physics`; world files, kernels, the manual and the viewer read them there.
Files hold what people think in (a lifespan, a price for each unit of stretch); `resolve` makes of it what the laws reckon with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from organisms.bits import probability_word
from organisms.copier import RADIATION_TRIES

MAX_ENERGY = 2**20

In = int | float | None
"""A number in a world file; None for never."""


@dataclass(frozen=True)
class PhysicsNumber:
    """What is declared of a number.

    Attributes:
        key: Its name in a world file.
        type: Its type there.
        start: Start value, tuned by measurement; a kind may have another one.
        low: Least value.
        high: Largest value; None for any.
        unit: Its unit in a world file.
        meaning: What it says.
        resolve: What the laws reckon with, from what a world file says.
        optional: Whether it may be left open, for never.
        name: Its name in `Physics`.
    """

    key: str
    type: type[int] | type[float]
    start: In
    low: int
    high: int | None
    unit: str
    meaning: str
    resolve: Callable[[Any], int]
    optional: bool = False
    name: str = ""


def number(
    key: str, start: int | float, low: int, high: int | None, unit: str, meaning: str, resolve: Callable[[Any], int] = int,
    optional: bool = False,
) -> Any:  # fmt: skip
    """A field of `Physics`."""
    declared = PhysicsNumber(key, type(start), start, low, high, unit, meaning, resolve, optional)
    return field(metadata={"number": declared})


def once_in(ticks: int | None) -> int:
    """Threshold of a random word, for something that happens once in so many ticks; 0 and None for never."""
    return probability_word(1 / ticks) if ticks else 0


@dataclass(frozen=True)
class Physics:
    """What a region charges and allows; energies are whole numbers, chances are thresholds of a 32-bit word.

    Attributes:
        kind: Name of the kind of region.
        work: (base, per_synapse, per_unit) of the kind, see `cyberspace.law.kinds.Kind`.
        copy_cost: Cost of copying a genome along each axis, in the order of the clock.
        move_cost: Cost of moving along each axis.
    """

    kind: str
    work: tuple[int, int, int]
    sunlight: int = number("sunlight", 4, 0, MAX_ENERGY, "energy/tick", "income of every living site")
    soil: int = number("soil", 8, 0, MAX_ENERGY, "energy/tick", "what soil adds to sunlight, in a plaza")
    upkeep: int = number(
        "upkeep", 3, 0, MAX_ENERGY, "energy/tick", "what living costs; on a cpu for 256 weights and 8 active units"
    )
    copy_cost: tuple[int, ...] = number(
        "copy", 0.056, 0, 1000, "energy/locus/stretch", "what copying a genome costs, times the stretch of the axis it crosses"
    )
    move_cost: tuple[int, ...] = number(
        "move", 4.0, 0, 1000, "energy/stretch", "what moving costs, times the stretch of the axis"
    )
    cap: int = number("cap", 3000, 1, MAX_ENERGY, "energy", "an organism holds no more; what is above turns to heat")
    spore_energy: int = number("spore", 120, 0, MAX_ENERGY, "energy", "a spore is written only above this energy")
    newborn_energy: int = number("newborn", 200, 0, MAX_ENERGY, "energy", "what genesis and sparks give to an organism")
    gift_shift: int = number("gift", 4, 1, 20, "bits", "a gift is energy / 2^gift")
    fire: int = number("fire", 10, -127, 127, "activity", "an act happens when its unit is above this")
    death: int = number("lifespan", 600, 1, None, "ticks", "mean time until somebody dies by chance", once_in, True)
    radiation: int = number(
        "radiation",
        0.45,
        0,
        4,
        "loci/birth",
        "expected hits of a child's genome",
        lambda hits: probability_word(hits / RADIATION_TRIES),
    )
    spark: int = number("spark", 2000, 0, None, "ticks", "mean time until a spark falls on an empty site; 0: never", once_in)
    silent: int = number("silent", 8, 0, 16, "1/16", "share of the alleles made by chance that are 0")
    lesson_ticks: int = number("lesson", 4, 1, 1024, "ticks", "length of a lesson")


def _declared() -> tuple[PhysicsNumber, ...]:
    rows = [(one.name, one.metadata["number"]) for one in fields(Physics) if "number" in one.metadata]
    return tuple(PhysicsNumber(**{**vars(row), "name": name}) for name, row in rows)


NUMBERS = _declared()
"""All that is declared above, in order."""

SCALARS = tuple(row.name for row in NUMBERS if row.name not in ("copy_cost", "move_cost"))
"""Names of those that are one whole number each."""
