"""Variants of one organism: thousands that differ from it in a few loci, or lack a unit, lived in one batched call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.dissection.alone import Alone
from cyberspace.analysis.dissection.copying import faithful_share
from cyberspace.analysis.dissection.knockouts import lessons_for
from cyberspace.analysis.dissection.lab import Cut, Edits, Lab, can_learn
from organisms.arrays import Bools, Int8s
from organisms.copier import learned_allele
from organisms.genome import WEIGHT_PER_ALLELE, Loci, inborn_weights

CHUNK, LEARNING = 2048, 512
"""Columns that live at once, and of those with weights of their own: their state stays in a processor's cache."""


@dataclass(frozen=True)
class Variants:
    """What some organisms have otherwise than the one they are variants of.

    Attributes:
        locus: Loci that are changed, int64 (slots, variants); -1 for none, none twice in a variant.
        allele: To what, int8 (slots, variants).
        unit: Unit that is silent for life, int64 (variants,); -1 for none.
    """

    locus: NDArray[np.int64]
    allele: Int8s
    unit: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.unit)

    def __getitem__(self, which: NDArray[np.int64] | slice) -> Variants:
        """Some of them."""
        return Variants(self.locus[:, which], self.allele[:, which], self.unit[which])

    def genomes(self, genome: Int8s) -> Int8s:
        """Their genomes, int8 (loci, variants), for that of the organism (loci,)."""
        found = np.repeat(genome[:, None], len(self), axis=1)
        for locus, allele in zip(self.locus, self.allele, strict=True):
            at = np.flatnonzero(locus >= 0)
            found[locus[at], at] = allele[at]
        return found


def unchanged(count: int = 1) -> Variants:
    """The organism itself, so many times."""
    return Variants(
        np.full((1, count), -1, dtype=np.int64), np.zeros((1, count), dtype=np.int8), np.full(count, -1, dtype=np.int64)
    )


def without_loci(loci: Sequence[Sequence[int]] | NDArray[np.int64]) -> Variants:
    """Knock-outs: alleles of 0 at some loci, int (slots, variants)."""
    locus = np.atleast_2d(np.asarray(loci, dtype=np.int64))
    return Variants(locus, np.zeros(locus.shape, dtype=np.int8), np.full(locus.shape[1], -1, dtype=np.int64))


def without_units(units: Sequence[int] | NDArray[np.int64]) -> Variants:
    """Knock-outs: each without one unit."""
    unit = np.asarray(units, dtype=np.int64)
    return Variants(np.full((1, len(unit)), -1, dtype=np.int64), np.zeros((1, len(unit)), dtype=np.int8), unit)


def mutants(locus: NDArray[np.int64], allele: Int8s) -> Variants:
    """Each with one other allele, for arrays (variants,)."""
    return Variants(locus[None].astype(np.int64), allele[None], np.full(len(locus), -1, dtype=np.int64))


def joined(parts: Sequence[Variants]) -> Variants:
    """Variants of several kinds as one."""
    slots = max(len(part.locus) for part in parts)
    locus = [np.pad(part.locus, ((0, slots - len(part.locus)), (0, 0)), constant_values=-1) for part in parts]
    allele = [np.pad(part.allele, ((0, slots - len(part.allele)), (0, 0))) for part in parts]
    return Variants(np.concatenate(locus, 1), np.concatenate(allele, 1), np.concatenate([part.unit for part in parts]))


