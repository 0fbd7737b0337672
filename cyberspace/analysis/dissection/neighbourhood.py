"""The mutational neighbourhood: all genomes that one hit of radiation makes, or a sample of them.

Each is born, lives alone in an emptied region, and is lethal (it leaves no copy of itself), worse, neutral or better than the organism.

* Shares and their meaning: Lenski, Ofria, Collier, Adami: Genome complexity, robustness and genetic interactions in digital organisms
  (Nature 400:661, 1999); Avida's analyse mode calls it a landscape.
* Robustness of a genotype: share of its neighbours with its phenotype.  Evolvability of a genotype: how many other phenotypes are among
  its neighbours.  Wagner: Robustness and evolvability in living systems (2005); Robustness and evolvability: a paradox resolved
  (Proceedings of the Royal Society B 275:91, 2008), which measures both over mutations that are made alike.

The phenotype is which functions are performed, and whether it copies itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.dissection.parts import COPYING, NEUTRAL
from cyberspace.analysis.dissection.subject import Subject
from cyberspace.analysis.dissection.variants import joined, lived, mutants, unchanged
from cyberspace.statistics import Estimate, proportion
from organisms.arrays import Int8s
from organisms.genome import HIGHEST, LOWEST

MOST = 16384
"""Mutants that are tried, at most, where nobody says how many."""

CLASSES = ("lethal", "worse", "neutral", "better")


@dataclass(frozen=True)
class Neighbourhood:
    """What lies one mutation away.

    Attributes:
        tried: Mutants.
        of: One-step mutants that there are.
        shares: Of `CLASSES`, as radiation draws them; without an interval (low = high) where all were tried.
        robustness: Share with the organism's phenotype.
        evolvability: Other phenotypes among them; of a sample, at least so many.
        functions: For each function that the organism lacks, the share of mutants that have it.
        lost: For each function that it has, the share of mutants that have lost it.
        fitness: Of each mutant relative to the organism, float64 (tried,).
        locus, allele: What each mutant has otherwise, (tried,).
        weight: Chance of each under radiation, summing to 1, float64 (tried,).
        lives: False if the organism itself leaves no copy, so that there is nothing to be better or worse than.
    """

    tried: int
    of: int
    shares: dict[str, Estimate]
    robustness: Estimate
    evolvability: int
    functions: dict[str, Estimate]
    lost: dict[str, Estimate]
    fitness: NDArray[np.float64]
    locus: NDArray[np.int64]
    allele: Int8s
    weight: NDArray[np.float64]
    lives: bool


def neighbours(genome: Int8s, silent: int) -> tuple[NDArray[np.int64], Int8s, NDArray[np.float64]]:
    """All one-step mutants of a genome (loci,): locus, allele, and the chance of each among hits that change anything.

    A hit strikes each locus alike, and makes the allele 0 in `silent` / 16 of the cases, else any of the 16 alike.
    """
    alleles = np.arange(LOWEST, HIGHEST + 1, dtype=np.int8)
    locus, allele = np.repeat(np.arange(len(genome)), len(alleles)), np.tile(alleles, len(genome))
    chance = np.where(allele == 0, silent / 16, 0.0) + (1 - silent / 16) / len(alleles)
    other = allele != genome[locus]
    chance = chance[other]
    return locus[other], allele[other], chance / chance.sum()


def neighbourhood(
    subject: Subject, weights: Int8s | None = None, most: int = 0, lessons: int = 0, seed: int = 0, energy: int = 0
) -> Neighbourhood:
    """Live the one-step mutants of an organism.

    Args:
        subject: The organism.
        weights: What it begins life with; its inborn weights if left out.
        most: Mutants that are tried, drawn as radiation draws them; all, up to `MOST`, if 0.
        lessons: Lessons that each lives.
        seed: Of the sample.
        energy: What each begins life with; 0 for what a newcomer has.
    """
    locus, allele, weight = neighbours(subject.genome, subject.lab.world.physics.silent)
    of, limit = len(locus), most or MOST
    if of > limit:
        some = np.sort(np.random.default_rng(seed).choice(of, limit, p=weight))
        locus, allele, weight = locus[some], allele[some], np.full(limit, 1 / limit)
    found = lived(subject.lab, subject.genome, joined([unchanged(), mutants(locus, allele)]), weights, lessons, energy)
    own = float(found.fitness[0])
    fitness = found.relative(own)[1:]
    copies = found.fitness > 0
    phenotype = found.performs.astype(np.int64) << 1 | copies
    kinds = np.select([~copies[1:], fitness < 1 - NEUTRAL, fitness <= 1 + NEUTRAL], [0, 1, 2], 3)
    every = of == len(locus)

    def share(which: NDArray[np.bool_]) -> Estimate:
        if every:
            mean = float(weight[which].sum())
            return Estimate(mean, mean, mean, of)
        return proportion(int(which.sum()), len(which))

    names = (*subject.lab.world.goals, COPYING)
    has = {name: (found.performs >> np.uint32(k) & 1).astype(bool) for k, name in enumerate(names[:-1])} | {COPYING: copies}
    tried = [names[goal] for goal in subject.lab.goals] + [COPYING]
    return Neighbourhood(
        tried=len(locus),
        of=of,
        shares={name: share(kinds == k) for k, name in enumerate(CLASSES)},
        robustness=share(phenotype[1:] == phenotype[0]),
        evolvability=len(set(phenotype[1:].tolist()) - {int(phenotype[0])}),
        functions={name: share(has[name][1:]) for name in tried if not has[name][0]},
        lost={name: share(~has[name][1:]) for name in tried if has[name][0]},
        fitness=fitness,
        locus=locus,
        allele=allele,
        weight=weight,
        lives=own > 0,
    )
