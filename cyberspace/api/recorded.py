"""What a run has recorded, as tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cyberspace.analysis.measuring.evolving import GENERATIONS
from cyberspace.analysis.measuring.row import Row
from cyberspace.analysis.measuring.statistics import statistics
from cyberspace.analysis.story.story import tell
from cyberspace.api import dataset
from cyberspace.api.births import births_table, crossings_table
from cyberspace.api.records import births_of, crossings_of, fields_of, series_of
from cyberspace.api.scores import recorded_scores
from cyberspace.errors import InputError, problem
from cyberspace.law.universe import Universe
from cyberspace.record.run_folder import RunFolder
from cyberspace.record.samples import chances

if TYPE_CHECKING:
    from cyberspace.analysis.dissection.dissection import Dissection
    from cyberspace.api.dataset import DataFrame, Dataset


class Recorded:
    """What is told of a run in a folder, and of those who lived in it.

    Args:
        folder: The run.
    """

    def __init__(self, folder: RunFolder):
        self._folder = folder

    @property
    def path(self) -> Path:
        """Its folder."""
        return self._folder.path

    @property
    def record(self) -> Path:
        """Its record.

        Raises:
            InputError: If nothing was recorded yet.
        """
        if not self._folder.record.is_dir():
            attempt = f"cyberspace run --resume {self.path} --ticks {self._folder.file.record.every}"
            raise InputError(problem(str(self._folder.record), "no record", "one that the run has written", attempt))
        return self._folder.record

    @property
    def universe(self) -> Universe:
        """All that never changes."""
        return self._folder.universe

    @property
    def spaces(self) -> tuple[str, ...]:
        """Names of its spaces."""
        return tuple(space.name for space in self.universe.spaces)

    @property
    def series(self) -> Dataset:
        """Counts and energies over `tick`, sums since tick 0: alive, births, held, pools, every flow; shares by goal, with what chance
        reaches; heredity; and `scores` by quantile where tasks say any.

        With several spaces, names are "reef.alive".

        Raises:
            InputError: If nothing was recorded yet.
        """
        parts = {space.name: series_of(self.record, space, self.chance) for space in self.universe.spaces}
        return dataset.together(parts, ("tick",))

    @property
    def scores(self) -> DataFrame:
        """How the score of each task that says one is spread over the living: tick, space, task, unit, quantiles and the best; by tick.

        Raises:
            InputError: If nothing was recorded yet.
        """
        return recorded_scores(self.record, self.spaces)

    @property
    def chance(self) -> dict[str, float]:
        """Share of random brains, or of such that say the same whatever they are asked, that performs each goal, where it was measured."""
        return chances(self.universe)

    @property
    def fields(self) -> Dataset:
        """The sampled fields over `tick` and the axes of space; values are read when they are used.

        With several spaces, names are "reef.energy" over "reef.lane".

        Raises:
            InputError: If nothing was recorded yet.
        """
        parts = {space.name: fields_of(self.record, self.universe, space) for space in self.universe.spaces}
        return dataset.together(parts, ("tick",))

    @property
    def births(self) -> DataFrame:
        """Every birth: tick, space, site, parent (its cradle), parent_born, distance (loci that differ); by tick and site.

        Raises:
            InputError: If nothing was recorded yet.
        """
        return births_table(self.universe, births_of(self.record, self.spaces))

    @property
    def crossings(self) -> DataFrame:
        """Who crossed a link: tick, what (gift, spore, mover), sender, receiver (regions), energy, founder.

        Raises:
            InputError: If nothing was recorded yet.
        """
        return crossings_table(self.universe, crossings_of(self.record))

    def statistics(self, *measures: str, generations: int = GENERATIONS) -> DataFrame:
        """What evolved, measured at each sample: tick, space, measure, quantity, of, value, low, high, unit.

        What each says, and its source, stands in docs/statistics.md.

        Args:
            *measures: Of "activity", "modes", "diversity", "selection", "energy", "lineages", "sweeps", "trophic"; all if left out.
            generations: Generations of heirs after which an organism has persisted, for "modes".

        Returns:
            The table; its `attrs["notes"]` say what could not be told, and why.

        Raises:
            InputError: If a measure is none, or the record has fewer than two samples or is damaged.
        """
        found = statistics(self._folder, measures, generations)
        kinds = {"tick": np.int64, "value": np.float64, "low": np.float64, "high": np.float64}
        columns = {
            name: np.array([row[k] for row in found.rows], dtype=kinds.get(name, np.str_)) for k, name in enumerate(Row._fields)
        }
        made = dataset.table(columns)
        made.attrs["notes"] = list(found.notes)
        return made

    @property
    def marks(self) -> DataFrame:
        """What was new, in order: tick, kind (see `cyberspace.analysis.story.marks.KINDS`), words, space, site, cradle, born.

        Functions and learning rules that appear or are lost, sweeps and extinctions of lineages and branches, crossers that settle,
        catastrophes and events.  `site` is where it can be seen, `cradle` and `born` the first of the branch that it is about; -1 for none.

        Raises:
            InputError: If nothing was recorded yet.
        """
        found = tell(self._folder).marks if self.record else ()
        names = ("tick", "kind", "words", "space", "site", "cradle", "born")
        kinds = {"kind": np.str_, "words": np.str_, "space": np.str_}
        columns = {name: np.array([getattr(one, name) for one in found], dtype=kinds.get(name, np.int64)) for name in names}
        return dataset.table(columns)

    def dissect(
        self, site: int | None = None, *, who: str | None = None, best: str | None = None, space: str | None = None,
        tick: int | None = None, where: int | None = None, learned: bool = False, energy: int = 0, lessons: int = 0,
        pairs: int | None = None, neighbours: int | None = 0, against: str | None = None, repeats: int = 8, seed: int = 0,
    ) -> Dissection:  # fmt: skip
        """What each locus and unit of an organism is for, what lies one mutation away, and more, as `cyberspace dissect` tells it.

        Args:
            site: Who lives at this site, numbered in the universe; who performs most goals if nobody is named.
            who: Somebody by identity, "CRADLE@BORN".
            best: Who performed this goal and holds most energy.
            space: Of this space alone.
            tick: Of a checkpoint; the newest if left out.
            where: Site where it is tried; where it lives if left out.
            learned: Whether it begins with the weights that it has learned, else with inborn ones.
            energy: What each begins life with; 0 for what a newcomer has.
            lessons: Lessons that each variant lives; 0 for 80 or a few more.
            pairs: Pairs of knock-outs; 0 for all, up to 4,096, None for none.
            neighbours: One-step mutants; 0 for all, up to 16,384, None for none.
            against: One that it competes with, "RUN:SITE", "FILE" or "FILE:NUMBER".
            repeats: Competitions.
            seed: Of whatever is a sample.

        Raises:
            InputError: If there is no such organism, checkpoint or site, or nothing can be tried there.
        """
        from cyberspace.analysis.dissection.dissection import Wish
        from cyberspace.api.dissecting import dissected
        from cyberspace.api.subjects import Choice

        wish = Wish(lessons, learned, energy, pairs, neighbours, repeats, seed, "")
        return dissected(self.path, Choice(site, who, best, space, tick, where), wish, against)[0]
