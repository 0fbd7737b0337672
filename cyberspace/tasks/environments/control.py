"""What environments have in common as tasks: answers are actions, rewards are energy, and what is remembered of an episode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cyberspace.tasks.environments.table import Acts, Seen, Table
from cyberspace.tasks.task import Task, need_whole
from organisms.arrays import Bools, Int8s, Int32s, Namespace
from organisms.body import SIGNAL

BEGUN, STEPS, SUM, EPISODES, LAST, KEPT = range(6)
"""Words of memory: whether an episode has begun, its steps so far; steps of all episodes that ended, how many those were, and the last
one's; what an environment keeps begins behind them."""

SHARES = 1024
"""Rewards are counted in so many parts of 1."""

MOST_REWARD = 2**20
"""The largest reward, either way, in these parts; more is cut off."""

MOST_PAY, MOST_SCORE = 1000, 32_767
"""The most for a reward of 1, so that no product is beyond an int32; and what a score may be."""


@dataclass(frozen=True)
class Step:
    """What came of a step.

    Attributes:
        reward: In 1/1024, int32 (sites,).
        ended: Whether the environment ended the episode, bool (sites,).
        cut: Whether the episode was cut because it is long enough, bool (sites,).
        kept: What the environment keeps, int32 (memory - KEPT, sites).
    """

    reward: Int32s
    ended: Bools
    cut: Bools
    kept: Int32s


class Control(Task):
    """One goal: the rewards of an environment; an organism's answers are its actions.

    Args:
        pay: Energy claimed for a reward of 1.
        fine: Energy lost when an episode ends before it is cut.
        bar: Steps of an episode that count as performing.

    Attributes:
        seen: For each number that is observed, what -127 and 127 stand for; empty for the environment's own bounds.
        actions: An action for each answer unit, of which the loudest one's is taken; or how many whole ones, 0 for the environment's own.
    """

    goals: ClassVar = ("control",)
    unit: ClassVar = "steps an episode"
    pool: ClassVar = 16
    words = 2
    seen: ClassVar[Seen] = ()
    actions: ClassVar[Acts] = 0
    table: Table

    def __init__(self, pay: int = 20, fine: int = 200, bar: int = 100):
        need_whole(pay=pay, fine=fine, bar=bar)
        if not (0 <= pay <= MOST_PAY and 0 <= fine <= MOST_SCORE and bar >= 1):
            raise ValueError(f"pay 0 to {MOST_PAY}, fine 0 to {MOST_SCORE}, bar 1 or more")
        self.pay, self.fine, self.bar = pay, fine, bar

    def action(self, xp: Namespace, answers: Int8s) -> Int32s:
        """The number of the loudest answer unit, the first of equals, int32 (sites,).

        Raises:
            ValueError: If the body has fewer answer units than there are actions.
        """
        count = len(self.table.acts)
        if len(answers) < count:
            raise ValueError(f"{count} actions for a body with {len(answers)} answer units: fewer actions, or more units")
        loudest: Int32s = answers[0].astype(np.int32)
        action: Int32s = 0 * loudest
        for k in range(1, count):
            loud = answers[k].astype(np.int32)
            action = xp.where(loud > loudest, np.int32(k), action)
            loudest = xp.maximum(loudest, loud)
        return action

    def verdict(self, xp: Namespace, answers: Int8s, memory: Int32s, step: Step) -> tuple[Int32s, Int8s, Int32s]:
        """Score, signal and memory after a step, as `judge` gives them; the unit whose action ended an episode feels -64."""
        over, steps = step.ended | step.cut, memory[STEPS] + 1
        fell = step.ended
        earned = (self.pay * step.reward) // SHARES - xp.where(fell, np.int32(self.fine), np.int32(0))
        score = xp.minimum(xp.maximum(earned, np.int32(-MOST_SCORE)), np.int32(MOST_SCORE))
        unit = xp.arange(len(answers), dtype=np.int32)[:, None]
        signal = xp.where(fell & (unit == self.action(xp, answers)), np.int8(-SIGNAL), np.int8(0))
        rows = [
            xp.where(over, np.int32(0), np.int32(1)),
            xp.where(over, np.int32(0), steps),
            memory[SUM] + xp.where(over, steps, np.int32(0)),
            memory[EPISODES] + over.astype(np.int32),
            xp.where(over, steps, memory[LAST]),
        ]
        return score[None].astype(np.int32), signal, xp.concatenate([xp.stack(rows), step.kept]).astype(np.int32)

    def performs(self, xp: Namespace, score: Int32s, memory: Int32s) -> Bools:
        """Whose episode has lasted long enough, or the one before it."""
        return xp.maximum(memory[LAST], memory[STEPS])[None] >= self.bar

    def measure(self, memory: Int32s) -> NDArray[np.float64]:
        """Mean length of the episodes of a life that ended, or of the one that goes on if that is longer."""
        ended, total = memory[EPISODES].astype(np.float64), memory[SUM].astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = total / ended
        found: NDArray[np.float64] = np.fmax(mean, np.where(memory[STEPS] > 0, memory[STEPS], np.nan))
        return found
