"""A task: who says whether two of the three bits that are shown are set is paid.

cyberspace task check majority.py:Majority
cyberspace task try majority.py:Majority --ticks 40000
"""

import numpy as np

from cyberspace import Task


class Majority(Task):
    """One goal: say yes where two or three bits are set, else no."""

    goals = ("majority",)  # what can be earned; each goal has a pool of energy in every sm
    words = 1  # random words, uint32, that each site is given for a block
    block = 1  # lessons between two draws of them
    memory = 0  # int32 words that are remembered of each organism, 0 at its birth

    def __init__(self, pay: int = 60, fine: int = 60):  # options of the world file
        self.pay, self.fine = pay, fine

    def pose(self, xp, bits, lesson):
        """What is shown, int8 (channels, sites), and what is kept until the lesson ends."""
        shown = xp.stack([(bits[0] >> np.uint32(k)) & np.uint32(1) for k in range(3)]).astype(np.int8)
        wanted = shown.sum(axis=0, dtype=np.int32) >= 2
        return (2 * shown - 1) * np.int8(100), (wanted,)

    def judge(self, xp, answers, hidden, memory):
        """What is claimed of each goal, int32 (goals, sites); what is learned from, int8 (1 or answers, sites); what is remembered."""
        wanted = hidden[0]
        said = answers > 0
        score = xp.where(said[:1] == wanted, self.pay, -self.fine).astype(np.int32)
        signal = xp.where(said == wanted, 0, -64).astype(np.int8)
        return score, signal, memory
