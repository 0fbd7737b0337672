"""A chain of two trades: the product of one is the raw material of the next, and is found in the messages of its neighbours alone.

Sites of a lane are mines and mills by turns, and some of them in a row share a vein.  A mine is shown three bits and paid for their
product, what most of them are.  A mill is shown two more and paid several times as much for what most of those and the product are;
without the product three of four guesses are right.  Since both neighbours of a mill, but at the ends of a vein, have the same product,
it may listen to either.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cyberspace.tasks.relay import share_right
from cyberspace.tasks.task import Hidden, Task, need_whole
from organisms.arrays import Int8s, Int32s, Namespace, Words
from organisms.body import LOUD, SIGNAL

LONGEST = 64


class Refine(Task):
    """Two goals: the first answer unit of a mine says its product, the second one of the mill beside it says what it makes of that.

    Args:
        pay: Energy claimed for a right product of a mine.
        fine: Energy lost for a wrong one; more than `pay`, so that who says one of three bits, right in three of four, earns little.
        gain: How many times as much both are for a mill.
        vein: Neighbouring sites that share their bits, an even number from 2 to 64.
        ore: Bits that a mine is shown, 3, or 1 for an easier world.
        mix: Bits that a mill is shown, 2, or 0 where the product itself is asked for.
    """

    goals: ClassVar = ("mine", "mill")
    pool: ClassVar = 16
    unit: ClassVar = "right answers"
    memory = 2

    def __init__(self, pay: int = 200, fine: int = 300, gain: int = 2, vein: int = 8, ore: int = 3, mix: int = 2):
        need_whole(pay=pay, gain=gain, fine=fine, vein=vein, ore=ore, mix=mix)
        if vein % 2 or not 2 <= vein <= LONGEST:
            raise ValueError(f"vein an even number from 2 to {LONGEST}")
        if ore not in (1, 3) or mix not in (0, 2):
            raise ValueError("ore 1 or 3, and mix 0 or 2")
        self.pay, self.gain, self.fine, self.ore, self.mix = pay, gain, fine, ore, mix
        self.group = vein

    def pose(self, xp: Namespace, bits: Words, lesson: int, site: Int32s) -> tuple[Int8s, Hidden]:  # type: ignore[override]
        """Six channels: three bits at a mine, two at a mill, and which of both it is, -127 or 127; 0 where nothing is shown."""
        mill = site % np.int32(2) == 1
        drawn = [2 * ((bits[0] >> np.uint32(k)) & np.uint32(1)).astype(np.int32) - 1 for k in range(5)]
        drawn = [bit if k < self.ore or 3 <= k < 3 + self.mix else 0 * bit for k, bit in enumerate(drawn)]
        product = drawn[0] + drawn[1] + drawn[2] > 0
        refined = drawn[3] + drawn[4] + xp.where(product, 1, -1).astype(np.int32) > 0
        shown = [xp.where(mill, 0, bit) for bit in drawn[:3]] + [xp.where(mill, bit, 0) for bit in drawn[3:]]
        which = xp.where(mill, 1, -1).astype(np.int32)
        return (xp.stack([*shown, which]) * LOUD).astype(np.int8), (product, refined, mill)

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """Pay each trade for its own unit, which learns from a mistake; the memory counts lessons, and those that were right."""
        product, refined, mill = hidden
        rows, signals, good = [], [], []
        for unit, wanted, works, gain in ((0, product, ~mill, 1), (1, refined, mill, self.gain)):
            right = (answers[min(unit, len(answers) - 1)] > 0) == wanted
            rows.append(xp.where(works, xp.where(right, gain * self.pay, -gain * self.fine), 0))
            signals.append(xp.where(works & ~right, -SIGNAL, 0))
            good.append(works & right)
        felt = [signals[k] if k < 2 else 0 * signals[0] for k in range(len(answers))]
        counts = xp.stack([mill | ~mill, good[0] | good[1]]).astype(np.int32)
        return xp.stack(rows).astype(np.int32), xp.stack(felt).astype(np.int8), memory + counts

    def measure(self, memory: Int32s) -> NDArray[np.float64]:
        """Share of right answers in a life, in whichever trade."""
        return share_right(memory)
