"""What a report reads of a run: its record, through zarr alone, and its newest checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.inspect_run import Facts, facts_of, newest_states
from cyberspace.errors import InputError, problem
from cyberspace.law.almanac import Event, events_between
from cyberspace.law.state import FLOWS
from cyberspace.law.universe import Space
from cyberspace.record.reading import Column, Tables, written
from cyberspace.record.run_folder import RunFolder, open_run
from cyberspace.record.score_curves import NO_CURVES, Curves, score_curves
from organisms.kin import sketch


@dataclass(frozen=True)
class Kin:
    """Sketches of genomes (`organisms.kin`), in place, with all axes of space.

    Attributes:
        last: At the newest checkpoint: its tick, the sketches, and who lives.
        ticks: Ticks of the samples that have them; none where they are not recorded.
        fields: The columns of the samples.
    """

    last: tuple[int, NDArray[np.int64], NDArray[np.bool_]]
    ticks: NDArray[np.int64]
    fields: Mapping[str, Column]

    def maps(self, most: int) -> list[tuple[int, NDArray[np.int64], NDArray[np.bool_]]]:
        """Ticks, sketches and who lives, at so many ticks as evenly as samples allow; those of the checkpoint where none were taken."""
        if "kin" not in self.fields or not len(self.ticks):
            return [self.last]
        found = []
        for at in np.unique(np.linspace(0, len(self.ticks) - 1, most + 1).round().astype(int))[1:]:
            sketches = np.asarray(self.fields["kin"][int(at)], dtype=np.int64)
            teller = next((name for name in ("alive", "energy") if name in self.fields), None)
            alive = np.ones(sketches.shape, bool) if teller is None else self.fields[teller][int(at)].astype(bool)
            found.append((int(self.ticks[at]), sketches, alive))
        return found or [self.last]


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
        kin: Who is alike by genome.
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
    kin: Kin
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
        kin = _kin(record, space, tick, [region.genome for region in regions], founder > 0)
        deepest = max(int(region.generation[region.alive].max(initial=0)) for region in regions)
        goals = folder.universe.worlds[space.first_region].goals
        events = tuple(one for one in happened if one.space == space.name)
        curves = score_curves(record, space.name)
        sources.append(
            Source(folder, facts, space.name, founder.size, goals, ticks, series, founder, kin, deepest, events, curves)
        )
    return sources


def _kin(record: Tables, space: Space, tick: int, genomes: list[NDArray[np.int8]], alive: NDArray[np.bool_]) -> Kin:
    """The sketches of a space."""
    now = np.stack([sketch(genome) for genome in genomes]).reshape(space.lattice.shape)
    fields = record.columns(f"{space.name}/fields")
    return Kin((tick, now, alive), written(fields["tick"]), fields)


def flows(source: Source) -> dict[str, NDArray[np.float64]]:
    """Energy flows per tick between samples, by name."""
    return {name: source.rate(name) for name in FLOWS}
