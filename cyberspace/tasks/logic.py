"""The nine two-input functions, after the tasks of Avida (Lenski, Ofria, Pennock, Adami, Nature 423, 2003).

A block is four cycles of the four inputs, in an order drawn anew for each site and cycle.  A function is paid for when one and
the same answer unit was faultless over a whole block: 16 answers, so that guessing passes one block in 2^16 per unit.  It counts as
performed when the same unit was faultless over four such blocks in a row: a brain made by chance may be wired nearly right, and be
lucky for a block (NOT: 16 in 1,000 of them), but less than 1 in 1,000 is lucky for so long.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from cyberspace.tasks.pays import drawn_by_lot, need_lot, need_pays
from cyberspace.tasks.task import Hidden, SiteText, Task, need_whole
from organisms.arrays import Array, Bools, Int8s, Int32s, Namespace, Value, Words
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

BYTES = 0x01010101
"""A byte, times this, is four of it side by side."""


def _expected(first: int) -> list[int]:
    """For each input 2 y + x, the word that says which of four functions want 1: 0xFF in the function's byte."""
    wanted = list(FUNCTIONS.values())[first : first + PER_WORD]
    words = []
    for v in range(4):
        truths = [function(v & 1, v >> 1) for function, _ in wanted]
        words.append(sum(0xFF << (8 * k) for k, truth in enumerate(truths) if truth))
    return words


