"""A stream of symbols that has to be foretold, which takes a memory: a brain without one does no better than the last bit tells.

Periodic: a pattern over and over, each site at a place of its own in it.  Hidden: the even process, where ones come in runs of even length
(Weiss 1973): what comes next hangs on a state that no number of past bits tells for sure.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cyberspace.tasks.relay import share_right
from cyberspace.tasks.task import Hidden, Task, need_whole
from organisms.arrays import Int8s, Int32s, Namespace, Words
from organisms.body import LOUD, SIGNAL

LESSONS, HIDDEN = 128, 32
"""Lessons until each site begins anew elsewhere in its stream, with a pattern and without one."""

LONGEST = 32


class Stream(Task):
    """One goal: the first answer unit says which bit comes next.

    Args:
        pattern: The bits of a period, 2 to 32 of them; empty for the even process.
        pay: Energy claimed for a right answer.
        fine: Energy lost for a wrong one.
    """

    goals: ClassVar = ("stream",)
    pool: ClassVar = 16
    unit: ClassVar = "right answers"
    memory = 2

    def __init__(self, pattern: str = "11010", pay: int = 40, fine: int = 40):
        need_whole(pay=pay, fine=fine)
        if not isinstance(pattern, str) or set(pattern) - {"0", "1"} or len(pattern) == 1 or len(pattern) > LONGEST:
            raise ValueError(f'pattern a text of 0 and 1, 2 to {LONGEST} of them, or "" for the even process')
        self.pattern, self.pay, self.fine = np.array([int(bit) for bit in pattern], dtype=np.int32), pay, fine
        self.block, self.judged = LESSONS if pattern else HIDDEN, max(16, 2 * len(pattern))

    def pose(self, xp: Namespace, bits: Words, lesson: int) -> tuple[Int8s, Hidden]:
        """One channel, -127 or 127: the bit that comes now."""
        within = xp.asarray(lesson % self.block).astype(np.int32)
        now, after = self._periodic(xp, bits, within) if len(self.pattern) else self._even(xp, bits, within)
        return ((2 * now - 1) * LOUD)[None].astype(np.int8), (after,)

    def _periodic(self, xp: Namespace, bits: Words, within: Int32s) -> tuple[Int32s, Int32s]:
        """The bits of this lesson and of the next, int32 (sites,)."""
        period = len(self.pattern)
        place = (bits[0] % np.uint32(period)).astype(np.int32) + within
        table = xp.asarray(self.pattern)
        return table[place % period], table[(place + 1) % period]

    def _even(self, xp: Namespace, bits: Words, within: Int32s) -> tuple[Int32s, Int32s]:
        """The same of the even process: in state 0 a coin says 0, or 1 and state 1; in state 1 comes a 1, and state 0 again."""
        state = now = after = (bits[0] & np.uint32(0)).astype(np.int32)
        for k in range(HIDDEN + 1):
            coin = ((bits[0] >> np.uint32(k % 32)) & np.uint32(1)).astype(np.int32)
            bit = xp.where(state == 1, 1, coin)
            state = xp.where(state == 1, 0, coin)
            now, after = xp.where(within == k, bit, now), xp.where(within + 1 == k, bit, after)
        return now, after

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """Pay and fine; the first unit learns from a mistake."""
        right = (answers[0] > 0) == (hidden[0] > 0)
        score = xp.where(right, self.pay, -self.fine)[None].astype(np.int32)
        signal = xp.where(right, 0, -SIGNAL)[None].astype(np.int8)
        asked = right | ~right
        return score, signal, memory + xp.stack([asked, right]).astype(np.int32)

    def measure(self, memory: Int32s) -> NDArray[np.float64]:
        """Share of right answers in a life."""
        return share_right(memory)
