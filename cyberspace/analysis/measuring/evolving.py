"""Evolutionary activity and MODES of a record."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.measures.activity import Activity, beyond, deal, heirs_of, held_by
from cyberspace.analysis.measures.modes import Modes, persisting
from cyberspace.analysis.measuring.components import Components, ages, complexity, functions, genotypes, lineages, phenotype
from cyberspace.analysis.measuring.recording import Recording, View
from cyberspace.analysis.measuring.row import LIVING, NAN, Row

KINDS: dict[str, Callable[[View], Components]] = {"genotypes": genotypes, "functions": functions, "lineages": lineages}
"""Components of which evolutionary activity is told."""

GENERATIONS = 20
"""Generations after which an organism of whom nobody descends has not persisted."""


@dataclass
class TellActivity:
    """Evolutionary activity of genotypes, functions and lineages, over all spaces.

    Attributes:
        recording: The record.
    """

    recording: Recording
    _told: dict[str, Activity] = field(default_factory=dict)
    _before: View | None = None

    def __post_init__(self) -> None:
        needs = {"genotypes": True, "functions": self.recording.has("performed"), "lineages": self.recording.has("founder")}
        self._told = {name: Activity() for name, had in needs.items() if had}

    def take(self, view: View) -> Iterator[Row]:
        """Rows of a sample."""
        before, dealt = self._before, None
        if before is not None:
            dealt = deal(before.space, [self.recording.folder.universe.seed, view.tick])
        for name, activity in self._told.items():
            here = KINDS[name](view)
            shares = np.bincount(here.which, minlength=len(here.labels)) / max(1, len(view))
            real, shadows = None, None
            if before is not None and dealt is not None:
                real, shadows = _heirs(name, before, view, dealt)
            told = activity.take(here.labels, shares, view.ticks, real, shadows)
            yield Row(view.tick, "", "activity", "diversity", name, told.diversity)
            yield Row(view.tick, "", "activity", "total", name, told.total, unit="tick")
            yield Row(view.tick, "", "activity", "mean", name, told.mean, unit="tick")
            yield Row(view.tick, "", "activity", "new", name, told.new, unit="tick")
            yield Row(view.tick, "", "activity", "proved adaptive", name, told.proved)
            if told.excess is not None:
                moved = told.excess
                yield Row(view.tick, "", "activity", "excess", name, moved.value, moved.low, moved.high, LIVING)
        self._before = view


def _heirs(name: str, before: View, view: View, dealt: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share of the living that are heirs to each component of the sample before, in truth and in shadows; of genotypes exact heirs.

    Lineages are not compared within ages: one that sweeps is younger than the others because it does.
    """
    had = KINDS[name](before)
    ancestor = np.where(view.sample.same, view.sample.ancestor, -1) if name == "genotypes" else view.sample.ancestor
    groups = before.space if name == "lineages" else ages(before)
    heirs = beyond(heirs_of(ancestor, len(before)), groups)
    count, living = len(had.labels), max(1, len(view))
    real = held_by(had.members, had.which, heirs, count) / living
    return real, held_by(had.members, had.which, heirs[dealt], count) / living


@dataclass
class TellModes:
    """MODES: of a sample it is told when the living descend from it by enough generations, of the last ones of a record never.

    Attributes:
        recording: The record.
        generations: Births in a row, in the mean of the living, after which it is looked who persisted.
    """

    recording: Recording
    generations: int = GENERATIONS
    _open: deque[tuple[View, NDArray[np.int64]]] = field(default_factory=deque)
    _modes: dict[str, Modes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = ("genotypes", "phenotypes") if self.recording.has("performed") else ("genotypes",)
        self._modes = {name: Modes() for name in names}

    def take(self, view: View) -> Iterator[Row]:
        """Rows of those samples before that have come of age."""
        step = view.sample.ancestor
        waiting = [(old, _further(above, step)) for old, above in self._open]
        self._open = deque([*waiting, (view, np.arange(len(view)))])
        while len(self._open) > 1:
            old, above = self._open[0]
            known = above >= 0
            if known.any():
                if (view.depth[known] - old.depth[above[known]]).mean() < self.generations:
                    return
            elif not len(view):  # nobody lives: nobody of it will have descendants, but it is not told before somebody could
                return
            yield from self._tell(old, above)
            self._open.popleft()

    def _tell(self, old: View, above: NDArray[np.int64]) -> Iterator[Row]:
        stays = persisting(above, len(old))
        for name, modes in self._modes.items():
            kinds = old.genotype if name == "genotypes" else phenotype(old)
            does = complexity(old) if self.recording.has("performed") else np.full(len(old), NAN)
            found = modes.take(kinds[stays], does[stays])
            yield Row(old.tick, "", "modes", "change", name, found.change)
            yield Row(old.tick, "", "modes", "novelty", name, found.novelty)
            yield Row(old.tick, "", "modes", "ecology", name, found.ecology, unit="bit")
            if name == "phenotypes":
                yield Row(old.tick, "", "modes", "complexity", name, found.complexity, unit="function")
            else:
                yield Row(old.tick, "", "modes", "persist", "organisms", found.persist, unit="organism")


def _further(above: NDArray[np.int64], step: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ancestors of the living of one sample among those of an old one, from those of the sample between."""
    return np.where(step >= 0, above[step] if len(above) else -1, -1)
