"""An ancestor that can't learn, for experiments on where learning comes from: `genesis = "ancestor:fixed.py:fixed"`."""

from organisms.ancestors import learner


def fixed(loci):
    """The learner of shift.toml with learning rates and rule of 0: it copies itself, and answers as the bit says, for life."""
    genome = learner(loci)
    genome[loci.rates] = 0
    genome[loci.rule] = 0
    return genome
