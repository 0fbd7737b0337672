"""What a user's task need not keep itself: whether an organism was faultless for a whole block, and what it answered last.

Both lie in words of memory behind the task's own.  One paid lesson shows nothing, since a coin would be paid for every second one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cyberspace.tasks.task import Hidden, Task, asks_for
from organisms.arrays import Array, Bools, Int8s, Int32s, Namespace, Words

BLOCK = 16
"""Lessons that a block has for this purpose where the task says neither `judged` nor `block`."""

PER_WORD = 4
"""Answers that are kept in a word."""


class Kept(Task):
    """Stands before a user's class, see `with_kept`.

    Attributes:
        user: The user's class.
        own: Words of memory of the task itself.
        last: Words behind them that hold the last answers.
        said: How many answers there are.
        counts: Whether a word behind those counts faultless lessons.
    """

    user: type[Task] = Task
    own: int = 0
    last: int = 0
    said: int = 0
    counts: bool = False

    def _pose(self, xp: Namespace, bits: Words, lesson: int, **given: Array) -> tuple[Int8s, Hidden]:
        """As the task does, which is given what it asks for; the lesson is kept for `judge`."""
        shown, hidden = super().pose(xp, bits, lesson, **{name: given[name] for name in asks_for(self.user.pose)})
        return shown, (hidden, lesson)

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """As the task does; its memory is followed by the answers and by a word whose bit g says that goal g was paid in every lesson
        of the block so far."""
        own, lesson = hidden
        score, signal, after = super().judge(xp, answers, own, memory[: self.own])
        parts = [after[: self.own]] if self.own else []
        if self.last:
            parts.append(pack_answers(xp, answers))
        if self.counts:
            paid = (score > 0).astype(np.int32) << xp.arange(len(self.goals), dtype=np.int32)[:, None]
            begins = lesson % self.judged == 0
            before = xp.where(begins, np.int32(-1), memory[self.own + self.last])
            parts.append((before & paid.sum(axis=0, dtype=np.int32))[None])
        return score, signal, xp.concatenate(parts)

    def performs(self, xp: Namespace, score: Int32s, memory: Int32s) -> Bools:
        """Goals that were paid in every lesson of the block; or what the task says."""
        if not self.counts:
            return super().performs(xp, score, memory[: self.own])
        faultless = memory[self.own + self.last]
        does: Bools = ((faultless >> xp.arange(len(self.goals), dtype=np.int32)[:, None]) & np.int32(1)) > 0
        return does

    def site_text(self, answers: int) -> None:
        """None: what the task has of it knows nothing of these words."""

    def measure(self, memory: Int32s) -> NDArray[np.float64]:
        """As the task does."""
        return super().measure(memory[: self.own])


class Open(Kept):
    """Before a task that asks for nothing."""

    def pose(self, xp: Namespace, bits: Words, lesson: int) -> tuple[Int8s, Hidden]:
        """As the task does."""
        return self._pose(xp, bits, lesson)


class Placed(Kept):
    """Before a task that asks for the site alone."""

    def pose(self, xp: Namespace, bits: Words, lesson: int, site: Int32s) -> tuple[Int8s, Hidden]:  # type: ignore[override]
        """As the task does."""
        return self._pose(xp, bits, lesson, site=site)


class Closed(Kept):
    """Before a task that asks for its memory, or for the last answers."""

    def pose(self, xp: Namespace, bits: Words, lesson: int, memory: Int32s, site: Int32s) -> tuple[Int8s, Hidden]:  # type: ignore[override]
        """As the task does."""
        answers = unpack_answers(xp, memory[self.own : self.own + self.last])[: self.said]
        return self._pose(xp, bits, lesson, memory=memory[: self.own], answers=answers, site=site)


def with_kept(task: Task, answers: int) -> Task:
    """The task, with what it need not keep itself: its last answers if it asks for them, faultless blocks if it has no `performs`.

    Args:
        task: A task of a user's, fresh.
        answers: Answer units of the body.
    """
    user = type(task)
    counts, last = user.performs is Task.performs, -(-answers // PER_WORD) if "answers" in asks_for(user.pose) else 0
    if not counts and not last:
        return task
    asked = asks_for(user.pose)
    front = Closed if {"memory", "answers"} & set(asked) else Placed if asked else Open
    told = {"own": task.memory, "last": last, "said": answers, "counts": counts, "memory": task.memory + last + counts}
    if counts and task.judged == 1:
        told["judged"] = task.block if task.block > 1 else BLOCK
    task.__class__ = _kind(user, front)
    for name, value in told.items():
        object.__setattr__(task, name, value)  # a user's class may be frozen
    return task


def pack_answers(xp: Namespace, answers: Int8s) -> Int32s:
    """Answers int8 (answers, sites) as words int32 (answers / 4, sites)."""
    words = []
    for first in range(0, len(answers), PER_WORD):
        word = answers[first].astype(np.int32) & np.int32(255)
        for k in range(first + 1, min(first + PER_WORD, len(answers))):
            word = word | ((answers[k].astype(np.int32) & np.int32(255)) << np.int32(8 * (k - first)))
        words.append(word)
    return xp.stack(words)


def unpack_answers(xp: Namespace, words: Int32s) -> Int8s:
    """The inverse, int8 (4 words, sites); answers that the body lacks are 0."""
    if not len(words):
        return words.astype(np.int8)
    lines = [(word << np.int32(24 - 8 * k)) >> np.int32(24) for word in words for k in range(PER_WORD)]
    return xp.stack(lines).astype(np.int8)


_KINDS: dict[tuple[type[Task], type[Kept]], type[Task]] = {}


def _kind(user: type[Task], front: type[Kept]) -> type[Task]:
    """A class that is called like the user's and has `front` before it; the same one for the same class."""
    if (user, front) not in _KINDS:
        names = {"__module__": user.__module__, "__qualname__": user.__qualname__, "__doc__": user.__doc__, "user": user}
        _KINDS[user, front] = type(user.__name__, (front, user), names)
    return _KINDS[user, front]
