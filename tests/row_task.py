"""A user's own task: answer what you see, with memory; written for JAX under strict promotion of types as well."""

import numpy as np

from cyberspace import Task


class Row(Task):
    """Pays more for every right answer in a row."""

    goals = ("row", "twice")
    fill = 0.3
    memory = 2
    block = 3

    def pose(self, xp, bits, lesson):
        shown = ((bits[:1] >> xp.asarray(lesson % 3).astype(np.uint32)) & np.uint32(1)).astype(np.int8)
        return shown * np.int8(100) - np.int8(50), (shown[0],)

    def judge(self, xp, answers, hidden, memory):
        right = ((answers[0] > 0) == (hidden[0] > 0)).astype(np.int32)
        row = (memory[0] + 1) * right
        score = xp.stack([5 * right - 2, xp.where(row > 1, 40000, 0).astype(np.int32)])
        signal = (right[None] * 64).astype(np.int8)
        return score, signal, xp.stack([row, memory[1] + 1])
