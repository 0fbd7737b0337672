"""Energy by source, and sweeps, of a record: what needs no look at who lives where, or is told elsewhere already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.measures.energy import income, outgo, shares
from cyberspace.analysis.measuring.recording import Recording
from cyberspace.analysis.measuring.row import Row
from cyberspace.analysis.story.story import tell


def tell_energy(recording: Recording) -> Iterator[Row]:
    """Income and outgo by source, in energy per organism and tick between samples, and shares of the income."""
    for number, space in enumerate(recording.names):
        sums = cast("dict[str, NDArray[np.int64]]", recording.series(number))
        ticks = recording.ticks
        alive = sums["alive"].astype(np.float64)
        living = np.maximum(1, (alive[1:] + alive[:-1]) / 2)
        come = income(sums, ticks)
        tables = {
            "income": (come, living),
            "outgo": (outgo(sums, ticks), living),
            "share of income": (shares(come), np.ones(1)),
        }
        for quantity, (parts, by) in tables.items():
            unit = "1" if quantity.startswith("share") else "energy per organism and tick"
            for source, values in parts.items():
                for tick, value in zip(ticks[1:].tolist(), (values / by).tolist(), strict=True):
                    yield Row(tick, space, "energy", quantity, source, value, unit=unit)


def tell_sweeps(recording: Recording) -> Iterator[Row]:
    """How many sweeps and extinctions of lineages and branches were told until each sample, see `cyberspace.analysis.story.marks`."""
    marks = tell(recording.folder).marks if recording.tellable else ()
    for kind, quantity in (("sweep", "sweeps"), ("extinction", "extinctions")):
        at = np.array([mark.tick for mark in marks if mark.kind == kind], dtype=np.int64)
        for tick in recording.ticks.tolist():
            yield Row(tick, "", "sweeps", quantity, "so far", int(np.count_nonzero(at <= tick)))
