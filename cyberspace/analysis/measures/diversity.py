"""Diversity: how many kinds there are, how evenly they share the living, and how far two of the living are apart.

Shannon: A mathematical theory of communication (1948); Simpson: Measurement of diversity (1949); Hill: Diversity and evenness: a
unifying notation and its consequences (1973), whose numbers say how many kinds of equal size would be as diverse; Nei: Molecular
evolutionary genetics (1987) for the mean distance of two that are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Diversity:
    """Of kinds among some living.

    Attributes:
        distinct: Kinds; Hill's number of order 0.
        shannon: Entropy of the shares, in bits.
        simpson: Chance that two that are drawn with replacement are of different kinds.
        hill1: Kinds of equal size that would have this entropy.
        hill2: Kinds of equal size that two drawn would be alike among as often.
        largest: Share of the largest kind.
    """

    distinct: int
    shannon: float
    simpson: float
    hill1: float
    hill2: float
    largest: float


TOGETHER = 16
"""Places that are counted at once, which a cache holds."""

NOBODY = Diversity(0, 0.0, 0.0, 0.0, 0.0, 0.0)


def diversity(kinds: NDArray[np.generic]) -> Diversity:
    """The diversity of kinds, one for each of the living, (n,)."""
    if not len(kinds):
        return NOBODY
    return of_counts(np.unique(kinds, return_counts=True)[1])


def of_counts(counts: NDArray[np.integer]) -> Diversity:
    """The diversity of kinds of which there are so many, (kinds,); none of them 0."""
    shares = counts / counts.sum()
    entropy = max(0.0, float(-(shares * np.log2(shares)).sum()))
    alike = float((shares**2).sum())
    return Diversity(len(counts), entropy, 1 - alike, 2**entropy, 1 / alike, float(shares.max()))


def allele_counts(alleles: NDArray[np.integer], low: int, high: int) -> NDArray[np.int64]:
    """How many have each value at each place, int64 (places, values).

    Args:
        alleles: What each of n has at each place, (places, n).
        low: The least value.
        high: The greatest.
    """
    values, found = high - low + 1, []
    for first in range(0, len(alleles), TOGETHER):
        part = alleles[first : first + TOGETHER].astype(np.int64) - low
        part += np.arange(len(part))[:, None] * values
        found.append(np.bincount(part.ravel(), minlength=len(part) * values).reshape(len(part), values))
    return np.concatenate(found) if found else np.zeros((0, values), dtype=np.int64)


def mean_distance(counts: NDArray[np.int64]) -> float:
    """Mean number of places in which two differ that are drawn without replacement; not a number for fewer than two.

    Exact, without looking at pairs: a place differs with chance 1 - sum_a c_a (c_a - 1) / (n (n - 1)), c_a those that have a there.

    Args:
        counts: How many have each value at each place, (places, values).
    """
    n = int(counts[0].sum()) if len(counts) else 0
    return len(counts) - float((counts * (counts - 1)).sum()) / (n * (n - 1)) if n > 1 else float("nan")


def conserved(counts: NDArray[np.int64]) -> float:
    """Information that a population's genomes hold of what they live by, in loci: the sum over loci of 1 - H / log(values).

    Adami, Cerf: Physical complexity of symbolic sequences (2000): a locus at which all have the same counts 1, one at which all values
    are alike frequent counts 0.  What hitchhiked with a recent sweep counts as well: it is an upper bound until mutations have spread.

    Args:
        counts: How many have each value at each place, (places, values).
    """
    n = int(counts[0].sum()) if len(counts) else 0
    if not n:
        return float("nan")
    shares = counts / n
    entropy = -(shares * np.log(np.where(shares > 0, shares, 1))).sum()
    return len(counts) - float(entropy / np.log(counts.shape[1]))
