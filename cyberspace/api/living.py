"""The regions of a simulation, and how they live to a tick together."""

from __future__ import annotations

import signal
import threading
import warnings
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from cyberspace.api.births import Tables
from cyberspace.api.hands import Hands
from cyberspace.backends.backend import find_backend, make_backend
from cyberspace.cores import chosen_threads
from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.digest import digest, universe_digest
from cyberspace.law.energy import Ledger, audit, audit_letters, total
from cyberspace.law.letters import under_way
from cyberspace.law.state import FIELDS, TALLY, WorldState
from cyberspace.law.universe import Space, Universe
from cyberspace.ranks.team import Single
from cyberspace.record.journal import Journal
from cyberspace.record.samples import MEASURED
from cyberspace.run.local import LocalRegion
from cyberspace.run.runtime import LAST_TICK, signals

Backends = str | Mapping[str, str] | Sequence[str]
"""One for all regions, one by space, or some that the regions take in turn; empty or left out: what the world file says."""


class Living:
    """All regions of a universe in this process.

    Args:
        universe: The universe.
        states: States of all regions in a cut.
        tick: Its tick.
        backends: Name of the backend of each region.
        threads: Threads of a numba region; as many as are free if None, and no more than that.
        past: Journals of the regions; none if empty.

    Attributes:
        tick: What everybody has lived.
        regions: The regions, in the order in which they are pushed where they stand at the same tick.
        hands: What is done in each, by number.
        tables: Births and crossings.
    """

    def __init__(
        self, universe: Universe, states: Sequence[WorldState], tick: int, backends: Sequence[str], threads: int | None,
        past: Sequence[Journal] = (),
    ):  # fmt: skip
        self.universe, self.tick, self.backends, self.threads = universe, tick, tuple(backends), _threads(threads)
        self.tables, team = Tables(universe), Single()
        self.hands: list[Hands] = []
        self.regions: list[LocalRegion] = []
        for number, (world, state, name) in enumerate(zip(universe.worlds, states, backends, strict=True)):
            done = int(state.tally[TALLY.index("acts")])
            self.hands.append(Hands(world, done, past[number] if past else None))
            engine = make_backend(name, world, state, threads=self.threads)
            self.regions.append(LocalRegion(universe, number, engine, state, team, 1, self.hands[-1]))

    def live(self, stop: int, note: Callable[[], object] = lambda: None) -> None:
        """Live to a tick; `note` is called between two spans.

        Raises:
            KeyboardInterrupt: After Ctrl-C, once all regions have reached the same tick.
        """
        with _held_signals() as caught:
            while not caught and self._push(stop):
                note()
            if caught:
                stop = min(stop, max(region.tick for region in self.regions))
                while self._push(stop):
                    note()
        for region in self.regions:
            region.repeat_acts()
        self.tick = stop
        self.tables.gather(self.regions)
        if caught:
            signal.raise_signal(caught[0])

    def _push(self, stop: int) -> bool:
        """Let every region live a span, those that are behind first; whether any could."""
        moved = [region.push(stop) for region in sorted(self.regions, key=lambda region: region.tick)]
        return any(moved)

    def region(self, number: int) -> LocalRegion:
        """The region of a number."""
        return next(region for region in self.regions if region.world.region == number)

    def states(self, fields: Container[str] = FIELDS) -> list[WorldState]:
        """States of all regions at the tick, by number; fields that are not asked for may be empty."""
        return [self.region(number).state(self.tick, fields) for number in range(len(self.regions))]

    def begun(self) -> dict[int, Mapping[str, int]]:
        """Conditions that have come true in each region, and when."""
        return {number: state.begun for number, state in enumerate(self.states(()))}

    def digest(self) -> str:
        """Digest of the universe at the tick."""
        return universe_digest(digest(state) for state in self.states())

    def audit(self) -> Ledger:
        """The ledger of the universe at the tick, checked region by region and with the letters under way.

        Raises:
            LawBroken: If it does not balance.
        """
        pairs = list(zip(self.universe.worlds, self.states(MEASURED), strict=True))
        books = total(audit(state, int(world.region)) for world, state in pairs)
        audit_letters(books, sum(under_way(world, state.outbox) for world, state in pairs), self.tick)
        return books


@contextmanager
def _held_signals() -> Iterator[list[int]]:
    """Collects what would stop the process, so that no region stays behind; in a thread nothing does."""
    if threading.current_thread() is threading.main_thread():
        with signals() as caught:
            yield caught
    else:
        yield []


def space_named(universe: Universe, name: str | None) -> Space:
    """The space of a name; None for the only one.

    Raises:
        InputError: If there is none.
    """
    names = [space.name for space in universe.spaces]
    if name is None and len(names) == 1:
        return universe.spaces[0]
    if name not in names:
        raise InputError(problem("space", repr(name), f"one of {', '.join(names)}", nearest(str(name), names)))
    return universe.spaces[names.index(name)]


def backends_of(universe: Universe, wish: Backends) -> list[str]:
    """Name of the backend of each region.

    Raises:
        InputError: If a name is none, or a space is none.
    """
    if isinstance(wish, Mapping):
        by_space = {space_named(universe, space).name: name for space, name in wish.items()}
        names = [by_space.get(world.space, "") for world in universe.worlds]
    else:
        turn = [wish] if isinstance(wish, str) else list(wish) or [""]
        names = [turn[k % len(turn)] for k in range(len(universe.worlds))]
    for name in names:
        if name:
            find_backend(str(name), Path(), "backend")
    return [name or universe.space_of(k).backend for k, name in enumerate(names)]


def _threads(wished: int | None) -> int | None:
    """Threads as they were asked for, as far as this process may use so many; a warning where it may not."""
    if wished is None:
        return None
    most = chosen_threads()
    if whole("threads", wished, 1, LAST_TICK) > most:
        warnings.warn(f"threads={wished}: this process may use {most}; going on with {most}", RuntimeWarning, stacklevel=4)
    return min(wished, most)


def whole(name: str, value: object, low: int, high: int) -> int:
    """A whole number between two others.

    Raises:
        InputError: If it is none.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__") or not low <= (number := int(value.__index__())) <= high:
        raise InputError(problem(name, repr(value), f"a whole number from {low} to {high}", str(low)))
    return number
