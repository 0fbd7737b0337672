"""From the events of a space to its timetable: each is checked for itself, and all against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.kinds import Kind
from cyberspace.law.physics import MAX_ENERGY, NUMBERS, PhysicsNumber
from cyberspace.law.timetable import Catastrophe, Course, Times, Timetable, Window
from cyberspace.law.world import TaskPlace
from cyberspace.worldfile.conditions import make_windows
from cyberspace.worldfile.curves import steps_of, wave_values
from cyberspace.worldfile.places import MAX_FILL, pool_numbers
from cyberspace.worldfile.schema import SpaceTable
from cyberspace.worldfile.tables import EventTable
from cyberspace.worldfile.times import first_meeting, need_length, times_of
from topology import FAR_AXES, NEAR_AXES, Lattice

KINDS = ("set", "wave", "table", "kill")
FILL = "fill"
FIXED = ("lesson",)
"""Numbers that can't change: lessons are counted by them."""

CHANGING = {row.key: row for row in NUMBERS if row.key not in FIXED}
KEYS = (*CHANGING, FILL)

Box = tuple[tuple[int, int], ...]
"""Some of the regions of a space: a half-open range along each of the far axes."""

Resolve = Callable[[Course, float], int | tuple[int, ...]]
"""What the laws reckon with, from a value of a world file."""


@dataclass(frozen=True)
class Script:
    """All that changes in the regions of a space, values still as the file has them.

    Attributes:
        lengths: Lengths of the far axes.
        courses: Each with the regions where it holds.
        blows: Catastrophes, the same.
        windows: When tasks are posed.
    """

    lengths: tuple[int, ...] = ()
    courses: tuple[tuple[Course, Box], ...] = ()
    blows: tuple[tuple[Catastrophe, Box], ...] = ()
    windows: tuple[Window, ...] = ()

    def timetable(self, resolve: Resolve) -> Callable[[int], Timetable]:
        """The timetable of a region by its number within the space."""
        ready = [(replace(one, values=tuple(resolve(one, value) for value in one.told)), box) for one, box in self.courses]

        def of(region: int) -> Timetable:
            home = [int(place) for place in np.unravel_index(region, self.lengths)] if self.lengths else []
            courses = tuple(one for one, box in ready if _holds(box, home))
            blows = tuple(one for one, box in self.blows if _holds(box, home))
            # What changes elsewhere in the space is told as well: regions share what is compiled.
            away = tuple(replace(one, times=NEVER) for one, box in ready if not _holds(box, home))
            return Timetable((*courses, *away), blows, self.windows)

        return of


def _holds(box: Box, home: Sequence[int]) -> bool:
    """Whether a region, by its place along the far axes, is among some."""
    return all(low <= place < high for (low, high), place in zip(box, home, strict=True))


NEVER = Times(start=2**62, until=2**62)


def make_script(space: SpaceTable, kind: Kind, where: str, lattice: Lattice, places: Sequence[TaskPlace]) -> Script:
    """What changes in a space; without places of its tasks, its events are checked and no more.

    Raises:
        InputError: With a line for everything that is wrong.
    """
    problems: list[str] = []
    courses: list[tuple[Course, Box]] = []
    blows: list[tuple[Catastrophe, Box]] = []
    windows: tuple[Window, ...] = ()
    placed = len(places) >= len(space.tasks)
    try:
        windows = make_windows(space.tasks, places, where) if placed else ()
    except InputError as error:
        problems += error.problems
    for k, event in enumerate(space.events):
        entry = f"{where}.events[{k}]"
        given = [name for name in KINDS if getattr(event, name) is not None]
        if len(given) != 1:
            problems.append(
                problem(entry, " and ".join(given) or "none", f"one of {', '.join(KINDS)}", "set = { sunlight = 2 }")
            )
            continue
        times = times_of(entry, event.at, event.until, event.every, event.length, problems)
        sites, box = _place(event, entry, kind, lattice, problems)
        if event.kill is not None:
            _need_blow(event, entry, problems)
            blows.append((Catastrophe(k, times, round(event.kill * 2**32), sites), box))
        else:
            mine = list(_courses(event, k, entry, times, space, problems))
            fills = [one for one in mine if one.field == FILL and placed and all(_fits(None, value) for value in one.told)]
            problems += [line for one in fills for line in _too_full(one, entry, space, lattice, places)]
            courses += [(one, box) for one in mine]
    if not problems:
        problems += _conflicts(courses, where)
    if problems:
        raise InputError(*problems)
    return Script(tuple(lattice.length(axis) for axis in FAR_AXES), tuple(courses), tuple(blows), windows)