@dataclass(frozen=True)
class Outcome:
    """What came of variants, each alone in an emptied region.

    Attributes:
        performs: Bits of the goals performed when they were last judged, uint32 (variants,); 0 for the dead.
        earned: Energy from each goal, fines below 0, int64 (goals, variants).
        children: Spores, int64 (variants,).
        handed: Energy that these begin with, int64 (variants,).
        faithful: Share of the children that copy it within 5 % of the loci, float64 (variants,).
        alive: Whether they live in the end, bool (variants,).
        energy: What each holds in the end, int32 (variants,).
        lessons: Lessons that each lived.
    """

    performs: NDArray[np.uint32]
    earned: NDArray[np.int64]
    children: NDArray[np.int64]
    handed: NDArray[np.int64]
    faithful: NDArray[np.float64]
    alive: Bools
    energy: NDArray[np.int32]
    lessons: int

    @property
    def fitness(self) -> NDArray[np.float64]:
        """Energy that each puts into faithful copies of itself, float64 (variants,): nothing for who bears none.

        Reproductive output in the currency of the world: it takes earning, living cheaply, breeding and copying right.
        """
        found: NDArray[np.float64] = self.handed * self.faithful
        return found

    def relative(self, whole: float) -> NDArray[np.float64]:
        """Fitness as a share of that of the organism, float64 (variants,); not a number where that has none."""
        return self.fitness / whole if whole > 0 else np.full(len(self.performs), np.nan)


def lived(
    lab: Lab, genome: Int8s, variants: Variants, weights: Int8s | None = None, lessons: int = 0, energy: int = 0
) -> Outcome:
    """What variants of an organism come to.

    Args:
        lab: Where they live, each by itself.
        genome: That of the organism, int8 (loci,).
        variants: They.
        weights: What the organism begins with, int8 (units, inputs); its inborn weights if left out.
        lessons: Lessons that each lives; 0 for `lessons_for`.
        energy: What each holds at first; 0 for what a newcomer of its world has.
    """
    world = lab.world
    lessons = lessons or lessons_for(lab)
    base = inborn_weights(world.loci, genome[:, None])[..., 0] if weights is None else weights
    genomes = variants.genomes(genome)
    plastic = can_learn(lab, genomes)
    order = [np.flatnonzero(plastic == learns) for learns in (False, True)]  # those that learn can't share weights
    chunks = [
        rows[low : low + size] for rows, size in zip(order, (CHUNK, LEARNING), strict=True) for low in range(0, len(rows), size)
    ]
    parts = [_chunk(lab, genomes[:, rows], base, variants[rows], lessons, energy) for rows in chunks]
    back = np.argsort(np.concatenate(chunks), kind="stable")
    names = ("performs", "earned", "children", "handed", "faithful", "alive", "energy")
    return Outcome(
        **{name: np.concatenate([part[name] for part in parts], axis=-1)[..., back] for name in names}, lessons=lessons
    )


def _chunk(
    lab: Lab, genomes: Int8s, base: Int8s, variants: Variants, lessons: int, energy: int
) -> dict[str, NDArray[np.generic]]:
    """Some variants that all learn or all do not."""
    world, n = lab.world, len(variants)
    synapse = np.where(variants.locus < world.body.synapses, variants.locus, -1)
    edits = Edits(synapse, (variants.allele.astype(np.int16) * WEIGHT_PER_ALLELE).astype(np.int8))
    cut = Cut(variants.unit, np.full(n, -1, dtype=np.int64))
    life = Alone(lab, genomes, base[..., None], np.zeros(n, dtype=np.int64), cut, energy or world.physics.newborn_energy, edits)
    life.live(lessons * world.physics.lesson_ticks)
    learned = life.weights if life.plastic else None
    return {
        "performs": np.where(life.region.alive, life.region.performed, 0).astype(np.uint32),
        "earned": life.earned, "children": life.children, "handed": life.handed, "alive": life.region.alive, "energy": life.region.energy,
        "faithful": faithful_share(world.loci, genomes, _learned(world.loci, genomes, base, edits, learned)),
    }  # fmt: skip


def _learned(loci: Loci, genomes: Int8s, base: Int8s, edits: Edits, weights: Int8s | None) -> NDArray[np.int32]:
    """What columns have learned in units of an allele, as the copier reads it, int32 (loci, columns)."""
    found = genomes.astype(np.int32)
    if weights is not None:
        found[: loci.body.synapses] = learned_allele(weights.reshape(loci.body.synapses, -1).astype(np.int32))
        return found
    found[: loci.body.synapses] = learned_allele(base.reshape(-1, 1).astype(np.int32))
    for synapse, value in zip(edits.synapse, edits.value, strict=True):
        at = np.flatnonzero(synapse >= 0)
        found[synapse[at], at] = learned_allele(value[at].astype(np.int32))
    return found
