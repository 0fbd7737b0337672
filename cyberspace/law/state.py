"""Everything that changes: one table of all quantities, and the dataclasses that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from organisms.arrays import Array, Bools, Int8s, Int32s, Words


@dataclass(frozen=True)
class Quantity:
    """One array of the state.

    Attributes:
        name: Its name, in the state, in records and in checkpoints.
        dtype: Its type.
        components: Names of its axes before the site axis.
        unit: Its unit; "1" for a plain number.
        meaning: What it says.
    """

    name: str
    dtype: str
    components: tuple[str, ...]
    unit: str
    meaning: str


def quantity(dtype: str, *components: str, unit: str, meaning: str) -> Any:
    """A field of `Region` with a number for each site."""
    return field(metadata={"dtype": dtype, "components": components, "unit": unit, "meaning": meaning})


def whole(*components: str, unit: str, meaning: str) -> Any:
    """A field of `Region` without a site axis, int32."""
    return field(metadata={"whole": Quantity("", "int32", components, unit, meaning)})


EMPTY, WALL, SOIL, VENT = 0, 1, 2, 3
"""Blocks; nobody lives or meets at a wall, soil sheds sunlight, a vent poses a job."""


@dataclass(frozen=True)
class Region:
    """One region's arrays: those of `QUANTITIES`, each (*components, sites), and those that have no sites, `WHOLE`."""

    genome: Int8s = quantity("int8", "locus", unit="allele", meaning="alleles from -8 to 7; readable as matter after death")
    weights: Int8s = quantity("int8", "unit", "input", unit="weight", meaning="weights, inborn and learned")
    activity: Int8s = quantity(
        "int8", "unit", unit="activity", meaning="what each unit answered in the last tick; 0 where nobody lives"
    )
    alive: Bools = quantity("bool", unit="1", meaning="whether an organism lives here")
    energy: Int32s = quantity("int32", unit="energy", meaning="held by the organism")
    payoff: Int8s = quantity("int8", unit="1", meaning="8 x bit length of what the last lesson paid, negative for a fine")
    performed: Words = quantity("uint32", unit="bits", meaning="bit g is set if goal g was performed when it was last judged")
    memory: Int32s = quantity("int32", "word", unit="bits", meaning="what the task remembers of this organism between lessons")
    trace: Int8s = quantity(
        "int8", "trace", unit="activity", meaning="fading traces of the inputs, where the learning rule reads them"
    )
    cradle: Int32s = quantity("int32", unit="site", meaning="number of the site where it was born; with `born` its identity")
    born: Int32s = quantity("int32", unit="tick", meaning="when it was born")
    parent: Int32s = quantity("int32", unit="site", meaning="its parent's cradle; -1 for the first of a lineage")
    parent_born: Int32s = quantity("int32", unit="tick", meaning="when its parent was born; -1 for the first of a lineage")
    generation: Int32s = quantity("int32", unit="1", meaning="births since the first of its lineage")
    founder: Words = quantity("uint32", unit="mark", meaning="mark of its lineage")
    block: NDArray[np.uint8] = quantity(
        "uint8", unit="block", meaning="0: none, 1: wall, 2: soil, 3 + k: vent of place k of the job board"
    )
    pools: Int32s = whole(
        "goal", "sm", unit="energy", meaning="what each pool holds; those of a job board are the jobs' escrows"
    )
    jobs: Int32s = whole("about", "place", unit="1", meaning="the job board, rows as in `cyberspace.tasks.job.JOB`")
    wallet: Int32s = whole("wallet", unit="energy", meaning="tokens that people may spend")

    @property
    def sites(self) -> int:
        """Sites of the region."""
        return int(self.energy.shape[0])


QUANTITIES = tuple(Quantity(one.name, **one.metadata) for one in fields(Region) if "whole" not in one.metadata)
"""Those with a number for each site; the site is the last axis of each."""

SITE_FIELDS = tuple(one.name for one in QUANTITIES)
WHOLE = tuple(one.name for one in fields(Region) if "whole" in one.metadata)
"""Arrays without sites."""

FIELDS = (*SITE_FIELDS, *WHOLE)

SPARE = ("trace",)
"""Fields of components that a world may have none of: then they are empty, and stand in no checkpoint and no digest."""

NOTHING: Array = np.zeros(0, dtype=np.int8)
"""Stands for a field that was not asked for."""

INFLOWS = {
    "sunlight": "income of the living",
    "fill": "what flowed into pools",
    "genesis": "given to those who were there at tick 0, and to sparks",
    "soil": "income of those who live on soil",
    "people": "brought in by people",
}
"""Ways in which energy enters a region, and what they mean."""

HEATS = {
    "upkeep": "paid for living",
    "overflow": "above the cap",
    "fines": "taken by tasks",
    "death": "held by those who died",
    "copying": "paid for births",
    "moving": "paid for moves",
    "lost": "came in a letter and could not settle",
    "taken": "taken out by people",
}
"""Ways in which it leaves as heat."""

POSTS = {
    "sent": "left with letters for other regions",
    "received": "came with letters from them",
}
"""Ways between regions."""

FLOWS = (*INFLOWS, *HEATS, *POSTS)
"""Every way in which energy enters or leaves a region."""

COUNTS = {
    "alive": "population, summed over ticks",
    "births": "spores that settled",
    "faithful": "births within 5 % Hamming distance of the parent",
    "sparks": "random organisms that arose",
    "deaths": "organisms that died",
    "paid": "energy paid from pools",
    "acts": "acts of people",
}
"""What is counted beside the flows; all but `paid`, which is energy, are plain numbers."""

TALLY = (*FLOWS, *COUNTS)
"""What is added up in every region, by name; `MEANINGS` says what it is."""

MEANINGS = {**INFLOWS, **HEATS, **POSTS, **COUNTS}


@dataclass(frozen=True)
class WorldState:
    """All that moves in one region, and all that a checkpoint holds of it.

    Attributes:
        tick: Tick of the universe that the region lives next.
        region: The arrays.
        tally: Sums of `TALLY` over all ticks, int64; `alive` is the sum of the population over ticks.
        outbox: Letters under way, kept by who wrote them: what `cyberspace.law.letters.seal` made, oldest first.
        begun: Ticks at which conditions of the timetable came true, by their names; empty where it has none.
    """

    tick: int
    region: Region
    tally: NDArray[np.int64]
    outbox: tuple[bytes | bytearray, ...] = ()
    begun: Mapping[str, int] = field(default_factory=dict)
