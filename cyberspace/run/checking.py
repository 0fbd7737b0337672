"""Tasks of a user's own, asked twice while a run lives: what hangs on anything but what they are given shows."""

from __future__ import annotations

import numpy as np

from cyberspace.errors import InputError, problem
from cyberspace.law.clock import lesson_of
from cyberspace.law.state import WorldState
from cyberspace.law.verbs.answer import task_bits
from cyberspace.law.world import World
from cyberspace.tasks.table import TASKS
from cyberspace.tasks.trial import Given, Impure, differing, elsewhere, try_lesson
from organisms.arrays import NUMPY
from organisms.body import ANSWER

CHECKED = ("activity", "memory")
"""Fields of the state that a check needs."""

MOST_SITES = 512


def check_tasks(world: World, state: WorldState) -> None:
    """Ask every task of a user's own as it would be asked now, twice, at some of the sites.

    Raises:
        InputError: If one answers otherwise the second time, or changes what it is given.
    """
    lesson = int(lesson_of(state.tick >> world.pace, world.physics.lesson_ticks)[0])
    for k, place in enumerate(world.tasks):
        task = place.task
        if type(task) in TASKS.values() or task.board:
            continue
        with np.errstate(over="ignore"):
            bits = np.asarray(task_bits(NUMPY, world, k, lesson))[:, :MOST_SITES]
        answers = np.asarray(state.region.activity)[ANSWER : ANSWER + world.body.answers, :MOST_SITES]
        given = Given(lesson, bits, answers, np.asarray(state.region.memory)[: task.memory, :MOST_SITES])
        try:
            before = try_lesson(task, NUMPY, given)
            found = differing(before, try_lesson(task, NUMPY, given))
            with elsewhere():
                found += differing(before, try_lesson(task, NUMPY, given))
        except Impure as error:
            found = [f"{error} was changed in place"]
        if found:
            where = f"task {type(task).__name__} at tick {state.tick} in region {int(world.region)}"
            expected = "the same answers when it is asked twice: equal runs must be equal"
            raise InputError(problem(where, "; ".join(dict.fromkeys(found)), expected, f"mending {type(task).__name__}"))
