"""answer: tasks pose lessons, and judge what organisms answer at the end of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from cyberspace.law.engine import Engine
from cyberspace.law.state import VENT, Region
from cyberspace.law.world import MAX_SCORE, TaskPlace, World
from cyberspace.tasks.job import PLACES
from cyberspace.tasks.task import Board, Hidden, pose_with
from organisms import bits
from organisms.arrays import Array, Bools, Int8s, Int32s, Namespace, Words
from organisms.body import ANSWER


@dataclass(frozen=True)
class Lesson:
    """A lesson that is posed everywhere.

    Attributes:
        number: How many were posed before; may be traced.
        ends: Whether it ends with this tick: answers count, pools are filled and pay, organisms learn; may be traced.
        channels: What the senses are shown, int8 (channels, sites).
        hidden: What each task keeps hidden until it judges.
    """

    number: int
    ends: bool
    channels: Int8s
    hidden: tuple[Hidden, ...]


Claims = list[tuple[TaskPlace, Int32s]]
"""What organisms claim from the pools of each task, int32 (goals, sites), below zero a fine."""


def task_bits(xp: Namespace, world: World, place: int, lesson: int) -> Words:
    """The random words of a task's block, uint32 (words, sites), at a lesson."""
    task = world.tasks[place].task
    key = bits.stream_key(xp, world.seed, world.region, bits.TASK + place, lesson // task.block)
    numbers = world.numbers(xp)
    return bits.site_words(xp, key, numbers if task.group == 1 else numbers // np.int32(task.group), task.words)


def posed(world: World, place: TaskPlace, block: Array) -> Bools:
    """Where a task is posed, bool (sites,): the job board at the vents of a plaza, and no other task there."""
    if not world.plaza:
        return place.where
    vents = block >= VENT
    return place.where & (vents if place.task.board else ~vents)


def ask(xp: Namespace, place: TaskPlace, words: Words, lesson: int, region: Region, site: Int32s) -> tuple[Int8s, Hidden]:
    """Pose one task: what it shows, and what it hides; it is told of the job board if it is posed at vents, else of what it asks for."""
    task = place.task
    if not task.board:
        return pose_with(task, xp, words, lesson, memory=region.memory[: task.memory], site=site)
    at = xp.maximum(region.block.astype(np.int32) - VENT, 0)
    told = Board(at, region.jobs, region.pools[place.first_goal : place.first_goal + PLACES, 0])
    return task.pose_board(xp, words, lesson, told)


def pose(xp: Namespace, world: World, region: Region, number: int, ends: bool) -> Lesson:
    """Pose a lesson everywhere."""
    channels, hidden = xp.zeros((world.body.channels, world.sites), dtype=np.int8), []
    for k, place in enumerate(world.tasks):
        words = task_bits(xp, world, k, number)
        shown, kept = ask(xp, place, words, number, region, world.numbers(xp))
        hidden.append(kept)
        fit = min(world.body.channels, shown.shape[0])
        shown = xp.where(posed(world, place, region.block), shown[:fit], channels[:fit])
        channels = xp.concatenate([shown, channels[fit:]], axis=0)
    return Lesson(number, ends, channels, tuple(hidden))


def answer(engine: Engine, world: World, region: Region, lesson: Lesson) -> tuple[Region, Int8s, Claims]:
    """Judge the answers of this tick: the region, the learning signal int8 (answers, sites), and what is claimed."""
    xp, claims = engine.xp, []
    signals = xp.zeros((world.body.answers, world.sites), dtype=np.int8)
    for place, hidden in zip(world.tasks, lesson.hidden, strict=True):
        verdict = partial(judge, xp, world, lesson=lesson.number)
        region, score, signal = engine.judged(verdict, place, region, hidden)
        signals = signals + signal
        claims.append((place, score))
    return region, signals, claims


def judge(
    xp: Namespace, world: World, place: TaskPlace, region: Region, hidden: Hidden, lesson: int
) -> tuple[Region, Int32s, Int8s]:
    """One task's verdict: the region with what it remembers and who performs, score and signal; zero where it is not posed."""
    task, before = place.task, region.memory
    said = region.activity[ANSWER : ANSWER + world.body.answers]
    score, signal, memory = task.judge(xp, said, hidden, before[: task.memory])
    meets = posed(world, place, region.block) & region.alive
    score = xp.where(meets, score, 0)
    signal = xp.where(meets, xp.broadcast_to(signal, (world.body.answers, region.alive.shape[0])), 0).astype(np.int8)
    memory = xp.concatenate([xp.where(meets, memory, before[: task.memory]), before[task.memory :]])
    goals = np.uint32((2 ** len(task.goals) - 1) << place.first_goal)
    shifts = (xp.arange(len(task.goals), dtype=np.uint32) + np.uint32(place.first_goal))[:, None]
    did = (task.performs(xp, score, memory[: task.memory]).astype(np.uint32) << shifts).sum(axis=0, dtype=np.uint32)
    judged = meets & (lesson % task.judged == task.judged - 1)
    performed = xp.where(judged, (region.performed & ~goals) | did, region.performed)
    region = replace(region, memory=memory, performed=performed)
    return region, score.clip(-MAX_SCORE, MAX_SCORE).astype(np.int32), signal
