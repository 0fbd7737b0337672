"""The copier: reproduction as a procedure that the organism itself carries, copies and mutates.

    child_k = clip((a g_k + b w_k / 16 + m q_k + n noise_k / 32 + 2) >> 2, -8, 7)

per locus k: g the parent's allele, w its learned weight, q what stood at the target site, noise uniform in [-128, 127]; a, b,
m, n are loci of the parent.  |b|, |m|, |n| <= 1 count as 0.  a = 4 with b = m = n = 0 copies itself exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from organisms import bits
from organisms.genome import HIGHEST, LOWEST, WEIGHT_PER_ALLELE, Loci

DEAD_BAND = 1
RADIATION_TRIES = 4
"""Loci that physics may hit per birth, each with a quarter of the expected number of hits."""


def copier_genes(xp: Any, loci: Loci, genomes: Any) -> tuple[Any, Any, Any, Any]:
    """(a, b, m, n), int32 of shape (sites,), with the dead band applied."""
    a, b, m, n = genomes[loci.copier].astype(np.int32)
    quiet = [xp.where(xp.abs(gene) <= DEAD_BAND, 0, gene) for gene in (b, m, n)]
    return a, quiet[0], quiet[1], quiet[2]


def learned_alleles(xp: Any, loci: Loci, genomes: Any, weights: Any) -> Any:
    """What the parent has learned, in units of an allele: w / 16 rounded; its own allele at loci that hold no weight.

    Shapes: genomes (loci, sites), weights (units, inputs, sites); int32 of shape (loci, sites).
    """
    flat = weights.reshape(loci.body.synapses, -1).astype(np.int32)
    learned = (flat + WEIGHT_PER_ALLELE // 2) >> 4
    return xp.concatenate([learned, genomes[loci.body.synapses :].astype(np.int32)], axis=0)


def copy(xp: Any, loci: Loci, genomes: Any, weights: Any, matter: Any, noise_key: Any, sites: Any) -> Any:
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
    noise = bits.site_fields(xp, noise_key, sites, loci.count, 8).astype(np.int32) - 128
    total = a * genomes.astype(np.int32) + b * learned_alleles(xp, loci, genomes, weights)
    total = total + m * matter.astype(np.int32) + ((n * noise) >> 5)
    return xp.clip((total + 2) >> 2, LOWEST, HIGHEST).astype(np.int8)


def irradiate(xp: Any, loci: Loci, genomes: Any, threshold: int, silent: int, key: Any, sites: Any) -> Any:
    """Genomes after radiation: each of `RADIATION_TRIES` hits happens when its word is below the threshold.

    A hit sets a uniform locus to 0 in `silent` / 16 of the cases, else to a uniform allele (perhaps the one that stood there).
    """
    words = bits.site_words(xp, key, sites, 2 * RADIATION_TRIES)
    locus = xp.arange(loci.count, dtype=np.uint32)[:, None]
    for k in range(RADIATION_TRIES):
        chance, what = words[2 * k], words[2 * k + 1]
        where = ((what & np.uint32(0xFFFF)) * np.uint32(loci.count)) >> np.uint32(16)
        allele = ((what >> np.uint32(16)) & np.uint32(15)).astype(np.int32) + LOWEST
        allele = xp.where((what >> np.uint32(20)) & np.uint32(15) < np.uint32(silent), 0, allele).astype(np.int8)
        hit = (chance < np.uint32(threshold)) & (locus == where)
        genomes = xp.where(hit, allele, genomes)
    return genomes
