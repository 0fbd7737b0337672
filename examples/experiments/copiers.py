"""What the copiers of a run are like: outcomes of one's own, functions of the opened run."""

import numpy as np

from cyberspace.analysis.dissection.copying import mended_share
from organisms.copier import SAME, at_the_ends, copier_genes, copies_exactly

LIVES, HITS = 128, 32
"""Of how many of the living hits are tried, and how many of each."""


def _living(run):
    """World and genomes (loci, organisms) of all who live at the last checkpoint, region by region."""
    for world, state in zip(run.universe.worlds, run.states()[1], strict=True):
        yield world, np.asarray(state.region.genome)[:, np.asarray(state.region.alive)]


def _copiers(run):
    """The loci a, b, m, n of all who live at the last checkpoint, each (organisms,)."""
    found = [copier_genes(np, world.loci, genomes) for world, genomes in _living(run)]
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


def ends(run):
    """Share of the living of whose alleles other than 0 95 % are the highest or the lowest: who copies by clipping has no others."""
    every = np.concatenate([at_the_ends(genomes) for _, genomes in _living(run)])
    return float(every.mean()) if len(every) else None


def mends(run):
    """Share of hits by radiation that four generations later are undone, of `LIVES` of the living whose children fall on their kind."""
    random, found = np.random.default_rng(1), []
    for world, genomes in _living(run):
        if genomes.shape[1]:
            some = genomes[:, random.integers(0, genomes.shape[1], LIVES)].repeat(HITS, axis=1)
            found.append(mended_share(world.loci, some, some, world.physics.silent, random))
    known = [share for share in found if share is not None]
    return float(np.mean(known)) if known else None
