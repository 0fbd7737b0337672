"""The nine two-input functions, after the tasks of Avida (Lenski, Ofria, Pennock, Adami, Nature 423, 2003).

A block is four cycles of the four inputs, in an order drawn anew for each site and cycle.  A function is paid for when one and
the same answer unit was faultless over a whole block: 16 answers, so that guessing passes one block in 2^16 per unit.  It counts as
performed when the same unit was faultless over four such blocks in a row: a brain made by chance may be wired nearly right, and be
lucky for a block (NOT: 16 in 1,000 of them), but less than 1 in 1,000 is lucky for so long.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from cyberspace.tasks.task import Task
from organisms.body import LOUD, SIGNAL

FUNCTIONS: dict[str, tuple[Callable[[int, int], int], int]] = {
    "NOT": (lambda x, y: 1 - x, 1),
    "NAND": (lambda x, y: 1 - x * y, 1),
    "AND": (lambda x, y: x * y, 2),
    "OR-NOT": (lambda x, y: max(x, 1 - y), 2),
    "OR": (lambda x, y: max(x, y), 3),
    "AND-NOT": (lambda x, y: x * (1 - y), 3),
    "NOR": (lambda x, y: 1 - max(x, y), 4),
    "XOR": (lambda x, y: x ^ y, 5),
    "EQU": (lambda x, y: 1 - (x ^ y), 6),
}
"""Function of (x, y) in {0, 1} and its pay in units of `pay`."""

CYCLE = 4
PER_WORD = 4
"""Functions per memory word: one byte of answer units each."""


def _expected(first: int) -> list[int]:
    """For each input 2 y + x, the word that says which of four functions want 1: 0xFF in the function's byte."""
    wanted = list(FUNCTIONS.values())[first : first + PER_WORD]
    words = []
    for v in range(4):
        truths = [function(v & 1, v >> 1) for function, _ in wanted]
        words.append(sum(0xFF << (8 * k) for k, truth in enumerate(truths) if truth))
    return words


class Logic(Task):
    """Nine goals; each pays once a block.

    Args:
        pay: Pay of NOT; the others get 1 to 6 times as much.
        distractors: Channels that show a random bit in every lesson, 0 to 6.
        cycles: Cycles of a block, 1 to 8.
        blocks: Faultless blocks in a row that count as performing, 1 to 8.

    Memory holds bytes of answer units, one for each function: those that are faultless in this block so far, then those that were in
    the last block, in the last two, ... in the last `blocks`.
    """

    goals: ClassVar = tuple(FUNCTIONS)
    fill: ClassVar = 7.3 / 64
    pool: ClassVar = 64

    def __init__(self, pay: int = 120, distractors: int = 0, cycles: int = 4, blocks: int = 4):
        if not (0 <= distractors <= 6 and 1 <= cycles <= 8 and 1 <= blocks <= 8):
            raise ValueError("distractors 0 to 6, cycles 1 to 8, blocks 1 to 8")
        self.pay, self.distractors, self.blocks = pay, distractors, blocks
        self.block = self.judged = CYCLE * cycles
        self.words = 2 + distractors
        self.worth = np.array([pay * worth for _, worth in FUNCTIONS.values()], dtype=np.int32)
        words = [_expected(first) for first in range(0, len(FUNCTIONS), PER_WORD)]
        self.wanted = np.array(words, dtype=np.uint32)
        """By memory word and input: 0xFF in the byte of each function that wants 1."""
        self.memory = len(words) * (1 + blocks)

    def pose(self, xp: Any, bits: Any, lesson: Any) -> tuple[Any, Any]:
        """Two channels, -127 or 127 each: x and y."""
        lesson = lesson % self.block
        cycle = lesson // CYCLE
        drawn = xp.where(cycle < 4, bits[0], bits[1]) >> xp.asarray(8 * (cycle % 4)).astype(np.uint32)
        one = np.uint32(1)
        x = xp.asarray(lesson % 2).astype(np.uint32)
        y = xp.asarray(lesson // 2 % 2).astype(np.uint32)
        # The affine maps of (x, y): shear, swap, flip.
        y = y ^ (x & drawn)
        swap = (x ^ y) & (drawn >> one)
        x, y = x ^ swap ^ (drawn >> np.uint32(2)), y ^ swap ^ (drawn >> np.uint32(3))
        x, y = x & one, y & one
        noise = [(bits[2 + k] >> xp.asarray(lesson).astype(np.uint32)) & one for k in range(self.distractors)]
        channels = (2 * xp.stack([x, y, *noise]).astype(np.int8) - 1) * np.int8(LOUD)
        return channels, (x + y + y, lesson)

    def judge(self, xp: Any, answers: Any, hidden: Any, memory: Any) -> tuple[Any, Any, Any]:
        """A faultless block claims `pay` times the function's worth; its unit gets the signal 64."""
        asked, lesson = hidden
        units = (answers > 0).astype(np.uint32) << xp.arange(len(answers), dtype=np.uint32)[:, None]
        said = units.sum(axis=0, dtype=np.uint32) * np.uint32(0x01010101)
        exists = np.uint32((2 ** len(answers) - 1) * 0x01010101)
        words = []
        for word in range(len(self.wanted)):
            right = ~(said ^ self._wanted(xp, word, asked)) & exists
            before = xp.where(lesson == 0, exists, memory[word].astype(np.uint32))
            words.append(before & right)
        ends = lesson == self.block - 1
        faultless = [(words[k // PER_WORD] >> np.uint32(8 * (k % PER_WORD))) & np.uint32(0xFF) for k in range(9)]
        score = xp.stack([xp.where(ends & (ok > 0), worth, 0) for ok, worth in zip(faultless, self.worth, strict=True)])
        paid = faultless[0]
        for ok in faultless[1:]:
            paid = paid | ok
        signal = (ends & ((paid >> xp.arange(len(answers), dtype=np.uint32)[:, None]) & np.uint32(1) > 0)) * np.int8(SIGNAL)
        return score.astype(np.int32), signal, self._streaks(xp, xp.stack(words).astype(np.int32), memory, ends)

    def _streaks(self, xp: Any, block: Any, memory: Any, ends: Any) -> Any:
        """The memory after a lesson: this block's words, and at its end the longer streaks."""
        size = len(self.wanted)
        longer = xp.concatenate([block, xp.tile(block, (self.blocks - 1, 1)) & memory[size:-size]])
        return xp.concatenate([block, xp.where(ends, longer, memory[size:])])

    def performs(self, xp: Any, score: Any, memory: Any) -> Any:
        """Goals with a unit that was faultless in the last `blocks` blocks, bool (goals, sites)."""
        streaks = memory[-len(self.wanted) :].astype(np.uint32)
        goals = range(len(self.goals))
        return xp.stack([(streaks[k // PER_WORD] >> np.uint32(8 * (k % PER_WORD))) & np.uint32(0xFF) for k in goals]) > 0

    def _wanted(self, xp: Any, word: int, asked: Any) -> Any:
        e = self.wanted[word]
        return xp.where(asked == 0, e[0], xp.where(asked == 1, e[1], xp.where(asked == 2, e[2], e[3])))
