"""How an organism copies itself: does its copier copy exactly, what does it alter, and on what ground.

The copier is the organism's own (`organisms.copier`); physics adds radiation.  What it makes hangs on what lies at the target if the
copier mixes (m), on what was learned (b) and on chance (n), so children are drawn: a stated number of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.dissection.genes import gene_name
from cyberspace.law.world import World
from organisms import bits
from organisms.arrays import NUMPY, Bools, Int8s, Int32s
from organisms.copier import copier_genes, irradiate, learned_alleles, mixed
from organisms.genome import FAITHFUL, Loci, chance_allele, random_genomes
from organisms.words import copier_words

DRAWS = 4
"""Children of each variant whose copier adds noise; of others one, who tells of all."""

CHILDREN = 256
"""Children of the organism on each ground."""

MENDING = 4
"""Generations in which a hit may be mended."""

GROUNDS = ("empty ground", "its own kind", "a stranger")
"""What a child is written over: nothing, somebody with the same genome, a random genome."""


def faithful_share(loci: Loci, genomes: Int8s, learned: Int32s, draws: int = DRAWS, seed: int = 0) -> NDArray[np.float64]:
    """Share of children on empty ground, before radiation, that are faithful: see `is_faithful`.

    Args:
        loci: The genome's plan.
        genomes: Of the parents, int8 (loci, parents).
        learned: What they have learned, in units of an allele, int32 (loci, parents).
        draws: Children of each whose copier adds noise.
        seed: Of the noise.
    """
    genes = copier_genes(NUMPY, loci, genomes)
    noisy = np.flatnonzero(genes[3])
    nothing, still = np.zeros((1, 1), dtype=np.int8), np.full((1, 1), 128, dtype=np.int32)
    found = is_faithful(loci, genomes, mixed(NUMPY, genes, genomes, learned, nothing, still)).astype(np.float64)
    if len(noisy):
        random, own = np.random.default_rng(seed), tuple(gene[noisy] for gene in genes)
        parents, some = genomes[:, noisy], []
        for _ in range(draws):
            noise = random.integers(0, 256, parents.shape).astype(np.int32)
            some.append(is_faithful(loci, parents, mixed(NUMPY, own, parents, learned[:, noisy], nothing, noise)))
        found[noisy] = np.stack(some).mean(axis=0)
    return found


def is_faithful(loci: Loci, genomes: Int8s, children: Int8s) -> Bools:
    """Which children (loci, parents) are faithful copies of parents (loci, parents), bool (parents,).

    They differ in at most 5 % of the loci, as the world counts it, and have lost at most 5 % of the alleles that are not 0: of a genome
    that is nearly empty, an empty one is no copy.
    """
    other, held = children != genomes, genomes != 0
    faithful: Bools = (other.sum(axis=0) <= loci.faithful) & ((other & held).sum(axis=0) <= FAITHFUL * held.sum(axis=0))
    return faithful


def descended(loci: Loci, genomes: Int8s, matter: Int8s, generations: int, random: np.random.Generator) -> Int8s:
    """Genomes (loci, lines) after so many generations of which each writes its child over the same matter, and learns nothing."""
    line = genomes
    for _ in range(generations):
        noise = random.integers(0, 256, line.shape).astype(np.int32)
        line = mixed(NUMPY, copier_genes(NUMPY, loci, line), line, line.astype(np.int32), matter, noise)
    return line


def mended_share(loci: Loci, genomes: Int8s, matter: Int8s, silent: int, random: np.random.Generator) -> float | None:
    """Of how many hits nothing is left in the descendants of struck organisms.

    Each is struck once as radiation does, and `MENDING` generations follow.  An exact copier hands on what the hit left.  One that
    clips, so that its alleles are at the ends, or that mixes with its own kind may bring the old one back.

    Args:
        loci: The genome's plan.
        genomes: Before the hit, int8 (loci, lines).
        matter: What their children are written over, int8 (loci, lines).
        silent: Sixteenths of the hits that leave a 0.
        random: Draws the hits and the copiers' noise.

    Returns:
        The share of hits that altered something; None where none did.
    """
    struck, lines = genomes.copy(), np.arange(genomes.shape[1])
    where, byte = (random.integers(0, bound, len(lines)).astype(np.int32) for bound in (loci.count, 256))
    struck[where, lines] = chance_allele(np.where, byte, silent)
    old = genomes[where, lines]
    back = descended(loci, struck, matter, MENDING, random)[where, lines] == old
    altered = struck[where, lines] != old
    return float(back[altered].mean()) if altered.any() else None


@dataclass(frozen=True)
class Ground:
    """Children on one ground.

    Attributes:
        ground: One of `GROUNDS`.
        exact: Share that equals the parent, as its copier writes them.
        exact_irradiated: The same after radiation.
        faithful: Share that are faithful copies, as `is_faithful` has it.
        altered: Loci in which they differ, on the average.
        mended: Share of single hits of which nothing is left after `MENDING` generations: see `mended_share`.
        parts: How many of these are connections, learning rates, genes of the rule, of the copier, others; those with any.
    """

    ground: str
    exact: float
    exact_irradiated: float
    faithful: float
    altered: float
    mended: float | None
    parts: dict[str, float]


@dataclass(frozen=True)
class Copier:
    """How an organism copies itself.

    Attributes:
        words: In words.
        genes: a, b, m, n.
        grounds: What came of `children` children on each ground.
        children: How many.
    """

    words: str
    genes: tuple[int, ...]
    grounds: tuple[Ground, ...]
    children: int


def copier_of(world: World, genome: Int8s, weights: Int8s, children: int = CHILDREN, seed: int = 0) -> Copier:
    """How an organism with a genome (loci,) and weights (units, inputs) copies itself."""
    loci = world.loci
    parents, brains = np.repeat(genome[:, None], children, 1), np.repeat(weights[..., None], children, 2)
    random = np.random.default_rng(seed)
    genes, learned = copier_genes(NUMPY, loci, parents), learned_alleles(NUMPY, loci, parents, brains)
    key = tuple(random.integers(0, 2**32, 1, dtype=np.uint32) for _ in range(2))
    sites = np.arange(children, dtype=np.int32)
    with np.errstate(over="ignore"):
        stranger = random_genomes(NUMPY, loci, world.physics.silent, (key[0], key[1]), sites)
        grounds = []
        for name, matter in zip(GROUNDS, (np.zeros_like(parents), parents, stranger), strict=True):
            noise = random.integers(0, 256, parents.shape).astype(np.int32)
            child = mixed(NUMPY, genes, parents, learned, matter, noise)
            struck = irradiate(
                NUMPY, loci, child, world.physics.radiation, world.physics.silent, bits.stream_key(NUMPY, seed, 0, 0, 0), sites
            )
            mended = mended_share(loci, parents, matter, world.physics.silent, random)
            grounds.append(_ground(loci, name, genome, child, struck, mended))
    words = "; ".join(copier_words(loci, genome))
    return Copier(words, tuple(int(gene) for gene in genome[loci.copier]), tuple(grounds), children)


def _ground(loci: Loci, name: str, genome: Int8s, child: Int8s, struck: Int8s, mended: float | None) -> Ground:
    other = child != genome[:, None]
    often = other.mean(axis=1)
    parts: dict[str, float] = {}
    for locus in np.flatnonzero(often).tolist():
        part = gene_name(loci, locus)[0]
        parts[part] = parts.get(part, 0.0) + float(often[locus])
    distance = other.sum(axis=0)
    exact = float((struck == genome[:, None]).all(axis=0).mean())
    faithful = float(is_faithful(loci, np.repeat(genome[:, None], child.shape[1], axis=1), child).mean())
    return Ground(name, float((distance == 0).mean()), exact, faithful, float(distance.mean()), mended, parts)
