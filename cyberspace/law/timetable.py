"""The timetable of a region: what changes there, and at which ticks; all of it is known beforehand, but for what organisms learn.

Everything that changes is constant between two ticks of change.  A region with a pace lives a change at its first tick at or after it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FOREVER = 2**62
"""A tick that nobody reaches."""

PARTS = 1_000_000
"""Shares are told in parts of this."""

Begun = Mapping[str, int]
"""Ticks at which conditions came true, by their names; a part of the state."""


@dataclass(frozen=True)
class Times:
    """Spells of time, half-open: from `start` on, for `length` ticks, every so many ticks, none beyond `until`.

    Attributes:
        start: First tick of the first spell.
        every: Ticks from one spell to the next; 0 for one spell alone.
        length: Ticks of a spell; 0 for one that lasts until `until`.
        until: Tick at which all is over.
    """

    start: int = 0
    every: int = 0
    length: int = 0
    until: int = FOREVER

    def since(self, tick: int) -> int | None:
        """The first tick of the spell that a tick lies in; None if it lies in none."""
        if not self.start <= tick < self.until:
            return None
        began = tick - (tick - self.start) % self.every if self.every else self.start
        return began if not self.length or tick < began + self.length else None

    def after(self, tick: int) -> int:
        """The first tick after one at which a spell begins or ends; `FOREVER` if there is none."""
        if tick < self.start:
            return self.start
        began = tick - (tick - self.start) % self.every if self.every else self.start
        found = [self.until]
        if self.length:
            found.append(began + self.length)
        if self.every:
            found.append(began + self.every)
        return min((one for one in found if tick < one <= self.until), default=FOREVER)

    def starts(self, low: int, high: int) -> Iterator[int]:
        """First ticks of the spells that begin from one tick on, and before another."""
        high = min(high, self.until)
        if not self.every:
            yield from [self.start] if low <= self.start < high else []
            return
        first = self.start + max(0, -(-(low - self.start) // self.every)) * self.every
        yield from range(first, high, self.every)


@dataclass(frozen=True)
class Course:
    """A number that follows a timetable while its spells last; of several, the one that began last is followed.

    Attributes:
        number: Where it stands in the world file, among the events of its space.
        key: What changes, as the world file calls it: a number of the physics, or "fill".
        field: The same in `Physics`; "fill" for what flows into pools.
        task: Index of the task whose pools are meant; -1 for the physics.
        times: When.
        at: Ticks since a spell began at which it has another value, from 0 on.
        values: Its values from then on, resolved as `Physics` has them; (fill, cap) of a task.
        period: Ticks after which `at` begins anew; 0 for never.
        told: The values as the world file gives them.
        owner: Name of the task whose pools are meant.
        listed: Whether each value stands in the world file, as those of a wave do not.
    """

    number: int
    key: str
    field: str
    task: int
    times: Times
    at: tuple[int, ...]
    values: tuple[int | tuple[int, ...], ...]
    period: int = 0
    told: tuple[int | float, ...] = ()
    owner: str = ""
    listed: bool = True

    def place(self, tick: int) -> int:
        """Index of the value that holds at a tick of a spell, -1 before the first."""
        since = self.times.since(tick)
        assert since is not None
        return bisect_right(self.at, (tick - since) % self.period if self.period else tick - since) - 1

    def after(self, tick: int) -> int:
        """The first tick after one at which it changes."""
        change, since = self.times.after(tick), self.times.since(tick)
        if since is None or (len(self.at) == 1 and not self.period):
            return change
        turn = since + (tick - since) // self.period * self.period if self.period else since
        k = bisect_right(self.at, tick - turn)
        ahead = turn + self.at[k] if k < len(self.at) else turn + self.period + self.at[0] if self.period else FOREVER
        return min(change, ahead)


@dataclass(frozen=True)
class Catastrophe:
    """Some of those who live in a place die, each by chance.

    Attributes:
        number: Where it stands among the events of its space; also the random word that decides.
        times: When: each spell is one blow.
        threshold: Who has a word below this dies, 0 to 2^32.
        where: Sites that are struck, bool (sites,).
    """

    number: int
    times: Times
    threshold: int
    where: NDArray[np.bool_]


@dataclass(frozen=True)
class Condition:
    """That enough of a region's living perform a goal; once it is true it stays so.

    Attributes:
        goal: Name of the goal.
        mask: Bits of `performed` of which one is enough.
        share: Of the living, in `PARTS`.
        look: It is looked at at ticks that are multiples of this.
    """

    goal: str
    mask: int
    share: int
    look: int

    @property
    def name(self) -> str:
        """What it is called in a state."""
        return f"{self.goal} {self.share}/{PARTS} {self.look}"

    def met(self, alive: NDArray[np.bool_], performed: NDArray[np.uint32]) -> bool:
        """Whether it is true of a region; of an empty one it never is."""
        living = int(np.count_nonzero(alive))
        doing = int(np.count_nonzero(alive & ((performed & np.uint32(self.mask)) != 0)))
        return living > 0 and doing * PARTS >= self.share * living


@dataclass(frozen=True)
class Window:
    """When a task is posed.

    Attributes:
        task: Its index.
        name: Its name in the world file.
        times: In which spells.
        after: The condition that must have come true; None for none.
        before: The condition that must not have come true.
    """

    task: int
    name: str
    times: Times
    after: Condition | None = None
    before: Condition | None = None

    def open(self, tick: int, begun: Begun) -> bool:
        """Whether the task is posed at a tick."""
        waits = self.after is not None and self.after.name not in begun
        over = self.before is not None and self.before.name in begun
        return not waits and not over and self.times.since(tick) is not None


@dataclass(frozen=True)
class Timetable:
    """All that changes in a region; empty for a world that stays as it is."""

    courses: tuple[Course, ...] = ()
    catastrophes: tuple[Catastrophe, ...] = ()
    windows: tuple[Window, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.courses or self.catastrophes or self.windows)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition once, in the order of the file."""
        found = [one for window in self.windows for one in (window.after, window.before) if one is not None]
        return tuple(dict.fromkeys(found))

    def after(self, tick: int, begun: Begun) -> int:
        """The first tick after one at which something changes or is looked at; `FOREVER` if there is none."""
        found = [FOREVER, *(course.after(tick) for course in self.courses)]
        for blow in self.catastrophes:
            found.append(next(blow.times.starts(tick + 1, FOREVER), FOREVER))
        found += [window.times.after(tick) for window in self.windows]
        found += [tick - tick % one.look + one.look for one in self.conditions if one.name not in begun]
        return min(found)

    def values(self, tick: int) -> dict[tuple[str, int], int | tuple[int, ...]]:
        """Values of the numbers that are not as the world file's tables have them, by (field, task)."""
        found: dict[tuple[str, int], tuple[int, int | tuple[int, ...]]] = {}
        for course in self.courses:
            since = course.times.since(tick)
            if since is None or (place := course.place(tick)) < 0:
                continue
            if since >= found.get((course.field, course.task), (-1, 0))[0]:
                found[course.field, course.task] = since, course.values[place]
        return {key: value for key, (_, value) in found.items()}

    def closed(self, tick: int, begun: Begun) -> set[int]:
        """Tasks that are not posed at a tick."""
        return {window.task for window in self.windows if not window.open(tick, begun)}


NOTHING = Timetable()
"""Of a world that stays as it is."""
