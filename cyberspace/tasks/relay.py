"""Inputs at one site, pay at another some meetings away: only a chain of organisms that pass messages on earns.

The sites of a lane are cut into chains of `distance` + 1.  The first of a chain is shown a bit, the last is paid for saying it; what lies
between is shown and paid nothing.  One meeting along a lane carries a message one site further, so lessons have to be long enough:
`physics = { lesson = 16 }` for a distance of 3 at the lane's own stretch of 2.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cyberspace.tasks.task import Hidden, Task, need_whole
from organisms.arrays import Int8s, Int32s, Namespace, Words
from organisms.body import LOUD, SIGNAL

FARTHEST = 63


class Relay(Task):
    """One goal: the first answer unit of the last in a chain says what the first is shown.

    Args:
        distance: Meetings from the first of a chain to the last, 1 to 63.
        pay: Energy claimed for a right answer.
        fine: Energy lost for a wrong one.
    """

    goals: ClassVar = ("relay",)
    pool: ClassVar = 16
    unit: ClassVar = "right answers"
    memory = 2

    def __init__(self, distance: int = 3, pay: int = 60, fine: int = 60):
        need_whole(distance=distance, pay=pay, fine=fine)
        if not 1 <= distance <= FARTHEST:
            raise ValueError(f"distance 1 to {FARTHEST}")
        self.distance, self.pay, self.fine = distance, pay, fine
        self.group = distance + 1

    def pose(self, xp: Namespace, bits: Words, lesson: int, site: Int32s) -> tuple[Int8s, Hidden]:  # type: ignore[override]
        """Two channels: the bit, -127 or 127, at the first of a chain; 127 at the last, who is asked."""
        place = site % np.int32(self.group)
        bit = (bits[0] & np.uint32(1)).astype(np.int32)
        shown = xp.where(place == 0, (2 * bit - 1) * LOUD, 0)
        asked = xp.where(place == self.distance, LOUD, 0)
        return xp.stack([shown, asked]).astype(np.int8), (bit, place)

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """Pay and fine the last of each chain; all its answers learn from a mistake."""
        bit, place = hidden
        last = place == self.distance
        right = (answers[0] > 0) == (bit > 0)
        score = xp.where(last, xp.where(right, self.pay, -self.fine), 0)[None].astype(np.int32)
        signal = xp.where(last & ~right, -SIGNAL, 0)[None].astype(np.int8)
        return score, signal, memory + xp.stack([last, last & right]).astype(np.int32)

    def measure(self, memory: Int32s) -> NDArray[np.float64]:
        """Share of right answers in a life; NaN for those who are not asked."""
        return share_right(memory)


def share_right(memory: Int32s) -> NDArray[np.float64]:
    """Share of answers that were right, float64 (sites,), from words that count what was asked and what was right; NaN below 8."""
    asked, right = memory.astype(np.float64)
    found = np.full(asked.shape, np.nan)
    np.divide(right, asked, out=found, where=asked >= 8)
    return found
