"""Statistics that were made of a record, kept in the run's folder until the record has grown.

They are derived: what is lost is made again, to the same numbers, since shadows are drawn by the run's seed and the sample's tick.  So a
run writes none of it while it lives; its identity, digests and format know nothing of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

from cyberspace.analysis.measuring.recording import Recording
from cyberspace.analysis.measuring.row import Row
from cyberspace.record import checkpoint
from cyberspace.whole import whole

FILE = "statistics.json"

FORMAT = 1
"""Raised whenever a measure tells other numbers of the same record."""


class MadeOf(TypedDict):
    """What statistics were made of."""

    format: int
    identity: str
    samples: int
    tick: int
    births: int
    checkpoint: int
    fields: list[str]
    generations: int


def made_of(recording: Recording, generations: int) -> MadeOf:
    """What statistics of a record would be made of now."""
    saved = [checkpoint.tick_of(path) for path in checkpoint.checkpoints(recording.folder.checkpoints)]
    return {
        "format": FORMAT,
        "identity": recording.folder.universe.identity,
        "samples": len(recording.ticks),
        "tick": int(recording.ticks[-1]),
        "births": recording.births,
        "checkpoint": max(saved, default=-1),
        "fields": sorted(recording.fields[0]),
        "generations": generations,
    }


def read(folder: Path, wanted: MadeOf) -> tuple[list[Row], list[str]] | None:
    """Rows and notes that are kept, if they were made of the same; None otherwise."""
    try:
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if told["made_of"] != wanted:
            return None
        rows = [Row._make(math.nan if cell is None else cell for cell in line) for line in told["rows"]]
        return rows, [str(note) for note in told["notes"]]
    except (OSError, ValueError, KeyError, TypeError, IndexError):  # none, or cut short: it is made again
        return None


def write(folder: Path, made: MadeOf, rows: Sequence[Row], notes: Sequence[str]) -> None:
    """Keep them; where the folder can't be written, they are not kept."""
    lines = [[*row[:5], *(value if math.isfinite(value) else None for value in row[5:8]), row.unit] for row in rows]
    with suppress(OSError), whole(folder / FILE) as begun:
        begun.write_text(json.dumps({"made_of": made, "notes": list(notes), "rows": lines}), encoding="utf-8")
