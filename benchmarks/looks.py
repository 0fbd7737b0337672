"""When a rank looks for letters, as `cyberspace.run.local` and `cyberspace.run.crew` do it: what the max-plus model leaves out.

A rank looks between two spans of ticks, and again and again while it waits.  Spans end where a link opens; what lies between is
divided evenly into spans of at most `BREATH` seconds, by what a tick took lately.  Looking takes time, and a letter is taken at the
first look after it has come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.run.local import BREATH, SPAN, evenly

Seconds = NDArray[np.float64]


@dataclass(frozen=True)
class Loop:
    """What looking costs.

    Attributes:
        look: Seconds between two spans: a turn of the rank's loop, with a look at the network.
        poll: Seconds from one look to the next while it waits.
        breath: Seconds of compute between two looks.
        known: Seconds of the look after each tick, by worker, 0 where there was none, if that is known: instead of `look`.
    """

    look: float
    poll: float
    breath: float = BREATH
    known: Callable[[int], Seconds] | None = None


class Looks:
    """The spans of all workers, as a simulation goes on.

    Args:
        loop: What looking costs.
        workers: How many.
    """

    def __init__(self, loop: Loop, workers: int):
        self._loop = loop
        self._span, self._left = np.ones(workers, dtype=np.int64), np.zeros(workers, dtype=np.int64)
        self._length, self._begun = np.ones(workers, dtype=np.int64), np.zeros(workers)

    def taken(self, arrived: Seconds, there: Seconds) -> Seconds:
        """When workers, who arrived at an opening at some moments, take letters that are there from other moments on."""
        if self._loop.poll == 0:
            return there
        polls: Seconds = np.ceil(np.maximum(there - arrived, 0.0) / self._loop.poll)
        return arrived + polls * self._loop.poll

    def begin(self, now: Seconds, ahead: int) -> None:
        """A tick begins, at these moments; the next opening is so many ticks ahead, 0 if it is now."""
        fresh = self._left == 0
        self._begun[fresh] = now[fresh]
        self._length[fresh] = self._left[fresh] = evenly(max(ahead, 1), self._span[fresh])

    def end(self, tick: int, now: Seconds, ahead: int) -> None:
        """A tick ends, at these moments, which are put later where a look follows; `ahead` as for `begin`."""
        if self._loop.known:
            now += self._loop.known(tick)
            return
        self._left -= 1
        over = self._left == 0
        if ahead:
            took = (now[over] - self._begun[over]) / self._length[over]
            self._span[over] = np.clip(self._loop.breath / np.maximum(took, 1e-6), 1, SPAN).astype(np.int64)
        now[over] += self._loop.look
