"""Progress: one refreshed line on a real terminal, a plain line every few seconds otherwise."""

from __future__ import annotations

import os
import sys
import time
from typing import IO

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.state import TALLY
from cyberspace.law.universe import Universe
from cyberspace.record.samples import Sample, shares

LAUNCHED = ("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID", "MV2_COMM_WORLD_RANK")
"""Set by launchers, under which a rank's output can look like a terminal."""

TERMINAL_SECONDS, LOG_SECONDS = 0.2, 5.0


class Progress:
    """Tells how a run goes on.

    Args:
        universe: The universe.
        start: The tick it starts from.
        last: The tick to reach.
        quiet: Tell nothing.
        stream: Where to write; standard error by default.
    """

    def __init__(self, universe: Universe, start: int, last: int, quiet: bool = False, stream: IO[str] | None = None):
        self._universe, self._last, self._quiet = universe, last, quiet
        self._stream = stream or sys.stderr
        self._refreshes = self._stream.isatty() and not any(name in os.environ for name in LAUNCHED)
        self._told, self._tick = time.monotonic(), start
        self._known: dict[int, tuple[int, NDArray[np.int64]]] = {}
        self._before = np.zeros(len(TALLY), dtype=np.int64)
        self._best: tuple[str, float] | None = None
        self._width = 0

    def sampled(self, samples: dict[int, Sample]) -> None:
        """Take note of the samples of all regions."""
        self._best = max(shares(self._universe, samples).items(), key=lambda item: item[1], default=None)

    def note(self, known: dict[int, tuple[int, NDArray[np.int64]]]) -> bool:
        """Take note of how far some regions are, and of their counts since the start: by region (tick, int64 of `TALLY`).

        Returns:
            Whether the line was written.
        """
        self._known.update(known)
        interval = TERMINAL_SECONDS if self._refreshes else LOG_SECONDS
        enough = len(self._known) == len(self._universe.worlds)
        due = not self._quiet and enough and time.monotonic() - self._told >= interval
        if due:
            self.tell()
        return due

    def tell(self) -> None:
        """Write the line."""
        now, tick = time.monotonic(), min(tick for tick, _ in self._known.values())
        counts = sum((counts for _, counts in self._known.values()), start=np.zeros(len(TALLY), dtype=np.int64))
        speed = (tick - self._tick) / max(1e-9, now - self._told)
        recent = dict(zip(TALLY, (counts - self._before).tolist(), strict=True))
        alive = int(counts[TALLY.index("alive")])
        line = (
            f"tick {tick:,} of {self._last:,}  {speed:,.0f} ticks/s  population {alive:,}  "
            f"heredity {recent['faithful'] / max(1, recent['births']):.2f}"
        )
        if self._best is not None:
            line += f"  best task {self._best[0]} {self._best[1]:.1%}"
        if self._refreshes:
            self._stream.write("\r" + line.ljust(self._width))
            self._width = len(line)
        else:
            self._stream.write(line + "\n")
        self._stream.flush()
        self._told, self._tick, self._before = now, tick, counts

    def end(self) -> None:
        """Leave the refreshed line."""
        if self._refreshes and self._width:
            self._stream.write("\n")
