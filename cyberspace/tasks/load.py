"""Loading tasks: built in, from a user's file, or from a package; checked before anything runs."""

from __future__ import annotations

import inspect
import math
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import numpy as np

from cyberspace.errors import InputError, problem
from cyberspace.plugins import Plug, data_file, loading
from cyberspace.tasks.faultless import with_kept
from cyberspace.tasks.stored import AboutTask, StoredTask, options_key
from cyberspace.tasks.table import TASKS
from cyberspace.tasks.task import AUTO, BETTER, Task
from cyberspace.tasks.trial import SITES, pose_once, try_task
from cyberspace.tasks.words import TooFewWords, counted
from organisms.arrays import NUMPY

FILL_BEFORE = 0.1
"""What `fill` was where a task said nothing, before it was "auto"."""

_MADE: ContextVar[list[AboutTask] | None] = ContextVar("abouts", default=None)

MOST_WORDS = 2**16
"""Words of memory, or of random bits, at most."""


def is_task(value: object) -> bool:
    """Whether something is a task's class."""
    return isinstance(value, type) and issubclass(value, Task) and value is not Task


PLUG: Plug[type[Task]] = Plug("a subclass of cyberspace.Task", TASKS, is_task, "class {name}(Task)")


def load_task(name: str, options: Mapping[str, object], folder: Path, where: str, answers: int) -> Task:
    """The task that a world file names.

    Args:
        name: A built-in name, "file.py:Class" (relative to the world file) or "package.module:Class".
        options: Arguments of its constructor.
        folder: The world file's folder.
        where: What errors call the entry.
        answers: Answer units of the body.

    Raises:
        InputError: If it is not found, can't be made, breaks the interface, or answers otherwise when it is asked again.
    """
    with loading(name, folder, f"{where}.name") as watch:
        kind = PLUG.find(name, folder, f"{where}.name")
        options = with_data(kind, options, folder, where)
        task = _make(kind, name, options, where)
        if isinstance(task, StoredTask):
            return task
        watch.lives()
        problems = _check(task, answers) or (_try(task, kind, options, answers) if name not in TASKS else [])
    if problems:
        attempt = f"mending {kind.__name__} in {getattr(sys.modules[kind.__module__], '__file__', 'this session')}"
        raise InputError(*(problem(f"{where}.name: {name}", got, expected, attempt) for got, expected in problems))
    return with_kept(task, answers) if name in TASKS else _as_made(task, name, options, answers)


@contextmanager
def as_made(abouts: list[AboutTask] | None) -> Iterator[None]:
    """Load the tasks of a run for this moment, of which so much is known: those that were made before blocks were counted, and before
    "auto", stay as they were; None for those of a new world."""
    token = _MADE.set(abouts)
    try:
        yield
    finally:
        _MADE.reset(token)


def _as_made(task: Task, name: str, options: Mapping[str, object], answers: int) -> Task:
    made = _MADE.get()
    if made is None:
        return with_kept(task, answers)
    about = next((one for one in made if (one["name"], one["options"]) == (name, options_key(options))), None)
    if about is not None:
        object.__setattr__(task, "chance", about.get("chance", {}))
    if about is not None and about["memory"] > task.memory:
        return with_kept(task, answers)
    if task.fill == AUTO and (about is None or about["fill"] != AUTO):
        object.__setattr__(task, "fill", about["fill"] if about else FILL_BEFORE)
    return task


def with_data(kind: type[Task], options: Mapping[str, object], folder: Path, where: str) -> dict[str, object]:
    """Options, where those that name a data file (`Task.data`) lead to it; a name with a colon is no file."""
    found = dict(options)
    for option, default in kind.data.items():
        named = options.get(option, default)
        if not isinstance(named, str):
            expected = "the name of a file beside the world file"
            raise InputError(problem(f"{where}.options.{option}", repr(named), expected, f'{option} = "{default}"'))
        if ":" not in named:
            found[option] = data_file(named, folder, f"{where}.options.{option}")
    return found


def _make(kind: type[Task], name: str, options: Mapping[str, object], where: str) -> Task:
    try:
        if name not in TASKS and not issubclass(kind, StoredTask):
            source = getattr(sys.modules.get(kind.__module__), "__file__", None) or ""  # a notebook has none
            kind.source = os.path.abspath(source) if os.path.isfile(source) else ""
        return kind(**options)
    except InputError as error:  # a task that says what is wrong with its data
        raise InputError(*(f"{where}.name: {name}: {line}" for line in error.problems)) from None
    except (TypeError, ValueError, OverflowError) as error:
        expected = f"the options of {name}: {inspect.signature(kind)}"
        message = problem(f"{where}.options", f"{options} ({error})", expected, "leaving options out, for the defaults")
        raise InputError(message) from None
    except Exception as error:  # a user's code
        got, expected = f"{name}, whose making raised {type(error).__name__}: {error}", "a task"
        raise InputError(problem(f"{where}.name", got, expected, f"mending {kind.__name__}.__init__")) from None


