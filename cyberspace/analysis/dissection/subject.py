"""Who is dissected: an organism, the place where it is tried, and what it is shown there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from cyberspace.analysis.dissection.alone import Alone
from cyberspace.analysis.dissection.knockouts import lessons_for
from cyberspace.analysis.dissection.lab import Lab, whole
from cyberspace.errors import InputError, problem
from cyberspace.law.world import TaskPlace
from organisms.arrays import Int8s
from organisms.genome import inborn_weights


@dataclass(frozen=True)
class Subject:
    """An organism that is to be dissected, and where.

    Attributes:
        lab: The site where it is tried.
        genome: int8 (loci,).
        weights: As they were when it was taken, int8 (units, inputs).
        source: The run or file that it comes from.
        site: Its site, numbered in the universe; -1 if that is not known.
        tick: Tick at which it was taken; -1 if that is not known.
        cradle, born: Its identity; -1 where that is not known.
        performed: Goals that it performed when it was taken, by name.
    """

    lab: Lab
    genome: Int8s
    weights: Int8s
    source: str
    site: int = -1
    tick: int = -1
    cradle: int = -1
    born: int = -1
    performed: tuple[str, ...] = ()

    @property
    def inborn(self) -> Int8s:
        """The weights that it was born with, int8 (units, inputs)."""
        return inborn_weights(self.lab.world.loci, self.genome[:, None])[..., 0]

    def goals(self, bits: int) -> tuple[str, ...]:
        """Names of goals by their bits."""
        return tuple(goal for k, goal in enumerate(self.lab.world.goals) if bits >> k & 1)


@dataclass(frozen=True)
class Shown:
    """What a task showed in a trial.

    Attributes:
        task: Class of the task.
        goals: Its goals.
        lessons: Lessons.
        different: Different inputs in these.
        every: Whether they were all combinations of what each channel showed, so that nothing was left out.
        group: Sites that are posed the same; alone in the lab, a member of a team hears nobody.
    """

    task: str
    goals: tuple[str, ...]
    lessons: int
    different: int
    every: bool
    group: int


def need_tasks(lab: Lab, where: str) -> None:
    """Refuse a site at which tasks are posed that can't be tried there.

    Raises:
        InputError: If all of them are job boards, or none of those of its world is posed there though some are elsewhere.
    """
    world = lab.world
    if lab.tasks or not world.tasks:
        return
    tried = [(place, np.flatnonzero(place.where)) for place in world.tasks if not place.task.board]
    sites = [int(world.first_site + at[0]) for _, at in tried if len(at)]
    if sites:
        got, expected = "a site where no task that can be tried is posed", "one where the tasks of its world are posed"
        raise InputError(problem(where, got, expected, f"--where {sites[0]}"))
    boards = [place for place in world.tasks if place.task.board]
    if len(boards) == len(world.tasks):
        got = f"{world.space}, where people alone pose tasks"
        raise InputError(problem(where, got, "a task that can be tried without them", "another space"))
    names = ", ".join(type(place.task).__name__.lower() for place, _ in tried)
    raise InputError(problem(where, f"{names}, posed nowhere at this tick", "a task that is posed", "--tick of another season"))


@contextmanager
def told_of_tasks(lab: Lab, where: str) -> Iterator[None]:
    """Turns what a task raises in the lab into one message.

    Raises:
        InputError: Instead.
    """
    try:
        yield
    except (InputError, MemoryError):
        raise
    except Exception as error:  # whatever a user's task raises
        names = ", ".join(type(place.task).__name__ for _, place in lab.tasks) or "no task"
        got = f"{names}, which raised {type(error).__name__}: {error}"
        raise InputError(problem(where, got, "tasks that can be tried many times at one site", "mending the task")) from error


def shown_to(subject: Subject, lessons: int = 0, energy: int = 0) -> list[Shown]:
    """What the tasks of its place show the organism, alone there from tick 0 on, task by task."""
    lab = subject.lab
    lessons = lessons or lessons_for(lab)
    length, seen = lab.world.physics.lesson_ticks, list[Int8s]()
    energy = energy or lab.world.physics.newborn_energy
    life = Alone(lab, subject.genome[:, None], subject.inborn[..., None], np.zeros(1, np.int64), whole(1), energy)
    for _ in range(lessons):
        life.live(length)
        seen.append(life.shown[0][:, 0].copy())
    patterns = np.stack(seen)
    return [_shown(place, patterns, lessons) for _, place in lab.tasks]


def _shown(place: TaskPlace, patterns: Int8s, lessons: int) -> Shown:
    different = len(np.unique(patterns, axis=0))
    combinations = int(np.prod([len(np.unique(column)) for column in patterns.T], dtype=np.float64))
    task = place.task
    return Shown(type(task).__name__.lower(), tuple(task.goals), lessons, different, different == combinations, task.group)
