"""When tasks are posed: from the keys of their tables to windows of time, with conditions on what is performed elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.timetable import PARTS, Condition, Times, Window
from cyberspace.law.world import TaskPlace
from cyberspace.worldfile.schema import TaskTable
from cyberspace.worldfile.tables import ConditionTable
from cyberspace.worldfile.times import apart, need_length, times_of


def has_window(table: TaskTable) -> bool:
    """Whether a task is not posed all the time."""
    return bool(_told(table))


def told(table: TaskTable) -> list[object]:
    """What a table says of when its task is posed, for the identity of its world; nothing if it is always posed."""
    found = _told(table)
    return [found] if found else []


def _told(table: TaskTable) -> dict[str, object]:
    names = ("start", "until", "every", "length", "after", "before")
    return {name: getattr(table, name) for name in names if getattr(table, name) != TaskTable.model_fields[name].default}


def task_times(table: TaskTable, where: str, problems: list[str]) -> Times:
    """In which spells a task is posed."""
    need_length(where, table.every, table.length, problems)
    return times_of(where, table.start, table.until, table.every, table.length, problems, "from")


def never_together(one: TaskTable, other: TaskTable) -> bool:
    """Whether two tasks are never posed at the same tick, whatever is performed."""
    handed_on = any(a is not None and a == b for a, b in ((one.before, other.after), (other.before, one.after)))
    return handed_on or apart(task_times(one, "", []), task_times(other, "", []))


def make_windows(tables: Sequence[TaskTable], places: Sequence[TaskPlace], where: str) -> tuple[Window, ...]:
    """The windows of the tasks of a space, whose times were checked.

    Raises:
        InputError: With a line for everything that is wrong.
    """
    problems: list[str] = []
    windows: list[Window] = []
    for k, table in enumerate(tables):
        if has_window(table):
            entry = f"{where}.tasks[{k}]"
            times = task_times(table, entry, [])
            found = {
                name: _condition(getattr(table, name), places, k, f"{entry}.{name}", problems) for name in ("after", "before")
            }
            windows.append(Window(k, table.name, times, found["after"], found["before"]))
    if not problems:
        _need_beginnings(windows, places, where, problems)
    if problems:
        raise InputError(*problems)
    return tuple(windows)


def _condition(
    table: ConditionTable | None, places: Sequence[TaskPlace], task: int, where: str, problems: list[str]
) -> Condition | None:
    """A condition; nobody can perform a goal of a task that waits for just that."""
    if table is None:
        return None
    waits = where.endswith("after")
    rows = [
        (goal, place.first_goal + row)
        for k, place in enumerate(places)
        for row, goal in enumerate(place.task.goals)
        if k != task or not waits
    ]
    mask = sum(1 << bit for goal, bit in rows if goal == table.goal)
    if not mask:
        known = list(dict.fromkeys(goal for goal, _ in rows))
        expected = f"a goal of {'another task' if waits else 'the tasks'} of the space{': ' if known else ''}{', '.join(known)}"
        problems.append(problem(f"{where}.goal", repr(table.goal), expected, nearest(table.goal, known or ["another task"])))
    return Condition(table.goal, mask, max(1, round(table.share * PARTS)), table.look)


def _need_beginnings(windows: Sequence[Window], places: Sequence[TaskPlace], where: str, problems: list[str]) -> None:
    """Refuse tasks that wait for each other."""
    waiting = {window.task: window for window in windows if window.after is not None}
    while True:
        begun = [place for k, place in enumerate(places) if k not in waiting]
        bits = {place.first_goal + row for place in begun for row in range(len(place.task.goals))}
        ready = [k for k, one in waiting.items() if one.after is not None and any(one.after.mask >> bit & 1 for bit in bits)]
        if not ready:
            break
        for k in ready:
            del waiting[k]
    for k, window in waiting.items():
        assert window.after is not None
        got, expected = f"{window.after.goal!r}, of a task that waits as well", "a goal of a task that begins without this one"
        problems.append(problem(f"{where}.tasks[{k}].after.goal", got, expected, "leaving out one after"))
