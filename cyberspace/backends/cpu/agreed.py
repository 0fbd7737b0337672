"""Whether the kernels of a traced task say what its text says in NumPy, which is the law: both are asked the same lessons."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numba.core import types
from numba.core.types.containers import BaseTuple
from numba.np.numpy_support import as_dtype

from cyberspace.backends.cpu.compiled import is_ours
from cyberspace.backends.cpu.handle import Field, Handle
from cyberspace.backends.cpu.tasks import FIRST
from cyberspace.backends.cpu.traced import RUN
from cyberspace.tasks.task import Task, pose_with
from cyberspace.telling import say
from organisms.arrays import NUMPY, Array
from organisms.body import ANSWER

SITES = RUN + 45
"""Sites that are asked: those of one run of the kernels, and some more."""

FAR = (1_000_003, 16_777_259)
"""Late lessons; a task that fails there in NumPy is not asked them."""

_TOLD: set[str] = set()


def tell(task: Task, reason: str) -> None:
    """Say, once in a process, that a task of the user's is judged by NumPy, and why."""
    kind = type(task)
    source = getattr(sys.modules.get(kind.__module__), "__file__", None) or kind.__module__
    line = f"{source}:{kind.__qualname__} is judged by NumPy between spans, which is slower: {reason}"
    if not is_ours(kind) and line not in _TOLD:
        _TOLD.add(line)
        say(line)


def twin(handle: Handle, given: Mapping[str, Array | int]) -> Handle:
    """A handle of the same kind that names other arrays; those that are not given are blank, with axes of length 1."""
    fields: dict[str, Field] = {}
    for name, kind in handle.kind.fields.items():
        if isinstance(kind, BaseTuple):
            fields[name] = tuple(_blank(one) for one in kind)
        else:
            fields[name] = given.get(name, _blank(kind) if isinstance(kind, types.Array) else 0)
    return Handle(fields)


def _blank(kind: types.Array) -> Array:
    blank: Array = np.zeros((1,) * kind.ndim, dtype=as_dtype(kind.dtype))
    blank.setflags(write=kind.mutable)
    return blank


def lessons_asked(task: Task) -> Iterator[tuple[int, bool, bool]]:
    """Number of a lesson, whether memory is drawn before it, and whether a task may fail in it."""
    near = sorted({*range(5), task.block - 1, task.block, task.judged - 1, task.block + task.judged + 1})
    yield from ((lesson, False, False) for lesson in near)
    yield from ((lesson, True, True) for lesson in (*near[:3], *FAR))


class Asked:
    """A small region in which a task is asked.

    Args:
        task: The task.
        kernels: Those that pose and judge.
        posed: What they are given of the task.
        arrays: And of its region, of the type that counts.
        verdict: And to write to.
        answers: Answer units of the body.
    """

    def __init__(
        self, task: Task, kernels: tuple[Callable[..., None], Callable[..., None]], posed: dict[str, Field],
        arrays: Handle, verdict: Handle, answers: int,
    ):  # fmt: skip
        self.task, self.kernels, self.answers = task, kernels, answers
        self.draw = np.random.Generator(np.random.PCG64(7))
        units = ANSWER + answers + -(ANSWER + answers) % 8
        self.here: dict[str, Array] = {
            "activity": np.zeros((SITES, units), dtype=np.int8),
            "says": np.zeros((SITES, units // 8), dtype=np.uint8),
            "memory": np.zeros((max(1, task.memory), SITES), dtype=np.int32),
            "alive": self.draw.random(SITES) < 0.8,
        }
        shown = posed["inputs"]
        assert isinstance(shown, np.ndarray)
        self.posed: dict[str, Array] = {
            "inputs": np.zeros((SITES, shown.shape[1]), dtype=np.int8),
            "where": self.draw.random(SITES) < 0.9,
            "words": np.zeros((task.words, SITES), dtype=np.uint32),
            "remembers": self.here["memory"],
        }
        goals = len(task.goals)
        self.verdict: dict[str, Array] = {
            "score": np.zeros((goals, SITES), dtype=np.int32),
            "did": np.zeros((goals, SITES), dtype=bool),
            "signals": np.zeros((answers, SITES), dtype=np.int8),
        }
        random = posed["random"]
        assert isinstance(random, Handle)
        asked: dict[str, Field] = posed | self.posed | {"random": twin(random, self.posed | {"group": 1}), "first_goal": 0}
        self._handles = Handle(asked), twin(arrays, self.here), twin(verdict, self.verdict)
        assert [one.kind for one in self._handles[1:]] == [arrays.kind, verdict.kind]
        self._fit = posed["channels"]

    def differs(self) -> str:
        """What differs, empty if nothing does."""
        for lesson, draws, may_fail in lessons_asked(self.task):
            if draws:
                bits = self.draw.integers(-(2**31), 2**31, self.here["memory"].shape) >> self.draw.integers(0, 32, SITES)
                self.here["memory"][:] = bits
            try:
                found = self._ask(lesson)
            except Exception as error:  # a user's code
                if not may_fail:
                    return f"NumPy's text raised {type(error).__name__}: {error}"
                continue
            if found:
                return f"compiled, it gave another {found} than by NumPy, in lesson {lesson}"
        return ""

    def _ask(self, lesson: int) -> str:
        """What differs in a lesson."""
        task, here, verdict = self.task, self.here, self.verdict
        (posed, arrays, told), (pose, judge) = self._handles, self.kernels
        here["activity"][:] = self.draw.integers(-127, 128, here["activity"].shape)
        here["activity"][self.draw.random(here["activity"].shape) < 0.1] = 0
        here["says"][:] = np.packbits(here["activity"] > 0, axis=1, bitorder="little")
        verdict["signals"][:] = self.draw.integers(-3, 4, verdict["signals"].shape)
        memory, signals = here["memory"][: task.memory].copy(), verdict["signals"].copy()
        pose(posed, 0, SITES, lesson, 1)
        said = np.ascontiguousarray(here["activity"][:, ANSWER : ANSWER + self.answers].T)
        with np.errstate(all="ignore"):
            site = np.arange(SITES, dtype=np.int32)
            shown, hidden = pose_with(task, NUMPY, self.posed["words"].copy(), lesson, memory=memory.copy(), site=site)
            score, signal, after = task.judge(NUMPY, said, hidden, memory.copy())
            did = task.performs(NUMPY, score, after)
            felt = signals + np.asarray(signal, dtype=np.int8)
        judge(posed, arrays, told, 0, SITES, 0, lesson, 1)
        where = self.posed["where"]
        lives = where & here["alive"]
        channels = self.posed["inputs"].T[FIRST:][: self._fit]
        wanted: dict[str, tuple[Array, Array]] = {
            "channels": (channels[:, where], np.asarray(shown, dtype=np.int8)[: self._fit][:, where]),
            "score": (verdict["score"][:, lives], np.broadcast_to(score, verdict["score"].shape).astype(np.int32)[:, lives]),
            "answer of who performs": (
                verdict["did"][:, lives],
                np.broadcast_to(did, verdict["did"].shape).astype(bool)[:, lives],
            ),
            "signal": (verdict["signals"], np.where(lives, felt, signals)),
            "memory": (here["memory"][: task.memory], np.where(lives, after, memory)),
        }
        return next((what for what, (one, other) in wanted.items() if not np.array_equal(one, other)), "")
