"""Organisms written by hand, to seed a world with or to test one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from organisms.body import ANSWER, REPRODUCE, SENSES
from organisms.copier import SAME
from organisms.genome import HIGHEST, Loci

BIAS = 0


def replicator(loci: Loci) -> NDArray[np.int8]:
    """The bare replicator: always wants to reproduce, copies itself exactly, does nothing else.  Genome (loci,)."""
    genome = np.zeros(loci.count, dtype=np.int8)
    weights = genome[: loci.body.synapses].reshape(loci.body.units, loci.body.inputs)
    weights[REPRODUCE, BIAS] = HIGHEST
    genome[loci.copier.start] = SAME
    return genome


def learner(loci: Loci) -> NDArray[np.int8]:
    """A replicator whose answers learn: each starts as a copy of the first task channel and follows its own signal.

    It hands on what it was born with, not what it has learned.  Genome (loci,).
    """
    genome = replicator(loci)
    weights = genome[: loci.body.synapses].reshape(loci.body.units, loci.body.inputs)
    if loci.body.channels:
        weights[ANSWER : ANSWER + loci.body.answers, len(SENSES)] = 2
    genome[loci.rates][ANSWER : ANSWER + loci.body.answers] = 4
    genome[loci.rule.start] = 4
    return genome


Ancestor = Callable[[Loci], NDArray[np.int8]]
"""Makes a genome, int8 (loci,)."""

ANCESTORS: dict[str, Ancestor] = {"replicator": replicator, "learner": learner}
"""By the name that a world file uses: genesis = "ancestor:NAME", or "ancestor:my_ancestor.py:NAME" for one in a file beside it."""
