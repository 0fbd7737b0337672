"""An outcome of learning.toml: how many of the living can learn."""

import numpy as np

from organisms.body import ANSWER


def plastic(run):
    """Share of the living whose first answer unit has a learning rate, and whose rule has a term; none if nobody lives."""
    found = []
    for world, state in zip(run.universe.worlds, run.states()[1], strict=True):
        region, loci = state.region, world.loci
        genomes = np.asarray(region.genome)[:, np.asarray(region.alive)]
        found.append((genomes[loci.rates][ANSWER] != 0) & genomes[loci.rule].any(axis=0))
    learns = np.concatenate(found)
    return float(learns.mean()) if len(learns) else None
