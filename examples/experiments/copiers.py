"""What the copiers of a run are like: outcomes of one's own, functions of the opened run."""

import numpy as np

from organisms.copier import SAME, copier_genes, copies_exactly


def _copiers(run):
    """The loci a, b, m, n of all who live at the last checkpoint, each (organisms,)."""
    found = [
        copier_genes(np, world.loci, np.asarray(state.region.genome)[:, np.asarray(state.region.alive)])
        for world, state in zip(run.universe.worlds, run.states()[1], strict=True)
    ]
    return [np.concatenate(genes) for genes in zip(*found, strict=True)]


def exact(run):
    """Share of the living whose copier copies exactly: a = 4, and b, m and n count as 0; None where nobody lives."""
    genes = _copiers(run)
    return float(copies_exactly(genes).mean()) if len(genes[0]) else None


def near(run):
    """Share of the living whose copier is not exact, but keeps an allele as it is or one off: a = 3 or 5, b, m and n count as 0."""
    a, *others = _copiers(run)
    if not len(a):
        return None
    return float(np.mean((abs(a - SAME) == 1) & np.all([gene == 0 for gene in others], axis=0)))
