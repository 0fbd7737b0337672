"""A function that changes within a lifetime, so that only learners do well.

One input bit per lesson; the right answer is the bit or its opposite, which of the two is drawn anew for each site and block
(512 ticks at the start values).  A brain that cannot learn is right half of the time.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from cyberspace.tasks.task import Hidden, Task, need_whole
from organisms.arrays import Bools, Int8s, Int32s, Namespace, Words
from organisms.body import LOUD, SIGNAL

LESSONS = 128


class Shift(Task):
    """One goal: the first answer unit says what is right now.

    Args:
        pay: Energy claimed for a right answer.
        fine: Energy lost for a wrong one.
    """

    goals: ClassVar = ("shift",)
    fill: ClassVar = 2.0
    pool: ClassVar = 16
    chance: ClassVar = {"shift": 0.5}
    block = LESSONS
    words = 1 + LESSONS // 32

    def __init__(self, pay: int = 16, fine: int = 0):
        need_whole(pay=pay, fine=fine)
        self.pay, self.fine = pay, fine

    def pose(self, xp: Namespace, bits: Words, lesson: int) -> tuple[Int8s, Hidden]:
        """One channel, -127 or 127: the input bit."""
        within = xp.asarray(lesson % self.block)
        word = bits[1]
        for k in range(1, LESSONS // 32):
            word = xp.where(within // 32 == k, bits[1 + k], word)
        x = (word >> (within % 32).astype(np.uint32)) & np.uint32(1)
        channels = (2 * x.astype(np.int8) - 1)[None] * np.int8(LOUD)
        return channels, (x ^ (bits[0] & np.uint32(1)),)

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """Pay for the first answer unit; every answer unit gets a signal of its own, -64 if it was wrong, else 0.

        To learn from mistakes alone (as the perceptron does) keeps units from exciting themselves until they are stuck.
        """
        right = (answers > 0) == (hidden[0] > 0)[None]
        score = xp.where(right[:1], self.pay, -self.fine).astype(np.int32)
        signal = xp.where(right, 0, -SIGNAL).astype(np.int8)
        return score, signal, memory

    def performs(self, xp: Namespace, score: Int32s, memory: Int32s) -> Bools:
        """Who was right in the last lesson, which chance is for half of the lessons: nobody is right before it has found out."""
        return score > 0
