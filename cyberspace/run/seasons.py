"""The timetable of one region as it lives: conditions are looked at, terms change, catastrophes strike, each at the start of a tick."""

from __future__ import annotations

import numpy as np

from cyberspace.acts.catastrophe import strike
from cyberspace.backends.backend import Backend
from cyberspace.law.almanac import Event, events_of
from cyberspace.law.terms import same_terms, turned, world_at
from cyberspace.law.timetable import FOREVER, Begun
from cyberspace.law.world import World


class Seasons:
    """What changes in a region, and has changed.

    The tick at which it stands is the next that is lived; what is due at that tick has not happened yet.

    Args:
        world: The region, as its world file has it.
        engine: Its backend.
        tick: The tick that it lives next.
        begun: Conditions that have come true.

    Attributes:
        world: The region as it is now.
        begun: Conditions that have come true, and when.
    """

    def __init__(self, world: World, engine: Backend, tick: int, begun: Begun):
        self._first, self.world, self._engine = world, world, engine
        # A fork may have dropped a condition that its state remembers.
        known = {one.name for one in world.timetable.conditions}
        self.begun = {name: when for name, when in begun.items() if name in known}
        self._happened: list[Event] = []
        self._next = tick
        if world.timetable:
            self._turn_to(world_at(world, tick - world.step, self.begun))

    @property
    def next_tick(self) -> int:
        """The next tick at which something is due, once what is due now has happened; `FOREVER` if nothing ever is."""
        return self._next if self._first.timetable else FOREVER

    def begin(self, tick: int) -> None:
        """Do all that is due at the start of a tick that is about to be lived."""
        if not self._first.timetable or tick < self._next:
            return
        self._look(tick)
        self._happened += events_of(self._first, tick - self._first.step + 1, tick + 1, self.begun)
        now = world_at(self._first, tick, self.begun)
        if not same_terms(self.world, now):
            self._forget(turned(self.world, now))
            self._turn_to(now)
        self._strike(tick)
        self._next = self._first.timetable.after(tick, self.begun)

    def take(self) -> tuple[Event, ...]:
        """What happened since this was last asked for."""
        happened, self._happened = tuple(self._happened), []
        return happened

    def _turn_to(self, world: World) -> None:
        if not same_terms(self.world, world):
            self._engine.adopt(world)
        self.world = world

    def _look(self, tick: int) -> None:
        """Look at the conditions that are due."""
        for one in self._first.timetable.conditions:
            due = tick % one.look < self._first.step
            if due and one.name not in self.begun and one.met(self._engine.look("alive"), self._engine.look("performed")):
                self.begun[one.name] = tick

    def _forget(self, sites: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> None:
        """What one task remembered means nothing to another."""
        if sites.any():
            self._engine.put("memory", np.where(sites, 0, self._engine.look("memory")).astype(np.int32))

    def _strike(self, tick: int) -> None:
        for blow in self._first.timetable.catastrophes:
            for due in blow.times.starts(tick - self._first.step + 1, tick + 1):
                died, lived = strike(self._engine, self._first, blow, due)
                what = f"{died:,} of {lived:,} died in region {self._first.region}"
                self._happened.append(Event(due, self._first.space, what, (int(self._first.region),)))
