"""The copier: reproduction as a procedure that the organism itself carries, copies and mutates.

    child_k = clip((a g_k + b w_k / 16 + m q_k + n noise_k / 32 + 2) >> 2, -8, 7)

per locus k: g the parent's allele, w its learned weight, q what stood at the target site, noise uniform in [-128, 127]; a, b,
m, n are loci of the parent.  |b|, |m|, |n| <= 1 count as 0.  a = 4 with b = m = n = 0 copies itself exactly.
"""

from __future__ import annotations

import numpy as np

from organisms import bits
from organisms.arrays import Bools, Int8s, Int32s, Key, Namespace, Number, Where, Words
from organisms.genome import FAITHFUL, HIGHEST, LOWEST, WEIGHT_PER_ALLELE, Loci, chance_allele

DEAD_BAND = 1
"""Largest size at which b, m and n count as 0."""

SAME = 4
"""`a` of those who copy themselves exactly, if the other three are 0."""

RADIATION_TRIES = 4
"""Loci that physics may hit per birth, each with a quarter of the expected number of hits."""


def quiet(where: Where, gene: Number) -> Number:
    """The dead band: 0 for small genes."""
    heard: Number = where((gene > DEAD_BAND) | (gene < -DEAD_BAND), gene, 0)
    return heard


def learned_allele(weight: Number) -> Number:
    """A weight in units of an allele, rounded."""
    return (weight + WEIGHT_PER_ALLELE // 2) >> 4


def noise_term(n: Number, byte: Number) -> Number:
    """n noise / 32 for a random byte."""
    return (n * (byte - 128)) >> 5


def rounded(total: Number) -> Number:
    """The sum of the four terms as an allele, before it is clipped."""
    return (total + 2) >> 2


def hit_locus(word: Number, count: Number) -> Number:
    """Which of so many loci a hit strikes, by the low half of a random word."""
    return ((word & 0xFFFF) * count) >> 16


def copy(xp: Namespace, loci: Loci, genomes: Int8s, weights: Int8s, matter: Int8s, noise_key: Key, sites: Int32s) -> Int8s:
    """Genomes of the children, int8 of shape (loci, sites), before radiation.

    Args:
        xp: Array namespace.
        loci: The genome's plan.
        genomes: Parents' genomes, int8 (loci, sites).
        weights: Parents' weights, int8 (units, inputs, sites).
        matter: Genomes that stood at the targets, int8 (loci, sites).
        noise_key: Key of the noise stream at this tick.
        sites: Numbers of the targets, (sites,).
    """
    a, b, m, n = copier_genes(xp, loci, genomes)
    byte = bits.site_fields(xp, noise_key, sites, loci.count, 8).astype(np.int32)
    return mixed(xp, (a, b, m, n), genomes, learned_alleles(xp, loci, genomes, weights), matter, byte)


def mixed(xp: Namespace, genes: tuple[Int32s, ...], alleles: Int8s, learned: Int32s, matter: Int8s, noise: Int32s) -> Int8s:
    """The child's alleles at some loci, int8, by the equation above.

    Args:
        xp: Array namespace.
        genes: a, b, m, n, with the dead band applied.
        alleles: The parent's.
        learned: What it has learned there, in units of an allele.
        matter: What stood at the target.
        noise: Random bytes.
    """
    a, b, m, n = genes
    total = a * alleles.astype(np.int32) + b * learned + m * matter.astype(np.int32) + noise_term(n, noise)
    return xp.clip(rounded(total), LOWEST, HIGHEST).astype(np.int8)


def copier_genes(xp: Namespace, loci: Loci, genomes: Int8s) -> tuple[Int32s, Int32s, Int32s, Int32s]:
    """(a, b, m, n), int32 (sites,), with the dead band applied."""
    a, b, m, n = genomes[loci.copier].astype(np.int32)
    return a, quiet(xp.where, b), quiet(xp.where, m), quiet(xp.where, n)


def copies_exactly(genes: tuple[Int32s, ...]) -> Bools:
    """Whose copier, by its genes a, b, m and n as `copier_genes` tells them, hands on every allele as it is, bool (sites,)."""
    a, b, m, n = genes
    exact: Bools = (a == SAME) & (b == 0) & (m == 0) & (n == 0)
    return exact


def at_the_ends(genomes: Int8s) -> Bools:
    """Of whose alleles other than 0 at least 95 % are the highest or the lowest, as copiers leave them that clip, bool (sites,)."""
    ends: Bools = ((genomes == HIGHEST) | (genomes == LOWEST)).sum(axis=0) >= (1 - FAITHFUL) * (genomes != 0).sum(axis=0)
    return ends


def learned_alleles(xp: Namespace, loci: Loci, genomes: Int8s, weights: Int8s) -> Int32s:
    """What the parent has learned, in units of an allele: w / 16 rounded; its own allele at loci that hold no weight.

    Shapes: genomes (loci, sites), weights (units, inputs, sites); int32 of shape (loci, sites).
    """
    learned = learned_allele(weights.reshape(loci.body.synapses, -1).astype(np.int32))
    return xp.concatenate([learned, genomes[loci.body.synapses :].astype(np.int32)], axis=0)


def irradiate(xp: Namespace, loci: Loci, genomes: Int8s, threshold: int, silent: int, key: Key, sites: Int32s) -> Int8s:
    """Genomes after radiation: each of `RADIATION_TRIES` hits happens when its word is below the threshold.

    A hit sets a uniform locus to 0 in `silent` / 16 of the cases, else to a uniform allele (perhaps the one that stood there).
    """
    words = bits.site_words(xp, key, sites, 2 * RADIATION_TRIES)
    return struck(xp, genomes, xp.arange(loci.count, dtype=np.int32)[:, None], loci.count, threshold, silent, words)


def struck(xp: Namespace, alleles: Int8s, locus: Int32s, count: int, threshold: int, silent: int, words: Words) -> Int8s:
    """Alleles after radiation, by the numbers of their loci, of so many; for uint32 (2 `RADIATION_TRIES`, sites) random words."""
    for k in range(RADIATION_TRIES):
        chance, what = words[2 * k], words[2 * k + 1]
        where = hit_locus((what & np.uint32(0xFFFF)).astype(np.int32), count)
        allele = chance_allele(xp.where, ((what >> np.uint32(16)) & np.uint32(0xFF)).astype(np.int32), silent).astype(np.int8)
        hit = (chance < bits.threshold(threshold)) & (locus == where)
        alleles = xp.where(hit, allele, alleles)
    return alleles
