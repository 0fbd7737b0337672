"""A task: is the second bit the same as the first?"""

import numpy as np

from cyberspace import Task


class Same(Task):
    """One goal: right is above zero where the two bits are equal, below where they are not.

    Args:
        pay: Energy claimed for a right answer, and the fine for a wrong one.
        run: Right answers in a row that count as performing.
    """

    goals = ("same",)
    block = 16  # lessons that share their random bits: two bits of a word of 32 each
    memory = 1  # right answers in a row

    def __init__(self, pay: int = 40, run: int = 16):
        self.pay, self.run = pay, run

    def pose(self, xp, bits, lesson):
        """Two channels, -127 or 127 each."""
        word = bits[:1] >> (xp.asarray(lesson % self.block) * 2).astype(np.uint32)
        both = xp.concatenate([word & np.uint32(1), (word >> np.uint32(1)) & np.uint32(1)]).astype(np.int8)
        return (2 * both - 1) * np.int8(127), (both[:1] == both[1:],)

    def judge(self, xp, answers, hidden, memory):
        """The first answer unit counts; it learns from mistakes alone."""
        right = (answers[:1] > 0) == hidden[0]
        score = xp.where(right, self.pay, -self.pay).astype(np.int32)
        signal = xp.where(right, 0, -64).astype(np.int8)
        return score, signal, xp.where(right, memory + 1, 0).astype(np.int32)

    def performs(self, xp, score, memory):
        """Who was right often enough in a row; by chance one in 65,536 is."""
        return memory >= self.run
