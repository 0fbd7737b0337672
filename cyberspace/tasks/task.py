"""What a task is: two pure functions over sites, in integers, written with the array namespace that they are given."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from organisms.arrays import Array, Bools, Int8s, Int32s, Namespace, Words

Hidden = Any
"""What a task keeps of a lesson until it judges: a tuple of arrays or numbers, whatever it likes."""


MOST = 2**24
"""The largest number, either way, that an option of a built-in task may be: six times it is an int32 still."""


def need_whole(**options: int) -> None:
    """Check options of a task.

    Raises:
        ValueError: If one is no whole number, or beyond `MOST`.
    """
    for name, value in options.items():
        if type(value) is not int or abs(value) > MOST:
            raise ValueError(f"{name} a whole number from {-MOST} to {MOST}")


@dataclass(frozen=True)
class Board:
    """The job board of a plaza, as a task sees it.

    Attributes:
        place: Place of the board that the vent at each site belongs to, int32 (sites,); 0 where there is no vent.
        jobs: int32 (len(JOB), PLACES), see `cyberspace.tasks.job.JOB`.
        escrow: What is left to pay for each job, int32 (PLACES,).
    """

    place: Int32s
    jobs: Int32s
    escrow: Int32s


@dataclass(frozen=True)
class SiteText:
    """The same task over single sites: functions that numba compiles as they stand, each for a run of k neighbouring sites.

    A task without them is traced: numba compiles what its `pose` and `judge` compute for one site, if that can be told.  They must mean
    the same; a run on two backends shows it.  Each writes into the arrays that it is given; none may call anything but NumPy's types and
    other functions of whole numbers.

    Attributes:
        pose: (words uint32 (words, k), lesson, tables, where bool (k,), channels int8 (k, channels), hidden int32 (k,)): write the
            channels of those sites where the task is posed, and what is hidden of all.
        judge: (said uint32 (k,), hidden, lesson, tables, lives bool (k,), memory int32 (memory, sites), low, high): at the end of a
            lesson, for the sites from low to high.  Bit u of `said` is set if answer unit u was above 0; the memory of sites where nobody
            lives, or the task is not posed, is left as it is.
        score: (lesson, tables, lives, memory, score int32 (goals, k), did bool (goals, k), signal int8 (answers, k)): called after
            `judge` in lessons for which `scores` says so; writes all of score and did, and of a blank signal what is not 0.
        scores: (lesson) -> whether anything can be scored, or felt, in a lesson.
        tables: Arrays that the functions are handed.
        channels: Channels that `pose` shows.
    """

    pose: Callable[..., None]
    judge: Callable[..., None]
    score: Callable[..., None]
    scores: Callable[[int], bool]
    tables: tuple[Array, ...]
    channels: int


AUTO = "auto"
"""In place of `fill`: enough for everybody to earn what living costs, see `cyberspace.worldfile.places.fill_of`."""

BETTER = ("higher", "lower")
"""What `better` may say."""

MAY_ASK = ("memory", "answers", "site")
"""What `pose` is given beside the rest if it has parameters of these names."""


class Task:
    """Base class of tasks.  Make one by subclassing and naming it in the world file: `name = "my_file.py:MyTask"`.

    Keys of the world file's task table that the task does not share with others (`options`) reach `__init__`.

    Attributes:
        goals: Names of what can be earned; each has a pool of its own in every sm.
        fill: Start value: energy that flows into the pools per site, goal and tick; or "auto", enough for all to live by.
        pool: Start value: what a pool holds at most, in lessons of filling.
        block: Lessons between two draws of `bits`.
        judged: Lessons between two judgements of what an organism performs; for a task without `performs` of its own it is at least a
            block, and 16 lessons if its block is a single one.
        words: Random words per site and block.
        group: Neighbouring sites that are given the same random words: those of equal site // group.
        unit: Unit of what `measure` says; empty if it says nothing.
        better: Whether a "higher" or a "lower" measure is the better one.
        chance: Share of random brains, or of such that say the same whatever they are asked, that performs each goal, where it is known;
            it is measured when a run is made.
        memory: int32 words that the task remembers per organism; 0 at birth.
        board: Whether it is posed at the vents of a plaza; then it is posed by `pose_board`.
        source: Where the text of its class lies; empty if it has none. It is set when a world is read.
        data: Options that name a data file beside the world file, with what a task takes where none is named; for tasks built in.
        files: Names of data files beside its own file that it opens; those that it opens when it is made are found without that.
    """

    goals: ClassVar[tuple[str, ...]] = ()
    fill: ClassVar[float | str] = AUTO
    pool: ClassVar[int] = 64
    block: int = 1
    judged: int = 1
    words: int = 1
    group: int = 1
    unit: ClassVar[str] = ""
    better: ClassVar[str] = "higher"
    chance: ClassVar[Mapping[str, float]] = {}
    memory: int = 0
    board: ClassVar[bool] = False
    source: ClassVar[str] = ""
    data: ClassVar[Mapping[str, str]] = {}
    files: ClassVar[tuple[str, ...]] = ()

    def pose(self, xp: Namespace, bits: Words, lesson: int) -> tuple[Int8s, Hidden]:
        """Pose a lesson.

        It may have up to three parameters more, and is given what it names: `memory`, int32 (memory, sites), what the task remembers of
        each organism; `answers`, int8 (answers, sites), what each answered at the end of the last lesson, 0 for newborns; `site`, int32
        (sites,), the number of the site in its region.  With `memory` or `answers` what is observed may depend on what was done, and
        the lesson is posed anew in every tick, since somebody else may live at a site by then.

        Args:
            xp: Array namespace, NumPy or jax.numpy.
            bits: Random words of this block, uint32 (words, sites).
            lesson: Number of the lesson since tick 0, int or int32.

        Returns:
            channels: int8 (channels, sites), shown to the senses; a body with fewer channels senses the first of them.
            hidden: Any tuple of arrays or numbers, handed to `judge`.
        """
        raise NotImplementedError

    def pose_board(self, xp: Namespace, bits: Words, lesson: int, board: Board) -> tuple[Int8s, Hidden]:
        """As `pose`, for a task that is posed at the vents of a plaza, with the jobs that stand at its board."""
        raise NotImplementedError

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """Judge the answers at the end of the lesson.

        Args:
            xp: Array namespace.
            answers: int8 (answers, sites), as many as the body has answer units.
            hidden: From `pose`.
            memory: int32 (memory, sites).

        Returns:
            score: Energy claimed from each goal's pool, int32 (goals, sites), from -32767 to 32767; below zero it is a fine.
            signal: For learning, int8 (answers, sites), or (1, sites) for all answers alike.
            memory: int32 (memory, sites).
        """
        raise NotImplementedError

    def performs(self, xp: Namespace, score: Int32s, memory: Int32s) -> Bools:
        """Which goals an organism counts as performing when it is judged, bool (goals, sites).

        A task that a world file names and that has no `performs` of its own is judged by whole blocks: an organism performs a goal if it
        was paid for it in each of `judged` lessons, see `cyberspace.tasks.faultless`.
        """
        return score > 0

    def measure(self, memory: Int32s) -> NDArray[np.float64]:
        """How well each organism does, float64 (sites,) in the task's `unit`, from its memory int32 (memory, sites); NaN where nothing
        is known yet.  It is asked when a sample is recorded, and by whoever looks; it is no part of the world's laws."""
        return np.full(memory.shape[1], np.nan)

    def site_text(self, answers: int) -> SiteText | None:
        """The task over single sites, for bodies with so many answer units; None if it has no such text."""
        return None


@cache
def asks_for(pose: Callable[..., object]) -> tuple[str, ...]:
    """Which of `MAY_ASK` the `pose` of a task's class has parameters for."""
    return tuple(name for name in MAY_ASK if name in inspect.signature(pose).parameters)


def is_closed(task: Task) -> bool:
    """Whether what a task shows may depend on what was done, so that it is posed in every tick."""
    return "memory" in asks_for(type(task).pose) or "answers" in asks_for(type(task).pose)


def pose_with(task: Task, xp: Namespace, bits: Words, lesson: int, **given: Array) -> tuple[Int8s, Hidden]:
    """Pose a lesson, with what the task asks for of what is given, which has the names of `MAY_ASK`."""
    return task.pose(xp, bits, lesson, **{name: given[name] for name in asks_for(type(task).pose)})
