"""What chance reaches at a task: a population of random brains, of silent ones and of ones that say yes, that nobody selects.

They live by the laws of their world, and learn by its rule, but are neither born nor do they die, meet or give.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.reference import Reference
from cyberspace.law.genesis import genesis
from cyberspace.law.physics import MAX_ENERGY
from cyberspace.law.state import Region, WorldState
from cyberspace.law.world import TaskPlace, World
from cyberspace.tasks.stored import StoredTask
from organisms.ancestors import BIAS
from organisms.body import ANSWER
from organisms.genome import HIGHEST
from topology import Axis, Lattice, Meetings

SITES = 256
"""Sites of the population, about; lanes are never shorter than in the world, for tasks that ask for the site."""

SILENT, LOUD = 16, 32
"""Sites before the first are silent, before the second say yes; at the others live random brains."""

FEW = 15
"""Lessons in which what is earned is counted: as many as nobody can become too rich in."""

LEAST, MOST = 256, 1024
"""Ticks that it lives: four judgements, within these."""


@dataclass(frozen=True)
class Chance:
    """What was measured of a task.

    Attributes:
        ticks: How long the population lived.
        performs: Share of random brains, of silent ones and of ones that say yes that performed each goal in the end, float64 (3, goals).
        earns: What each earned in a lesson where pools never run dry, less fines, float64 (3,).
    """

    ticks: int
    performs: NDArray[np.float64]
    earns: NDArray[np.float64]

    def level(self, goal: int) -> float:
        """The share that chance reaches: of random brains, or all of those who say the same whatever they are asked."""
        return float(self.performs[:, goal].max())


def calm(world: World, number: int) -> World:
    """A small region where one task of a world is posed everywhere and nothing else happens."""
    lanes = world.lattice.length("lane")
    lattice = Lattice((Axis("lane", lanes, 2, False), Axis("warp", max(1, SITES // lanes), 4, False)))
    meetings = Meetings(lattice, world.meetings.tide)
    costs = (MAX_ENERGY,) * len(meetings.clock.axes)
    physics = replace(
        world.physics, work=(0, 0, 0), sunlight=0, upkeep=0, soil=0, death=0, spark=0, fire=127, spore_energy=MAX_ENERGY,
        cap=MAX_ENERGY, newborn_energy=MAX_ENERGY // 2, copy_cost=costs, move_cost=costs,
    )  # fmt: skip
    task = world.tasks[number].task
    place = TaskPlace(task, 0, np.ones(lattice.sites, dtype=bool), 2**29, 2**29)
    return replace(
        world, meetings=meetings, physics=physics, tasks=(place,), genesis="soup", density=1.0, ancestor=None, ends=(), pace=0,
        plaza=False, tokens=0, region=0, first_site=0,
    )  # fmt: skip


def chance_of(world: World, number: int) -> Chance | None:
    """What chance reaches at one of a world's tasks; None if a judgement takes longer than `MOST` ticks, or it is posed at a board."""
    task, lesson = world.tasks[number].task, world.physics.lesson_ticks
    ticks = max(LEAST, 4 * lesson * task.judged)
    ticks = ticks if ticks <= MOST else MOST // (lesson * task.judged) * (lesson * task.judged)
    if task.board or not ticks:
        return None
    ticks = -(-ticks // (lesson * task.judged)) * (lesson * task.judged)
    place = calm(world, number)
    start = genesis(place)
    _say_the_same(place, start.region)
    lives = Reference(place, replace(start, region=start.region))
    before = start.region.energy.astype(np.int64)
    first = min(ticks, FEW * lesson)
    lives.advance(first)
    earned = (lives.state().region.energy - before) / FEW
    lives.advance(ticks - first)
    after: WorldState = lives.state()
    groups = np.split(np.arange(place.sites), [SILENT, LOUD])
    groups = [groups[2], groups[0], groups[1]]
    goals = np.arange(len(task.goals), dtype=np.uint32)[:, None]
    did = (after.region.performed >> goals) & np.uint32(1)
    return Chance(
        ticks,
        np.array([did[:, group].mean(axis=1) for group in groups]),
        np.array([earned[group].mean() for group in groups]),
    )


def measure_chance(world: World, number: int) -> None:
    """Measure what chance reaches at a task, and tell the task, unless it knows already or can't be asked."""
    task = world.tasks[number].task
    if not task.chance and not isinstance(task, StoredTask):
        found = chance_of(world, number)
        if found is not None:
            object.__setattr__(task, "chance", {goal: found.level(row) for row, goal in enumerate(task.goals)})


def _say_the_same(world: World, region: Region) -> None:
    """Silence the first brains, and let the next say yes."""
    region.weights[..., :LOUD] = 0
    region.genome[: world.loci.body.synapses, :LOUD] = 0
    region.weights[ANSWER : ANSWER + world.body.answers, BIAS, SILENT:LOUD] = 16 * HIGHEST
