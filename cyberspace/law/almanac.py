"""The almanac: what a timetable has for some ticks, in words, for everybody who tells of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from cyberspace.law.timetable import FOREVER, PARTS, Begun, Course, Window
from cyberspace.law.universe import Space, Universe
from cyberspace.law.world import World


@dataclass(frozen=True, order=True)
class Event:
    """Something that happens by a timetable.

    Attributes:
        tick: Tick of the universe for which it stands there.
        space: Name of the space.
        what: In words.
        regions: Numbers of the regions where it happens; none for all of the space.
    """

    tick: int
    space: str
    what: str
    regions: tuple[int, ...] = ()


def events_of(world: World, low: int, high: int, begun: Begun) -> Iterator[Event]:
    """What happens in one region from one tick on and before another, ticks of each entry in order; waves begin and end, no more."""
    table = world.timetable
    told: list[Iterable[tuple[int, str]]] = [_course(course, low, high) for course in table.courses]
    told += [
        ((tick, f"catastrophe: {100 * blow.threshold / 2**32:.3g} % die") for tick in blow.times.starts(low, high))
        for blow in table.catastrophes
    ]
    told += [_window(window, low, high, begun) for window in table.windows]
    told.append(
        (begun[one.name], f"{one.goal} performed by {share_of(one.share)}") for one in table.conditions if one.name in begun
    )
    for tick, what in (pair for pairs in told for pair in pairs):
        if low <= tick < high:
            yield Event(tick, world.space, what, (int(world.region),))


def events_between(universe: Universe, low: int, high: int, begun: Mapping[int, Begun]) -> list[Event]:
    """What happens in a universe from one tick on and before another, in order; `begun` by number of the region."""
    found: list[Event] = []
    for space in universe.spaces:
        found += _together(space, (events_of(universe.worlds[k], low, high, begun.get(k, {})) for k in space.regions))
    return sorted(found)


def coming(universe: Universe, tick: int, begun: Mapping[int, Begun], most: int) -> list[Event]:
    """The next that are known beforehand, from a tick on: at least so many if there are, and no more than that."""
    ahead, found = 1024, list[Event]()
    while len(found) < most and ahead < FOREVER:
        found = events_between(universe, tick, min(tick + ahead, 2**31), begun)
        if tick + ahead >= 2**31:
            break
        ahead *= 4
    return found[:most]


def latest(universe: Universe, tick: int, begun: Mapping[int, Begun], most: int) -> list[Event]:
    """The newest of what happened before a tick, at most so many, in order."""
    back, found = 1024, list[Event]()
    while len(found) < most:
        found = events_between(universe, max(0, tick - back), tick, begun)
        if back >= tick:
            break
        back *= 4
    return found[-most:]


def share_of(parts: int) -> str:
    """A share in `PARTS` in words."""
    return f"{100 * parts / PARTS:g} %"


def _together(space: Space, regions: Iterable[Iterator[Event]]) -> Iterator[Event]:
    """Events of regions, those that happen in several as one."""
    where: dict[Event, list[int]] = {}
    for events in regions:
        for event in events:
            where.setdefault(replace(event, regions=()), []).append(event.regions[0])
    for event, numbers in where.items():
        yield event if len(numbers) == len(space.regions) else replace(event, regions=tuple(numbers))


def _course(course: Course, low: int, high: int) -> Iterator[tuple[int, str]]:
    name, times = course.key if not course.owner else f"{course.key} of {course.owner}", course.times
    length = times.length or (times.every if times.every else 0)
    for start in times.starts(max(times.start, low - length) if times.every else times.start, high):
        if course.period and not course.listed:
            yield start, f"{name} swings from {min(course.told):g} to {max(course.told):g}"
        else:
            end = min(high, times.until, start + times.length if times.length else FOREVER)
            yield from ((tick, f"{name} = {value:g}") for tick, value in _points(course, start, low, end))
        if times.length and start + times.length < times.until:
            yield start + times.length, f"{name} as before"
    if low <= times.until < high and times.since(times.until - 1) is not None:
        yield times.until, f"{name} as before"


def _points(course: Course, start: int, low: int, high: int) -> Iterator[tuple[int, float]]:
    """Ticks at which a course that began at one has another value, from one tick on and before another."""
    turn = start + max(0, low - start) // course.period * course.period if course.period else start
    while turn < high:
        first = bisect_left(course.at, low - turn)
        for at, value in zip(course.at[first:], course.told[first:], strict=True):
            if turn + at < high:
                yield turn + at, value
        if not course.period:
            return
        turn += course.period


def _window(window: Window, low: int, high: int, begun: Begun) -> Iterator[tuple[int, str]]:
    """When a task begins and ends to be posed, as far as that is known."""
    tick = low - 1
    ticks = {begun[one.name] for one in (window.after, window.before) if one is not None and one.name in begun}
    while (tick := min(window.times.after(tick), *[t for t in ticks if t > tick], FOREVER)) < high:
        then = {name: at for name, at in begun.items() if at <= tick}
        before = tick > 0 and window.open(tick - 1, {name: at for name, at in begun.items() if at < tick})
        if window.open(tick, then) != before:
            yield tick, f"{window.name} is {'posed no more' if before else 'posed'}"
