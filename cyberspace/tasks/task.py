"""What a task is: two pure functions over sites, in integers, written with the array namespace that they are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Board:
    """The job board of a plaza, as a task sees it.

    Attributes:
        place: Place of the board that the vent at each site belongs to, int32 (sites,); 0 where there is no vent.
        jobs: int32 (len(JOB), PLACES), see `cyberspace.law.state.JOB`.
        escrow: What is left to pay for each job, int32 (PLACES,).
    """

    place: Any
    jobs: Any
    escrow: Any


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
        board: Whether it is posed at the vents of a plaza; then `pose` takes a `Board` after the lesson.
    """

    goals: ClassVar[tuple[str, ...]] = ()
    fill: ClassVar[float] = 0.1
    pool: ClassVar[int] = 64
    block: int = 1
    judged: int = 1
    words: int = 1
    memory: int = 0
    board: ClassVar[bool] = False

    def pose(self, xp: Any, bits: Any, lesson: Any) -> tuple[Any, Any]:
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

    def judge(self, xp: Any, answers: Any, hidden: Any, memory: Any) -> tuple[Any, Any, Any]:
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

    def performs(self, xp: Any, score: Any, memory: Any) -> Any:
        """Which goals an organism counts as performing when it is judged, bool (goals, sites): those it is paid for."""
        return score > 0
