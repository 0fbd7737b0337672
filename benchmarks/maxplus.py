"""The far-axis schedule as a max-plus system: when does each region complete each tick?

Region i completes tick k at

    t_i(k) = max(t_i(k - 1), t_j(k') + delay_a) + c_i(k)

where the second term is there if a far axis a opens at tick k for the n-th time, n > 0: k' = k - stretch_a is the opening before, j
the partner of i at that opening (brickwork: parity n - 1), delay_a the latency plus bytes / bandwidth of its links, and c_i(k) the
seconds that the tick takes.  Nobody waits for anything else.  (F. Baccelli et al., Synchronization and Linearity, 1992.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from benchmarks.looks import Looks, Loop
from topology import FAR_AXES, Axis, Lattice, RulerClock
from topology.link import region_coordinates
from topology.meeting import pair

Seconds = NDArray[np.float64]
Work = Callable[[int], NDArray[np.floating]]
"""Seconds that a tick takes in each region, shape (regions,)."""


@dataclass(frozen=True)
class Schedule:
    """Who awaits whom, and when.

    Attributes:
        axes: All axes of the universe; near ones have their place in the clock alone.
    """

    axes: tuple[Axis, ...]

    @cached_property
    def clock(self) -> RulerClock:
        """The ruler clock."""
        return RulerClock(self.axes)

    @cached_property
    def lattice(self) -> Lattice:
        """The lattice."""
        return Lattice(self.axes)

    @property
    def regions(self) -> int:
        """Regions in the universe."""
        return self.lattice.regions

    @cached_property
    def partners(self) -> dict[int, NDArray[np.int64]]:
        """By the clock's number of a far axis longer than 1: partner at even and odd openings, (2, regions); -1 for nobody."""
        coordinates = region_coordinates(self.lattice)
        here = np.arange(self.regions)
        found = {}
        for number, axis in enumerate(self.axes):
            if axis.far and axis.length > 1:
                along = FAR_AXES.index(axis.name)
                place = coordinates[along]
                step = int(np.prod(self.lattice.shape[along + 1 : len(FAR_AXES)]))
                met = np.stack([pair(axis.length, parity, axis.curled)[place] for parity in (0, 1)])
                found[number] = np.where(met < 0, -1, here + (met - place) * step)
        return found

    @cached_property
    def ahead(self) -> NDArray[np.int64]:
        """Ticks from each tick of the clock's period to the next opening of a far axis with partners; 0 if that is now."""
        table = self.clock.table()
        opens = np.flatnonzero(np.isin(table, list(self.partners)))
        if not len(opens):
            return np.full(len(table), len(table))
        ticks = np.arange(len(table))
        after = np.searchsorted(opens, ticks)
        return np.append(opens, opens[0] + len(table))[after] - ticks

    def openings(self, first: int) -> Iterator[tuple[int, int, int]]:
        """(tick, axis, n) of all openings of far axes with partners from a tick on, for ever."""
        table = self.clock.table()
        ticks = np.flatnonzero(np.isin(table, list(self.partners)))
        start = first - first % len(table)
        while True:
            for tick in (start + ticks[start + ticks >= first]).tolist():
                axis = int(table[tick % len(table)])
                yield tick, axis, tick // self.axes[axis].stretch
            start += len(table)


@dataclass(frozen=True)
class Outcome:
    """What a simulation measured.

    Attributes:
        wall: Seconds until the last worker completed its last tick.
        compute: Seconds that the workers computed, their mean.
        busiest: Seconds that the busiest of them computed: the wall if nobody ever waited.
        first: When the first worker completed each tick, seconds, shape (ticks,).
        last: When the last one did.
        bulk: Seconds of the bulk-synchronous scheme, by the ticks between two exchanges.
    """

    wall: float
    compute: float
    busiest: float
    first: Seconds
    last: Seconds
    bulk: dict[int, float]

    @property
    def efficiency(self) -> float:
        """Share of the time that is computed."""
        return self.compute / self.wall

    @property
    def spread(self) -> int:
        """The most ticks that one worker had completed more than another, at any moment."""
        fewest = np.searchsorted(self.last, self.first, side="right")
        return int((np.arange(1, len(self.first) + 1) - fewest).max())


