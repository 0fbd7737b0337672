"""A learning rule and two ancestors that read text: the delta rule on loud inputs alone."""

from __future__ import annotations

import numpy as np

from cyberspace import rule
from organisms.ancestors import replicator
from organisms.body import ANSWER
from organisms.copier import SAME


def still(signal, genes):
    """Nothing is learned without an error, at a rate of 0 or a C of 0."""
    rate, _, _, c, _ = genes
    return rate * signal * c == 0


@rule(still=still)
def tuned(weight, pre, post, signal, genes, dither):
    """The delta rule, dW = rate C signal pre / 2^13, rounded by chance, on inputs of one loudness: 17 D.

    A learner that hears every input learns from those that are always on as well (bias, energy, answers that are stuck at 127), and
    these disturb what it knows of every context.
    """
    rate, _, _, c, d = genes
    heard = pre == 17 * d
    return weight + heard * ((((rate * signal * c * pre) >> 5) + dither) >> 8)


def reader(loci):
    """A replicator whose answer units learn by the delta rule, and which hands on what it was born with."""
    genome = replicator(loci)
    genome[loci.rates][ANSWER : ANSWER + loci.body.answers] = 2
    genome[loci.rule] = np.array([0, 0, 4, 7], dtype=np.int8)
    return genome


def heir(loci):
    """A reader which hands on what it has learned."""
    genome = reader(loci)
    genome[loci.copier] = np.array([0, SAME, 0, 0], dtype=np.int8)
    return genome


def plain(loci):
    """A reader by the default rule: C alone, at the lowest rate."""
    genome = replicator(loci)
    genome[loci.rates][ANSWER : ANSWER + loci.body.answers] = 1
    genome[loci.rule.start + 2] = 1
    return genome


def steady(loci):
    """A reader that learns slowly, for what never changes."""
    genome = reader(loci)
    genome[loci.rates][ANSWER : ANSWER + loci.body.answers] = 1
    genome[loci.rule.start + 2] = 1
    return genome


def wild(loci):
    """A reader whose rates are far too high."""
    genome = reader(loci)
    genome[loci.rates][ANSWER : ANSWER + loci.body.answers] = 7
    genome[loci.rule.start + 2] = 7
    return genome
