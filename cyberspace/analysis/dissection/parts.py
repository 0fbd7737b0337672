"""Each locus and each unit by what the organism is without it, and the sites that each function needs.

A locus is knocked out by an allele of 0, as a mutation would do it: a weight that learns may come back.  A unit is knocked out by silence
for life.  Loci whose allele is 0 have nothing to lose, and are not tried.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.dissection.genes import gene_name
from cyberspace.analysis.dissection.subject import Subject
from cyberspace.analysis.dissection.variants import Outcome, joined, lived, unchanged, without_loci, without_units
from organisms.arrays import Int8s
from organisms.words import unit_names

NEUTRAL = 0.01
"""Difference of relative fitness that counts as none."""

COPYING = "copying"
"""Called a function beside those of the tasks: to leave a faithful copy of oneself."""


@dataclass(frozen=True)
class Whole:
    """The organism itself, alone in an emptied region.

    Attributes:
        performs: Goals.
        earned: Energy from each goal that can be earned there, fines below 0.
        children: Spores.
        handed: Energy that these began with.
        faithful: Share of them that copy it within 5 % of the loci.
        fitness: Energy put into faithful copies.
        lessons: Lessons that it lived.
        alive: Whether it lived in the end.
    """

    performs: tuple[str, ...]
    earned: dict[str, int]
    children: int
    handed: int
    faithful: float
    fitness: float
    lessons: int
    alive: bool


@dataclass(frozen=True)
class Part:
    """A knock-out.

    Attributes:
        kind: "locus" or "unit".
        number: Its number.
        part: What it belongs to: "connection", "learning rate", "copier", ... or "unit".
        name: Which of these.
        allele: Of a locus; None for a unit.
        lost: Functions lost without it, copying among them.
        gained: Functions gained.
        earned: Energy that is earned without it.
        children: Spores without it.
        fitness: Relative to the whole organism; not a number where that has none.
    """

    kind: str
    number: int
    part: str
    name: str
    allele: int | None
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    earned: int
    children: int
    fitness: float


@dataclass(frozen=True)
class KnockOuts:
    """What an organism is without each of its parts.

    Attributes:
        whole: With all of them.
        parts: Units, then loci; loci with an allele of 0 are left out.
        loci: Loci of the genome.
    """

    whole: Whole
    parts: tuple[Part, ...]
    loci: int

    def matters(self, part: Part) -> bool:
        """Whether anything changes without a part: functions, or fitness by more than 1 %, or earnings where there is no fitness."""
        if part.lost or part.gained:
            return True
        if math.isnan(part.fitness):
            return part.earned != sum(self.whole.earned.values())
        return abs(part.fitness - 1) > NEUTRAL

    @property
    def necessary(self) -> dict[str, list[int]]:
        """For each function that the organism has, the loci without which it is lost."""
        functions = [*self.whole.performs, *([COPYING] if self.whole.fitness > 0 else [])]
        loci = [part for part in self.parts if part.kind == "locus"]
        return {one: [part.number for part in loci if one in part.lost] for one in functions}

    @property
    def necessary_units(self) -> dict[str, list[str]]:
        """For each function, the units without which it is lost, by name."""
        units = [part for part in self.parts if part.kind == "unit"]
        return {one: [part.name for part in units if one in part.lost] for one in self.necessary}


def knock_outs(subject: Subject, weights: Int8s, lessons: int = 0, energy: int = 0) -> KnockOuts:
    """The organism without each part, beginning life with weights (units, inputs) and so much energy: all in one call."""
    lab, genome = subject.lab, subject.genome
    loci, body = lab.world.loci, lab.world.body
    held = _held(genome, weights)
    plan = joined([unchanged(), without_units(np.arange(body.units)), without_loci(held)])
    found = lived(lab, genome, plan, weights, lessons, energy)
    relative = found.relative(float(found.fitness[0]))
    parts = []
    for k in range(1, len(plan)):
        unit, locus = int(plan.unit[k]), int(plan.locus[0, k])
        part, name = ("unit", unit_names(body)[unit]) if unit >= 0 else gene_name(loci, locus)
        lost, gained = changes(subject, found, k)
        allele = None if unit >= 0 else int(genome[locus])
        kind, number = ("unit", unit) if unit >= 0 else ("locus", locus)
        earned, children = int(found.earned[:, k].sum()), int(found.children[k])
        parts.append(Part(kind, number, part, name, allele, lost, gained, earned, children, float(relative[k])))
    return KnockOuts(whole_of(subject, found), tuple(parts), loci.count)


def _held(genome: Int8s, weights: Int8s) -> NDArray[np.int64]:
    """Loci that have something to lose: an allele, or a weight that was learned."""
    held = genome != 0
    held[: weights.size] |= weights.reshape(-1) != 0
    return np.flatnonzero(held)


def changes(subject: Subject, found: Outcome, k: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Functions that variant k lost and gained, where variant 0 is the organism."""
    before, after = int(found.performs[0]), int(found.performs[k])
    copies = found.fitness[[0, k]] > 0
    lost, gained = subject.goals(before & ~after), subject.goals(after & ~before)
    return (*lost, *([COPYING] if copies[0] > copies[1] else [])), (*gained, *([COPYING] if copies[1] > copies[0] else []))


def whole_of(subject: Subject, found: Outcome, k: int = 0) -> Whole:
    """What is told of variant k as a whole."""
    goals = subject.lab.world.goals
    earned = {goals[goal]: int(found.earned[goal, k]) for goal in subject.lab.goals}
    return Whole(
        subject.goals(int(found.performs[k])), earned, int(found.children[k]), int(found.handed[k]), float(found.faithful[k]),
        float(found.fitness[k]), found.lessons, bool(found.alive[k]),
    )  # fmt: skip