def _too_full(one: Course, where: str, space: SpaceTable, lattice: Lattice, places: Sequence[TaskPlace]) -> Iterator[str]:
    """A line if more flows into a pool in a lesson than it can hold."""
    most = max(one.told)
    flow, _ = pool_numbers(space.tasks[one.task], places[one.task].task, most, space, lattice)
    if flow > MAX_FILL:
        got, expected = f"fill = {most:g}, {flow:,} for a pool in a lesson", f"at most {MAX_FILL:,} for a pool in a lesson"
        yield problem(where, got, expected, f"{MAX_FILL * most / flow:.3g}")


def _need_blow(event: EventTable, where: str, problems: list[str]) -> None:
    for name, key in (("length", "for"), ("task", "task")):
        if getattr(event, name) is not None:
            problems.append(
                problem(
                    f"{where}.{key}", repr(getattr(event, name)), "nothing: a catastrophe is one blow", f"leaving {key} out"
                )
            )


def _place(event: EventTable, where: str, kind: Kind, lattice: Lattice, problems: list[str]) -> tuple[NDArray[np.bool_], Box]:
    """Sites within a region, bool (sites,), and regions where an event happens."""
    near, far = np.ones(lattice.sites, dtype=bool), {axis: (0, lattice.length(axis)) for axis in FAR_AXES}
    coordinates = lattice.coordinates(np.arange(lattice.sites))
    names = [*FAR_AXES, *kind.axes]
    for name, (low, high) in event.where.items():
        axis, entry = kind.axis(name), f"{where}.where.{name}"
        if axis not in (*FAR_AXES, *NEAR_AXES) or name not in names:
            problems.append(
                problem(entry, repr(name), f"an axis of a {kind.name} space: {', '.join(names)}", nearest(name, names))
            )
        elif not 0 <= low < high <= lattice.length(axis):
            fits = f"[0, {lattice.length(axis)}]"
            problems.append(problem(entry, str([low, high]), f"a range inside {fits}", f"{name} = {fits}"))
        elif axis in FAR_AXES:
            far[axis] = low, high
        elif event.kill is None:
            expected = f"far axes alone ({', '.join(FAR_AXES)}), since a region has one physics"
            problems.append(problem(entry, str([low, high]), expected, f"leaving {name} out"))
        else:
            near &= (coordinates[NEAR_AXES.index(axis)] >= low) & (coordinates[NEAR_AXES.index(axis)] < high)
    return near, tuple(far.values())


def _courses(
    event: EventTable, number: int, where: str, times: Times, space: SpaceTable, problems: list[str]
) -> Iterator[Course]:
    """The numbers that an event changes, values as the file has them."""
    tasks = _tasks_meant(event, where, space, problems)
    if event.table is None:
        need_length(where, event.every, event.length, problems)
    for entry, key, at, values, period in _curves(event, where, problems):
        if key not in KEYS:
            expected = f"one of {', '.join(KEYS)}"
            problems.append(problem(entry, repr(key), expected, nearest(key, KEYS)))
            continue
        row = CHANGING.get(key)
        whole = row is not None and row.type is int
        said = [int(np.floor(value + 0.5)) if whole and event.wave else value for value in values]
        wrong = next((value for value in said if not _fits(row, value)), None)
        if wrong is not None:
            problems.append(problem(entry, f"{wrong:g}", _range(row), _nearest_value(row, wrong)))
        told = tuple(int(value) if whole else value for value in said)
        if event.table is not None:
            times = replace(times, every=0)
        for task in tasks if key == FILL else (-1,):
            owner, name = (space.tasks[task].name if task >= 0 else ""), FILL if row is None else row.name
            yield Course(number, key, name, task, times, tuple(at), (), period, told, owner, event.wave is None)


