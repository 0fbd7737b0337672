"""The whole story of a run, told bit by bit or at once."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from cyberspace.analysis.inspect_run import newest_states
from cyberspace.analysis.story import crossers, marks
from cyberspace.analysis.story.marks import Mark
from cyberspace.analysis.story.muller import muller
from cyberspace.analysis.story.past import Past
from cyberspace.analysis.story.told import Story
from cyberspace.analysis.story.tracing import trace
from cyberspace.errors import InputError
from cyberspace.law.almanac import events_between
from cyberspace.law.timetable import Begun
from cyberspace.record.reading import written
from cyberspace.record.run_folder import RunFolder, open_run
from cyberspace.record.samples import chances

MOST_EVENTS = 200
"""Events of timetables that are marked: the newest."""


def tell(folder: RunFolder) -> Story:
    """The story of a run, all at once.

    Raises:
        InputError: If nothing was recorded yet, or the record is damaged.
    """
    telling = telling_of(folder)
    while True:
        try:
            next(telling)
        except StopIteration as done:
            story: Story = done.value
            return story


def marks_of(path: str | Path) -> list[dict[str, int | str]]:
    """The marks of the run in a folder, as plain facts.

    Raises:
        InputError: If it is no run, nothing was recorded yet, or the record is damaged.
    """
    return [asdict(mark) for mark in tell(open_run(path, rest=True)).marks]


def telling_of(folder: RunFolder) -> Generator[None, None, Story]:
    """The story of a run, bit by bit: each takes some milliseconds.

    Raises:
        InputError: If nothing was recorded yet, or the record is damaged.
    """
    past = Past(folder)
    found = [*_series(past), *_events(past)]
    yield
    found += yield from crossers.amphibians(past)
    note, counts = "", list[dict[int, int]]()
    if not past.tellable:
        note = "who lives where is not recorded, so there are no branches; name energy and founder in record.fields"
        plot = muller(past.ticks, [])
    else:
        tracer = yield from trace(past, counts)
        plot = muller(past.ticks, tracer.found)
        found += [*marks.lineages(past.ticks, counts), *marks.branches(plot)]
    newest = int(past.samples[-1]) if len(past.samples) else -1
    return Story(newest, tuple(sorted(_where(past, mark) for mark in found)), plot, note)


def _series(past: Past) -> Iterator[Mark]:
    """Marks of functions and rules, from every sample of the series."""
    chance = chances(past.folder.universe)
    for space in past.spaces:
        table = past.tables.columns(f"{space}/series")
        ticks = written(table["tick"])
        goals = table["shares"].about["goals"]
        assert isinstance(goals, Sequence)
        shares = np.asarray(table["shares"][: len(ticks)], dtype=np.float64)
        yield from marks.functions(ticks, shares, [str(goal) for goal in goals], chance, space)
        if "rules" in table:
            names = table["rules"].about["rules"]
            assert isinstance(names, Sequence)
            yield from marks.rules(ticks, np.asarray(table["rules"][: len(ticks)]), [str(name) for name in names], space)


def _events(past: Past) -> Iterator[Mark]:
    """Events of timetables until the newest sample; those that depend on what happened are known until the newest checkpoint."""
    universe = past.folder.universe
    if not any(world.timetable for world in universe.worlds) or not len(past.samples):
        return
    begun: Mapping[int, Begun] = {}
    if any(world.timetable.conditions for world in universe.worlds):
        try:
            begun = {k: state.begun for k, state in enumerate(newest_states(past.folder)[1])}
        except InputError:  # no checkpoint yet: nothing is known to have begun
            begun = {}
    for event in events_between(universe, 0, int(past.samples[-1]) + 1, begun)[-MOST_EVENTS:]:
        kind = "catastrophe" if event.what.startswith("catastrophe") else "event"
        yield Mark(event.tick, kind, event.what, event.space)


def _where(past: Past, mark: Mark) -> Mark:
    """A mark of a function with a site where it is performed at that sample, where that was recorded."""
    if mark.kind != "function" or f"{mark.space}/fields/performed" not in past.tables:
        return mark
    ticks = written(past.tables.column(f"{mark.space}/fields/tick"))
    at = int(np.searchsorted(ticks, mark.tick))
    if at == len(ticks) or ticks[at] != mark.tick:
        return mark
    goals = past.tables.column(f"{mark.space}/series/shares").about["goals"]
    assert isinstance(goals, Sequence)
    bit = next(k for k, goal in enumerate(goals) if mark.words.startswith(f"{goal} "))
    does = past.tables.column(f"{mark.space}/fields/performed")[at].ravel().astype(np.int64) >> bit & 1
    if "energy" in past.tables.columns(f"{mark.space}/fields"):
        does &= past.tables.column(f"{mark.space}/fields/energy")[at].ravel().astype(np.int64) > 0
    sites = np.flatnonzero(does)
    first = past.tables.about(mark.space)["first_site"]
    assert isinstance(first, int)
    return replace(mark, site=first + int(sites[len(sites) // 2])) if len(sites) else mark
