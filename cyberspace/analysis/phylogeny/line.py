"""A line of descent, birth by birth: what was new in each genome, and what that changed in what is performed and earned.

After Lenski, Ofria, Pennock, Adami: The evolutionary origin of complex features (2003), whose figure 3 marks each mutation on the line that
leads to EQU as deleterious, neutral or beneficial.  There it is by the rate of replication; here by what the newborn earns in the lab
(`cyberspace.analysis.dissection.lab`), where all inputs are posed and nobody else is met, against what its parent earns in the same
place.  What a mutation does to copying itself is not seen there: all on the line have copied themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cyberspace.analysis.dissection.genes import Difference, differences
from cyberspace.analysis.dissection.knockouts import lessons_for, tried
from cyberspace.analysis.dissection.lab import Lab, whole
from cyberspace.law.universe import Universe
from organisms.arrays import Int8s
from organisms.genome import inborn_weights

ALONE = 16
"""Mutations of one birth that are also tried one by one, at most: what differs in more is another genome, not a mutant."""

Place = tuple[int, int]
"""A region and a site in it."""

EFFECTS = ("first", "deleterious", "neutral", "beneficial", "unknown")


@dataclass(frozen=True)
class Tried:
    """What a genome does in the lab.

    Attributes:
        performs: The goals that it performs, by name.
        earned: Energy that it earns, fines taken off, in so many lessons.
        lessons: How many lessons it lived there.
    """

    performs: tuple[str, ...]
    earned: int
    lessons: int


@dataclass(frozen=True)
class Mutation:
    """One locus that differs from the parent's, and what that does by itself in the parent's genome.

    Attributes:
        change: Which gene, from what to what.
        does: What the parent's genome does with this change alone; None where it was not tried.
        effect: One of `EFFECTS`.
    """

    change: Difference
    does: Tried | None
    effect: str


@dataclass(frozen=True)
class Step:
    """A birth on a line of descent.

    Attributes:
        generation: Births since the first of the line that is known; 0 for that one.
        cradle: Where it was born, numbered in the universe.
        born: When; -1 for those who were there from the start.
        distance: Loci in which it differs from its parent; 0 for the first.
        space: Name of the space where it was born.
        mutations: Loci that differ, in order; empty for the first, and where a genome is not known.
        does: What it does in the lab; None where its genome is not known.
        before: What its parent does in the same place.
        effect: One of `EFFECTS`.
    """

    generation: int
    cradle: int
    born: int
    distance: int
    space: str
    mutations: tuple[Mutation, ...]
    does: Tried | None
    before: Tried | None
    effect: str

    @property
    def gains(self) -> tuple[str, ...]:
        """Goals that it performs and its parent does not."""
        return _less(self.does, self.before) if self.before is not None else ()

    @property
    def loses(self) -> tuple[str, ...]:
        """Goals that its parent performs and it does not."""
        return _less(self.before, self.does) if self.does is not None else ()


@dataclass(frozen=True)
class Born:
    """Somebody on a line, as a replay has seen it.

    Attributes:
        cradle: Where it was born, numbered in the universe.
        born: When.
        distance: Loci in which it differs from its parent; 0 for the first.
        region: Number of its region.
        genome: int8 (loci,); None where it could not be seen.
    """

    cradle: int
    born: int
    distance: int
    region: int
    genome: Int8s | None


def steps(universe: Universe, line: Sequence[Born]) -> tuple[Step, ...]:
    """What happened on a line, the first of it first; all genomes that live in one place are tried in one call."""
    places = [_place(universe, one) for one in line]
    changes = [_changes(universe, line[k - 1] if k else None, one) for k, one in enumerate(line)]
    wanted: dict[Place, dict[bytes, Int8s]] = {}
    for k, one in enumerate(line):
        parent = line[k - 1].genome if k else None
        if one.genome is not None:
            genomes = [one.genome, *_mutants(parent, changes[k])]
            if parent is not None and len(parent) == len(one.genome):
                genomes.append(parent)
            wanted.setdefault(places[k], {}).update((genome.tobytes(), genome) for genome in genomes)
    does = {place: _does(Lab(universe.worlds[place[0]], place[1]), genomes) for place, genomes in wanted.items()}
    return tuple(
        _step(universe, k, line[k - 1].genome if k else None, one, changes[k], does.get(places[k], {}))
        for k, one in enumerate(line)
    )


def _place(universe: Universe, one: Born) -> Place:
    """The first site of its region at which the same tasks are posed as where it was born, so that many are tried together."""
    world = universe.worlds[one.region]
    site = one.cradle - int(world.first_site)
    posed = [place.where for place in world.tasks]
    alike = np.all([where == where[site] for where in posed], axis=0) if posed else np.ones(world.sites, dtype=bool)
    return one.region, int(np.argmax(alike))


def _changes(universe: Universe, parent: Born | None, one: Born) -> list[Difference]:
    if parent is None or parent.genome is None or one.genome is None or len(parent.genome) != len(one.genome):
        return []
    return differences(universe.worlds[one.region].loci, parent.genome, one.genome)


def _mutants(parent: Int8s | None, changes: list[Difference]) -> list[Int8s]:
    """The parent's genome with each change alone, where that is tried."""
    if parent is None or not 1 < len(changes) <= ALONE:
        return []
    found = []
    for change in changes:
        genome = parent.copy()
        genome[change.locus] = change.new
        found.append(genome)
    return found


def _does(lab: Lab, genomes: dict[bytes, Int8s]) -> dict[bytes, Tried]:
    """What genomes do in a lab, from birth on."""
    columns = np.stack(list(genomes.values()), axis=1)
    count, lessons = columns.shape[1], lessons_for(lab)
    weights = inborn_weights(lab.world.loci, columns)
    found = tried(lab, columns, weights, np.arange(count), whole(count), lessons)
    goals, total = lab.world.goals, found.earned.sum(axis=0)
    return {genome: Tried(_named(goals, int(found.performs[k])), int(total[k]), lessons) for k, genome in enumerate(genomes)}


def _named(goals: Sequence[str], bits: int) -> tuple[str, ...]:
    return tuple(goal for k, goal in enumerate(goals) if bits >> k & 1)


def _step(
    universe: Universe, k: int, parent: Int8s | None, one: Born, changes: list[Difference], does: dict[bytes, Tried]
) -> Step:
    mine = None if one.genome is None else does[one.genome.tobytes()]
    before = None if parent is None or mine is None else does.get(parent.tobytes())
    alone: list[Tried | None] = [does[genome.tobytes()] for genome in _mutants(parent, changes)] or [
        mine if len(changes) == 1 else None
    ] * len(changes)
    mutations = tuple(Mutation(change, what, effect(what, before)) for change, what in zip(changes, alone, strict=True))
    space = universe.space_of(one.region).name
    judged = effect(mine, before) if k else "first"
    return Step(k, one.cradle, one.born, one.distance, space, mutations, mine, before, judged)


def effect(does: Tried | None, before: Tried | None) -> str:
    """Whether a genome earns less than another, as much or more: "deleterious", "neutral" or "beneficial"."""
    if does is None or before is None:
        return "unknown"
    return EFFECTS[2 + int(np.sign(does.earned - before.earned))]


def _less(one: Tried | None, other: Tried | None) -> tuple[str, ...]:
    """Goals that one performs and the other does not."""
    taken = () if other is None else other.performs
    return tuple(goal for goal in (() if one is None else one.performs) if goal not in taken)


def counts(line: Sequence[Step]) -> dict[str, int]:
    """How many steps of each effect a line has."""
    return {name: sum(step.effect == name for step in line) for name in EFFECTS}
