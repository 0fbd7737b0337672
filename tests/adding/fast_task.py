"""A task that is fast everywhere, in one file: the parity of its bits, with a text over single sites."""

import numpy as np

from cyberspace import Task
from cyberspace.tasks.task import SiteText

LOUD = 127


def pose_sites(words, lesson, tables, where, channels, hidden):
    """`Parity.pose` over single sites."""
    shift = np.uint32(2 * (lesson % tables[0][0]))
    for k in range(len(where)):
        both = np.uint32(words[0, k] >> shift) & np.uint32(3)
        hidden[k] = np.int32(both & np.uint32(1)) ^ np.int32(both >> np.uint32(1))
        for channel in range(channels.shape[1]):
            if where[k]:
                channels[k, channel] = LOUD if (both >> np.uint32(channel)) & np.uint32(1) else -LOUD


def judge_sites(said, hidden, lesson, tables, lives, memory, low, high):
    """`Parity.judge` over single sites: who was right is remembered until it is scored."""
    for k in range(len(lives)):
        if lives[k]:
            right = np.int32(said[k] & np.uint32(1)) == hidden[k]
            memory[1, low + k] = right
            memory[0, low + k] = memory[0, low + k] + 1 if right else 0


def score_sites(lesson, tables, lives, memory, score, did, signal):
    """Scores and signals of what was judged."""
    for k in range(len(lives)):
        right = lives[k] and memory[1, k] != 0
        score[0, k] = tables[0][1] if right else -(tables[0][1] // 4)
        did[0, k] = memory[0, k] >= 8
        if lives[k] and not right:
            for unit in range(len(signal)):
                signal[unit, k] = -64


class Parity(Task):
    """The first answer unit says whether the two bits differ."""

    goals = ("parity",)
    block, memory = 16, 2

    def __init__(self, pay=40):
        self.pay = pay

    def pose(self, xp, bits, lesson):
        """Two channels."""
        word = bits[0] >> (xp.asarray(lesson % self.block) * 2).astype(np.uint32)
        x, y = word & np.uint32(1), (word >> np.uint32(1)) & np.uint32(1)
        channels = (2 * xp.stack([x, y]).astype(np.int8) - np.int8(1)) * np.int8(LOUD)
        return channels, ((x ^ y).astype(np.int32),)

    def judge(self, xp, answers, hidden, memory):
        """Pay for right answers, a fine for wrong ones; one learns from mistakes alone."""
        right = (answers[0] > 0) == (hidden[0] > 0)
        score = xp.where(right, self.pay, -(self.pay // 4)).astype(np.int32)[None]
        signal = xp.where(right, 0, -64).astype(np.int8)[None]
        return score, signal, xp.stack([xp.where(right, memory[0] + 1, 0), right.astype(np.int32)]).astype(np.int32)

    def performs(self, xp, score, memory):
        """Eight right answers in a row."""
        return memory[:1] >= 8

    def site_text(self, answers):
        """The same over single sites."""
        return SiteText(
            pose=pose_sites,
            judge=judge_sites,
            score=score_sites,
            scores=lambda lesson: True,
            tables=(np.array([self.block, self.pay], dtype=np.int64),),
            channels=2,
        )
