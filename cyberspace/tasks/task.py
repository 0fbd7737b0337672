"""What a task is: two pure functions over sites, in integers, written with the array namespace that they are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

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


class Task:
    """Base class of tasks.  Make one by subclassing and naming it in the world file: `name = "my_file.py:MyTask"`.

    Keys of the world file's task table that the task does not share with others (`options`) reach `__init__`.

    Attributes:
        goals: Names of what can be earned; each has a pool of its own in every sm.
        fill: Start value: energy that flows into the pools per site, goal and tick.
        pool: Start value: what a pool holds at most, in lessons of filling.
        block: Lessons between two draws of `bits`.
        judged: Lessons between two judgements of what an organism performs.
        words: Random words per site and block.
        memory: int32 words that the task remembers per organism; 0 at birth.
        board: Whether it is posed at the vents of a plaza; then it is posed by `pose_board`.
        source: Where the text of its class lies; empty if it has none. It is set when a world is read.
        files: Names of data files beside its own file that it opens; those that it opens when it is made are found without that.
    """

    goals: ClassVar[tuple[str, ...]] = ()
    fill: ClassVar[float] = 0.1
    pool: ClassVar[int] = 64
    block: int = 1
    judged: int = 1
    words: int = 1
    memory: int = 0
    board: ClassVar[bool] = False
    source: ClassVar[str] = ""
    files: ClassVar[tuple[str, ...]] = ()

    def pose(self, xp: Namespace, bits: Words, lesson: int) -> tuple[Int8s, Hidden]:
        """Pose a lesson.

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
        """Which goals an organism counts as performing when it is judged, bool (goals, sites): those it is paid for."""
        return score > 0

    def site_text(self, answers: int) -> SiteText | None:
        """The task over single sites, for bodies with so many answer units; None if it has no such text."""
        return None