def _curves(
    event: EventTable, where: str, problems: list[str]
) -> Iterator[tuple[str, str, Sequence[int], Sequence[float], int]]:
    """What errors call a value, its key, ticks, values and period."""
    if event.set is not None:
        if not event.set:
            problems.append(problem(f"{where}.set", "an empty table", f"some of {', '.join(KEYS)}", "sunlight = 2"))
        for key, value in event.set.items():
            yield f"{where}.set.{key}", key, (0,), (value,), 0
    elif event.wave is not None:
        wave, entry = event.wave, f"{where}.wave"
        at = steps_of(wave.period, wave.step, f"{entry}.step", problems)
        yield entry, wave.key, at, wave_values(wave.mean, wave.amplitude, wave.period, at), wave.period
    elif event.table is not None:
        table, entry = event.table, f"{where}.table"
        if len(table.at) != len(table.values):
            got = f"{len(table.values)} of them"
            problems.append(problem(f"{entry}.values", got, f"{len(table.at)}, one for each of at", "as many of both"))
        late = [tick for tick in table.at if event.every is not None and tick >= event.every]
        if any(a >= b for a, b in zip(table.at, table.at[1:], strict=False)) or late:
            expected = f"ticks in order, each once{'' if event.every is None else f', below every = {event.every}'}"
            problems.append(problem(f"{entry}.at", str(table.at), expected, str(sorted(set(table.at) - set(late)) or [0])))
        yield entry, table.key, table.at, table.values[: len(table.at)], event.every or 0


def _tasks_meant(event: EventTable, where: str, space: SpaceTable, problems: list[str]) -> list[int]:
    """Tasks whose pools an event fills."""
    keys = [*(event.set or {}), *(one.key for one in (event.wave, event.table) if one is not None)]
    names = [table.name for table in space.tasks]
    if event.task is not None:
        if event.task not in names:
            expected = f"a task of the space{': ' if names else ', which has none'}{', '.join(dict.fromkeys(names))}"
            problems.append(
                problem(f"{where}.task", repr(event.task), expected, nearest(event.task, names or ["leaving it out"]))
            )
        if FILL not in keys:
            problems.append(problem(f"{where}.task", repr(event.task), "a task where fill changes", "leaving task out"))
        return [k for k, name in enumerate(names) if name == event.task]
    if FILL in keys and len(names) != 1:
        expected = f"the task whose fill it is{': ' if names else '; the space has none'}{', '.join(dict.fromkeys(names))}"
        attempt = f'task = "{names[0]}"' if names else "leaving fill out"
        problems.append(problem(f"{where}.task", "nothing", expected, attempt))
    return list(range(len(names)))


def _fits(row: PhysicsNumber | None, value: float) -> bool:
    low, high = (0, MAX_ENERGY) if row is None else (row.low, row.high)
    whole = row is None or row.type is not int or value == int(value)
    return whole and low <= value and (high is None or value <= high)


def _range(row: PhysicsNumber | None) -> str:
    low, high = (0, MAX_ENERGY) if row is None else (row.low, row.high)
    what = "a whole number" if row is not None and row.type is int else "a number"
    return f"{what} from {low:,} on" if high is None else f"{what} from {low:,} to {high:,}"


def _nearest_value(row: PhysicsNumber | None, value: float) -> str:
    low, high = (0, MAX_ENERGY) if row is None else (row.low, row.high)
    near = min(max(value, low), value if high is None else high)
    return f"{round(near)}" if row is not None and row.type is int else f"{near:.10g}"


def _conflicts(courses: Sequence[tuple[Course, Box]], where: str) -> Iterator[str]:
    """A line for each two events that set the same number from the same tick on."""
    for (one, here), (other, there) in combinations(courses, 2):
        shared = all(max(a[0], b[0]) < min(a[1], b[1]) for a, b in zip(here, there, strict=True))
        if (one.field, one.task) == (other.field, other.task) and shared:
            tick = first_meeting(one.times, other.times)
            if tick is not None:
                got = f"{other.key} from tick {tick:,} on, as events[{one.number}] has it"
                expected = "one event for each number and first tick"
                yield problem(f"{where}.events[{other.number}]", got, expected, "another at")
