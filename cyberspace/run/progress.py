"""Progress: one refreshed line on a real terminal, a plain line every few seconds otherwise; and what is told at the end."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from typing import IO

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.almanac import Event
from cyberspace.law.state import TALLY
from cyberspace.law.universe import Universe
from cyberspace.record.samples import Sample, chances, shares
from cyberspace.run.waiting import Waiting
from cyberspace.telling import write

LAUNCHED = ("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID", "MV2_COMM_WORLD_RANK")
"""Set by launchers, under which a rank's output can look like a terminal."""

TERMINAL_SECONDS, LOG_SECONDS = 0.2, 5.0

MANY, REMEMBERED = 8, 4096
"""Events of a report that are told one by one; events that are known to have been told."""

Counts = NDArray[np.int64]
"""Of `TALLY`."""


class Progress:
    """Tells how a run goes on, and what is compiled meanwhile.

    Args:
        universe: The universe.
        start: The tick it starts from.
        last: The tick to reach.
        quiet: Tell nothing.
        stream: Where to write; standard error by default.

    Attributes:
        held: Who holds the run back, in words; empty if nobody does.
    """

    def __init__(self, universe: Universe, start: int, last: int, quiet: bool = False, stream: IO[str] | None = None):
        self._universe, self._last, self._quiet = universe, last, quiet
        self._stream = stream or sys.stderr
        self._refreshes = _is_terminal(self._stream) and not is_rank()
        self._interval = TERMINAL_SECONDS if self._refreshes else LOG_SECONDS
        self._start, self._tick = start, start
        self._known: dict[int, tuple[int, Counts]] = {}
        self._before = np.zeros(len(TALLY), dtype=np.int64)
        self._samples = (self._before, self._before)
        self._best: tuple[str, float] | None = None
        self._chance = chances(universe)
        self._width = 0
        self._events: dict[Event, None] = {}
        self.held = ""
        self.waiting = Waiting(self._line, self._interval, quiet)
        self._told, self._waited = time.monotonic(), 0.0

    def sampled(self, samples: dict[int, Sample]) -> None:
        """Take note of the samples of all regions."""
        self._best = max(shares(self._universe, samples).items(), key=lambda item: item[1], default=None)
        counts = sum((sample.tally for sample in samples.values()), start=np.zeros(len(TALLY), dtype=np.int64))
        self._samples = (self._samples[1], counts)

    def note(self, known: dict[int, tuple[int, Counts]]) -> bool:
        """Take note of how far some regions are, and of their counts since the start: by region (tick, int64 of `TALLY`).

        Returns:
            Whether the line was written.
        """
        self._known.update(known)
        enough = len(self._known) == len(self._universe.worlds)
        due = not self._quiet and enough and time.monotonic() - self._told >= self._interval
        if due:
            self.tell()
        return due

    def happened(self, events: tuple[Event, ...]) -> None:
        """Tell what of a timetable happened, once for all regions of a space; of much the first alone."""
        # By what it says: other regions tell the same again, later ones of course later.
        new = [event for event in dict.fromkeys(replace(one, regions=()) for one in events) if event not in self._events]
        self._events |= dict.fromkeys(new)
        while len(self._events) > REMEMBERED:
            del self._events[next(iter(self._events))]
        lines = [f"at tick {event.tick:,} in {event.space}: {event.what}" for event in new[:MANY]]
        lines += [f"at tick {new[-1].tick:,} and before: {len(new) - MANY:,} more events"] if len(new) > MANY else []
        if not self._quiet:
            for line in lines:
                self.end()
                write(line + "\n", self._stream)

    def tell(self) -> None:
        """Write the line."""
        now, waited, (tick, counts) = time.monotonic(), self.waiting.seconds, self._where()
        if tick == self._tick and (waited > self._waited or tick == self._last > self._start):
            return  # it compiles, or is at its end, and that is told already
        speed = (tick - self._tick) / max(1e-9, now - self._told - (waited - self._waited))
        held = f", {self.held}" if self.held else ""
        line = f"tick {tick:,} of {self._last:,}  {speed:,.0f} ticks/s{held}  population {_alive(counts):,}  "
        self._line(f"{line}heredity {_heredity(self._before, counts)}{self._task('  ')}")
        self._told, self._waited, self._tick, self._before = now, waited, tick, counts

    def _where(self) -> tuple[int, Counts]:
        """The tick that all have reached, and the counts of all together."""
        tick = min((tick for tick, _ in self._known.values()), default=self._start)
        return tick, sum((counts for _, counts in self._known.values()), start=np.zeros(len(TALLY), dtype=np.int64))

    def _task(self, gap: str) -> str:
        if self._best is None or not self._best[1]:
            return ""
        goal, share = self._best
        by_chance = self._chance.get(goal, 0.0)
        told = f" (by chance {by_chance:.1%})" if by_chance >= 0.0005 else ""
        return f"{gap}best task {goal} {share:.1%}{told}"

    def _line(self, line: str) -> None:
        if self._refreshes:
            write("\r" + line.ljust(self._width), self._stream)
            self._width = len(line)
        else:
            write(line + "\n", self._stream)

    def end(self) -> None:
        """Leave the refreshed line."""
        if self._refreshes and self._width:
            write("\n", self._stream)
        self._width = 0

    def summary(self, reached: int, seconds: float) -> str:
        """What a start of a run did, in one line: it lived to a tick in so many seconds.

        The population is that of now; heredity and tasks are those of the last sample.
        """
        self.end()
        compiling, ticks = min(self.waiting.seconds, seconds), reached - self._start
        took = f"{seconds:.1f} s" + (f", {compiling:.1f} s of them compiling" if compiling >= 0.05 else "")
        pace = f" ({ticks / max(1e-9, seconds - compiling):,.0f} ticks/s)" if ticks else ""
        where = f"tick {reached:,}" if reached == self._last else f"tick {reached:,} of {self._last:,}"
        line = f"at {where}, {ticks:,} ticks in {took}{pace}"
        if self._known:
            line += f"; population {_alive(self._where()[1]):,}, heredity {_heredity(*self._samples)}{self._task(', ')}"
        return line


def is_rank() -> bool:
    """Whether a launcher started this process."""
    return any(name in os.environ for name in LAUNCHED)


def _heredity(before: Counts, after: Counts) -> str:
    """Share of the births between two counts that are faithful; "-" where nobody was born."""
    births, faithful = ((after - before)[TALLY.index(name)] for name in ("births", "faithful"))
    return f"{faithful / births:.2f}" if births > 0 else "-"


def _alive(counts: Counts) -> int:
    return int(counts[TALLY.index("alive")])


def _is_terminal(stream: IO[str] | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except (OSError, ValueError, AttributeError):
        return False
