"""task check: what can be told of a task before a world lives by it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from statistics import median

import numpy as np

from cyberspace.api.simulation import Simulation
from cyberspace.errors import InputError
from cyberspace.law.world import MAX_SCORE, TaskPlace, World
from cyberspace.record.chance import Chance, chance_of
from cyberspace.tasks.trial import SITES, Given, lessons_of, try_lesson
from cyberspace.trying.small_world import world_text
from organisms.arrays import NUMPY

TICKS = 48
"""Ticks that all backends live."""

WARM, TIMED, ROUNDS = 200, 400, 5
"""Ticks that a world lives before it is timed, and in each round."""

LEAST_SHARE = 0.25
"""Of what living costs: a task that brings less is not worth what a brain that solves it costs to find."""


def check(name: str, options: Mapping[str, object], units: int = 16, senses: int = 16) -> Iterator[str]:
    """What is found of a task, line by line.

    Args:
        name: The task, as on the command line.
        options: Arguments of its constructor.
        units: Units of a brain.
        senses: Senses of it.

    Raises:
        InputError: If the task can't be lived by, or differently by different backends.
    """
    small = world_text(name, options, sms=1, units=units, senses=senses)
    law = Simulation(small, backend="reference")
    world = law.universe.worlds[0]
    place = world.tasks[0]
    task = place.task
    yield f"{name}: {len(task.goals)} goal{'s' * (len(task.goals) > 1)} ({', '.join(task.goals)}), shapes and types as they should be"
    yield "asked twice, in another order, made anew, at another time: the same answers; nothing was changed in place"
    yield from _backends(small, law)
    best = best_score(world, place)
    if best > MAX_SCORE:
        yield f"! a score of {best:,} is paid as {MAX_SCORE:,}, the most that can be claimed: let pay be less"
    chance = chance_of(world, 0)
    yield from _chance(world, place, chance)
    yield from _worth(world, place, chance, min(best, MAX_SCORE))
    yield from _speed(name, options, units, senses)


def _backends(text: str, law: Simulation) -> Iterator[str]:
    """Whether all backends that are there live the same."""
    names = ["numba"] + (["jax"] if find_spec("jax") else [])
    others = {name: Simulation(text, backend=name) for name in names}
    law.advance(TICKS)
    for name, other in others.items():
        other.advance(TICKS)
        if other.digest != law.digest:
            expected = "the same bits as by NumPy: pose and judge that use whole numbers and nothing but the namespace xp"
            raise InputError(f"task on {name}: got another world after {TICKS} ticks; expected {expected}")
    assert law.energy.balanced
    told = ", ".join(["NumPy", *names])
    missing = "" if "jax" in names else " (JAX is not installed)"
    yield f"{told}: the same digest after {TICKS} ticks of {law.universe.sites} sites; energy balanced{missing}"


def best_score(world: World, place: TaskPlace) -> int:
    """The highest score in some lessons with random answers."""
    best, memory = 0, np.zeros((place.task.memory, SITES), dtype=np.int32)
    for lesson, bits, said in lessons_of(place.task, world.body.answers):
        score, _, after, _ = map(np.asarray, try_lesson(place.task, NUMPY, Given(lesson, bits, said, memory)).judged)
        best, memory = max(best, int(score.max())), after.astype(np.int32)
    return best


def _chance(world: World, place: TaskPlace, chance: Chance | None) -> Iterator[str]:
    task, lesson = place.task, world.physics.lesson_ticks
    if chance is None:
        yield f"chance was not measured: a judgement takes {task.judged * lesson:,} ticks"
        return
    rows = ("random brains", "silence", "always yes")
    yield f"by chance ({chance.ticks} ticks; performs means: when it was last judged, every {task.judged} lessons of {lesson} ticks):"
    for row, name in enumerate(rows):
        shares = ", ".join(f"{goal} {share:.1%}" for goal, share in zip(task.goals, chance.performs[row], strict=True))
        yield f"  {name:13} performs {shares}; earns {chance.earns[row]:.1f} a lesson where pools never run dry"
    for goal, name in enumerate(task.goals):
        if chance.level(goal) > 0.05:
            yield f"! chance performs {name} in {chance.level(goal):.0%}: judge longer blocks (judged), or say in performs what counts"


def _worth(world: World, place: TaskPlace, chance: Chance | None, best: int) -> Iterator[str]:
    """Whether solving it pays."""
    lesson, upkeep = world.physics.lesson_ticks, world.physics.upkeep
    sites = world.sites // world.groups
    brings = place.fill * len(place.task.goals) / sites / lesson
    yield f"pools bring {brings:.2f} a tick to each if all solve it; living costs {upkeep}, sunlight brings {world.physics.sunlight}"
    if brings < LEAST_SHARE * upkeep:
        yield f'! that is less than {LEAST_SHARE:.0%} of what living costs: hardly worth solving; fill = "auto" brings {upkeep}'
    if chance is not None and best and chance.earns[1:].max() * len(place.task.goals) > 0.9 * best:
        yield f"! who says the same whatever is asked earns {chance.earns[1:].max():.1f} of {best} a lesson: nothing has to be solved"


def _speed(name: str, options: Mapping[str, object], units: int, senses: int) -> Iterator[str]:
    """Time per site and tick beside the task `logic`, in the same world."""
    both = {"it": (name, options), "logic": ("logic", {})}
    texts = {key: world_text(*one, sms=4, units=units, senses=senses) for key, one in both.items()}
    worlds = {key: Simulation(text, backend="numba", threads=1) for key, text in texts.items()}
    for one in worlds.values():
        one.advance(WARM)
    took = {key: median(_took(lambda one=one: one.advance(TIMED)) for _ in range(ROUNDS)) for key, one in worlds.items()}  # type: ignore[misc]
    each = {key: 1e9 * seconds / TIMED / worlds[key].universe.sites for key, seconds in took.items()}
    yield f"{each['it']:.1f} ns a site and tick on one core of numba; logic {each['logic']:.1f}"


def _took(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began
