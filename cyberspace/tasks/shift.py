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
MOST_LESSONS, RAREST = 1024, 8
WORD = 32


class Shift(Task):
    """One goal: the first answer unit says what is right now.

    Args:
        pay: Energy claimed for a right answer.
        fine: Energy lost for a wrong one.
        lessons: Lessons until the function is drawn anew, up to 1,024; 0 for never: then the right answer is the bit, everywhere.
        noise: A lesson in 2^noise takes the opposite for right, whatever the function is; 0 for none.
    """

    goals: ClassVar = ("shift",)
    fill: ClassVar = 2.0
    pool: ClassVar = 16
    chance: ClassVar = {"shift": 0.5}

    def __init__(self, pay: int = 16, fine: int = 0, lessons: int = LESSONS, noise: int = 0):
        need_whole(pay=pay, fine=fine)
        if type(lessons) is not int or not 0 <= lessons <= MOST_LESSONS:
            raise ValueError(f"lessons a whole number from 0 to {MOST_LESSONS}")
        if type(noise) is not int or not 0 <= noise <= RAREST:
            raise ValueError(f"noise a whole number from 0 to {RAREST}")
        self.pay, self.fine, self.lessons, self.noise = pay, fine, lessons, noise
        self.block = lessons or LESSONS
        self.words = 1 + self._row * (1 + noise)

    @property
    def _row(self) -> int:
        """Words that hold a bit for every lesson of a block."""
        return -(-self.block // WORD)

    def pose(self, xp: Namespace, bits: Words, lesson: int) -> tuple[Int8s, Hidden]:
        """One channel, -127 or 127: the input bit."""
        within = xp.asarray(lesson % self.block)
        x = self._bit(xp, bits, within, 0)
        wrong = bits[0] & np.uint32(1) if self.lessons else x ^ x
        if self.noise:
            lies = self._bit(xp, bits, within, 1)
            for k in range(2, self.noise + 1):
                lies = lies & self._bit(xp, bits, within, k)
            wrong = wrong ^ lies
        channels = (2 * x.astype(np.int8) - 1)[None] * np.int8(LOUD)
        return channels, (x ^ wrong,)

    def _bit(self, xp: Namespace, bits: Words, within: Int32s, row: int) -> Words:
        """The bit of a lesson within its block, in a row of words."""
        first = 1 + row * self._row
        word = bits[first]
        for k in range(1, self._row):
            word = xp.where(within // WORD == k, bits[first + k], word)
        bit: Words = (word >> (within % WORD).astype(np.uint32)) & np.uint32(1)
        return bit

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """Pay for the first answer unit; every answer unit gets a signal of its own, -64 if it was wrong, else 0.

        To learn from mistakes alone (as the perceptron does) keeps units from exciting themselves until they are stuck.
        """
        right = (answers > 0) == (hidden[0] > 0)[None]
        score = xp.where(right[:1], self.pay, -self.fine).astype(np.int32)
        signal = xp.where(right, 0, -SIGNAL).astype(np.int8)
        return score, signal, memory

    def performs(self, xp: Namespace, score: Int32s, memory: Int32s) -> Bools:
        """Who was right in this lesson, which chance is for half of them: the share of them is what a curve of recovery shows."""
        return score > 0
