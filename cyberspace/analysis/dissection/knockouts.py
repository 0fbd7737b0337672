"""Knock-outs: what an organism performs and earns without each of its units and connections.

A unit is knocked out by holding all weights into it at 0, so that it says nothing: what leads out of it is silent too.  A connection is
knocked out by holding its weight at 0; a learning rate or a gene of the rule by an allele of 0.  Genes of the copier are not tried,
since nobody is born in the lab; of weights that are 0 anyway nothing can be lost, unless they are learned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.dissection.lab import Cut, Lab, Life, can_learn
from organisms.arrays import Int8s

LESSONS = 80
"""Lessons that each lives at least: for the logic functions a block to settle in and the four that count as performing."""

CHUNK = 2048
"""Columns that live at once: their state stays in a processor's cache."""

WHOLE, UNIT, LOCUS = 0, 1, 2
"""Kinds of knock-outs."""


@dataclass(frozen=True)
class Trials:
    """What came of some columns.

    Attributes:
        performs: Bits of the goals performed when they were last judged, uint32 (columns,).
        earned: Energy from each goal, fines below 0, int64 (goals, columns).
    """

    performs: NDArray[np.uint32]
    earned: NDArray[np.int64]


@dataclass(frozen=True)
class Needed:
    """What an organism is without each of its parts.

    Attributes:
        kinds: WHOLE, UNIT or LOCUS, uint8 (knock-outs,); the first is the whole organism.
        parts: Number of the unit or locus, int64 (knock-outs,); -1 for the whole.
        trials: What each performs and earns.
        lessons: Lessons that each lived.
        goals: Numbers of the goals that can be earned there.
        learns: Whether it lived with learning on.
    """

    kinds: NDArray[np.uint8]
    parts: NDArray[np.int64]
    trials: Trials
    lessons: int
    goals: tuple[int, ...]
    learns: bool

    @property
    def performs(self) -> int:
        """Bits of the goals that the whole organism performs."""
        return int(self.trials.performs[0])

    @property
    def left(self) -> NDArray[np.float64]:
        """Share of the whole organism's earnings that each earns; not a number where that earns nothing."""
        total = self.trials.earned.sum(axis=0).astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(total[0] > 0, total / total[0], np.nan)

    def of(self, kind: int, part: int) -> int:
        """The column of a part; -1 if it was not tried, because nothing can be lost."""
        found = np.flatnonzero((self.kinds == kind) & (self.parts == part))
        return int(found[0]) if len(found) else -1


def lessons_for(lab: Lab, least: int = LESSONS) -> int:
    """Lessons after which all tasks of a place have just judged."""
    judged = max([1, *(place.task.judged for _, place in lab.tasks)])
    return -(-least // judged) * judged


def tried(
    lab: Lab, genomes: Int8s, weights: Int8s, brain: NDArray[np.int64], cut: Cut, lessons: int = 0, energy: int = 0
) -> Trials:
    """What columns of organisms perform and earn from birth on, in a lab.

    Args:
        lab: Where.
        genomes: int8 (loci, columns).
        weights: int8 (units, inputs, brains).
        brain: Which of them each column has, int (columns,), in order.
        cut: What is held at 0.
        lessons: Lessons that they live; 0 for `lessons_for`.
        energy: What each holds at first; 0 for half of what it can hold.
    """
    lessons, parts = lessons or lessons_for(lab), []
    for low in range(0, genomes.shape[1], CHUNK):
        rows = slice(low, low + CHUNK)
        own = Cut(cut.unit[rows], cut.synapse[rows])
        life = Life(lab, genomes[:, rows], weights, brain[rows], own, 0, energy or lab.world.physics.cap // 2)
        life.live(lessons * lab.world.physics.lesson_ticks)
        parts.append(life)
    performs = np.concatenate([np.where(life.region.alive, life.region.performed, 0).astype(np.uint32) for life in parts])
    return Trials(performs, np.concatenate([life.earned for life in parts], axis=1))


def needed(lab: Lab, genomes: Int8s, weights: Int8s, loci: bool = True, lessons: int = 0, energy: int = 0) -> list[Needed]:
    """What organisms are without each of their units, and of their loci if that is asked for: all in one call.

    Args:
        lab: Where they live, each by itself.
        genomes: int8 (loci, organisms).
        weights: int8 (units, inputs, organisms), as they have them now.
        loci: Whether loci are tried as well.
        lessons: Lessons that each lives; 0 for `lessons_for`.
        energy: What each holds at first; 0 for half of what it can hold.
    """
    lessons, plastic = lessons or lessons_for(lab), can_learn(lab, genomes)
    found: dict[int, Needed] = {}
    for learns in (False, True):  # those that learn can't share weights
        own = np.flatnonzero(plastic == learns)
        plans = [_plan(lab, genomes[:, k], weights[..., k], loci, learns) for k in own]
        if not plans:
            continue
        brain = np.repeat(own, [len(kinds) for kinds, *_ in plans])
        columns, unit, synapse = (np.concatenate([plan[k] for plan in plans], axis=-1) for k in (2, 3, 4))
        trials = tried(lab, columns.astype(np.int8), weights, brain, Cut(unit, synapse), lessons, energy)
        for k, (kinds, parts, *_) in zip(own.tolist(), plans, strict=True):
            mine = slice(*np.searchsorted(brain, [k, k + 1]).tolist())
            one = Trials(trials.performs[mine], trials.earned[:, mine])
            found[k] = Needed(kinds, parts, one, lessons, tuple(lab.goals), learns)
    return [found[k] for k in range(len(plastic))]


def _plan(
    lab: Lab, genome: Int8s, weights: Int8s, loci: bool, learns: bool
) -> tuple[NDArray[np.uint8], NDArray[np.int64], Int8s, NDArray[np.int64], NDArray[np.int64]]:
    """Kinds and parts of an organism's knock-outs, genomes of the columns, units and synapses that are cut."""
    body, plan = lab.world.body, lab.world.loci
    synapses = np.arange(body.synapses) if learns else np.flatnonzero(weights.reshape(-1))
    genes = np.arange(plan.rates.start, plan.rule.stop if learns else plan.rates.start)
    places = np.concatenate([synapses, genes[genome[genes] != 0]]) if loci else np.zeros(0, dtype=np.int64)
    kinds = np.repeat(np.array([WHOLE, UNIT, LOCUS], dtype=np.uint8), [1, body.units, len(places)])
    parts = np.concatenate([[-1], np.arange(body.units), places]).astype(np.int64)
    weight = (kinds == LOCUS) & (parts < body.synapses)
    genomes = np.repeat(genome[:, None], len(parts), axis=1)
    gene = np.flatnonzero((kinds == LOCUS) & ~weight)
    genomes[parts[gene], gene] = 0
    return kinds, parts, genomes, np.where(kinds == UNIT, parts, -1), np.where(weight, parts, -1)
