"""Jobs that people post: what a vent shows is what stands at its place of the job board.

A block is sixteen lessons.  In a job with a truth table they are four cycles of the four inputs, as in `cyberspace.tasks.logic`; other
jobs show the same bits all the time.  Right is who was right in every lesson of a block, with one and the same answer unit where the
job is a table: so chance is hardly ever paid.  A job is posed while its escrow can pay one answer.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from cyberspace.tasks.job import BITS, FAULTLESS, FELT, JOB, NUMBER, PLACES, RIGHT, TABLE
from cyberspace.tasks.logic import Logic
from cyberspace.tasks.task import Board, Hidden, Task
from organisms.arrays import Bools, Int8s, Int32s, Namespace, Words
from organisms.body import LOUD, MAX_ANSWERS, SIGNAL

_ROW = {name: row for row, name in enumerate(JOB)}


class Human(Task):
    """One goal for each place of the job board; its pool is the job's escrow."""

    goals: ClassVar = tuple(f"job_{place}" for place in range(PLACES))
    fill: ClassVar = 0.0
    board: ClassVar = True
    words = 2
    memory = 5

    def __init__(self) -> None:
        self._inputs = Logic()
        self.block = self.judged = self._inputs.block

    def pose_board(self, xp: Namespace, bits: Words, lesson: int, board: Board) -> tuple[Int8s, Hidden]:
        """Eight channels: x and y of a table, else the bits of the job, -127 or 127; 0 where nothing is shown."""
        at = board
        (x, y), (asked, within) = self._inputs.pose(xp, bits, lesson)
        stands = (at.jobs[_ROW["kind"]] > 0) & (at.escrow >= at.jobs[_ROW["price"]]) & (lesson < at.jobs[_ROW["until"]])
        job = {name: xp.where(stands, at.jobs[row], 0)[at.place] for name, row in _ROW.items()}
        table = job["kind"] == TABLE
        channels = []
        for k in range(MAX_ANSWERS):
            shown = ((job["shown"] >> k) & 1) * (2 * ((job["inputs"] >> k) & 1) - 1) * LOUD
            channels.append(xp.where(table, (x, y)[k].astype(np.int32) if k < 2 else 0, shown))
        return xp.stack(channels).astype(np.int8), (asked.astype(np.int32), within, at.place, job)

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """A faultless block claims the price; the units that were right feel it, and all feel what a person judged."""
        asked, within, place, job = hidden
        count = np.arange(len(answers), dtype=np.int32)[:, None]
        said = ((answers > 0).astype(np.int32) << count).sum(axis=0, dtype=np.int32)
        everyone = np.int32(2 ** len(answers) - 1)
        table, known = job["kind"] == TABLE, memory[NUMBER] == job["number"]
        wanted = xp.where((job["table"] >> asked) & 1 > 0, said, ~said) & everyone
        matches = (job["kind"] == BITS) & ((said ^ job["expected"]) & job["asked"] == 0)
        before = xp.where(within == 0, everyone, xp.where(known, memory[FAULTLESS], 0))
        faultless = before & xp.where(table, wanted, xp.where(matches, everyone, 0))
        right = (within == self.block - 1) & (faultless > 0)
        places = xp.arange(PLACES, dtype=np.int32)[:, None]
        score = xp.where(right & (places == place), job["price"], 0).astype(np.int32)
        units = xp.where(table, faultless, job["asked"])
        signal = xp.where(right & ((units >> count) & 1 > 0), SIGNAL, SIGNAL * memory[FELT]).astype(np.int8)
        idle = job["number"] == 0
        earned = xp.where(known | idle, memory[RIGHT], 0) + right.astype(np.int32)
        number = xp.where(idle, memory[NUMBER], job["number"])
        return score, signal, xp.stack([faultless, earned, number, said, 0 * said]).astype(np.int32)

    def performs(self, xp: Namespace, score: Int32s, memory: Int32s) -> Bools:
        """Who was paid."""
        return score > 0
