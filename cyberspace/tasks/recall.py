"""A bit that is shown once and asked for later: what a brain without memory can't know."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cyberspace.tasks.relay import share_right
from cyberspace.tasks.task import Hidden, Task, need_whole
from organisms.arrays import Bools, Int8s, Int32s, Namespace, Words
from organisms.body import LOUD, SIGNAL

LONGEST = 1000


class Recall(Task):
    """One goal: the first answer unit says, when it is asked, what was shown `delay` lessons ago.

    Args:
        delay: Lessons from the one that shows the bit to the one that asks, 1 to 1000.
        pay: Energy claimed for a right answer.
        fine: Energy lost for a wrong one.
    """

    goals: ClassVar = ("recall",)
    pool: ClassVar = 16
    unit: ClassVar = "right answers"
    memory = 3

    def __init__(self, delay: int = 4, pay: int = 200, fine: int = 200):
        need_whole(delay=delay, pay=pay, fine=fine)
        if not 1 <= delay <= LONGEST:
            raise ValueError(f"delay 1 to {LONGEST}")
        self.delay, self.pay, self.fine = delay, pay, fine
        self.block, self.judged = delay + 1, 8 * (delay + 1)

    def pose(self, xp: Namespace, bits: Words, lesson: int) -> tuple[Int8s, Hidden]:
        """Two channels: the bit, -127 or 127, in the first lesson of a block; 127 in the last, when it is asked for."""
        within = xp.asarray(lesson % self.block)
        bit = (bits[0] & np.uint32(1)).astype(np.int32)
        shown = xp.stack([xp.where(within == 0, (2 * bit - 1) * LOUD, 0), xp.where(within == self.delay, LOUD, 0 * bit)])
        return shown.astype(np.int8), (bit, within, xp.asarray(lesson % self.judged))

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """Pay and fine who is asked; the first word counts blocks without a fault since the last judgement."""
        bit, within, place = hidden
        asked = (within == self.delay) & (bit >= 0)
        right = ((answers[0] > 0) == (bit > 0)) & asked
        score = xp.where(asked, xp.where(right, self.pay, -self.fine), 0)[None].astype(np.int32)
        signal = xp.where(asked & ~right, -SIGNAL, 0)[None].astype(np.int8)
        before = xp.where(place == 0, 0, memory[0])
        count = right.astype(np.int32)
        return score, signal, xp.stack([before + count, memory[1] + asked.astype(np.int32), memory[2] + count]).astype(np.int32)

    def performs(self, xp: Namespace, score: Int32s, memory: Int32s) -> Bools:
        """Who was right in all eight blocks."""
        return memory[:1] >= 8

    def measure(self, memory: Int32s) -> NDArray[np.float64]:
        """Share of right answers in a life."""
        return share_right(memory[1:])
