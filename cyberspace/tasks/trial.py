"""Trying a task: the same lessons twice, as they must come out the same, on every machine and however often they are asked for.

The second time comes in another order, from a task that was made anew, with other random numbers, another time and no settings of the
environment: what hangs on any of these shows.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from unittest import mock

import numpy as np

from cyberspace.tasks.job import JOB, PLACES
from cyberspace.tasks.task import Board, Hidden, Task, pose_with
from organisms.arrays import NUMPY, Array, Int8s, Int32s, Namespace, Words

SITES = 7
BOARD = Board(np.zeros(SITES, dtype=np.int32), np.zeros((len(JOB), PLACES), np.int32), np.zeros(PLACES, np.int32))
LESSONS = 6
"""Lessons of a trial, beside the first and the last of a block."""

EARLIER = 123_456_789.4321
"""How far the clocks are off in the second half of a trial."""


@dataclass(frozen=True)
class Given:
    """What a task is asked in one lesson: bits uint32 (words, sites), answers int8 (answers, sites), memory int32 (memory, sites)."""

    lesson: int
    bits: Words
    answers: Int8s
    memory: Int32s


@dataclass(frozen=True)
class Said:
    """What a task answered: channels and what it hid; score, signal and memory."""

    posed: tuple[object, ...]
    judged: tuple[object, ...]


class Impure(Exception):
    """A task changed what it was given; the message says which."""


def lessons_of(task: Task, answers: int) -> Iterator[tuple[int, Words, Int8s]]:
    """Some lessons with random bits and answers, always the same ones."""
    words = np.random.Generator(np.random.PCG64(2654435769))
    first = [0, task.judged - 1, task.block - 1]
    for lesson in sorted({*first, *range(LESSONS), *(one + task.block for one in first)}):
        bits = words.integers(0, 2**32, (task.words, SITES), dtype=np.uint32)
        yield lesson, bits, words.integers(-127, 128, (answers, SITES)).astype(np.int8)


def try_lesson(task: Task, xp: Namespace, given: Given) -> Said:
    """What a task says in a lesson.

    Raises:
        Impure: If it changes what it is given.
        Exception: Whatever the task raises.
    """
    bits, answers, memory = (xp.asarray(one.copy()) for one in (given.bits, given.answers, given.memory))
    channels, hidden = pose_once(task, xp, bits, given.lesson, memory, answers, xp.arange(bits.shape[1], dtype=np.int32))
    _unchanged("pose: bits", given.bits, bits)
    kept = plain(hidden)
    score, signal, after = task.judge(xp, answers, hidden, memory)
    _unchanged("judge: answers", given.answers, answers)
    _unchanged("judge: memory", given.memory, memory)
    if not same(kept, plain(hidden)):
        raise Impure("judge: hidden")
    judged = plain(score), plain(signal), plain(after)
    did = task.performs(xp, score, after)
    if not same(judged, (plain(score), plain(signal), plain(after))):
        raise Impure("performs: score or memory")
    return Said((plain(channels), kept), (*judged, plain(did)))


def pose_once(
    task: Task, xp: Namespace, bits: Words, lesson: int, memory: Int32s, answers: Int8s, site: Int32s
) -> tuple[Int8s, Hidden]:
    """Pose a lesson, at a job board that nothing stands at if the task needs one."""
    if task.board:
        return task.pose_board(xp, bits, lesson, BOARD)
    return pose_with(task, xp, bits, lesson, memory=memory, answers=answers, site=site)


def _unchanged(what: str, before: Array, after: object) -> None:
    if not np.array_equal(before, np.asarray(after)):
        raise Impure(what)


def plain(value: Hidden) -> object:
    """Arrays as NumPy has them, inside tuples, lists and dicts; other things as copies."""
    if isinstance(value, tuple | list):
        return tuple(plain(one) for one in value)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if hasattr(value, "dtype"):
        return np.array(value)
    with contextlib.suppress(Exception):
        return copy.deepcopy(value)
    return value


def same(one: object, other: object) -> bool:
    """Whether two things that `plain` made are equal, types of arrays included."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        floats = one.dtype.kind in "fc"
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=floats)
    try:
        return type(one) is type(other) and bool(one == other)
    except Exception:  # a user's class that can't be compared: what comes of it is
        return True


@contextlib.contextmanager
def elsewhere() -> Iterator[None]:
    """Another time, other random numbers and an empty environment, for this moment; then all is as it was."""
    states = np.random.get_state(), random.getstate()
    clocks: dict[str, Callable[[], float]] = {name: getattr(time, name) for name in ("time", "monotonic", "perf_counter")}
    np.random.seed(271_828)
    random.seed(271_828)
    try:
        with contextlib.ExitStack() as stack:
            for name, clock in clocks.items():
                stack.enter_context(mock.patch.object(time, name, lambda clock=clock: clock() + EARLIER))
                stack.enter_context(mock.patch.object(time, f"{name}_ns", lambda clock=clock: int((clock() + EARLIER) * 1e9)))
            stack.enter_context(mock.patch.object(os, "environ", {}))
            yield
    finally:
        np.random.set_state(states[0])
        random.setstate(states[1])


