"""A task for those who learn: which of two lights counts is drawn for each site, and anew every 64 lessons."""

import numpy as np

from cyberspace import Task


class Preference(Task):
    """One goal: say yes where the light that counts is on.

    Args:
        pay: Energy claimed for a right answer, and the fine for a wrong one.
    """

    goals = ("preference",)
    words = 3  # the first bit of the third says which light counts; bits of the others light them
    block = 64  # lessons between two draws of them
    memory = 1  # right answers in a row

    def __init__(self, pay: int = 40):
        self.pay = pay

    def pose(self, xp, bits, lesson):
        """Two channels, a light each: off is -100, on is 100."""
        turn = xp.asarray(lesson % 32).astype(np.uint32)
        lights = ((bits[:2] >> turn) & np.uint32(1)).astype(np.int8)
        counts = bits[2] & np.uint32(1)
        return (2 * lights - 1) * np.int8(100), (xp.where(counts == 0, lights[0], lights[1]),)

    def judge(self, xp, answers, hidden, memory):
        """Whoever is wrong feels it: weights move away from what was said."""
        right = (answers[:1] > 0) == (hidden[0] > 0)
        score = xp.where(right, self.pay, -self.pay).astype(np.int32)
        return score, xp.where(right, 0, -64).astype(np.int8), xp.where(right, memory + 1, 0).astype(np.int32)

    def performs(self, xp, score, memory):
        """Who was right in sixteen lessons in a row: nobody can be right in the first ones of a block, but by chance."""
        return memory >= 16
