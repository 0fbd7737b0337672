"""A chain of two trades: the product of one is the raw material of the next, and is found in the messages of its neighbours alone.

Sites of a lane are mines and mills by turns.  A mine is shown two bits and paid for their product, x and y.  The mill beside it is shown
one more and paid several times as much for what it makes of the product: x and y, or z.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from cyberspace.tasks.task import Hidden, Task, need_whole
from organisms.arrays import Int8s, Int32s, Namespace, Words
from organisms.body import LOUD, SIGNAL


class Refine(Task):
    """Two goals: the first answer unit of a mine says x and y, the second one of the mill beside it says x and y, or z.

    Args:
        pay: Energy claimed for a right product of a mine.
        gain: How many times as much is claimed for that of a mill.
        fine: Energy lost for a wrong one.
    """

    goals: ClassVar = ("mine", "mill")
    pool: ClassVar = 16
    group = 2

    def __init__(self, pay: int = 30, gain: int = 3, fine: int = 30):
        need_whole(pay=pay, gain=gain, fine=fine)
        self.pay, self.gain, self.fine = pay, gain, fine

    def pose(self, xp: Namespace, bits: Words, lesson: int, site: Int32s) -> tuple[Int8s, Hidden]:  # type: ignore[override]
        """Four channels: x and y at a mine, z at a mill, and which of both it is, -127 or 127; 0 where nothing is shown."""
        mill = site % np.int32(2) == 1
        x, y, z = (((bits[0] >> np.uint32(k)) & np.uint32(1)).astype(np.int32) for k in range(3))
        shown = [
            xp.where(mill, 0, 2 * x - 1),
            xp.where(mill, 0, 2 * y - 1),
            xp.where(mill, 2 * z - 1, 0),
            xp.where(mill, 1, -1),
        ]
        return (xp.stack(shown) * LOUD).astype(np.int8), (x & y, (x & y) | z, mill)

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """Pay each trade for its own unit, which learns from a mistake."""
        product, refined, mill = hidden
        rows, signals = [], []
        trades = ((0, product, ~mill, self.pay), (1, refined, mill, self.pay * self.gain))
        for unit, wanted, works, pay in trades:
            right = (answers[min(unit, len(answers) - 1)] > 0) == (wanted > 0)
            rows.append(xp.where(works, xp.where(right, pay, -self.fine), 0))
            signals.append(xp.where(works & ~right, -SIGNAL, 0))
        blank = 0 * signals[0]
        felt = [signals[k] if k < 2 else blank for k in range(len(answers))]
        return xp.stack(rows).astype(np.int32), xp.stack(felt).astype(np.int8), memory
