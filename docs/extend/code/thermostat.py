"""A task with a closed loop: a room cools down or heats up, by what the organism says, and it is paid for keeping it near 0 degrees."""

import numpy as np

from cyberspace import Task


class Thermostat(Task):
    """One goal: the room within 8 degrees of 0.

    Args:
        pay: Energy claimed in each lesson in which it is.
        fine: Energy lost in each in which it isn't.
    """

    goals = ("thermostat",)
    unit = "degrees off"
    better = "lower"
    memory = 3  # the temperature; lessons lived; degrees that it was off in all of them

    def __init__(self, pay: int = 40, fine: int = 10):
        self.pay, self.fine = pay, fine

    def pose(self, xp, bits, lesson, memory):
        """One channel: the temperature, from -127 to 127.  Since `memory` is asked for, what is shown follows from what was done."""
        weather = (bits[0] & np.uint32(7)).astype(np.int32) - 3  # it is 0.5 degrees warmer on the whole
        return xp.clip(memory[:1], -127, 127).astype(np.int8), (weather,)

    def judge(self, xp, answers, hidden, memory):
        """Yes heats by 6 degrees, no cools by 6, and the weather does what it likes."""
        degrees = xp.clip(memory[0] + hidden[0] + xp.where(answers[0] > 0, 6, -6), -1000, 1000)
        off = xp.abs(degrees)
        score = xp.where(off <= 8, self.pay, -self.fine)[None].astype(np.int32)
        signal = xp.where(off > 8, -64, 0)[None].astype(np.int8)
        return score, signal, xp.stack([degrees, memory[1] + 1, memory[2] + off]).astype(np.int32)

    def measure(self, memory):
        """Mean distance from 0 in a life, in degrees."""
        return np.where(memory[1] > 0, memory[2] / np.maximum(memory[1], 1), np.nan)