def simulate(
    schedule: Schedule,
    ticks: int,
    work: Work,
    delays: dict[str, float],
    workers: Sequence[int] | None = None,
    exchanges: Sequence[int] = (),
    start: int = 0,
    posted: Mapping[str, Sequence[float]] | None = None,
    loop: Loop | None = None,
    apart: bool = False,
) -> Outcome:
    """Live so many ticks.

    Args:
        schedule: The universe.
        ticks: Ticks to live.
        work: Seconds of each tick in each region.
        delays: Seconds that a letter is under way, by far axis; none inside a worker.
        workers: Which worker each region lives on, sorted; its regions live a tick one after the other.  One each by default.
        exchanges: Of the bulk-synchronous scheme: after so many ticks all wait for the slowest one, and for a message along the
            slowest axis.
        start: The first tick; letters posted before it are there, but for those in `posted`.
        posted: By far axis, when each region had lived its last opening before `start`, seconds.
        loop: What looking for letters costs; by default they are seen as they come, for nothing.
        apart: Regions of one worker are processes of their own that share a core: letters between them are under way as others are.
    """
    letters = _Letters(schedule, delays, workers, posted or {}, loop, apart)
    now, spent = np.zeros(letters.workers), np.zeros(letters.workers)
    first, last = np.empty(ticks), np.empty(ticks)
    end = start + ticks
    slowest = max((delays[schedule.axes[axis].name] for axis in schedule.partners), default=0.0)
    bulk = {every: _Bulk(every, slowest, letters.workers) for every in exchanges}
    for tick in range(start, end):
        letters.wait(tick, now)
        seconds = letters.gather(np.add, work(tick))
        now += seconds
        spent += seconds
        first[tick - start], last[tick - start] = now.min(), now.max()
        letters.post(tick, now)
        for scheme in bulk.values():
            scheme.live(seconds, tick == end - 1)
    walls = {every: scheme.wall for every, scheme in bulk.items()}
    return Outcome(float(last[-1]), float(spent.mean()), float(spent.max()), first, last, walls)


class _Letters:
    """The letters under way, and what waiting for them does to the workers' clocks; arguments as for `simulate`."""

    def __init__(
        self, schedule: Schedule, delays: dict[str, float], workers: Sequence[int] | None,
        posted: Mapping[str, Sequence[float]], loop: Loop | None, apart: bool,
    ):  # fmt: skip
        place = np.arange(schedule.regions) if workers is None else np.asarray(workers)
        self._schedule, self._delays, self._alone = schedule, delays, workers is None
        self._starts = np.flatnonzero(np.diff(place, prepend=-1))
        self._slot = np.searchsorted(place[self._starts], place)
        self.workers = len(self._starts)
        self._table, self._ahead = schedule.clock.table(), schedule.ahead
        numbers = {axis.name: number for number, axis in enumerate(schedule.axes)}
        self._posted = {numbers[axis]: np.asarray(seconds, dtype=float) for axis, seconds in posted.items()}
        self._looks = Looks(loop, self.workers) if loop else None
        self._process = np.arange(schedule.regions) if apart else self._slot

    def gather(self, how: np.ufunc, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """What workers make of the values of their regions."""
        return values if self._alone else how.reduceat(values, self._starts)

    def wait(self, tick: int, now: Seconds) -> None:
        """Make workers, who have arrived at a tick at these moments, wait for the letters that are due."""
        axis = int(self._table[tick % len(self._table)])
        if axis in self._posted:
            there = self.gather(np.maximum, self._due(axis, tick))
            np.maximum(now, self._looks.taken(now, there) if self._looks else there, out=now)
        if self._looks:
            self._looks.begin(now, int(self._ahead[tick % len(self._table)]))

    def post(self, tick: int, now: Seconds) -> None:
        """Let workers, who have lived a tick, post its letters, and look for others."""
        axis = int(self._table[tick % len(self._table)])
        if axis in self._schedule.partners:
            self._posted[axis] = now[self._slot]
        if self._looks:
            self._looks.end(tick, now, int(self._ahead[tick % len(self._table)]))

    def _due(self, axis: int, tick: int) -> Seconds:
        """When the letter that is due at a tick is there, by region; 0 where none is awaited."""
        opening = tick // self._schedule.axes[axis].stretch
        partner = self._schedule.partners[axis][(opening - 1) % 2]
        sender = self._process[np.maximum(partner, 0)]
        delay = np.where(sender == self._process, 0.0, self._delays[self._schedule.axes[axis].name])
        return np.where(partner < 0, 0.0, self._posted[axis][np.maximum(partner, 0)] + delay)


class _Bulk:
    """The bulk-synchronous scheme: a barrier and an exchange every so many ticks."""

    def __init__(self, every: int, exchange: float, workers: int):
        self.wall, self._every, self._exchange = 0.0, every, exchange
        self._block, self._lived = np.zeros(workers), 0

    def live(self, seconds: NDArray[np.floating], final: bool) -> None:
        self._block += seconds
        self._lived += 1
        if self._lived == self._every or final:
            self.wall += float(self._block.max()) + self._exchange
            self._block[:], self._lived = 0.0, 0


def jittered(regions: int, tick: float, jitter: float, stalls: float, stall: float, seed: int) -> Work:
    """Ticks of a mean length with gamma jitter, now and then lengthened by a stall.

    Args:
        regions: How many.
        tick: Mean seconds without stalls.
        jitter: Standard deviation over mean.
        stalls: Chance of a stall in a tick of a region.
        stall: Length of a stall, in ticks.
        seed: Of the draws.
    """
    random = np.random.default_rng(seed)

    def work(_: int) -> NDArray[np.floating]:
        if jitter:
            seconds = random.standard_gamma(jitter**-2, regions, dtype=np.float32) * np.float32(tick * jitter**2)
        else:
            seconds = np.full(regions, tick, dtype=np.float32)
        if stalls:
            struck = random.integers(0, regions, random.binomial(regions, stalls))
            np.add.at(seconds, struck, np.float32(stall * tick))
        return seconds

    return work
