"""What environments have in common: a table from numbers to senses, one from answers to actions, and what is remembered of an episode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cyberspace.tasks.task import Task, need_whole
from organisms.arrays import Array, Bools, Int8s, Int32s, Namespace
from organisms.body import LOUD, SIGNAL

BEGUN, STEPS, SUM, EPISODES, LAST, KEPT = range(6)
"""Words of memory: whether an episode has begun, its steps so far; steps of all episodes that ended, how many those were, and the last
one's; what an environment keeps begins behind them."""


class Control(Task):
    """One goal: an episode lasts as long as it can; an organism's answers are its actions.

    Args:
        pay: Energy claimed for a reward of 1.
        fine: Energy lost when an episode ends.
        bar: Steps of an episode that count as performing.

    Attributes:
        seen: For each number that is observed, what -127 and 127 stand for; more is cut off.
        actions: How many actions there are; that of the loudest answer unit is taken.
    """

    goals: ClassVar = ("control",)
    unit: ClassVar = "steps an episode"
    pool: ClassVar = 16
    words = 2
    seen: ClassVar[Sequence[tuple[float, float]]] = ()
    actions: ClassVar[int] = 2

    def __init__(self, pay: int = 20, fine: int = 200, bar: int = 100):
        need_whole(pay=pay, fine=fine, bar=bar)
        self.pay, self.fine, self.bar = pay, fine, bar
        if not self.seen or not all(low < high for low, high in self.seen):
            raise ValueError("seen: a pair (low, high) for each number that is observed")
        if type(self.actions) is not int or self.actions < 2:
            raise ValueError("actions: a whole number of 2 or more")

    def action(self, xp: Namespace, answers: Int8s) -> Int32s:
        """The number of the loudest answer unit, the first of equals, int32 (sites,)."""
        if len(answers) < self.actions:
            raise ValueError(
                f"{self.actions} actions for a body with {len(answers)} answer units: fewer actions, or more units"
            )
        best, action = answers[0].astype(np.int32), 0 * answers[0].astype(np.int32)
        for k in range(1, self.actions):
            louder = answers[k].astype(np.int32) > best
            best, action = xp.where(louder, answers[k].astype(np.int32), best), xp.where(louder, np.int32(k), action)
            found: Int32s = action
        return found

    def verdict(
        self, xp: Namespace, answers: Int8s, reward: Int32s, over: Bools, memory: Int32s, kept: Int32s
    ) -> tuple[Int32s, Int8s, Int32s]:
        """Score, signal and memory after a step.

        Args:
            xp: Array namespace.
            answers: int8 (answers, sites).
            reward: In 1/1024, int32 (sites,).
            over: Whether the episode ended with this step.
            memory: int32 (memory, sites).
            kept: What the environment keeps, int32 (memory - KEPT, sites).
        """
        steps = memory[STEPS] + 1
        score = ((self.pay * reward) >> 10) - xp.where(over, np.int32(self.fine), np.int32(0))
        unit = xp.arange(len(answers), dtype=np.int32)[:, None]
        signal = xp.where(over & (unit == self.action(xp, answers)), np.int8(-SIGNAL), np.int8(0))
        rows = [
            xp.where(over, np.int32(0), np.int32(1)),
            xp.where(over, np.int32(0), steps),
            memory[SUM] + xp.where(over, steps, np.int32(0)),
            memory[EPISODES] + over.astype(np.int32),
            xp.where(over, steps, memory[LAST]),
        ]
        return score[None].astype(np.int32), signal, xp.concatenate([xp.stack(rows), kept]).astype(np.int32)

    def performs(self, xp: Namespace, score: Int32s, memory: Int32s) -> Bools:
        """Whose episode has lasted long enough, or the one before it."""
        return xp.maximum(memory[LAST], memory[STEPS])[None] >= self.bar

    def measure(self, memory: Int32s) -> NDArray[np.float64]:
        """Mean length of the episodes of a life that ended, or of the first so far if that is longer."""
        ended, total = memory[EPISODES].astype(np.float64), memory[SUM].astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = total / ended
        found: NDArray[np.float64] = np.fmax(mean, np.where(memory[STEPS] > 0, memory[STEPS], np.nan))
        return found


def senses(xp: Namespace, seen: Sequence[tuple[float, float]], observed: Array) -> Int8s:
    """Observations, float32 (numbers, sites), as channels, int8."""
    low = np.array([pair[0] for pair in seen], dtype=np.float32)[:, None]
    span = np.array([pair[1] - pair[0] for pair in seen], dtype=np.float32)[:, None]
    share = (observed.astype(np.float32) - low) / span
    scaled = xp.minimum(xp.maximum(share, np.float32(0)), np.float32(1)) * np.float32(2 * LOUD) - np.float32(LOUD)
    found: Int8s = xp.where(scaled >= 0, scaled + np.float32(0.5), scaled - np.float32(0.5)).astype(np.int32).astype(np.int8)
    return found
