"""The last lesson of an organism, replayed tick by tick from what is known of it now.

Lessons are the world's own: they follow from seed, region, site and number.  What nobody wrote down is taken to have been so: the weights
as they are now, the energy as it is now, and its neighbours silent; whether there were any is chosen so that the last step comes out as it
did.  How many units said in that step what they said in the world is told: where it is all of them, the replay holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cyberspace.analysis.dissection.lab import Lab, Life, whole
from cyberspace.law.state import Region
from cyberspace.law.world import TaskPlace
from cyberspace.tasks.logic import FUNCTIONS, Logic
from cyberspace.tasks.task import Hidden
from organisms.arrays import NUMPY, Int8s, Int32s
from organisms.body import ANSWER

MOST = 256
"""Lessons that are lived before the one that is shown, at most."""


@dataclass(frozen=True)
class Step:
    """One tick.

    Attributes:
        lived: Ticks that the region had lived before.
        lesson: Number of the lesson.
        inputs: What the brain saw, int8 (inputs,).
        activity: What it said, int8 (units,).
        ends: Whether its answers counted.
        wanted: For each goal that can be earned at the place, by its number: 1 or -1 as it wanted, 0 if unknown.
        paid: Energy from each goal in this tick, by its number.
    """

    lived: int
    lesson: int
    inputs: Int8s
    activity: Int8s
    ends: bool
    wanted: dict[int, int]
    paid: dict[int, int]


@dataclass(frozen=True)
class Replay:
    """A lesson, and what came after it.

    Attributes:
        steps: Its ticks, up to the last that the organism lived.
        agrees: Share of the units that said in the last step what they said in the world.
        met: Whether somebody is taken to have been met at openings.
        from_birth: Whether its whole life was replayed.
    """

    steps: tuple[Step, ...]
    agrees: float
    met: bool
    from_birth: bool


def replay(lab: Lab, tick: int, genome: Int8s, weights: Int8s, activity: Int8s, energy: int, born: int) -> Replay:
    """The last lesson that ended before a tick, and the ticks since.

    Args:
        lab: Where the organism lives.
        tick: Tick of the universe that the region lives next.
        genome: int8 (loci,).
        weights: int8 (units, inputs), as they are now.
        activity: int8 (units,), what it said in the last tick.
        energy: What it holds.
        born: Tick of its birth.

    Raises:
        ValueError: If it has not lived a tick.
    """
    world, length = lab.world, lab.world.physics.lesson_ticks
    now, born_at = tick >> world.pace, (born >> world.pace) + 1 if born >= 0 else 0
    if now <= born_at:
        raise ValueError("it was born just now: no tick of its life is over")
    shown = max(born_at, (max(0, now // length - 1)) * length)
    begin, from_birth = _begin(lab, shown // length) * length, False
    if born_at >= begin:
        begin, from_birth = born_at, True
    genomes = np.repeat(genome[:, None], 2, axis=1)
    life = Life(
        lab, genomes, weights[..., None], np.zeros(2, np.int64), whole(2), begin, energy, held=True, met=np.array([False, True])
    )
    life.live(shown - begin)
    ticks: list[tuple[Step, Step]] = []
    with np.errstate(over="ignore"):
        for _ in range(now - shown):
            ticks.append(_steps(life, length))
    agrees = (life.region.activity == activity[:, None]).mean(axis=0)
    better = int(agrees.argmax())
    return Replay(tuple(pair[better] for pair in ticks), float(agrees[better]), better == 1, from_birth)


def _begin(lab: Lab, lesson: int) -> int:
    """The lesson at which a replay begins: so that a block and a judgement lie before the one that is shown."""
    period = max([1, *(max(place.task.judged, place.task.block) for _, place in lab.tasks)])
    whole_blocks = (lesson // period - 1) * period
    return max(0, whole_blocks if lesson - whole_blocks <= MOST else lesson - MOST)


def _steps(life: Life, length: int) -> tuple[Step, Step]:
    """A tick, of both columns."""
    before, lived = life.earned.copy(), life.lived
    memory = life.region
    inputs = life.step()
    ends = lived % length == length - 1
    paid = life.earned - before
    wants = wanted(life, memory, lived // length)
    found = []
    for k in (0, 1):
        own = {goal: int(values[k]) for goal, values in wants.items()}
        gains = {goal: int(paid[goal, k]) for goal in wants}
        said = life.region.activity[:, k].copy()
        found.append(Step(lived, lived // length, inputs[:, k].copy(), said, ends, own, gains if ends else {}))
    return found[0], found[1]


def wanted(life: Life, before: Region, lesson: int) -> dict[int, Int32s]:
    """What each goal of the place wants to hear in a lesson, 1, -1 or 0 (not known), int32 (columns,), by its number.

    The logic functions say it themselves; of any other task it is what pays more, when all answer units say yes or all say no.
    """
    found: dict[int, Int32s] = {}
    for (_, place), hidden in zip(life.lab.tasks, life.shown[1], strict=True):
        values = _by_function(life) if isinstance(place.task, Logic) else _by_trying(life, place, before, hidden)
        found |= {place.first_goal + k: row for k, row in enumerate(values)}
    return found


def _by_function(life: Life) -> list[Int32s]:
    x, y = (life.shown[0][:2] > 0).astype(np.int32)
    truths = [np.vectorize(function)(x, y).astype(np.int32) for function, _ in FUNCTIONS.values()]
    return [2 * truth - 1 for truth in truths]


def _by_trying(life: Life, place: TaskPlace, before: Region, hidden: Hidden) -> list[Int32s]:
    answers, n = life.lab.world.body.answers, before.energy.shape[0]
    memory = before.memory[: place.task.memory]
    scores = [
        np.broadcast_to(
            place.task.judge(NUMPY, np.full((answers, n), said, np.int8), hidden, memory.copy())[0], (len(place.task.goals), n)
        )
        for said in (127, -127)
    ]
    return list(np.sign(scores[0].astype(np.int32) - scores[1]))


def is_right(step: Step, goal: int, answers: int) -> bool | None:
    """Whether some answer unit said what a goal wants; None where that is not known."""
    want = step.wanted.get(goal, 0)
    return None if not want else bool(((step.activity[ANSWER : ANSWER + answers] > 0) == (want > 0)).any())