def _try(task: Task, kind: type[Task], options: Mapping[str, object], answers: int) -> list[tuple[str, str]]:
    """What differs when a task is asked again, or another one like it, as (got, expected)."""
    try:
        found, _ = try_task(task, lambda: kind(**options), answers)
    except Exception as error:  # a user's code
        return [(f"it raised {type(error).__name__}: {error}", "answers in every lesson, wherever it is asked")]
    expected = "pose and judge that hang on what they are given alone, and change none of it: equal runs must be equal"
    return [("; ".join(found), expected)] if found else []


def _check(task: Task, answers: int) -> list[tuple[str, str]]:
    """What is wrong with a task, as (got, expected), found by posing and judging one lesson."""
    problems = []
    for attribute in ("block", "judged", "words", "group"):
        value = getattr(task, attribute)
        most = MOST_WORDS if attribute == "words" else 2**31 - 1
        if not isinstance(value, int) or not 1 <= value <= most:
            problems.append((f"{attribute} = {value!r}", f"a whole number of 1 or more, up to {most}"))
    if isinstance(task.goals, str) or not task.goals or not all(isinstance(goal, str) for goal in task.goals):
        problems.append((f"goals = {task.goals!r}", "a tuple of one or more names"))
    if type(task.memory) is not int or not 0 <= task.memory <= MOST_WORDS:
        problems.append((f"memory = {task.memory!r}", f"a whole number from 0 to {MOST_WORDS}"))
    if task.fill != AUTO and not (isinstance(task.fill, int | float) and 0 <= task.fill < math.inf):
        problems.append((f"fill = {task.fill!r}", f'a number of 0 or more, or "{AUTO}"'))
    if type(task.pool) is not int or task.pool < 1:
        problems.append((f"pool = {task.pool!r}", "a whole number of 1 or more"))
    if problems:
        return problems
    bits = (np.arange(task.words * SITES, dtype=np.uint32) * np.uint32(2654435769)).reshape(task.words, -1)
    try:
        lesson = task.judged - 1
        memory, silent = np.zeros((task.memory, SITES), dtype=np.int32), np.zeros((answers, SITES), dtype=np.int8)
        channels, hidden = pose_once(task, NUMPY, counted(bits), lesson, memory, silent, np.arange(SITES, dtype=np.int32))
    except TooFewWords as error:
        return [
            (
                f"pose asks for bits[{error}], and words = {task.words}",
                f"words = {error.words} in the class, for so many random words",
            )
        ]
    except Exception as error:  # a user's code
        return [(f"pose raised {type(error).__name__}: {error}", "channels and hidden")]
    problems += _array(channels, "pose: channels", np.int8, (None, SITES))
    if problems:
        return problems
    said = np.zeros((answers, SITES), dtype=np.int8)
    memory = np.zeros((task.memory, SITES), dtype=np.int32)
    try:
        score, signal, memory = task.judge(NUMPY, said, hidden, memory)
    except Exception as error:  # a user's code
        return [(f"judge raised {type(error).__name__}: {error}", "score, signal and memory")]
    problems += _array(score, "judge: score", np.int32, (len(task.goals), SITES))
    rows = 1 if getattr(signal, "shape", (0,))[0] == 1 else answers
    problems += _array(signal, "judge: signal", np.int8, (rows, SITES))
    return problems + _array(memory, "judge: memory", np.int32, (task.memory, SITES)) + _measures(task)


def _measures(task: Task) -> list[tuple[str, str]]:
    """What is wrong with the score that a task says, if it says one."""
    if not isinstance(task.unit, str):
        return [(f"unit = {task.unit!r}", "a word for what measure tells")]
    if task.better not in BETTER:
        return [(f"better = {task.better!r}", " or ".join(f'"{one}"' for one in BETTER))]
    if not task.unit:
        return []
    try:
        with np.errstate(all="ignore"):
            found = np.asarray(task.measure(np.zeros((max(1, task.memory), SITES), dtype=np.int32)), dtype=np.float64)
    except Exception as error:  # a user's code
        return [(f"measure raised {type(error).__name__}: {error}", "a number for each organism, nan where it is not known")]
    shape = f"numbers of shape (sites,), here ({SITES},)"
    return [(f"measure: numbers of shape {found.shape}", shape)] if found.shape != (SITES,) else []


def _array(value: object, what: str, dtype: type, shape: tuple[int | None, int]) -> list[tuple[str, str]]:
    expected = f"{np.dtype(dtype)} of shape ({shape[0] or 'channels'}, sites), here with {SITES} sites"
    if not isinstance(value, np.ndarray):
        return [(f"{what} is a {type(value).__name__}", expected)]
    fits = value.ndim == 2 and all(want in (None, have) for want, have in zip(shape, value.shape, strict=True))
    if value.dtype != dtype or not fits:
        return [(f"{what} is {value.dtype} of shape {value.shape}", expected)]
    return []
