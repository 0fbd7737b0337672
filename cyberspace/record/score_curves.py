"""The scores in a record: a curve for each task that says one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from cyberspace.record.reading import Tables, written
from cyberspace.record.scores import COLUMNS, Scored, Scores


@dataclass(frozen=True)
class Curves:
    """How the scores of a space went.

    Attributes:
        ticks: Ticks of the samples, int64 (samples,).
        told: The scores; `number` is the column in `values`.
        values: Their spread at each sample, float64 (samples, scores, 6); what the last stand for says `scores.COLUMNS`.
    """

    ticks: NDArray[np.int64]
    told: tuple[Scored, ...]
    values: Scores


NO_CURVES = Curves(np.zeros(0, dtype=np.int64), (), np.zeros((0, 0, len(COLUMNS))))
"""Of a space whose tasks say no score."""


def score_curves(tables: Tables, space: str, last: int | None = None) -> Curves:
    """The curves of a space, up to a tick if one is named; none where no score was recorded.

    Raises:
        InputError: If the record is damaged.
    """
    name = f"{space}/series/scores"
    ticks = written(tables.column(f"{space}/series/tick"))
    if last is not None:
        ticks = ticks[: int(np.searchsorted(ticks, last, side="right"))]
    if name not in tables:
        return Curves(ticks, (), np.zeros((len(ticks), 0, len(COLUMNS))))
    column = tables.column(name)
    told = zip(*(cast("Sequence[str]", column.about[key]) for key in ("names", "units", "better")), strict=True)
    scored = tuple(Scored(k, *map(str, one)) for k, one in enumerate(told))
    return Curves(ticks, scored, np.asarray(column[: len(ticks)], dtype=np.float64))