def pose_sites(words: Words, lesson: int, tables: tuple[Array, ...], where: Bools, channels: Int8s, asked: Int32s) -> None:
    """`Logic.pose` over single sites."""
    within = lesson % tables[2][0]
    cycle, one = within // CYCLE, np.uint32(1)
    x0, y0, shift = np.uint32(within % 2), np.uint32(within // 2 % 2), np.uint32(8 * (cycle % 4))
    drawn = words[0 if cycle < 4 else 1]
    for k in range(len(where)):
        bits = np.uint32(drawn[k] >> shift)
        y = np.uint32(y0 ^ (x0 & bits))
        swap = np.uint32((x0 ^ y) & np.uint32(bits >> one))
        x = np.uint32(x0 ^ swap ^ np.uint32(bits >> np.uint32(2))) & one
        y = np.uint32(y ^ swap ^ np.uint32(bits >> np.uint32(3))) & one
        asked[k] = np.int32(x | np.uint32(y << one))
    loud, quiet = np.int8(LOUD), np.int8(-LOUD)
    if channels.shape[1] > 1:
        for k in range(len(where)):
            if where[k]:
                channels[k, 0] = loud if asked[k] & 1 else quiet
                channels[k, 1] = loud if asked[k] & 2 else quiet
    for channel in range(2, channels.shape[1]):
        noise = words[channel]
        for k in range(len(where)):
            if where[k]:
                channels[k, channel] = loud if (noise[k] >> np.uint32(within)) & one else quiet


def judge_sites(
    said: Words, asked: Int32s, lesson: int, tables: tuple[Array, ...], lives: Bools, memory: Int32s, low: int, high: int
) -> None:
    """`Logic.judge` over single sites: the words of this block."""
    wanted, exists, first = tables[0], np.uint32(tables[2][1]), lesson % tables[2][0] == 0
    spread = np.empty(len(said), dtype=np.uint32)
    for k in range(len(said)):
        spread[k] = np.uint32(said[k] * np.uint32(BYTES))
    for word in range(len(wanted)):
        now, (e0, e1, e2, e3) = memory[word, low:high], (wanted[word, 0], wanted[word, 1], wanted[word, 2], wanted[word, 3])
        for k in range(len(lives)):
            want = e0 if asked[k] == 0 else (e1 if asked[k] == 1 else (e2 if asked[k] == 2 else e3))
            right = np.uint32(~np.uint32(spread[k] ^ want)) & exists
            before = exists if first else np.uint32(now[k])
            now[k] = np.int32(before & right) if lives[k] else now[k]


def score_sites(
    lesson: int, tables: tuple[Array, ...], lives: Bools, memory: Int32s, score: Int32s, did: Bools, signal: Int8s
) -> None:
    """`Logic.judge` and `Logic.performs` over single sites at the end of a block: longer streaks, scores, signals."""
    worth, words, streaks = tables[1], len(tables[0]), len(memory)
    for word in range(streaks - 1, words - 1, -1):
        longer, last, before = memory[word], memory[word % words], memory[word - words]
        for k in range(len(lives)):
            longer[k] = (last[k] & before[k] if word >= 2 * words else last[k]) if lives[k] else longer[k]
    paid, felt_goals = np.zeros(len(lives), dtype=np.uint32), tables[2][2]
    for goal in range(len(score)):
        byte, teaches = np.uint32(8 * (goal % PER_WORD)), np.uint32(0xFF) * np.uint32((felt_goals >> goal) & 1)
        faultless, streak = memory[goal // PER_WORD], memory[streaks - words + goal // PER_WORD]
        claims, does, pay = score[goal], did[goal], np.int32(worth[goal])
        for k in range(len(lives)):
            ok = np.uint32(np.uint32(faultless[k]) >> byte) & np.uint32(0xFF)
            claims[k] = pay if (ok != 0) & lives[k] else np.int32(0)
            does[k] = np.uint32(np.uint32(streak[k]) >> byte) & np.uint32(0xFF) != 0
            paid[k] = np.uint32(paid[k] | np.uint32(ok & teaches))
    for unit in range(len(signal)):
        felt, bit = signal[unit], np.uint32(1 << unit)
        for k in range(len(lives)):
            felt[k] = np.int8(SIGNAL) if (np.uint32(paid[k] & bit) != 0) & lives[k] else np.int8(0)


class Logic(Task):
    """Nine goals; each pays once a block.

    Args:
        pay: Pay of NOT; the others get 1 to 6 times as much.
        distractors: Channels that show a random bit in every lesson, 0 to 6.
        cycles: Cycles of a block, 1 to 8.
        blocks: Faultless blocks in a row that count as performing, 1 to 8.
        pays: What pays, and how many times `pay`: `pays = { EQU = 6 }`; what is not named is neither paid nor felt.  All if left out.
        lot: For a control without selection: who claims is drawn by lot, one organism in 2^lot at the end of each block for each function
            that pays, whatever it answered; 0 for never.  What it performs, and what its units learn from, stay what they are.

    Memory holds bytes of answer units, one for each function: those that are faultless in this block so far, then those that were in
    the last block, in the last two, ... in the last `blocks`.
    """

    goals: ClassVar = tuple(FUNCTIONS)
    fill: ClassVar = 7.3 / 64
    pool: ClassVar = 64
    chance: ClassVar = dict.fromkeys(FUNCTIONS, 0.0)  # fewer than one brain in 65,536: `python -m benchmarks.chance`

    def __init__(
        self, pay: int = 120, distractors: int = 0, cycles: int = 4, blocks: int = 4, pays: dict[str, int] | None = None, lot: int = 0
    ):  # fmt: skip
        if not (0 <= distractors <= 6 and 1 <= cycles <= 8 and 1 <= blocks <= 8):
            raise ValueError("distractors 0 to 6, cycles 1 to 8, blocks 1 to 8")
        need_whole(pay=pay, distractors=distractors, cycles=cycles, blocks=blocks)
        self.pay, self.distractors, self.blocks, self.lot = pay, distractors, blocks, need_lot(lot)
        self.block = self.judged = CYCLE * cycles
        self.words = 2 + distractors + lot
        worths = need_pays(pays, {name: worth for name, (_, worth) in FUNCTIONS.items()})
        self.felt = [name in worths for name in FUNCTIONS]
        """Which functions pay, and are felt by those who learn."""
        self.worth = np.array([pay * worths.get(name, 0) for name in FUNCTIONS], dtype=np.int32)
        words = [_expected(first) for first in range(0, len(FUNCTIONS), PER_WORD)]
        self.wanted = np.array(words, dtype=np.uint32)
        """By memory word and input: 0xFF in the byte of each function that wants 1."""
        self.memory = len(words) * (1 + blocks)

    def pose(self, xp: Namespace, bits: Words, lesson: int) -> tuple[Int8s, Hidden]:
        """Two channels, -127 or 127 each: x and y."""
        lesson = lesson % self.block
        cycle = lesson // CYCLE
        half: Words = xp.where(cycle < 4, bits[0], bits[1])
        drawn = half >> xp.asarray(8 * (cycle % 4)).astype(np.uint32)
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
        return channels, (x + y + y, lesson, *drawn_by_lot(bits[2 + self.distractors :], self.lot))

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """A faultless block claims `pay` times the function's worth; its unit gets the signal 64."""
        asked, lesson, *lots = hidden
        units = (answers > 0).astype(np.uint32) << xp.arange(len(answers), dtype=np.uint32)[:, None]
        said = units.sum(axis=0, dtype=np.uint32) * np.uint32(BYTES)
        exists = np.uint32((2 ** len(answers) - 1) * BYTES)
        words = []
        for word in range(len(self.wanted)):
            right = ~(said ^ self._wanted(xp, word, asked)) & exists
            before = xp.where(lesson == 0, exists, memory[word].astype(np.uint32))
            words.append(before & right)
        ends = lesson == self.block - 1
        faultless = [(words[k // PER_WORD] >> np.uint32(8 * (k % PER_WORD))) & np.uint32(0xFF) for k in range(9)]
        claims = [(lots[0] >> np.uint32(k)) & np.uint32(1) for k in range(9)] if lots else faultless
        score = xp.stack([xp.where(ends & (ok > 0), worth, 0) for ok, worth in zip(claims, self.worth, strict=True)])
        teachers = [ok for ok, felt in zip(faultless, self.felt, strict=True) if felt]
        paid = teachers[0]
        for ok in teachers[1:]:
            paid = paid | ok
        units = (paid >> xp.arange(len(answers), dtype=np.uint32)[:, None]) & np.uint32(1)
        signal = xp.where(ends & (units > 0), SIGNAL, 0).astype(np.int8)
        return score.astype(np.int32), signal, self._streaks(xp, xp.stack(words).astype(np.int32), memory, ends)

    def _streaks(self, xp: Namespace, block: Int32s, memory: Int32s, ends: Value) -> Int32s:
        """The memory after a lesson: this block's words, and at its end the longer streaks."""
        size = len(self.wanted)
        longer = xp.concatenate([block, xp.tile(block, (self.blocks - 1, 1)) & memory[size:-size]])
        return xp.concatenate([block, xp.where(ends, longer, memory[size:])])

    def performs(self, xp: Namespace, score: Int32s, memory: Int32s) -> Bools:
        """Goals with a unit that was faultless in the last `blocks` blocks, bool (goals, sites)."""
        streaks = memory[-len(self.wanted) :].astype(np.uint32)
        goals = range(len(self.goals))
        return xp.stack([(streaks[k // PER_WORD] & np.uint32(0xFF << (8 * (k % PER_WORD)))) != 0 for k in goals])

    def _wanted(self, xp: Namespace, word: int, asked: Words) -> Words:
        e = self.wanted[word]
        return xp.where(asked == 0, e[0], xp.where(asked == 1, e[1], xp.where(asked == 2, e[2], e[3])))

    def site_text(self, answers: int) -> SiteText | None:
        """The same over single sites, but for lots, which are seldom drawn and traced; its third table holds the lessons of a block, all
        answer units in each byte of a word, and which functions are felt."""
        if self.lot:
            return None
        felt = sum(1 << k for k, one in enumerate(self.felt) if one)
        numbers = np.array([self.block, (2**answers - 1) * BYTES, felt], dtype=np.int64)
        return SiteText(
            pose=pose_sites,
            judge=judge_sites,
            score=score_sites,
            scores=lambda lesson: lesson % self.block == self.block - 1,
            tables=(self.wanted, self.worth, numbers),
            channels=2 + self.distractors,
        )
