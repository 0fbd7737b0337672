"""A line of the table of a run's statistics."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from cyberspace.analysis.measuring.recording import View

NAN = float("nan")
LIVING = "share of the living"


class Row(NamedTuple):
    """One number that a measure tells of a sample.

    Attributes:
        tick: Tick of the sample; what is told of a time is told at its end.
        space: Name of the space; "" for all together.
        measure: Name of the measure.
        quantity: What of it.
        of: Of what: a function, a lineage's mark, a source; "" for the whole.
        value: The number; NaN where it can't be said.
        low: Lower end of its interval; NaN where it has none.
        high: Upper end.
        unit: "1" for a plain number.
    """

    tick: int
    space: str
    measure: str
    quantity: str
    of: str
    value: float
    low: float = NAN
    high: float = NAN
    unit: str = "1"


class Teller(Protocol):
    """Takes the living of each sample in turn, and tells what it has found so far."""

    def take(self, view: View) -> Iterator[Row]:
        """Rows that are known now."""


def as_csv(rows: Sequence[Row]) -> str:
    """The whole table; equal rows give equal bytes, and every number reads back as it was."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows([[("" if isinstance(cell, float) and math.isnan(cell) else cell) for cell in row] for row in rows])
    return out.getvalue()
