"""A region as it lives on one rank: spans of ticks, openings of its links, letters in and out."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Container
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cyberspace.acts.history import History
from cyberspace.backends.backend import NO_BIRTHS, Backend, SpanResult, summed
from cyberspace.backends.compiling import COMPILING
from cyberspace.law.almanac import Event
from cyberspace.law.letters import Body, Short, Stamp, body_of, read_stamp, restamp, seal
from cyberspace.law.schedule import Opening, next_opening, opening_tick, sender, settled_tick
from cyberspace.law.state import FIELDS, TALLY, WorldState
from cyberspace.law.timetable import Begun
from cyberspace.law.universe import Universe
from cyberspace.ranks.team import Team
from cyberspace.run.crossings import Crossings
from cyberspace.run.seasons import Seasons
from topology.link import NOBODY

SPAN = 256
"""Most ticks between two looks at anything else."""

BREATH = 0.02
"""Most seconds of compute between two looks at the network, where there is one; large messages move only while somebody looks."""

ALIVE, SENT = TALLY.index("alive"), TALLY.index("sent")


class LocalRegion:
    """One region and its backend.

    Args:
        universe: The universe.
        region: Number of the region.
        engine: Its backend, at a state.
        state: The state that the backend is at, with the letters under way.
        team: What carries letters.
        epoch: Stamp of this start of the run.
        history: What people did and do in the region, if they may do anything.

    Attributes:
        most: Ticks that it may live before it is looked at again.
        observers: Each takes every trace.
        readers: Each takes every letter that is posted, and the energy in it.
        per_tick: Seconds that a tick takes, lately.
    """

    def __init__(
        self,
        universe: Universe,
        region: int,
        engine: Backend,
        state: WorldState,
        team: Team,
        epoch: int,
        history: History | None = None,
    ):
        self.world, self.tick, self.engine, self.history = universe.worlds[region], state.tick, engine, history
        self._seasons = Seasons(self.world, engine, state.tick, state.begun)
        self._see_terms()
        self.most, self.per_tick = SPAN, 0.0
        self.observers: list[Callable[[SpanResult], None]] = []
        self.readers: list[Callable[[Stamp, int, Short, bytearray], None]] = []
        self._universe, self._engine, self._team, self._epoch = universe, engine, team, epoch
        blocks = [restamp(block, epoch) for block in state.outbox]
        self._outbox = deque((self._settled(read_stamp(block)), block) for block in blocks)
        self._next = next_opening(self.world, state.tick)
        self._short = [Short(self.world, end) for end in self.world.ends]
        self._births: list[NDArray[np.int32]] = []
        self._crossings = Crossings()
        self._span = SPAN if team.size == 1 else 1
        self.counts = np.zeros(len(TALLY), dtype=np.int64)
        self.seconds = 0.0
        for block in blocks:
            team.post(block)

    @property
    def begun(self) -> Begun:
        """Conditions that have come true, and when."""
        return self._seasons.begun

    @property
    def waits_for(self) -> str:
        """What keeps the region from going on, in words."""
        opening = self._next
        if opening is None or opening.tick > self.tick:
            return f"region {self.world.region} at tick {self.tick:,} waits for nothing"
        end = self.world.ends[opening.end]
        clock = self.world.meetings.clock
        posted = opening_tick(clock, end.axis, opening.number - 1)
        return (
            f"region {self.world.region} at tick {self.tick:,} waits over {clock.axes[end.axis].name} "
            f"for the letter of region {sender(end, opening.number)} posted at tick {posted:,}"
        )

    @property
    def awaited(self) -> int:
        """The region whose letter is waited for; `NOBODY` if none is."""
        opening = self._next
        if opening is None or opening.tick > self.tick:
            return NOBODY
        return sender(self.world.ends[opening.end], opening.number)

    def push(self, stop: int) -> bool:
        """Live on, not beyond a tick of the universe; whether it could."""
        if self.tick >= stop:
            return False
        before, compiled = time.perf_counter(), COMPILING.seconds
        self.repeat_acts()
        if self._next is not None and self._next.tick == self.tick:
            if not self._cross(self._next):
                return False
        else:
            ahead = stop if self._next is None else min(stop, self._next.tick)
            if self.history is not None:
                ahead = min(ahead, self.history.next_tick or ahead)
            self._begin()
            ahead = min(ahead, self._seasons.next_tick)
            ticks = evenly(-(-(ahead - self.tick) // self.world.step), min(self._span, self.most))
            self._note(self._engine.advance(ticks))
            took = (time.perf_counter() - before - (COMPILING.seconds - compiled)) / ticks
            self.per_tick += (took - self.per_tick) / 4
            if self._team.size > 1:
                self._span = max(1, min(SPAN, int(BREATH / max(took, 1e-6))))
            if self._next is not None and self._next.tick == self.tick < stop and self.most == SPAN and self.history is None:
                self._cross(self._next)  # if the letter is here, nobody has to look once more
        self.seconds += time.perf_counter() - before - (COMPILING.seconds - compiled)
        return True

    def repeat_acts(self) -> None:
        """Do again what the journal has for this tick."""
        if self.history is not None:
            self.history.replay(self._engine, self.tick)

    def _begin(self) -> None:
        """What the timetable has for this tick happens, now that it is certain to be lived: after acts of people."""
        self._seasons.begin(self.tick)
        self._see_terms()

    def _see_terms(self) -> None:
        """Those who look, and people who act, find the world as it is now."""
        self.world = self._seasons.world
        if self.history is not None:
            self.history.world = self.world

    def take_events(self) -> tuple[Event, ...]:
        """What of the timetable happened since this was last asked for."""
        return self._seasons.take()

    def _cross(self, opening: Opening) -> bool:
        """Live the tick at which a link opens, if the letter that is due is there."""
        end = self.world.ends[opening.end]
        if sender(end, opening.number) == NOBODY:
            due: Body | None = bytes(self._short[opening.end].head + 1)
        else:
            due = self._team.collect(self.world.region, end.axis, opening.number - 1)
        if due is None:
            return False
        self._begin()
        trace, block = self._engine.cross(opening.end, opening.number, due)
        if end.partner(opening.number) != NOBODY:
            self._post(opening, block, int(trace.tally[0, SENT]))
        self._note(trace)
        return True

    def _post(self, opening: Opening, block: bytearray, energy: int) -> None:
        end, region = self.world.ends[opening.end], self.world.region
        receiver, tick = end.partner(opening.number), opening_tick(self.world.meetings.clock, end.axis, opening.number)
        stamp = Stamp(self._epoch, region, receiver, end.axis, opening.number, tick)
        short = self._short[opening.end]
        block = seal(stamp, short.short(block))
        self._outbox.append((self._settled(stamp), block))
        while self._outbox[0][0] <= self.tick - 2 * self.world.step:
            self._outbox.popleft()
        self._team.post(block)
        self._crossings.note(stamp, energy, short, short.slots(body_of(block)))
        for read in self.readers:
            read(stamp, energy, short, block)

    def _settled(self, stamp: Stamp) -> int:
        return settled_tick(self._universe.worlds[stamp.receiver], stamp.axis, stamp.opening)

    def _note(self, trace: SpanResult) -> None:
        self.tick += len(trace.tally) * self.world.step
        if self._next is not None and self._next.tick < self.tick:
            self._next = next_opening(self.world, self.tick)
        self.counts += summed(trace.tally)
        self.counts[ALIVE] = trace.tally[-1, ALIVE]
        self._births.append(trace.births)
        for observe in self.observers:
            observe(trace)

    def take_tables(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Births and crossings since this was last asked for."""
        births, self._births = np.concatenate([NO_BIRTHS, *self._births]), []
        return births, self._crossings.take()

    def state(self, tick: int, fields: Container[str] = FIELDS) -> WorldState:
        """The state in a cut through the universe at a tick: everybody has lived the ticks before it, and none from it on.

        Fields that are not asked for may be empty: to copy all of a large region takes as long as some tens of ticks.
        """
        short = {end.axis: short for end, short in zip(self.world.ends, self._short, strict=True)}
        under_way = tuple(short[read_stamp(block).axis].whole(block) for settled, block in self._outbox if settled >= tick)
        return replace(self._engine.state(fields), outbox=under_way, begun=dict(self._seasons.begun))


def evenly(ticks: int, most: int) -> int:
    """The first of as few spans as need be, of at most so many ticks each and about as long as each other, that make up some ticks."""
    return -(-ticks // -(-ticks // most))
