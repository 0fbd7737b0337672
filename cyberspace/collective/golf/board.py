"""The board: a table from the roll alone, beside what others need for the same bytes."""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cyberspace.collective.golf.attacks import baseline
from cyberspace.collective.golf.canaries import Part
from cyberspace.collective.golf.codes import Caught
from cyberspace.collective.golf.course import Course
from cyberspace.collective.golf.decide import blocks
from cyberspace.collective.golf.loop import run
from cyberspace.collective.golf.roll import QUEUED, RUNNING, UNVERIFIED, Roll, Row
from cyberspace.collective.golf.verify import RECORD, REJECTED
from cyberspace.page import Cell, text_table

ORDERS = (-1, 0, 2)


@dataclass(frozen=True)
class Line:
    """A line of the board.

    Attributes:
        group: Tie group, from 1; 0 for what is no entry.
        name: Its name.
        author: Whose it is; `baseline` for what everybody can do.
        entry: Name of the entry; empty for what is none.
        size: Bytes of the artifact; 0 where there is none.
        sealed: Bits per byte on the sealed part.
        error: Standard error of that, over blocks.
        public: Bits per byte on the public part.
        gold: Bytes that the range coder wrote.
        tries: K.
        verdict: record, non-record, rejected(code), queued, being verified, not verified, or baseline.
    """

    group: int
    name: str
    author: str
    entry: str
    size: int
    sealed: float | None
    error: float | None
    public: float | None
    gold: int
    tries: int
    verdict: str


def error_of(found: Sequence[float]) -> float | None:
    """Standard error of a mean over blocks."""
    return float(np.std(found, ddof=1) / np.sqrt(len(found))) if len(found) > 1 else None


def lines(roll: Roll) -> list[Line]:
    """All lines: valid entries and baselines from the best, then what waits, then what was rejected."""
    valid = [_line(one, group) for group, one in roll.ranked()]
    best = sorted([*valid, *baselines(roll.course)], key=lambda one: (one.sealed or 0.0, one.group == 0))
    rest = [
        _line(one, 0)
        for status in (RUNNING, QUEUED, UNVERIFIED, REJECTED)
        for one in roll.rows()
        if one.status == status and one.entry not in _names(valid)
    ]
    return best + rest


def _names(found: list[Line]) -> set[str]:
    return {one.entry for one in found}


def _line(row: Row, group: int) -> Line:
    verdict = f"{REJECTED}({row.code})" if row.status == REJECTED else row.status
    shown = row.status in (RECORD, "non-record")
    return Line(
        group, row.name, row.author, row.entry, row.size, row.sealed if shown else None, error_of(row.blocks) if shown else None,
        row.public, row.gold, row.tries, verdict,
    )  # fmt: skip


def baselines(course: Course) -> list[Line]:
    """What everybody can do with the sealed part; computed once for a course."""
    path = course.folder / "baselines.json"
    if not path.exists():
        path.write_text(json.dumps(_baselines(course), indent=1) + "\n")
    return [
        Line(0, name, "baseline", "", size, sealed, error, None, 0, 0, "baseline")
        for name, size, sealed, error in json.loads(path.read_text())
    ]


def _baselines(course: Course) -> list[tuple[str, int, float, float | None]]:
    part, found = course.sealed(), []
    for order in ORDERS:
        artifact = baseline(order)
        try:
            costs = run(artifact.job, part.text, budget=course.rules.budget).costs
        except Caught:  # the course's budget is too small for it
            continue
        found.append(
            (
                artifact.manifest.name,
                artifact.size,
                part.score(costs),
                error_of(blocks(part, costs, course.rules.block).tolist()),
            )
        )
    return found + _others(part, course)


def _others(part: Part, course: Course) -> list[tuple[str, int, float, float | None]]:
    text = part.text[part.scored].tobytes()
    found: list[tuple[str, int, float, float | None]] = [
        ("gzip", 0, 8 * len(gzip.compress(text, 9, mtime=0)) / len(text), None),
        ("xz", 0, 8 * len(lzma.compress(text, preset=9)) / len(text), None),
    ]
    if part.known.all():
        found.append(
            ("the source itself", 0, part.score(part.own), error_of(blocks(part, part.own, course.rules.block).tolist()))
        )
    return found


HEAD = ("group", "name", "author", "entry", "bytes", "sealed", "+-", "public", "gold", "K", "verdict")
"""Columns: tie group, bytes of the artifact, bits per byte with its standard error, bytes of the range coder's proof, tries."""


def cells(one: Line) -> tuple[Cell, ...]:
    """A line as cells of a table."""
    rounded = [None if value is None else round(value, 4) for value in (one.sealed, one.error, one.public)]
    numbers = (one.gold or None, one.tries or None)
    return (one.group or None, one.name[:30], one.author[:14], one.entry, one.size or None, *rounded, *numbers, one.verdict)


def table(roll: Roll) -> list[str]:
    """The board as lines of text."""
    return text_table(HEAD, [cells(one) for one in lines(roll)])
