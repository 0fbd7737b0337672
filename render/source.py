"""What a report reads of a run: its record, through zarr alone, and its newest checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.inspect_run import Facts, facts_of, newest_states
from cyberspace.errors import InputError, problem
from cyberspace.law.almanac import Event, events_between
from cyberspace.law.state import FLOWS
from cyberspace.record.reading import Tables, written
from cyberspace.record.run_folder import RunFolder, open_run
from cyberspace.record.score_curves import NO_CURVES, Curves, score_curves


@dataclass(frozen=True)
class Source:
    """One space of a run as a report sees it.

    Attributes:
        folder: The run.
        facts: What `cyberspace inspect` tells of the run.
        space: Name of the space.
        sites: Sites of the space.
        goals: Goals of the space.
        ticks: Ticks of the samples, (samples,).
        series: Every array of the record's series, by name.
        founder: Mark of the lineage of each living organism in its place, 0 where nobody lives, with all axes of space.
        generation: Largest number of births since the first of a lineage.
        events: What happened by the timetable of the space, in order.
        scores: How the scores of its tasks went.
    """

    folder: RunFolder
    facts: Facts
    space: str
    sites: int
    goals: tuple[str, ...]
    ticks: NDArray[np.int64]
    series: dict[str, NDArray[np.generic]]
    founder: NDArray[np.uint32]
    generation: int
    events: tuple[Event, ...] = ()
    scores: Curves = NO_CURVES

    def rate(self, name: str) -> NDArray[np.float64]:
        """A count per tick between samples, (samples - 1,)."""
        return np.diff(self.series[name].astype(np.float64)) / np.maximum(1, np.diff(self.ticks))

    @property
    def heredity(self) -> NDArray[np.float64]:
        """Share of faithful births between samples, (samples - 1,); not a number where nobody was born."""
        births, faithful = (np.diff(self.series[name].astype(np.float64)) for name in ("births", "faithful"))
        return np.where(births > 0, faithful / np.maximum(1, births), np.nan)


def read_sources(path: str | Path) -> list[Source]:
    """The spaces of a run.

    Raises:
        InputError: If it is no run, or holds fewer than two samples.
    """
    folder = open_run(path, rest=True)
    refused: list[str] = []
    tick, states = newest_states(folder, refused)
    facts = facts_of(folder, tick, states, refused)
    happened = events_between(folder.universe, 0, tick, {k: state.begun for k, state in enumerate(states)})
    record = Tables(folder.record)
    sources = []
    for space in folder.universe.spaces:
        table = record.columns(f"{space.name}/series")
        ticks = written(table["tick"])
        if len(ticks) < 2:
            attempt = f"cyberspace run --resume {path} --ticks {tick + folder.file.record.every} --record-every 10"
            got = "1 sample" if len(ticks) == 1 else f"{len(ticks)} samples"
            raise InputError(problem(str(folder.record), got, "two or more", attempt))
        series = {name: np.asarray(array[: len(ticks)]) for name, array in table.items()}
        regions = [states[region].region for region in space.regions]
        founder = np.stack([np.where(region.alive, region.founder, 0) for region in regions]).reshape(space.lattice.shape)
        deepest = max(int(region.generation[region.alive].max(initial=0)) for region in regions)
        goals = folder.universe.worlds[space.first_region].goals
        events = tuple(one for one in happened if one.space == space.name)
        curves = score_curves(record, space.name)
        sources.append(Source(folder, facts, space.name, founder.size, goals, ticks, series, founder, deepest, events, curves))
    return sources


def flows(source: Source) -> dict[str, NDArray[np.float64]]:
    """Energy flows per tick between samples, by name."""
    return {name: source.rate(name) for name in FLOWS}
