"""The world: everything that never changes during a run, resolved from the world file to integers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.tasks.task import Task
from organisms.body import BodyPlan
from organisms.genome import Loci
from topology import Lattice, LinkEnd, Meetings

KINDS = ("gpu", "cpu")
MAX_SITES = 2**20
MAX_ENERGY = 2**20
MAX_SCORE = 2**15 - 1
MAX_POOL_SITES = 2**16
RATIO_BITS = 15
"""Claims that exceed a pool are scaled by a fraction of this many bits."""


@dataclass(frozen=True)
class Physics:
    """What a region charges and allows; energies are integers, chances are thresholds of a 32-bit word.

    Attributes:
        kind: "gpu": every living site pays `upkeep`.  "cpu": `upkeep` for every 256 weights that are not zero and for
            every 8 active units, each rounded up, so that the start values cost about the same.
        sunlight: Income per living site and tick.
        soil: What soil adds to it.
        upkeep: See `kind`.
        cap: Energy above it turns to heat.
        spore_energy: A spore is written only above this energy.
        newborn_energy: What genesis and sparks give to a random organism.
        gift_shift: A gift is energy / 2^gift_shift.
        fire: An act happens when its unit is above this.
        death: Threshold of dying by chance in a tick.
        spark: Threshold of a random organism on an empty site in a tick.
        radiation: Threshold of each of the copier's four hits.
        silent: Sixteenths of the alleles that chance makes (in random genomes and by radiation) that are 0.
        lesson_ticks: Ticks of a lesson.
        copy_cost: Cost of copying a genome along each axis, in the order of the clock.
        move_cost: Cost of moving along each axis.
    """

    kind: str
    sunlight: int
    soil: int
    upkeep: int
    cap: int
    spore_energy: int
    newborn_energy: int
    gift_shift: int
    fire: int
    death: int
    spark: int
    radiation: int
    silent: int
    lesson_ticks: int
    copy_cost: tuple[int, ...]
    move_cost: tuple[int, ...]


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
        physics: What the region charges and allows.
        tasks: Tasks and where they are posed; together at most 32 goals.
        rule: Name of the learning rule.
        genesis: "soup", "ancestor:NAME" or "empty".
        density: Share of the sites that genesis inhabits.
        identity: Digest of what was resolved; a resumed run must have the same.
        space: Name of the space that the region belongs to.
        region: Number of the region.
        first_site: Number, in the universe, of its first site.
        ends: Its links to other regions.
        pace: log2 of the ticks of the universe for each tick that the region lives.
        plaza: Whether people may put blocks here and post jobs.
        tokens: What a plaza's wallet holds at tick 0.
    """

    seed: int
    meetings: Meetings
    loci: Loci
    physics: Physics
    tasks: tuple[TaskPlace, ...]
    rule: str
    genesis: str
    density: float
    identity: str = ""
    space: str = ""
    region: Any = 0
    first_site: Any = 0
    ends: tuple[LinkEnd, ...] = ()
    pace: int = 0
    plaza: bool = False
    tokens: int = 0
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


@dataclass(frozen=True)
class Moment:
    """What one tick means for everybody; scalars may be traced.

    Attributes:
        tick: The tick.
        sense_axis: What the sense `axis` shows.
        partner: Partner of each site, int32 (sites,); -1 for none.
        tide: First site where the tide is in.
        copy_cost: Cost of copying along the axis that opens.
        move_cost: Cost of moving along it.
    """

    tick: Any
    sense_axis: Any
    partner: Any
    tide: Any
    copy_cost: Any
    move_cost: Any


class Almanac:
    """The clock as tables, for a tick that may be traced."""

    def __init__(self, xp: Any, world: World):
        axes = world.meetings.clock.axes
        self._tide, self._pace = world.meetings.tide, world.pace
        self._period = world.meetings.clock.period
        # A last entry stands for "no axis opens": index -1.
        self._axis = xp.asarray(world.meetings.clock.table())
        self._level = xp.asarray(np.array([axis.level for axis in axes] + [0], dtype=np.int32))
        self._copy = xp.asarray(np.array([*world.physics.copy_cost, 0], dtype=np.int32))
        self._move = xp.asarray(np.array([*world.physics.move_cost, 0], dtype=np.int32))
        self._rows = xp.asarray(world.meetings.rows)
        self._partners = xp.asarray(world.meetings.table)

    def moment(self, xp: Any, tick: Any) -> Moment:
        """The moment of a tick on near axes; an int or a traced int32."""
        lived = xp.asarray(tick, dtype=np.int32) >> self._pace
        axis = self._axis[lived % self._period]
        level = self._level[axis]
        opening = lived >> level
        row = self._rows[axis, opening & 1]
        tide = (-(opening >> 1)) % self._tide
        return Moment(tick, 16 * level, self._partners[row], tide, self._copy[axis], self._move[axis])

    def crossing(self, end: LinkEnd, tick: Any, tide: Any) -> Moment:
        """The moment of a tick at which a link opens, with the tide of its shore: nobody meets within the region."""
        level, axis = self._level[end.axis], end.axis
        return Moment(tick, 16 * level, self._partners[-1], tide, self._copy[axis], self._move[axis])
