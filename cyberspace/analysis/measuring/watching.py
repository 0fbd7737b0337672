"""Who gives to whom, and who hears whom: seen by living a checkpoint on for a while, since no record tells it.

The world is lived as the run would, by the same laws (the reference backend), but alone: links stay shut, and what people did is not done
again.  What goes over links stands in the record (`links`), for all of a letter together.  The run itself stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.measures.trophic import Trophic
from cyberspace.backends.reference import NumpyEngine, Reference
from cyberspace.law.clock import Moment
from cyberspace.law.engine import Change, Engine, Flows
from cyberspace.law.exchange import Near
from cyberspace.law.state import SOIL, Region, WorldState
from cyberspace.law.terms import world_at
from cyberspace.law.tick import Exchange, Lived
from cyberspace.law.timetable import NOTHING
from cyberspace.law.verbs.sense import Seen
from cyberspace.law.world import World
from organisms.arrays import Value, Words

Ints = NDArray[np.int64]

MOST = 64
"""One more than the groups that are told apart, at most; codes of them are far below the marks of those who arise from nothing."""


class Noting(Near):
    """Meets as `Near` does, and notes gifts and what is heard."""

    def __init__(self, watched: Watched):
        self._watched = watched

    def seen(self, engine: Engine, world: World, region: Region, now: Moment) -> Seen:
        """What each site sees of its partner; said is what is not 0."""
        somebody, messages = super().seen(engine, world, region, now)
        said = np.asarray(somebody) & region.alive & (np.asarray(messages) != 0).any(axis=0)
        self._watched.hear(region, np.flatnonzero(said), now)
        return somebody, np.zeros_like(messages) if self._watched.deaf else messages

    def emit(self, engine: Engine, world: World, region: Region, now: Moment, flows: Flows) -> Region:
        """Letters are written, the gifts noted."""
        region = super().emit(engine, world, region, now, flows)
        self._watched.give(region, np.asarray(self._letters.gift), now)
        return region


class Watching(NumpyEngine):
    """Lives as NumPy does, and notes what lessons pay."""

    def __init__(self, watched: Watched):
        self._watched, self._inside = watched, False

    def when(self, condition: Value, change: Change, region: Region, sums: Words) -> tuple[Region, Words]:
        """The end of a lesson, if it is one; then sunlight falls.  What is asked inside of it is a part of that."""
        if self._inside:
            return super().when(condition, change, region, sums)
        self._inside = True
        after, sums = super().when(condition, change, region, sums)
        self._inside = False
        self._watched.pay(region, after)
        return after, sums


class Watched(Reference):
    """One region whose flows are summed by groups.

    Args:
        world: The world.
        state: Its state; founders' marks are codes of `mark`, which children inherit.
        tables: Take the sums, one for each way to group.
        deaf: Whether nobody hears what is said.
    """

    def __init__(self, world: World, state: WorldState, tables: Sequence[Trophic], deaf: bool = False):
        super().__init__(world, state)
        self._engine = Watching(self)
        self._sums, self.deaf = tables, deaf

    def _live(self, region: Region, now: Moment, exchange: Exchange) -> Lived:
        return super()._live(region, now, Noting(self) if isinstance(exchange, Near) else exchange)

    def _groups(self, region: Region) -> Iterator[tuple[Trophic, Ints]]:
        """Each table with the group of each site, int64 (sites,); -1 for none."""
        code = region.founder.astype(np.int64)
        known = region.alive & (code < MOST ** len(self._sums))
        for table in self._sums:
            yield table, np.where(known, code % MOST, 0) - 1
            code = code // MOST

    def hear(self, region: Region, sites: Ints, now: Moment) -> None:
        """Some sites hear their partners say something."""
        partner = np.asarray(now.partner)[sites]
        for table, group in self._groups(region):
            table.heard += table.between(group[sites], group[partner], np.ones(len(sites)))

    def give(self, region: Region, gift: NDArray[np.int32], now: Moment) -> None:
        """Gifts (sites,) go to partners."""
        giver = np.flatnonzero(gift)
        partner = np.asarray(now.partner)[giver]
        for table, group in self._groups(region):
            table.gifts += table.between(group[partner], group[giver], gift[giver])

    def pay(self, before: Region, after: Region) -> None:
        """What a lesson paid, and what the light of this tick gives."""
        physics = self._world.physics
        light = np.where(after.alive, np.int64(physics.sunlight), 0)
        if self._world.plaza:
            light = light + np.where(after.alive & (after.block == SOIL), np.int64(physics.soil), 0)
        paid = np.maximum(after.energy.astype(np.int64) - before.energy, 0)
        for table, group in self._groups(after):
            table.lived += table.by_group(group, after.alive)
            table.light += table.by_group(group, light)
            table.paid += table.by_group(group, paid)


def mark(state: WorldState, groups: Sequence[Ints]) -> WorldState:
    """A state in which founders' marks tell groups, each (sites,) below `MOST` - 1, -1 for none."""
    code = np.zeros(len(state.region.founder), dtype=np.int64)
    for group in reversed(groups):
        code = code * MOST + group + 1
    return replace(state, region=replace(state.region, founder=code.astype(np.uint32)))


def largest(kinds: Sequence[Ints], states: Sequence[WorldState], most: int) -> tuple[Ints, list[Ints]]:
    """The largest `most` kinds of the living of some regions, the largest first, and the place of each site's among them; -1 for none.

    Args:
        kinds: Kind of each site of each region, (sites,).
        states: The regions.
        most: Kinds, below `MOST`.
    """
    living = np.concatenate([kind[state.region.alive] for kind, state in zip(kinds, states, strict=True)])
    found, counts = np.unique(living, return_counts=True)
    chosen = found[np.argsort(-counts, kind="stable")[:most]]
    order = np.argsort(chosen)
    groups = []
    for kind in kinds:
        at = np.searchsorted(chosen, kind, sorter=order).clip(0, max(0, len(chosen) - 1))
        place = order[at] if len(chosen) else np.zeros(len(kind), dtype=np.int64)
        groups.append(np.where(chosen[place] == kind, place, -1) if len(chosen) else place - 1)
    return chosen, groups


def watch(
    worlds: Sequence[World], states: Sequence[WorldState], groups: Sequence[Sequence[Ints]], ticks: int, deaf: bool = False
) -> list[Trophic]:
    """The trophic tables of some regions, lived on for so many of their own ticks.

    Args:
        worlds: The regions.
        states: Their states.
        groups: For each way to group, the group of each site of each region, as of `largest`.
        ticks: How long.
        deaf: Whether nobody hears what is said: what is earned less then is earned by messages.
    """
    tables = [Trophic(1 + max((int(part.max(initial=-1)) for part in parts), default=-1)) for parts in groups]
    for k, (world, state) in enumerate(zip(worlds, states, strict=True)):
        now = replace(world_at(world, state.tick, state.begun), timetable=NOTHING, ends=())
        Watched(now, replace(mark(state, [parts[k] for parts in groups]), outbox=()), tables, deaf).advance(ticks)
    return tables
