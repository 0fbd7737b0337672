"""Many short worlds of few kinds of tasks in one process: what depends on the kind alone is made once.

Of the 0.1 s that an evaluation of the small world of text takes, two thirds go into making its task anew (a table of logarithms, what
numba is to compile, and the proof that the two agree), though tasks are pure functions of their options.  Here a task, what was traced
of it and that it agrees are kept for the next world with the same options; worlds stay the same to the bit
(tests/benchmarks/test_pool_bytes.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

from cyberspace.backends.cpu import lessons
from cyberspace.backends.cpu.handle import Handle
from cyberspace.backends.cpu.traced import TracedText
from cyberspace.tasks import bytes as bytes_task
from cyberspace.tasks.load import with_data
from cyberspace.tasks.table import TASKS
from cyberspace.tasks.task import Task
from cyberspace.worldfile import places


@contextmanager
def reused() -> Iterator[None]:
    """While this holds, tasks of equal options are one object, traced and tried once; only for tasks that are built in."""
    tasks, texts, agreed = dict[str, Task](), dict[tuple[int, int, int], TracedText](), set[int]()
    load, trace, agree = places.load_task, lessons.trace, lessons.PosedTask.agree

    def loaded(name: str, options: Mapping[str, object], folder: Path, where: str, answers: int) -> Task:
        key = repr((name, sorted(options.items()), str(folder), answers))
        if name not in TASKS:
            return load(name, options, folder, where, answers)
        if key not in tasks:
            tasks[key] = load(name, options, folder, where, answers)
        with_data(TASKS[name], options, folder, where)  # the world notes the files that it is made of
        return tasks[key]

    def traced(task: Task, answers: int, channels: int) -> TracedText:
        key = (id(task), answers, channels)
        if key not in texts:
            texts[key] = trace(task, answers, channels)
        return texts[key]

    def agreeing(self: lessons.PosedTask, verdict: Handle, arrays: Handle) -> None:
        if id(self.place.task) in agreed:
            return
        agree(self, verdict, arrays)
        if isinstance(self.text, TracedText):
            agreed.add(id(self.place.task))

    with (
        patch.object(places, "load_task", loaded),
        patch.object(bytes_task, "logistic", cache(bytes_task.logistic)),
        patch.object(lessons, "trace", traced),
        patch.object(lessons.PosedTask, "agree", agreeing),
    ):
        yield
