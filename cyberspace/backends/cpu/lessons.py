"""Lessons of a region in numba: what the kernels are told of each task; those without a text over single sites are judged here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numba.core.errors import NumbaError
from numpy.typing import NDArray

from cyberspace.backends.cpu import tasks
from cyberspace.backends.cpu.address import address_of
from cyberspace.backends.cpu.agreed import Asked, tell
from cyberspace.backends.cpu.arrays import Arrays
from cyberspace.backends.cpu.formula import Untraceable
from cyberspace.backends.cpu.handle import Field, Handle
from cyberspace.backends.cpu.partition import Partition
from cyberspace.backends.cpu.progress import expect
from cyberspace.backends.cpu.span import FEATURES
from cyberspace.backends.cpu.traced import TracedText, trace
from cyberspace.law.state import FIELDS, NOTHING, Region
from cyberspace.law.verbs.answer import ask, posed
from cyberspace.law.verbs.earn import pool_rates
from cyberspace.law.world import World
from cyberspace.tasks.task import Hidden, SiteText, is_closed
from organisms import bits
from organisms.arrays import NUMPY, Array, Bools, Words
from organisms.body import ANSWER, SENSES


class PosedTask:
    """One task of a region.

    Args:
        world: The region.
        number: Index of the task among those of the world.
        arrays: The region's arrays.
        where: Where it is posed, bool (sites,), kept up to date by whoever owns it.

    Attributes:
        text: Its functions over single sites, its own or traced; None if NumPy poses and judges it.
        handle: What its kernels are given.
    """

    def __init__(self, world: World, number: int, arrays: Arrays, where: Bools):
        self.place, self._world, self._arrays, self._where = world.tasks[number], world, arrays, where
        task, sites = self.place.task, world.sites
        self.text: SiteText | TracedText | None = None if task.board else task.site_text(world.body.answers)
        self._hidden: Hidden = ()
        self._words: Words = np.zeros((task.words, sites), dtype=np.uint32)
        self._block, self._number = -1, number
        if self.text is None:
            try:
                self.text = trace(task, world.body.answers, world.body.channels)
            except Untraceable as error:
                tell(task, str(error))
        self._lay_out()

    def _lay_out(self) -> None:
        world, task, text = self._world, self.place.task, self.text
        self._shown = np.zeros((world.sites, world.body.channels if text is None else 0), dtype=np.int8)
        stream: dict[str, int] = {
            "seed": world.seed,
            "region": world.region,
            "stream": bits.TASK + self._number,
            "group": task.group,
        }
        self._random = Handle({"words": self._words, **stream})
        fields: dict[str, Field] = {"inputs": self._arrays.inputs, "where": self._where, "shown": self._shown}
        fields |= {"words": self._words, "block": task.block, "channels": world.body.channels, **stream}
        if text is not None:
            fields["channels"] = min(world.body.channels, text.channels)
            fields |= {"tables": text.tables, "memory": task.memory, "remembers": self._arrays.memory}
            fields |= {"first_goal": self.place.first_goal, "goals": len(task.goals)}
        if isinstance(text, SiteText):
            fields["hidden"] = np.zeros(world.sites, dtype=np.int32)
        elif text is not None:
            fields |= {"random": self._random, "draw": address_of(tasks.draw, self._random, 0, 0, 0)}
        self.handle, self._fields = Handle(fields), fields

    def remember(self, memory: Array) -> None:
        """Be posed by what this array remembers, which has to stay."""
        self.handle.words[self.handle.kind.at["remembers"]] = memory.ctypes.data

    def agree(self, verdict: Handle, arrays: Handle) -> None:
        """Compile what was traced, and leave it to NumPy if that says something else; the handles need not be those that count."""
        if isinstance(self.text, TracedText):
            try:
                self.kernels(verdict, arrays)
                pair = tasks.posing_traced(self.text.pose), tasks.judging_traced(self.text.judge)
                reason = Asked(self.place.task, pair, self._fields, arrays, verdict, self._world.body.answers).differs()
            except NumbaError as error:
                reason = f"numba can't compile it: {str(error).splitlines()[0]}"
            if reason:
                tell(self.place.task, reason)
                self.text = None
                self._lay_out()

    def kernels(self, verdict: Handle, arrays: Handle) -> tuple[int, int]:
        """Addresses of those that pose and judge; the second 0 if NumPy judges."""
        if self.text is None:
            expect(tasks.draw, tasks.show)
            return address_of(tasks.show, self.handle, 0, 0, 0, 0), 0
        if isinstance(self.text, TracedText):
            pose, judge = tasks.posing_traced(self.text.pose), tasks.judging_traced(self.text.judge)
        else:
            pose, judge = tasks.posing(self.text.pose), tasks.judging(self.text.judge, self.text.score)
        expect(pose, judge)
        judging = self.handle, arrays, verdict, 0, 0, 0, 0, 0
        return address_of(pose, self.handle, 0, 0, 0, 0), address_of(judge, *judging)

    def pose(self, lesson: int, whole: dict[str, Array]) -> None:
        """Pose a lesson by NumPy: what it shows is copied to the senses when it begins."""
        world, task, arrays = self._world, self.place.task, self._arrays
        if lesson // task.block != self._block:
            self._block = lesson // task.block
            tasks.draw(self._random, 0, world.sites, self._block)
        known = {"block": arrays.block, "jobs": whole["jobs"], "pools": whole["pools"], "memory": arrays.memory.copy()}
        region = Region(**{name: known.get(name, NOTHING) for name in FIELDS})
        told, self._hidden = ask(NUMPY, self.place, self._words, lesson, region, world.numbers(NUMPY))
        fit = min(world.body.channels, told.shape[0])
        self._shown[:, :fit].T[:] = told[:fit]
        self.handle.set("channels", fit)

    def judge(self, verdict: dict[str, Array]) -> None:
        """Judge by NumPy, at the end of a lesson."""
        arrays, task, answers = self._arrays, self.place.task, self._world.body.answers
        memory, goals = arrays.memory[: task.memory], slice(self.place.first_goal, self.place.first_goal + len(task.goals))
        said = np.ascontiguousarray(arrays.activity[:, ANSWER : ANSWER + answers].T)
        score, signal, after = task.judge(NUMPY, said, self._hidden, memory)
        lives = self._where & arrays.alive
        np.copyto(memory, after, where=lives)
        verdict["score"][goals] = score
        verdict["did"][goals] = task.performs(NUMPY, score, after)
        np.add(verdict["signals"], np.asarray(signal, dtype=np.int8), out=verdict["signals"], where=lives)


class Lessons:
    """All tasks of a region.

    Args:
        world: The region.
        arrays: Its arrays.
        handle: The same, as kernels take them.
        whole: Its pools and its job board.
        partition: Its blocks.
        threads: Threads that live it.

    Attributes:
        by_numpy: Whether a task is judged by NumPy, so that all wait at the end of a lesson.
        on_board: Whether a task is posed at a board, so that all wait before a lesson begins.
        by_tick: Whether a closed loop is posed by NumPy, so that all wait before every tick.
        addresses: For `cyberspace.backends.cpu.span.live`.
        verdict: The same.
    """

    def __init__(
        self, world: World, arrays: Arrays, handle: Handle, whole: dict[str, Array], partition: Partition, threads: int
    ):  # fmt: skip
        self._world, self._arrays, self._whole, self._partition = world, arrays, whole, partition
        self._where = np.zeros((len(world.tasks), world.sites), dtype=bool)
        self._rates = np.ascontiguousarray(pool_rates(NUMPY, world)[:, :, 0])
        self._tasks = [PosedTask(world, number, arrays, self._where[number]) for number in range(len(world.tasks))]
        for task in self._tasks:
            task.agree(self._verdict(0, 0), handle)
        self.by_numpy = any(task.text is None for task in self._tasks)
        self.on_board = any(task.place.task.board for task in self._tasks)
        self.by_tick = any(task.text is None and is_closed(task.place.task) for task in self._tasks)
        kept = self.by_numpy or partition.split
        stride = 0 if kept else partition.widest
        self.verdict = self._verdict(world.sites if kept else 2 * threads * stride, stride)
        self.addresses = np.zeros((len(self._tasks), len(FEATURES)), dtype=np.int64)
        for row, task in zip(self.addresses, self._tasks, strict=True):
            row[:] = *task.kernels(self.verdict, handle), task.handle.address, is_closed(task.place.task)
        self.posed = -1
        """The lesson that NumPy posed last."""
        self.anew = True
        """Whether lessons have to be posed before the next tick, whatever it is."""
        self.lay_blocks()

    def _verdict(self, width: int, stride: int) -> Handle:
        """What judges write, and pools are paid by."""
        world, self._fields = self._world, self._lay_out(len(self._world.goals), width)
        goals = np.array([(one.first_goal, len(one.task.goals)) for one in world.tasks], dtype=np.int64).reshape(-1, 2)
        tables = {"where": self._where, "rates": self._rates, "goals": goals}
        return Handle(self._fields | tables | {"pools": self._whole["pools"], "stride": stride})

    def _lay_out(self, goals: int, width: int) -> dict[str, Array]:
        """What judges write: for so many sites, or for those of the blocks that threads live; and what blocks share of a pool."""
        answers, blocks = self._world.body.answers, self._partition.blocks if self._partition.split else 0
        first = self._partition.starts[:-1] // (self._world.sites // self._world.groups)
        sharers = np.stack([np.searchsorted(first, first), np.searchsorted(first, first, side="right")], axis=1)
        return {
            "score": np.zeros((goals, width), dtype=np.int32),
            "did": np.zeros((goals, width), dtype=bool),
            "signals": np.zeros((answers, width), dtype=np.int8),
            "felt": np.zeros((answers, width), dtype=np.int8),
            "claims": np.zeros((2, goals, blocks), dtype=np.int64),
            "paid": np.zeros((2, goals, blocks), dtype=np.int64),
            "kept": np.zeros((goals, blocks), dtype=np.int32),
            "sharers": sharers.astype(np.int64),
        }

    def lay_blocks(self) -> None:
        """Which task is posed where, by the blocks that stand; the next tick poses anew."""
        for where, place in zip(self._where, self._world.tasks, strict=True):
            where[:] = posed(self._world, place, self._arrays.block)
        self._arrays.inputs[:, len(SENSES) : self._world.body.senses] = 0
        self.posed, self.anew = -1, True

    def adopt(self, world: World) -> None:
        """Where tasks are posed, and what flows into their pools, from the next tick on."""
        self._world, self._rates[:] = world, pool_rates(NUMPY, world)[:, :, 0]
        self.lay_blocks()

    def pose(self, lesson: int) -> None:
        """Pose a lesson by NumPy, where a task needs it and that was not done yet, or may come out otherwise by now."""
        if lesson != self.posed or self.by_tick:
            for task in self._tasks:
                if task.text is None and (lesson != self.posed or is_closed(task.place.task)):
                    task.pose(lesson, self._whole)
            self.posed = lesson

    @contextmanager
    def posed_before(self) -> Iterator[None]:
        """Within this, what is remembered now poses closed loops, whoever lands at a site: so it is where a letter arrives."""
        closed = [task for task in self._tasks if isinstance(task.text, TracedText) and is_closed(task.place.task)]
        before = self._arrays.memory.copy() if closed else NOTHING
        for task in closed:
            task.remember(before)
        yield
        for task in closed:
            task.remember(self._arrays.memory)

    def judge(self) -> None:
        """Judge by NumPy, where a task needs it."""
        for task in self._tasks:
            if task.text is None:
                task.judge(self._fields)

    def told(self, first: int, last: int) -> NDArray[np.uint8]:
        """Of each lesson and task: whether anything is scored, and whether it is judged who performs, uint8 (2, lessons, tasks)."""
        found = np.empty((2, last - first + 1, len(self._tasks)), dtype=np.uint8)
        for number, task in enumerate(self._tasks):
            judged = task.place.task.judged
            for k, lesson in enumerate(range(first, last + 1)):
                found[0, k, number] = task.text is None or task.text.scores(lesson)
                found[1, k, number] = lesson % judged == judged - 1
        return found
