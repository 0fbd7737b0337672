"""The world: everything that never changes during a run, resolved from the world file to integers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.kinds import Kind
from cyberspace.law.physics import Physics
from cyberspace.law.settlers import Settlers
from cyberspace.tasks.task import Task
from organisms.ancestors import Ancestor
from organisms.arrays import Int32s, Namespace
from organisms.body import BodyPlan
from organisms.genome import Loci
from organisms.learning.rule import Rule
from topology import Lattice, LinkEnd, Meetings

MAX_SITES = 2**24
MAX_SCORE = 2**15 - 1
MAX_POOL_SITES = 2**16
RATIO_BITS = 15
"""Claims that exceed a pool are scaled by a fraction of this many bits."""


@dataclass(frozen=True)
class TaskPlace:
    """A task and where it is posed.

    Attributes:
        task: The task.
        first_goal: Number of its first goal among all goals.
        where: Sites that meet it, bool (sites,).
        fill: Energy that each of its pools, one per sm, gets per lesson.
        cap: Energy that each of its pools holds at most.
    """

    task: Task
    first_goal: int
    where: NDArray[np.bool_]
    fill: int
    cap: int


@dataclass(frozen=True)
class World:
    """All that never changes in one region.

    Attributes:
        seed: 0 to 2^32 - 1.
        meetings: Lattice, clock, partners and tides.
        loci: Body plan and genome.
        kind: The kind of region.
        physics: What the region charges and allows.
        tasks: Tasks and where they are posed; together at most 32 goals.
        rule: The learning rule.
        genesis: "soup", "ancestor:NAME", "file:FILE", "from:RUN@TICK" or "empty".
        ancestor: What makes the genome of the ancestor, int8 (loci,), if genesis names one.
        density: Share of the sites that genesis inhabits.
        identity: Digest of what was resolved; a resumed run must have the same.
        space: Name of the space that the region belongs to.
        region: Number of the region; traced where one compiled call serves all regions of a space.
        first_site: Number, in the universe, of its first site; traced as `region`.
        ends: Its links to other regions.
        pace: log2 of the ticks of the universe for each tick that the region lives.
        plaza: Whether people may put blocks here and post jobs.
        tokens: What a plaza's wallet holds at tick 0.
        settlers: Organisms from a file or from another run, if genesis names them.
    """

    seed: int
    meetings: Meetings
    loci: Loci
    kind: Kind
    physics: Physics
    tasks: tuple[TaskPlace, ...]
    rule: Rule
    genesis: str
    density: float
    ancestor: Ancestor | None = None
    identity: str = ""
    space: str = ""
    region: int = 0
    first_site: int = 0
    ends: tuple[LinkEnd, ...] = ()
    pace: int = 0
    plaza: bool = False
    tokens: int = 0
    settlers: Settlers | None = None
    goals: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        goals = tuple(goal for place in self.tasks for goal in place.task.goals)
        object.__setattr__(self, "goals", goals)

    @property
    def lattice(self) -> Lattice:
        """The lattice."""
        return self.meetings.lattice

    @property
    def body(self) -> BodyPlan:
        """The body plan."""
        return self.loci.body

    @property
    def sites(self) -> int:
        """Sites of the region."""
        return self.lattice.sites

    def numbers(self, xp: Namespace) -> Int32s:
        """Numbers of the sites, int32 (sites,)."""
        return xp.arange(self.sites, dtype=np.int32)

    @property
    def step(self) -> int:
        """Ticks of the universe from one tick that the region lives to the next."""
        return 1 << self.pace

    @property
    def groups(self) -> int:
        """Pools per goal: one in every sm; one in all of a plaza, whose pools are the escrows of its job board as well."""
        return 1 if self.plaza else self.lattice.near_shape[0]

    @property
    def memory_words(self) -> int:
        """Words of task memory per site: the most that one of the tasks needs, at least 1."""
        return max([1, *(place.task.memory for place in self.tasks)])

    def components(self) -> dict[str, int]:
        """Length of each component axis of the state."""
        body = self.body
        return {"locus": self.loci.count, "unit": body.units, "input": body.inputs, "word": self.memory_words}
