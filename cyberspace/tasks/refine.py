"""A chain of two trades: the product of one is the raw material of the next, and is found in the messages of its neighbours alone.

Sites of a lane are mines and mills by turns.  A mine is shown three bits and paid for their product, what most of them are.  The mill
beside it is shown two more and paid several times as much for what most of those and the product are; without the product three of four
guesses are right.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from cyberspace.tasks.task import Hidden, Task, need_whole
from organisms.arrays import Int8s, Int32s, Namespace, Words
from organisms.body import LOUD, SIGNAL


class Refine(Task):
    """Two goals: the first answer unit of a mine says its product, the second one of the mill beside it says what it makes of that.

    Args:
        pay: Energy claimed for a right product of a mine.
        fine: Energy lost for a wrong one.
        gain: How many times as much both are for a mill.
    """

    goals: ClassVar = ("mine", "mill")
    pool: ClassVar = 16
    group = 2

    def __init__(self, pay: int = 60, fine: int = 60, gain: int = 4):
        need_whole(pay=pay, gain=gain, fine=fine)
        self.pay, self.gain, self.fine = pay, gain, fine

    def pose(self, xp: Namespace, bits: Words, lesson: int, site: Int32s) -> tuple[Int8s, Hidden]:  # type: ignore[override]
        """Six channels: three bits at a mine, two at a mill, and which of both it is, -127 or 127; 0 where nothing is shown."""
        mill = site % np.int32(2) == 1
        drawn = [2 * ((bits[0] >> np.uint32(k)) & np.uint32(1)).astype(np.int32) - 1 for k in range(5)]
        product = drawn[0] + drawn[1] + drawn[2] > 0
        refined = drawn[3] + drawn[4] + xp.where(product, 1, -1).astype(np.int32) > 0
        shown = [xp.where(mill, 0, bit) for bit in drawn[:3]] + [xp.where(mill, bit, 0) for bit in drawn[3:]]
        which = xp.where(mill, 1, -1).astype(np.int32)
        return (xp.stack([*shown, which]) * LOUD).astype(np.int8), (product, refined, mill)

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """Pay each trade for its own unit, which learns from a mistake."""
        product, refined, mill = hidden
        rows, signals = [], []
        for unit, wanted, works, gain in ((0, product, ~mill, 1), (1, refined, mill, self.gain)):
            right = (answers[min(unit, len(answers) - 1)] > 0) == wanted
            rows.append(xp.where(works, xp.where(right, gain * self.pay, -gain * self.fine), 0))
            signals.append(xp.where(works & ~right, -SIGNAL, 0))
        felt = [signals[k] if k < 2 else 0 * signals[0] for k in range(len(answers))]
        return xp.stack(rows).astype(np.int32), xp.stack(felt).astype(np.int8), memory
