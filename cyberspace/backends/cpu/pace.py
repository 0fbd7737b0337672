"""How many threads pay, measured as a region lives: what else a machine does is not known, and small regions are lived sooner by few.

Threads that share their cores with other programs hold each other up at the end of short spans, and to wake a thread takes some
microseconds.  So now and then a span is lived by more or by fewer threads, and what is quicker is kept.  Nothing but time depends on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SOON, LATE = 8, 512
"""Spans until another number of threads is tried: after a change, and at most."""

WEIGHT = 0.25
"""Of the last span in the running mean."""

BETTER, WORSE = 0.95, 1.4
"""Shares of a time: what is quicker than this is kept, and what has grown slower than that is doubted."""


@dataclass
class Kind:
    """Spans of about one length.

    Attributes:
        best: Index of the number of threads that is used.
        times: Seconds a tick, a running mean by number of threads; 0 where it is not known.
        wait: Spans until the next trial.
        interval: Spans between two trials.
        upwards: Whether the next trial is of more threads.
        warm: Whether the first span is over, in which something may have been compiled.
    """

    best: int
    times: list[float]
    wait: int = SOON
    interval: int = SOON
    upwards: bool = False
    warm: bool = False


@dataclass
class Pace:
    """Chooses the number of threads of each span.

    Args:
        most: Threads at most.
    """

    most: int
    _kinds: dict[int, Kind] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers = sorted({max(1, self.most >> k) for k in range(self.most.bit_length())})

    def threads(self, ticks: int) -> int:
        """Threads for a span of so many ticks."""
        return self._numbers[self._index(self._kind(ticks))] if self.most > 1 else 1

    def note(self, ticks: int, seconds: float) -> None:
        """That span took so long."""
        if self.most == 1:
            return
        kind, per_tick = self._kind(ticks), seconds / max(1, ticks)
        if not kind.warm:
            kind.warm = True
            return
        tried = self._index(kind)
        if tried == kind.best:
            before = kind.times[tried]
            kind.times[tried] = per_tick if before == 0 else before + WEIGHT * (per_tick - before)
            if before and per_tick > WORSE * before:
                kind.interval, kind.wait = SOON, min(kind.wait, SOON)
            kind.wait = max(0, kind.wait - 1) if len(self._numbers) > 1 else 1
            return
        kind.times[tried] = per_tick
        if per_tick < BETTER * kind.times[kind.best]:
            kind.best, kind.interval = tried, SOON
        else:
            kind.interval = min(2 * kind.interval, LATE)
        kind.wait, kind.upwards = kind.interval, not kind.upwards

    def _kind(self, ticks: int) -> Kind:
        return self._kinds.setdefault(ticks.bit_length(), Kind(len(self._numbers) - 1, [0.0] * len(self._numbers)))

    def _index(self, kind: Kind) -> int:
        """The number of threads in use, or its neighbour if one is tried now."""
        if kind.wait > 0:
            return kind.best
        last = len(self._numbers) - 1
        return min(kind.best + 1, last) if kind.best == 0 or (kind.upwards and kind.best < last) else kind.best - 1
