"""Loading tasks: built in, from a user's file, or from a package; checked before anything runs."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from pathlib import Path
from typing import Any

import numpy as np

from cyberspace.errors import InputError, nearest, problem
from cyberspace.tasks.given import find_given
from cyberspace.tasks.job import JOB, PLACES
from cyberspace.tasks.table import TASKS
from cyberspace.tasks.task import Board, Task

PROBE_SITES = 7
BOARD = Board(np.zeros(PROBE_SITES, dtype=np.int32), np.zeros((len(JOB), PLACES), np.int32), np.zeros(PLACES, np.int32))


def load_task(name: str, options: dict[str, Any], folder: Path, where: str, answers: int) -> Task:
    """The task that a world file names.

    Args:
        name: A built-in name, "file.py:Class" (relative to the world file) or "package.module:Class".
        options: Arguments of its constructor.
        folder: The world file's folder.
        where: What errors call the entry.
        answers: Answer units of the body.

    Raises:
        InputError: If it is not found, can't be made, or breaks the interface.
    """
    own = find_given(name)
    kind = own if isinstance(own, type) and issubclass(own, Task) else TASKS.get(name) or _find(name, folder, where)
    try:
        task = kind(**options)
    except (TypeError, ValueError) as error:
        expected = f"the options of {name}: {inspect.signature(kind)}"
        message = problem(f"{where}.options", f"{options} ({error})", expected, "leaving options out, for the defaults")
        raise InputError(message) from None
    problems = _check(task, answers)
    if problems:
        attempt = f"mending {kind.__name__} in {getattr(sys.modules[kind.__module__], '__file__', 'this session')}"
        raise InputError(*(problem(f"{where}.name: {name}", got, expected, attempt) for got, expected in problems))
    return task


def _find(name: str, folder: Path, where: str) -> type[Task]:
    source, _, member = name.partition(":")
    if not member:
        known = ", ".join(TASKS)
        expected = f"one of {known}, or FILE.py:CLASS, or PACKAGE.MODULE:CLASS"
        raise InputError(problem(f"{where}.name", repr(name), expected, nearest(name, TASKS)))
    try:
        module = _from_file(folder / source) if source.endswith(".py") else importlib.import_module(source)
    except FileNotFoundError:
        got, attempt = f"{name} (no file {folder / source})", f"putting {source} into {folder}"
        message = problem(f"{where}.name", got, "a file beside the world file", attempt)
        raise InputError(message) from None
    except Exception as error:  # whatever a user's module raises is theirs to mend
        got = f"{name} (importing it failed: {type(error).__name__}: {error})"
        attempt = f"python {folder / source}" if source.endswith(".py") else f"python -m {source}"
        raise InputError(problem(f"{where}.name", got, "a module that can be imported", attempt)) from None
    kind = getattr(module, member, None)
    if not (isinstance(kind, type) and issubclass(kind, Task)):
        own = [
            key
            for key, value in vars(module).items()
            if isinstance(value, type) and issubclass(value, Task) and value is not Task
        ]
        expected = f"a subclass of cyberspace.tasks.task.Task called {member}"
        attempt = f"{source}:{nearest(member, own)}" if own else f"class {member}(Task) in {source}"
        raise InputError(problem(f"{where}.name", name, expected, attempt))
    return kind


def _from_file(path: Path) -> Any:
    if not path.is_file():
        raise FileNotFoundError(path)
    spec = importlib.util.spec_from_file_location(f"cyberspace_task_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _check(task: Task, answers: int) -> list[tuple[str, str]]:
    """What is wrong with a task, as (got, expected), found by posing and judging one lesson."""
    problems = []
    for attribute in ("block", "judged", "words"):
        value = getattr(task, attribute)
        if not isinstance(value, int) or value < 1:
            problems.append((f"{attribute} = {value!r}", "a whole number of 1 or more"))
    if not task.goals or not all(isinstance(goal, str) for goal in task.goals):
        problems.append((f"goals = {task.goals!r}", "a tuple of one or more names"))
    if problems:
        return problems
    bits = (np.arange(task.words * PROBE_SITES, dtype=np.uint32) * np.uint32(2654435769)).reshape(task.words, -1)
    try:
        ask: Any = task.pose
        channels, hidden = ask(np, bits, task.judged - 1, *([BOARD] if task.board else []))
    except Exception as error:  # a user's code
        return [(f"pose raised {type(error).__name__}: {error}", "channels and hidden")]
    problems += _array(channels, "pose: channels", np.int8, (None, PROBE_SITES))
    if problems:
        return problems
    said = np.zeros((answers, PROBE_SITES), dtype=np.int8)
    memory = np.zeros((task.memory, PROBE_SITES), dtype=np.int32)
    try:
        score, signal, memory = task.judge(np, said, hidden, memory)
    except Exception as error:  # a user's code
        return [(f"judge raised {type(error).__name__}: {error}", "score, signal and memory")]
    problems += _array(score, "judge: score", np.int32, (len(task.goals), PROBE_SITES))
    rows = 1 if getattr(signal, "shape", (0,))[0] == 1 else answers
    problems += _array(signal, "judge: signal", np.int8, (rows, PROBE_SITES))
    return problems + _array(memory, "judge: memory", np.int32, (task.memory, PROBE_SITES))


def _array(value: Any, what: str, dtype: type, shape: tuple[int | None, int]) -> list[tuple[str, str]]:
    expected = f"{np.dtype(dtype)} of shape ({shape[0] or 'channels'}, sites), here with {PROBE_SITES} sites"
    if not isinstance(value, np.ndarray):
        return [(f"{what} is a {type(value).__name__}", expected)]
    fits = value.ndim == 2 and all(want in (None, have) for want, have in zip(shape, value.shape, strict=True))
    if value.dtype != dtype or not fits:
        return [(f"{what} is {value.dtype} of shape {value.shape}", expected)]
    return []
