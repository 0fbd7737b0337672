"""Diversity, selection and lineages of a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cyberspace.analysis.measures.diversity import allele_counts, conserved, diversity, mean_distance
from cyberspace.analysis.measures.lineage import lineages
from cyberspace.analysis.measures.selection import selection_differential
from cyberspace.analysis.measuring.components import phenotype
from cyberspace.analysis.measuring.recording import Recording, View
from cyberspace.analysis.measuring.row import LIVING, NAN, Row

LARGEST = 6
"""Lineages of which size, age and energy are told one by one."""


@dataclass
class TellDiversity:
    """Diversity of genotypes, phenotypes (all that an organism performs) and lineages, by space.

    Attributes:
        recording: The record.
    """

    recording: Recording

    def take(self, view: View) -> Iterator[Row]:
        """Rows of a sample."""
        kinds = {"genotypes": view.genotype}
        if view.performed is not None:
            kinds["phenotypes"] = phenotype(view)
        if self.recording.has("founder"):
            kinds["lineages"] = view.sample.founder
        for number, space in enumerate(self.recording.names):
            here = view.space == number
            for name, labels in kinds.items():
                found = diversity(labels[here])
                yield Row(view.tick, space, "diversity", "distinct", name, found.distinct)
                yield Row(view.tick, space, "diversity", "shannon", name, found.shannon, unit="bit")
                yield Row(view.tick, space, "diversity", "simpson", name, found.simpson)
                yield Row(view.tick, space, "diversity", "hill 1", name, found.hill1)
                yield Row(view.tick, space, "diversity", "hill 2", name, found.hill2)
                yield Row(view.tick, space, "diversity", "largest", name, found.largest, unit=LIVING)
            yield from self._apart(view, number, space)

    def _apart(self, view: View, number: int, space: str) -> Iterator[Row]:
        alleles = self.recording.alleles(view, number)
        if alleles is None:
            return
        counts = allele_counts(alleles.values, alleles.low, alleles.high)
        of = "genomes" if alleles.unit == "locus" else "sketches"
        yield Row(view.tick, space, "diversity", "mean distance", of, mean_distance(counts), unit=alleles.unit)
        if alleles.unit == "locus":
            yield Row(view.tick, space, "diversity", "conserved", of, conserved(counts), unit="locus")


@dataclass
class TellSelection:
    """Selection differentials: of who performs a function at a sample, and has how many children until the next.

    Attributes:
        recording: The record.
    """

    recording: Recording
    _before: View | None = None

    def take(self, view: View) -> Iterator[Row]:
        """Rows of the time since the sample before."""
        before, self._before = self._before, view
        if before is None or before.performed is None:
            return
        children = self.recording.children(before, view.tick)
        for number, space in enumerate(self.recording.names):
            here = before.sample.known & (before.space == number)
            for bit, goal in enumerate(self.recording.goals_of(number)):
                does = (before.performed[here] >> bit) & 1
                if not does.any() or does.all():
                    continue
                found = selection_differential(children[here], does)
                yield Row(view.tick, space, "selection", "differential", goal, found.mean, found.low, found.high, LIVING)


@dataclass
class TellLineages:
    """Ages and sizes of lineages, by space, and the energy that the largest hold.

    Attributes:
        recording: The record.
    """

    recording: Recording

    def take(self, view: View) -> Iterator[Row]:
        """Rows of a sample."""
        for number, space in enumerate(self.recording.names):
            here = view.space == number
            energy = view.energy if view.energy is not None else np.zeros(len(view), dtype=np.int64)
            born = view.sample.born[here & view.sample.known]
            age = float((view.tick - np.maximum(born, 0)).mean()) if len(born) else NAN
            yield Row(view.tick, space, "lineages", "age of organisms", "", age, unit="tick")
            if not self.recording.has("founder"):
                continue
            found = lineages(view.sample.founder[here], energy[here], view.began[here], view.tick)
            total = max(1, int(here.sum()))
            yield Row(view.tick, space, "lineages", "count", "", len(found.marks))
            yield Row(view.tick, space, "lineages", "age", "mean of the living", found.mean_age, unit="tick")
            for mark, size, held, age in list(zip(found.marks, found.sizes, found.held, found.ages, strict=True))[:LARGEST]:
                name = f"{int(mark):08x}"
                yield Row(view.tick, space, "lineages", "size", name, int(size) / total, unit=LIVING)
                yield Row(view.tick, space, "lineages", "age", name, float(age), unit="tick")
                if view.energy is not None:
                    yield Row(view.tick, space, "lineages", "held", name, int(held), unit="energy")
