"""The far-axis schedule as a max-plus system: when does each region complete each tick, and how far can it run ahead?

Region i completes tick k at

    t_i(k) = max(t_i(k - 1), t_j(k') + delay_a) + c_i(k)

where the second term is there if a far axis a opens at tick k for the n-th time, n > 0: k' = k - stretch_a is the opening before, j
the partner of i at that opening (brickwork: parity n - 1), delay_a the latency plus bytes / bandwidth of its links, and c_i(k) the
seconds that the tick takes.  Nobody waits for anything else.  (F. Baccelli et al., Synchronization and Linearity, 1992.)

**How far can a region run ahead?**  Say that i is d ticks ahead of j if it has completed d ticks more.  Let j stop for ever when it
has completed m ticks: it never lives tick m.  Whoever is j's partner at an opening at tick k >= m never gets that letter, which is due
at k + stretch, and stops before tick k + stretch.  So a stop spreads as a letter does: along axis a one place at each opening, `stretch`
ticks each, and, since the parity alternates, ever on in the same direction.  The tick before which i stops is the earliest arrival of the
stop, and its largest value, less m, over all i, j and m is what any region can ever be ahead of any other, whatever ticks and letters
take; a j that is slow enough attains it.  `stop` computes the arrivals, `largest_lead` the largest.  In closed form, waiting for the first
opening of an axis takes at most stretch - 1 ticks, for the right direction one stretch more, then each place takes one stretch:

    lead <= sum over far axes of (places + 2) * stretch - 1      places = length - 1 along a line
    lead <= sum over far axes of (places + 1) * stretch - 1      places = length / 2 around a loop (two ways to go)

On one axis this is exact; with several it is not far above, since the waits don't all come at their worst (`lead_bound`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

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
        start: The first tick; letters posted before it are there.
    """
    place = np.arange(schedule.regions) if workers is None else np.asarray(workers)
    alone, starts = workers is None, np.flatnonzero(np.diff(place, prepend=-1))
    slot = np.searchsorted(place[starts], place)
    table, period = schedule.clock.table(), schedule.clock.period
    now, spent = np.zeros(len(starts)), np.zeros(len(starts))
    posted: dict[int, Seconds] = {}
    first, last = np.empty(ticks), np.empty(ticks)
    end = start + ticks
    slowest = max((delays[schedule.axes[axis].name] for axis in schedule.partners), default=0.0)
    bulk = {every: _Bulk(every, slowest, len(starts)) for every in exchanges}
    for tick in range(start, end):
        axis = int(table[tick % period])
        if axis in posted:
            due = _due(schedule, axis, tick, posted[axis], slot, delays[schedule.axes[axis].name])
            np.maximum(now, due if alone else np.maximum.reduceat(due, starts), out=now)
        seconds = work(tick) if alone else np.add.reduceat(work(tick), starts)
        now += seconds
        spent += seconds
        if axis in schedule.partners:
            posted[axis] = now.copy()
        first[tick - start], last[tick - start] = now.min(), now.max()
        for scheme in bulk.values():
            scheme.live(seconds, tick == end - 1)
    walls = {every: scheme.wall for every, scheme in bulk.items()}
    return Outcome(float(now.max()), float(spent.mean()), float(spent.max()), first, last, walls)


def _due(schedule: Schedule, axis: int, tick: int, posted: Seconds, slot: NDArray[np.int64], delay: float) -> Seconds:
    """When the letter that is due at a tick is there, by region; 0 where none is awaited."""
    opening = tick // schedule.axes[axis].stretch
    partner = schedule.partners[axis][(opening - 1) % 2]
    sender = slot[np.maximum(partner, 0)]
    return np.where(partner < 0, 0.0, posted[sender] + np.where(sender == slot, 0.0, delay))


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


def stop(schedule: Schedule, region: int, tick: int) -> NDArray[np.int64]:
    """If a region never lives a tick, the first tick that each region never lives, shape (regions,)."""
    never = np.iinfo(np.int64).max
    before = np.full(schedule.regions, never)
    before[region] = tick
    if not schedule.partners:
        return before
    for now, axis, opening in schedule.openings(tick):
        if (before <= now).all():
            break
        partner = schedule.partners[axis][opening % 2]
        silent = (partner >= 0) & (before[np.maximum(partner, 0)] <= now)
        before[silent] = np.minimum(before[silent], now + schedule.axes[axis].stretch)
    return before


def largest_lead(schedule: Schedule, sources: Sequence[int] | None = None) -> int:
    """The most ticks that any region can ever complete more than any other: exact for the sources given (all by default).

    The worst moments to stop are those just after an opening, within two periods (so many, since parity alternates).
    """
    if not schedule.partners:
        raise ValueError("one region, or regions that are not joined: there is no bound")
    period = 2 * max(schedule.axes[axis].stretch for axis in schedule.partners)
    moments = []
    for tick, _, _ in schedule.openings(0):
        if tick >= period:
            break
        moments.append(tick + 1)
    chosen = range(schedule.regions) if sources is None else sources
    return max(int(stop(schedule, region, tick).max()) - tick for region in chosen for tick in moments)


def corners(schedule: Schedule) -> list[int]:
    """Regions that are the worst to stop (checked over all regions of small lattices): the ends of lines.

    Where a length is even the two ends mirror each other, and all places of a loop are alike.
    """
    ends = [(0,) if length % 2 == 0 else (0, length - 1) for length in map(schedule.lattice.length, FAR_AXES)]
    grid = np.array(np.meshgrid(*ends, indexing="ij")).reshape(len(FAR_AXES), -1)
    return sorted(set(np.ravel_multi_index(tuple(grid), schedule.lattice.shape[: len(FAR_AXES)]).tolist()))


def lead_bound(schedule: Schedule) -> int:
    """The closed form: no region is ever further ahead of another."""
    total = 0
    for axis in (schedule.axes[number] for number in schedule.partners):
        loop = axis.curled and axis.length % 2 == 0
        total += ((axis.length // 2 + 1) if loop else (axis.length + 1)) * axis.stretch - 1
    return total