def try_task(task: Task, again: Callable[[], Task], answers: int) -> tuple[list[str], str]:
    """Try a task in NumPy, twice.

    Args:
        task: The task.
        again: Makes another one like it.
        answers: Answer units of the body.

    Returns:
        What differed, a line for each method and part; and a digest of what it said.

    Raises:
        Exception: Whatever the task raises.
    """
    asked: list[tuple[Given, Said]] = []
    memory = np.zeros((task.memory, SITES), dtype=np.int32)
    try:
        for lesson, bits, said in lessons_of(task, answers):
            given = Given(lesson, bits, said, memory)
            asked.append((given, try_lesson(task, NUMPY, given)))
            memory = np.asarray(asked[-1][1].judged[2], dtype=np.int32)
        differences: list[str] = []
        for given, before in reversed(asked):
            differences += [f"{line} when it was asked again" for line in differing(before, try_lesson(task, NUMPY, given))]
        with elsewhere():
            twin = again()
            for given, before in reversed(asked):
                differences += [
                    f"{line} from a task that was made anew, at another time, with other random numbers and no environment"
                    for line in differing(before, try_lesson(twin, NUMPY, given))
                ]
    except Impure as error:
        return [f"{error} was changed in place"], ""
    return list(dict.fromkeys(differences)), digest_of([said for _, said in asked])


def try_whole(task: Task, answers: int, sites: int) -> str:
    """What goes wrong when a task is asked at all sites of a region at once; empty if nothing does."""
    bits = np.full((task.words, sites), np.uint32(2654435769), dtype=np.uint32)
    silent, memory = np.zeros((answers, sites), dtype=np.int8), np.zeros((task.memory, sites), dtype=np.int32)
    try:
        found = try_lesson(task, NUMPY, Given(0, bits, silent, memory))
    except Impure as error:
        return f"{error} was changed in place"
    except Exception as error:  # a user's code
        return f"it raised {type(error).__name__}: {error}"
    shapes = [np.asarray(one).shape[-1:] for one in (found.posed[0], found.judged[0], found.judged[2])]
    return next((f"arrays for {shape[0]} sites" for shape in shapes if shape != (sites,)), "")


def try_elsewhere(
    task: Task, answers: int, xp: Namespace, call: Callable[..., object] = lambda what, *given: what(*given)
) -> list[str]:
    """What a task says otherwise in another namespace than in NumPy, a line for each method and part.

    Args:
        task: The task.
        answers: Answer units of the body.
        xp: The namespace.
        call: Calls a function of arrays there.
    """
    found: list[str] = []
    memory = np.zeros((task.memory, SITES), dtype=np.int32)
    site, whole = np.arange(SITES, dtype=np.int32), partial(_whole, task, xp)  # one function, so that it is compiled once
    for lesson, bits, said in lessons_of(task, answers):
        here = try_lesson(task, NUMPY, Given(lesson, bits, said, memory))
        there = plain(call(whole, np.int32(lesson), bits, said, memory, site))
        assert isinstance(there, tuple)
        found += differing(Said((here.posed[0], ()), here.judged), Said((there[0], ()), there[1:]))
        memory = np.asarray(here.judged[2], dtype=np.int32)
    return list(dict.fromkeys(found))


def _whole(
    task: Task, xp: Namespace, lesson: int, bits: Words, said: Int8s, memory: Int32s, site: Int32s
) -> tuple[object, ...]:
    channels, hidden = pose_once(task, xp, bits, lesson, memory, said, site)
    score, signal, after = task.judge(xp, said, hidden, memory)
    return channels, score, signal, after, task.performs(xp, score, after)


def differing(one: Said, other: Said) -> list[str]:
    """Parts of what two tasks said that are not the same."""
    parts = ("pose: other channels", "pose: something else hidden")
    found = [what for what, a, b in zip(parts, one.posed, other.posed, strict=True) if not same(a, b)]
    if found:
        return found  # then it is judged otherwise as well
    judged = ("judge: another score", "judge: another signal", "judge: another memory", "performs: another answer")
    return [what for what, a, b in zip(judged, one.judged, other.judged, strict=True) if not same(a, b)]


def digest_of(said: list[Said]) -> str:
    """Digest of what a task showed and judged; what it hides may be anything."""
    whole = hashlib.blake2b(digest_size=16)
    for one in said:
        for array in (one.posed[0], *one.judged):
            whole.update(
                repr((getattr(array, "dtype", ""), getattr(array, "shape", ""))).encode() + np.asarray(array).tobytes()
            )
    return whole.hexdigest()
