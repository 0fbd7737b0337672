"""Lessons of a region in numba: tasks pose, judge and pay; by their text over single sites where they have one, else by NumPy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.cpu import tasks
from cyberspace.backends.cpu.arrays import CHUNK, Arrays, stream_words
from cyberspace.backends.cpu.progress import expect
from cyberspace.law.state import TALLY
from cyberspace.law.verbs.answer import ask, posed
from cyberspace.law.verbs.earn import fill_pools, pool_rates
from cyberspace.law.world import TaskPlace, World
from cyberspace.tasks.task import Hidden, SiteText
from organisms import bits
from organisms.arrays import NUMPY, Array, Bools, Int8s, Int32s
from organisms.body import ANSWER, SENSES

Verdict = tuple[Int32s, Int8s, Bools]
"""Score int32 (goals, sites), signal int8 (answers, sites), what counts as performed bool (goals, sites)."""


class PosedTask:
    """One task of a region.

    Args:
        world: The region.
        number: Index of the task among those of the world.
        arrays: The region's arrays.
    """

    def __init__(self, world: World, number: int, arrays: Arrays):
        self.place, self._world, self._number, self._arrays = world.tasks[number], world, number, arrays
        self.where: Bools = np.zeros(0, dtype=bool)
        task = self.place.task
        self._text: SiteText | None = None if task.board else task.site_text(world.body.answers)
        self._words, self._block = np.empty((task.words, world.sites), dtype=np.uint32), -1
        self._kept: Int32s = np.empty(world.sites, dtype=np.int32)
        self._hidden: Hidden = ()
        expect(tasks.site_words, tasks.collect, tasks.feel, stream_words)
        if self._text is not None:
            expect(tasks.posing(self._text.pose), tasks.judging(self._text.judge), tasks.scoring(self._text.score))

    def pose(self, lesson: int, whole: dict[str, Array]) -> None:
        """Show a lesson to the senses, and keep what the task hides."""
        world, task = self._world, self.place.task
        if lesson // task.block != self._block:
            self._block = lesson // task.block
            key = stream_words(world.seed, world.region, bits.TASK + self._number, self._block)
            tasks.site_words(*key, self._words)
        shown = self._arrays.inputs[:, len(SENSES) : world.body.senses]
        if self._text is not None:
            channels = shown[:, : min(world.body.channels, self._text.channels)]
            tasks.posing(self._text.pose)(self._words, lesson, self._text.tables, self.where, channels, self._kept)
            return
        told, self._hidden = ask(NUMPY, self.place, self._words, lesson, self._arrays.block, whole["jobs"], whole["pools"])
        fit = min(world.body.channels, told.shape[0])
        np.copyto(shown[:, :fit].T, told[:fit], where=self.where)

    def judge(self, lesson: int) -> Verdict | None:
        """The verdict at the end of a lesson; None where nothing can be scored."""
        arrays, task, answers = self._arrays, self.place.task, self._world.body.answers
        memory, text = arrays.memory[: task.memory], self._text
        if text is None:
            said = np.ascontiguousarray(arrays.activity[:, ANSWER : ANSWER + answers].T)
            score, signal, after = task.judge(NUMPY, said, self._hidden, memory)
            lives = self.where & arrays.alive
            np.copyto(memory, after, where=lives)
            return score, np.where(lives, signal, np.int8(0)), task.performs(NUMPY, score, after)
        meets = self.where, arrays.alive
        tasks.judging(text.judge)(arrays.says, answers, self._kept, lesson, text.tables, *meets, memory)
        if not text.scores(lesson):
            return None
        shape = len(task.goals), self._world.sites
        score, did = np.empty(shape, dtype=np.int32), np.empty(shape, dtype=bool)
        signal = np.zeros((answers, self._world.sites), dtype=np.int8)
        tasks.scoring(text.score)(lesson, text.tables, *meets, memory, score, did, signal)
        return score, signal, did


class Lessons:
    """All tasks of a region.

    Args:
        world: The region.
        arrays: Its arrays.
        whole: Its pools and its job board.
    """

    def __init__(self, world: World, arrays: Arrays, whole: dict[str, Array]):
        self._world, self._arrays, self._whole = world, arrays, whole
        self._tasks = [PosedTask(world, number, arrays) for number in range(len(world.tasks))]
        self._rates, self._posed = pool_rates(world), -1
        self.lay_blocks()

    def lay_blocks(self) -> None:
        """Which task is posed where, by the blocks that stand; the next tick poses anew."""
        for task in self._tasks:
            task.where = posed(self._world, task.place, self._arrays.block)
        self._arrays.inputs[:, len(SENSES) : self._world.body.senses] = 0
        self._posed = -1

    def pose(self, lesson: int) -> None:
        """Pose a lesson everywhere, if it is not posed yet."""
        if lesson != self._posed:
            for task in self._tasks:
                task.pose(lesson, self._whole)
            self._posed = lesson

    def end(self, lesson: int, tally: NDArray[np.int64]) -> Int8s:
        """answer and earn; the learning signals, int8 (answers, sites).  Adds to the sums of `TALLY`."""
        arrays, sites = self._arrays, self._world.sites
        pools, filled = fill_pools(NUMPY, self._rates, self._whole["pools"])
        self._whole["pools"] = pools
        tally[TALLY.index("fill")] += filled.sum(dtype=np.int64)
        signals = np.zeros((self._world.body.answers, sites), dtype=np.int8)
        verdicts = [(task, task.judge(lesson)) for task in self._tasks]
        if not any(found for _, found in verdicts):
            arrays.payoff[:] *= ~arrays.alive  # the lesson paid nothing
            return signals
        income, fines = np.zeros(sites, dtype=np.int32), np.zeros(sites, dtype=np.int32)
        for task, found in verdicts:
            if found is not None:
                score, signal, did = found
                signals += signal
                self._collect(task.place, task.where, lesson, score, did, pools, income, fines)
        counts = np.zeros((-(-sites // CHUNK), 2), dtype=np.int64)
        tasks.feel(arrays.energy, arrays.alive, arrays.payoff, income, fines, counts)
        tally[[TALLY.index("fines"), TALLY.index("paid")]] += counts.sum(axis=0)
        return signals

    def _collect(
        self,
        place: TaskPlace,
        where: Bools,
        lesson: int,
        score: Int32s,
        did: Bools,
        pools: Int32s,
        income: Int32s,
        fines: Int32s,
    ) -> None:
        """Pay one task's scores, and note who performs."""
        arrays, judged = self._arrays, lesson % place.task.judged == place.task.judged - 1
        own = pools[place.first_goal : place.first_goal + len(place.task.goals)]
        tasks.collect(score, did, place.first_goal, where, arrays.alive, judged, own, arrays.performed, income, fines)
