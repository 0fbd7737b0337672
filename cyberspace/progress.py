"""Progress: one refreshed line on a real terminal, a plain line every few seconds otherwise."""

from __future__ import annotations

import os
import sys
import time
from typing import IO

import numpy as np
from numpy.typing import NDArray

from cyberspace.measures import shares
from cyberspace.state import TALLY, WorldState
from cyberspace.world import World

LAUNCHED = ("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID", "MV2_COMM_WORLD_RANK")
"""Set by launchers, under which a rank's output can look like a terminal."""

TERMINAL_SECONDS, LOG_SECONDS = 0.2, 5.0


class Progress:
    """Tells how a run goes on.

    Args:
        world: The world.
        last: The tick to reach.
        quiet: Tell nothing.
        stream: Where to; standard error by default.
    """

    def __init__(self, world: World, last: int, quiet: bool = False, stream: IO[str] | None = None):
        self._world, self._last, self._quiet = world, last, quiet
        self._stream = stream or sys.stderr
        self._refreshes = self._stream.isatty() and not any(name in os.environ for name in LAUNCHED)
        self._told = time.monotonic()
        self._ticks, self._births, self._faithful = 0, 0, 0
        self._width = 0

    def note(self, tally: NDArray[np.int64]) -> bool:
        """Take note of a span of ticks; whether it is time to tell."""
        self._ticks += len(tally)
        self._births += int(tally[:, TALLY.index("births")].sum())
        self._faithful += int(tally[:, TALLY.index("faithful")].sum())
        interval = TERMINAL_SECONDS if self._refreshes else LOG_SECONDS
        return not self._quiet and time.monotonic() - self._told >= interval

    def tell(self, state: WorldState) -> None:
        """Write the line."""
        now = time.monotonic()
        speed = self._ticks / max(1e-9, now - self._told)
        heredity = self._faithful / max(1, self._births)
        best = max(shares(self._world, state).items(), key=lambda item: item[1], default=("none", 0.0))
        alive = int(np.count_nonzero(state.region.alive))
        line = (
            f"tick {state.tick:,} of {self._last:,}  {speed:,.0f} ticks/s  population {alive:,}  "
            f"heredity {heredity:.2f}  best task {best[0]} {best[1]:.1%}"
        )
        if self._refreshes:
            self._stream.write("\r" + line.ljust(self._width))
            self._width = len(line)
        else:
            self._stream.write(line + "\n")
        self._stream.flush()
        self._told, self._ticks, self._births, self._faithful = now, 0, 0, 0

    def end(self) -> None:
        """Leave the refreshed line."""
        if self._refreshes and self._width:
            self._stream.write("\n")
