"""Tasks of a user's own that say scores, well and wrongly."""

import numpy as np

from cyberspace import Task


class Off(Task):
    """Who was right less often is better here, so that both ways are met."""

    goals = ("off",)
    unit = "rights per mille"
    better = "lower"
    memory = 2

    def pose(self, xp, bits, lesson):
        return xp.zeros((1, bits.shape[1]), dtype=np.int8), (bits[0] & np.uint32(1),)

    def judge(self, xp, answers, hidden, memory):
        right = (answers[:1] > 0) == (hidden[0] > 0)
        told = xp.concatenate([memory[:1] + 1, memory[1:] + right])
        return xp.where(right, 20, 0).astype(np.int32), xp.zeros((1, right.shape[1]), dtype=np.int8), told.astype(np.int32)

    def measure(self, memory):
        return 1000 * memory[1] / memory[0]  # a newborn's is nan


class Wrong(Off):
    """Says one number for all."""

    def measure(self, memory):
        return memory.mean()


class NoWay(Off):
    """Says no way that there is."""

    better = "more"
