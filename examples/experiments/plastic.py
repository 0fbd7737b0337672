"""An outcome of learning.toml: how many of the living can learn."""

import numpy as np


def plastic(run):
    """Share of the living that have a learning rate, of any unit, and a term of the rule; none if nobody lives."""
    found = []
    for world, state in zip(run.universe.worlds, run.states()[1], strict=True):
        region, loci = state.region, world.loci
        genomes = np.asarray(region.genome)[:, np.asarray(region.alive)]
        found.append(genomes[loci.rates].any(axis=0) & genomes[loci.rule].any(axis=0))
    learns = np.concatenate(found)
    return float(learns.mean()) if len(learns) else None
