"""Epistasis by pairs: is losing two loci worse, or less bad, than losing each of them tells?

    epsilon = w12 w - w1 w2

w the fitness of the organism (1 here), w1 and w2 without one locus, w12 without both: 0 where the two act by themselves, above it where
they buffer each other or one function needs both, below it where they stand in for each other.

* Elena, Lenski: Test of synergistic interactions among deleterious mutations in bacteria (Nature 390:395, 1997).
* Segrè, DeLuna, Church, Kishony: Modular epistasis in yeast metabolism (Nature Genetics 37:77, 2005), whose epsilon it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.dissection.subject import Subject
from cyberspace.analysis.dissection.variants import joined, lived, unchanged, without_loci
from cyberspace.statistics import Estimate, proportion, t_interval
from organisms.arrays import Int8s

MOST = 4096
"""Pairs that are tried, at most, where nobody says how many."""

NONE = 0.01
"""Size of an epsilon that counts as 0."""


@dataclass(frozen=True)
class Epistasis:
    """What pairs of knock-outs do to each other.

    Attributes:
        loci: Loci of which pairs were made, int64 (loci,).
        of: Pairs of them that there are.
        first, second: Loci of each pair, int64 (pairs,).
        single: Fitness without the first and without the second, float64 (2, pairs).
        both: Fitness without both, float64 (pairs,).
        epsilon: float64 (pairs,).
        mean: Of epsilon, with an interval over pairs.
        positive, negative: Shares of pairs with an epsilon above and below 0, beyond `NONE`.
    """

    loci: NDArray[np.int64]
    of: int
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    single: NDArray[np.float64]
    both: NDArray[np.float64]
    epsilon: NDArray[np.float64]
    mean: Estimate
    positive: Estimate
    negative: Estimate


def epsilon_of(
    whole: float, one: NDArray[np.float64], two: NDArray[np.float64], both: NDArray[np.float64]
) -> NDArray[np.float64]:
    """w12 w - w1 w2, by pair."""
    found: NDArray[np.float64] = both * whole - one * two
    return found


def epistasis(
    subject: Subject,
    loci: NDArray[np.int64],
    weights: Int8s | None = None,
    most: int = 0,
    lessons: int = 0,
    seed: int = 0,
    energy: int = 0,
) -> Epistasis:
    """Live the organism without each of some loci and without pairs of them, all in one call.

    Args:
        subject: The organism.
        loci: Which.
        weights: What it begins life with; its inborn weights if left out.
        most: Pairs that are tried, drawn by lot without return; all, up to `MOST`, if 0.
        lessons: Lessons that each lives.
        seed: Of the lot.
        energy: What each begins life with; 0 for what a newcomer has.
    """
    one, two = np.triu_indices(len(loci), 1)
    of, limit = len(one), most or MOST
    if of > limit:
        some = np.sort(np.random.default_rng(seed).choice(of, limit, replace=False))
        one, two = one[some], two[some]
    pairs = without_loci(np.stack([loci[one], loci[two]]))
    found = lived(subject.lab, subject.genome, joined([unchanged(), without_loci(loci), pairs]), weights, lessons, energy)
    fitness = found.relative(float(found.fitness[0]))
    alone, both = fitness[1 : 1 + len(loci)], fitness[1 + len(loci) :]
    single = np.stack([alone[one], alone[two]])
    epsilon = epsilon_of(1.0, single[0], single[1], both)
    signs = [int((epsilon > NONE).sum()), int((epsilon < -NONE).sum())]
    return Epistasis(
        loci, of, loci[one], loci[two], single, both, epsilon, t_interval(epsilon), *(proportion(k, len(one)) for k in signs)
    )
