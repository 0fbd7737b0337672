"""A task of one's own, compiled: its text over all sites is asked once, what it computes for a site is noted, and written as loops.

Such a task needs nothing but `pose` and `judge`.  NumPy is the law: what was compiled is compared with it before a region uses
it (`cyberspace.backends.cpu.agreed`).
"""

from __future__ import annotations

import hashlib
import linecache
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import cast

import numpy as np

from cyberspace.backends.cpu.formula import (
    BOOL,
    INT64,
    MOST_TERMS,
    TOO_MANY,
    Formulas,
    Term,
    Untraceable,
    constant,
    ordered,
    spoken,
    typed,
)
from cyberspace.backends.cpu.functions import Names, one_by_site
from cyberspace.backends.cpu.part import part
from cyberspace.backends.cpu.scratch import scratch
from cyberspace.backends.cpu.select import bit_count, choose, quotient, rest
from cyberspace.backends.cpu.tracer import SITES, Traced, as_terms
from cyberspace.tasks.task import Task, pose_with
from organisms.arrays import Array, Int8s, Int32s, Namespace, Words
from organisms.body import ANSWER

RUN = 256
"""Sites whose numbers are computed before any of them is handed on, so that they stay in the cache."""

INT8, INT32, UINT32 = (np.dtype(kind) for kind in (np.int8, np.int32, np.uint32))


@dataclass(frozen=True)
class TracedText:
    """A task over single sites, as it was noted.

    Attributes:
        pose: (words uint32 (words, sites), lesson, tables, where bool (k,), before int32 (memory, sites), channels int8 (k, channels),
            low): write the channels of the k sites from `low` on where the task is posed.  What it hides is computed again by `judge`.
        judge: (words, said uint32 (k,), activity int8 (sites, units), lesson, tables, lives bool (k,), before int32 (memory, sites),
            memory, score int32 (goals, ...), did, signals int8 (answers, ...), low, at, goal): judge the k sites from `low` on.
            Verdicts are written from `at` and `goal` on; signals are added to; `before` is the memory that the lesson was posed by.
        tables: Arrays that both are handed.
        channels: Channels that it shows.
        text: Both, in Python.
    """

    pose: Callable[..., None]
    judge: Callable[..., None]
    tables: tuple[Array, ...]
    channels: int
    text: str

    @staticmethod
    def scores(lesson: int) -> bool:
        """In every lesson something may be scored."""
        return True


def trace(task: Task, answers: int, channels: int) -> TracedText:
    """Note what a task computes.

    Args:
        task: The task.
        answers: Answer units of the body.
        channels: Channels of the body.

    Raises:
        Untraceable: If it is no function of single sites that can be compiled; the message says why.
    """
    if task.board:
        raise Untraceable("it is posed at a job board")
    formulas = Formulas()
    try:
        shown, verdict, memory = _ask(task, formulas, answers, channels)
    except Untraceable:
        raise
    except Exception as error:  # a user's code, which may do anything
        raise Untraceable(f"while it was traced it raised {type(error).__name__}: {error}") from error
    signals = verdict.pop("signals")
    text = _pose_text(shown) + "\n\n" + _judge_text(verdict, memory, signals)
    pose, judge = compiled(text, type(task).__qualname__)
    tables = tuple(formulas.tables) or (np.zeros(1, dtype=np.int32),)
    return TracedText(pose, judge, tables, len(shown), text)


def _ask(task: Task, formulas: Formulas, answers: int, channels: int) -> tuple[list[Term], dict[str, list[Term]], list[Term]]:
    """What a task shows, what it says of goals and answers, and what it remembers; a term for each row."""
    xp, draw = cast(Namespace, Names(formulas)), np.random.Generator(np.random.PCG64(1))
    if task.words + task.memory > MOST_TERMS:
        raise Untraceable(TOO_MANY)
    bits = cast(Words, _given(formulas, "word", draw.integers(0, 2**32, (task.words, SITES), dtype=np.uint32)))
    said = cast(Int8s, _given(formulas, "answer", draw.integers(-127, 128, (answers, SITES)).astype(np.int8)))
    before, memory = (
        cast(Int32s, _given(formulas, what, np.zeros((task.memory, SITES), dtype=np.int32))) for what in ("before", "memory")
    )
    lesson = cast(int, Traced(formulas, np.asarray(5), as_terms(formulas.make("lesson", INT64)), python=True))
    number = np.array([formulas.make("site", INT32)], dtype=object)
    site = cast(Int32s, Traced(formulas, np.arange(SITES, dtype=np.int32), number))
    told, hidden = pose_with(task, xp, bits, lesson, memory=before, site=site)
    score, signal, after = task.judge(xp, said, hidden, memory)
    did, goals = task.performs(xp, score, after), len(task.goals)
    shown = one_by_site(told, len(told), formulas)[:channels]
    verdict = {
        "score": [formulas.cast(term, INT32) for term in one_by_site(score, goals, formulas)],
        "did": [formulas.cast(term, BOOL) for term in one_by_site(did, goals, formulas)],
        "signals": [formulas.cast(term, INT8) for term in one_by_site(signal, answers, formulas)],
    }
    kept = [formulas.cast(term, INT32) for term in one_by_site(after, task.memory, formulas)] if task.memory else []
    return [formulas.cast(term, INT8) for term in shown], verdict, kept


def _given(formulas: Formulas, what: str, value: Array) -> Traced:
    """Rows that are given to a task."""
    terms = np.empty((len(value), 1), dtype=object)
    for row in range(len(value)):
        terms[row, 0] = formulas.make(what, value.dtype, about=row)
    return Traced(formulas, value, terms)


