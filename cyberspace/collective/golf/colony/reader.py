"""A learning rule and an ancestor that read text: the delta rule on loud inputs alone, in one function that needs nothing else."""

from __future__ import annotations

import numpy as np

from organisms.ancestors import replicator
from organisms.arrays import Bools, Int8s, Number
from organisms.body import ANSWER
from organisms.genome import Loci
from organisms.learning.rule import rule


def still(signal: Number, genes: tuple[Number, ...]) -> bool | Bools:
    """Nothing is learned without an error, at a rate of 0 or a C of 0."""
    rate, _, _, c, _ = genes
    found: bool | Bools = rate * signal * c == 0
    return found


@rule(still=still)
def tuned(weight: Number, pre: Number, post: Number, signal: Number, genes: tuple[Number, ...], dither: Number) -> Number:
    """The delta rule, dW = rate C signal pre / 2^13, rounded by chance, on inputs of one loudness: 17 D."""
    rate, _, _, c, d = genes
    heard = pre == 17 * d
    new: Number = weight + heard * ((((rate * signal * c * pre) >> 5) + dither) >> 8)
    return new


def reader(loci: Loci) -> Int8s:
    """A replicator whose answer units learn by the delta rule, and which hands on what it was born with."""
    genome: Int8s = replicator(loci)
    genome[loci.rates][ANSWER : ANSWER + loci.body.answers] = 4
    genome[loci.rule] = np.array([0, 0, 4, 7], dtype=np.int8)
    return genome
