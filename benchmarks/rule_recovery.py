"""How soon those who lived through a change of the function are right again."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.rule_worlds import DENSITY, Setting, genome_of, start_of, world_of
from cyberspace.backends.backend import Backend, make_backend
from cyberspace.law.verbs.answer import task_bits
from cyberspace.law.world import World
from organisms.arrays import NUMPY

SITES, LIFESPAN, LESSONS = 2048, 3600, 128
SETTLE, BLOCKS = 8, 12
"""Blocks until it is looked at, and those that are: a change stands before each of them."""

BEFORE = 16
"""Last lessons of a block in which the score before a change is taken."""

KNEW = 0.75
"""Who was right in this share of them knew the function; without that, those who were wrong before would seem to have learned."""


@dataclass
class Sums:
    """Right answers and answers of those who lived through a change, and how many they were.

    Attributes:
        before: In the last lessons before it.
        after: In each lesson since, (LESSONS, 2).
        left: Who lives at the end of the block, and who lived through the change.
        everybody: Share of right answers of all the living, lesson by lesson.
    """

    before: NDArray[np.int64] = field(default_factory=lambda: np.zeros(2, dtype=np.int64))
    after: NDArray[np.int64] = field(default_factory=lambda: np.zeros((LESSONS, 2), dtype=np.int64))
    left: NDArray[np.int64] = field(default_factory=lambda: np.zeros(2, dtype=np.int64))
    everybody: list[float] = field(default_factory=list)


def curve(seed: int, rule: str, setting: Setting) -> dict[str, list[float] | float | int]:
    """The mean score by lessons since a change, over `BLOCKS` changes, of those who knew the function and lived where it
    changed.

    Returns:
        before: Their share of right answers in the last lessons before; after: in each lesson since; living: the share that still lives
        at the end of the block; organisms: how many they were; everybody: the share of right answers of all the living.
    """
    world, sums = world_of(seed, LIFESPAN, LESSONS, 0, SITES), Sums()
    start = start_of(world, [genome_of(world.loci, rule, setting)], [int(DENSITY * SITES)])
    backend, length = make_backend("numba", world, start, threads=1), world.physics.lesson_ticks
    backend.advance((SETTLE * LESSONS - BEFORE) * length)
    scores = np.array([lesson(backend, length)[1] for _ in range(BEFORE)])
    for block in range(SETTLE, SETTLE + BLOCKS):
        scores = one_block(backend, world, block, scores, sums)
    return {
        "before": round(float(sums.before[0] / max(1, sums.before[1])), 4),
        "after": np.round(sums.after[:, 0] / np.maximum(1, sums.after[:, 1]), 4).tolist(),
        "living": round(float(sums.left[0] / max(1, sums.left[1])), 4),
        "organisms": int(sums.left[1]),
        "everybody": round(float(np.mean(sums.everybody)), 4),
    }


def one_block(backend: Backend, world: World, block: int, scores: NDArray[np.bool_], sums: Sums) -> NDArray[np.bool_]:
    """Live a block; `scores`, bool (BEFORE, sites), are of the last lessons of the block before, those that are returned of this."""
    length = world.physics.lesson_ticks
    born, cradle = (np.array(backend.look(name)) for name in ("born", "cradle"))
    lived = (
        np.array(backend.look("alive"))
        & (scores.mean(axis=0) >= KNEW)
        & turned(world, block)
        & (born < (block * LESSONS - BEFORE) * length)
    )
    sums.before += [scores[:, lived].sum(), scores[:, lived].size]
    rows = []
    for k in range(LESSONS):
        alive, did = lesson(backend, length)
        same = lived & alive & (backend.look("born") == born) & (backend.look("cradle") == cradle)
        sums.after[k] += [did[same].sum(), same.sum()]
        sums.everybody.append(float(did[alive].mean()) if alive.any() else 0.0)
        rows.append(did)
    sums.left += [same.sum(), lived.sum()]
    return np.array(rows[-BEFORE:])


def lesson(backend: Backend, length: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Live a lesson: who lives, and who was right."""
    backend.advance(length)
    return np.array(backend.look("alive")), backend.look("performed").astype(bool)


def turned(world: World, block: int) -> NDArray[np.bool_]:
    """Where the function of a block is another one than that of the block before, bool (sites,)."""
    with np.errstate(over="ignore"):
        now, then = (task_bits(NUMPY, world, 0, one * LESSONS)[0] & 1 for one in (block, block - 1))
    return np.asarray(now != then)
