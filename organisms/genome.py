"""The genome: which locus is what, random genomes, and how far two genomes are apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from organisms import bits
from organisms.body import BodyPlan

LOWEST, HIGHEST = -8, 7
"""Range of an allele: 4 bits."""

WEIGHT_PER_ALLELE = 16
"""An inborn weight is this many times its allele."""

FAITHFUL = 0.05
"""A birth is faithful when at most this share of the loci differ from the parent's."""


@dataclass(frozen=True)
class Loci:
    """Where each gene stands: inborn weights (row by row), a learning rate per unit, the rule, the copier.

    Attributes:
        body: The body plan.
    """

    body: BodyPlan

    @property
    def rates(self) -> slice:
        """Learning rate of each unit."""
        return slice(self.body.synapses, self.body.synapses + self.body.units)

    @property
    def rule(self) -> slice:
        """A, B, C, D of the learning rule."""
        return slice(self.rates.stop, self.rates.stop + 4)

    @property
    def copier(self) -> slice:
        """a, b, m, n of the copier."""
        return slice(self.rule.stop, self.rule.stop + 4)

    @property
    def count(self) -> int:
        """Loci L of one genome."""
        return int(self.copier.stop)

    @property
    def faithful(self) -> int:
        """Largest Hamming distance of a faithful copy."""
        return int(FAITHFUL * self.count)


def random_genomes(xp: Any, loci: Loci, silent: int, key: tuple[Any, Any], sites: Any) -> Any:
    """Genomes with uniform alleles, int8 of shape (loci, sites), of which `silent` / 16 are set to 0."""
    fields = bits.site_fields(xp, key, sites, loci.count, 8).astype(np.int32)
    return xp.where(fields >> 4 < silent, 0, (fields & 15) + LOWEST).astype(np.int8)


def founder_mark(xp: Any, loci: Loci, key: tuple[Any, Any], sites: Any) -> Any:
    """A mark for the lineage that starts with a random organism, uint32 of shape (sites,); never 0."""
    block = xp.full(1, loci.count, dtype=np.uint32)  # beyond the blocks that the genome itself uses
    mark, _ = bits.threefry2x32(key[0], key[1], sites.astype(np.uint32), block)
    return mark | np.uint32(1)


def inborn_weights(xp: Any, loci: Loci, genomes: Any) -> Any:
    """Weights at birth, int8 of shape (units, inputs, sites), of genomes of shape (loci, sites)."""
    body = loci.body
    alleles = genomes[: body.synapses].reshape(body.units, body.inputs, -1)
    return (alleles.astype(np.int32) * WEIGHT_PER_ALLELE).astype(np.int8)


def hamming_distance(xp: Any, one: Any, other: Any) -> Any:
    """Loci that differ, int32 of shape (sites,), between genomes of shape (loci, sites)."""
    return (one != other).sum(axis=0, dtype=np.int32)