class Writer:
    """Writes a function that computes terms for all sites of a block.

    Args:
        groups: What is computed: some rows of a type each.
    """

    def __init__(self, groups: dict[str, list[Term]]):
        self._groups = groups
        self._needed = ordered([term for terms in groups.values() for term in terms])

    def name(self, term: Term) -> str:
        """What a term is called."""
        if term.op == "const":
            return constant(term.kind, term.about)
        return "lesson" if term.op == "lesson" else f"v{term.number}"

    def before(self) -> list[str]:
        """Lines before any loop: numbers that all sites share, rows that are read, and room for what is computed."""
        lines = ["lesson = np.int64(lesson)", "count = len(where)"]
        rows = sorted({(term.op, term.about) for term in self._needed if term.op in ("word", "before", "memory")})
        lines += [f"{op}_{about} = {'words' if op == 'word' else op}[{about}, low:low + count]" for op, about in rows]
        lines += [f"{self.name(term)} = {self._spoken(term)}" for term in self._needed if term.shared and term.op != "lesson"]
        return lines + [
            f"new_{group} = scratch({RUN * len(terms)}, {typed(terms[0].kind)})"
            for group, terms in self._groups.items()
            if terms
        ]

    def within(self) -> list[str]:
        """Lines for one site."""
        lines = ["k = first + j"] + [f"v{term.number} = {self._spoken(term)}" for term in self._needed if not term.shared]
        for group, terms in self._groups.items():
            lines += [f"new_{group}[j + {RUN * row}] = {self.name(term)}" for row, term in enumerate(terms)]
        return lines

    def _spoken(self, term: Term) -> str:
        if term.op in ("word", "before", "memory"):
            return f"{term.op}_{term.about}[k]"
        if term.op == "site":
            return "np.int32(low + k)"
        if term.op == "answer":
            return f"activity[low + k, {ANSWER + term.about}]"
        if term.op == "said":
            return f"np.uint32(said[k] >> np.uint32({term.about})) & np.uint32(1) != np.uint32(0)"
        return spoken(term, [self.name(one) for one in term.parts])

    def function(self, head: str, after: list[str]) -> str:
        """A function: what comes first, the loop that computes, and lines that hand on what was computed of a run of sites."""
        lines = [f"def {head}:", *(f"    {line}" for line in self.before())]
        lines += [f"    for first in range(0, count, {RUN}):", f"        size = min({RUN}, count - first)"]
        lines += ["        for j in range(size):", *(f"            {line}" for line in self.within())]
        return "\n".join([*lines, *(f"        {line}" for line in after)]) + "\n"


def _pose_text(shown: list[Term]) -> str:
    after = ["for j in range(size):", "    if where[first + j]:"]
    after += [f"        channels[first + j, {k}] = new_channels[j + {RUN * k}]" for k in range(len(shown))]
    head = "pose(words, lesson, tables, where, before, channels, low)"
    return Writer({"channels": shown}).function(head, after if shown else [])


def _judge_text(verdict: dict[str, list[Term]], memory: list[Term], signals: list[Term]) -> str:
    if all(term.op == "memory" and term.about == row for row, term in enumerate(memory)):
        memory = []
    blank = all(term.op == "const" and term.about == 0 for term in signals)
    felt = [] if blank else signals[:1] if len(set(signals)) == 1 else signals
    after = []
    for what, terms in verdict.items():
        after += [f"for row in range({len(terms)}):", f"    into = {what}[goal + row, at + first:at + first + size]"]
        after += ["    for j in range(size):", f"        into[j] = new_{what}[row * {RUN} + j]"]
    if memory:
        after += [f"for row in range({len(memory)}):", "    into = memory[row, low + first:low + first + size]"]
        after += [
            "    for j in range(size):",
            f"        into[j] = choose(where[first + j], new_memory[row * {RUN} + j], into[j])",
        ]
    if felt:
        own = f"row * {RUN} + j" if len(felt) > 1 else "j"
        after += ["for j in range(size):", "    lives = np.int8(-np.int8(where[first + j]))"]
        after += [
            f"    new_signals[j + {RUN * row}] = np.int8(new_signals[j + {RUN * row}] & lives)" for row in range(len(felt))
        ]
        after += [f"for row in range({len(signals)}):", "    into = signals[row, at + first:at + first + size]"]
        after += ["    for j in range(size):", f"        into[j] = np.int8(into[j] + new_signals[{own}])"]
    head = "judge(words, said, activity, lesson, tables, where, before, memory, score, did, signals, low, at, goal)"
    return Writer({**verdict, "memory": memory, "signals": felt}).function(head, after)


@cache
def compiled(text: str, name: str) -> tuple[Callable[..., None], Callable[..., None]]:
    """The functions `pose` and `judge` of a text, as parts of kernels; the same ones for the same text.

    They stand in a module that is called by what the text says, so that numba knows again what it kept of them on disk.
    """
    file = f"<the task {name}, traced>"
    linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file
    module = ModuleType(f"traced_{hashlib.blake2b(text.encode(), digest_size=16).hexdigest()}")
    sys.modules[module.__name__] = module
    module.__dict__.update(np=np, scratch=scratch, choose=choose, bit_count=bit_count, quotient=quotient, rest=rest)
    exec(compile(text, file, "exec"), module.__dict__)
    return part(module.pose), part(module.judge)
