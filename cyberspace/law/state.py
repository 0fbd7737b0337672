"""Everything that changes: one table of all quantities, and the dataclasses that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


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


QUANTITIES = (
    Quantity("genome", "int8", ("locus",), "allele", "alleles from -8 to 7; readable as matter after death"),
    Quantity("weights", "int8", ("unit", "input"), "weight", "weights, inborn and learned"),
    Quantity("activity", "int8", ("unit",), "activity", "what each unit answered in the last tick; 0 where nobody lives"),
    Quantity("alive", "bool", (), "1", "whether an organism lives here"),
    Quantity("energy", "int32", (), "energy", "held by the organism"),
    Quantity("payoff", "int8", (), "1", "8 x bit length of what the last lesson paid, negative for a fine"),
    Quantity("performed", "uint32", (), "bits", "bit g is set if goal g was performed when it was last judged"),
    Quantity("memory", "int32", ("word",), "bits", "what the task remembers of this organism between lessons"),
    Quantity("cradle", "int32", (), "site", "number, in the universe, of the site where it was born; with `born` its identity"),
    Quantity("born", "int32", (), "tick", "when it was born"),
    Quantity("parent", "int32", (), "site", "its parent's cradle; -1 for the first of a lineage"),
    Quantity("parent_born", "int32", (), "tick", "when its parent was born; -1 for the first of a lineage"),
    Quantity("generation", "int32", (), "1", "births since the first of its lineage"),
    Quantity("founder", "uint32", (), "mark", "mark of its lineage"),
    Quantity("block", "uint8", (), "block", "0: none, 1: wall, 2: soil, 3 + k: vent of place k of the job board"),
)
"""Per site; the site is the last axis of each."""


EMPTY, WALL, SOIL, VENT = 0, 1, 2, 3
"""Blocks; nobody lives or meets at a wall, soil sheds sunlight, a vent poses a job."""


@dataclass(frozen=True)
class Region:
    """One region's arrays: those of `QUANTITIES`, each (*components, sites), and those that have no sites.

    Attributes:
        pools: Energy of the pools, int32 (goals, sm); those of the job board are the escrows of its jobs.
        jobs: The job board, int32 (len(JOB), PLACES).
        wallet: Energy that people may spend, their tokens, int32 (1,).
    """

    genome: Any
    weights: Any
    activity: Any
    alive: Any
    energy: Any
    payoff: Any
    performed: Any
    memory: Any
    cradle: Any
    born: Any
    parent: Any
    parent_born: Any
    generation: Any
    founder: Any
    block: Any
    pools: Any
    jobs: Any
    wallet: Any

    @property
    def sites(self) -> int:
        """Sites of the region."""
        return int(self.energy.shape[0])


SITE_FIELDS = tuple(quantity.name for quantity in QUANTITIES)
WHOLE = ("pools", "jobs", "wallet")
"""Arrays without sites."""

FIELDS = (*SITE_FIELDS, *WHOLE)

NOTHING = np.zeros(0, dtype=np.int8)
"""Stands for a field that was not asked for."""

INFLOWS = ("sunlight", "fill", "genesis", "soil", "people")
HEATS = ("upkeep", "overflow", "fines", "death", "copying", "moving", "lost", "taken")
"""`lost` is what came in a letter and could not settle."""

POSTS = ("sent", "received")
"""Energy that left with letters for other regions, and that arrived with letters from them."""

FLOWS = (*INFLOWS, *HEATS, *POSTS)
"""Every way in which energy enters or leaves a region."""

COUNTS = ("alive", "births", "faithful", "sparks", "deaths", "paid", "acts")
"""What is counted beside the flows; `paid` is energy from the pools, `acts` what people did."""

TALLY = (*FLOWS, *COUNTS)


@dataclass(frozen=True)
class WorldState:
    """All that moves in one region, and all that a checkpoint holds of it.

    Attributes:
        tick: Tick of the universe that the region lives next.
        region: The arrays.
        tally: Sums of `TALLY` over all ticks, int64; `alive` is the sum of the population over ticks.
        outbox: Letters under way, kept by who wrote them: what `cyberspace.law.letters.seal` made, oldest first.
    """

    tick: int
    region: Region
    tally: NDArray[np.int64]
    outbox: tuple[bytes | bytearray, ...] = ()
