"""A user's own task that JAX takes and a kernel does not: it asks for more than the namespace has."""

import numpy as np

from cyberspace import Task


class Strange(Task):
    """Counts who lives around it, which a site alone can't."""

    goals = ("strange",)

    def pose(self, xp, bits, lesson):
        return xp.zeros((1, bits.shape[1]), dtype=np.int8), (xp.roll(bits[0], 1),)

    def judge(self, xp, answers, hidden, memory):
        right = (answers[0] > 0) == ((hidden[0] & np.uint32(1)) > 0)
        return xp.where(right, 1, 0).astype(np.int32)[None], xp.zeros((1, answers.shape[1]), dtype=np.int8), memory
