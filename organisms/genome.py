"""The genome: which locus is what, random genomes, and how far two genomes are apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from organisms import bits
from organisms.arrays import Int8s, Int32s, Key, Namespace, Number, Where, Words
from organisms.body import BodyPlan

LOWEST, HIGHEST = -8, 7
"""Range of an allele: 4 bits."""

WORD = 8
"""A genome has a multiple of so many loci."""

WEIGHT_PER_ALLELE = 16
"""An inborn weight is this many times its allele."""

FAITHFUL = 0.05
"""A birth is faithful when at most this share of the loci differ from the parent's."""


@dataclass(frozen=True)
class Loci:
    """Where each gene stands: inborn weights (row by row), a learning rate per unit, the rule, the copier, the choice of a rule.

    Attributes:
        body: The body plan.
        rules: Learning rules of which a gene chooses one; 0 where all have the same.
    """

    body: BodyPlan
    rules: int = 0

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
    def choice(self) -> slice:
        """The locus that chooses a learning rule, and seven beside it that say nothing, since genomes are read eight loci at a time.

        Empty where all have the same rule.
        """
        return slice(self.copier.stop, self.copier.stop + (WORD if self.rules else 0))

    @property
    def count(self) -> int:
        """Loci L of one genome."""
        return int(self.choice.stop)

    @property
    def faithful(self) -> int:
        """Largest Hamming distance of a faithful copy."""
        return int(FAITHFUL * self.count)


def chance_allele(where: Where, byte: Number, silent: int) -> Number:
    """The allele of a random byte: 0 in `silent` / 16 of the cases, else uniform."""
    allele: Number = where(byte >> 4 < silent, 0, (byte & 15) + LOWEST)
    return allele


def to_nibble(allele: Number) -> Number:
    """An allele as a number of 4 bits; 0 stays 0."""
    return allele & 15


def from_nibble(nibble: Number) -> Number:
    """The inverse of `to_nibble`, whatever the higher bits are."""
    return (((nibble & 15) - LOWEST) & 15) + LOWEST


def chosen_rule(allele: Number, rules: int) -> Number:
    """Which of so many rules an allele chooses: 0 and what follows the first, the negative ones the last; in ranges of equal length."""
    return (to_nibble(allele) * rules) >> 4


def rules_of(loci: Loci, genomes: Int8s) -> Int32s:
    """The rule of each organism, int32 (sites,), by its number in the world's list, for genomes (loci, sites) that choose one."""
    return chosen_rule(genomes[loci.choice.start].astype(np.int32), loci.rules)


def random_genomes(xp: Namespace, loci: Loci, silent: int, key: Key, sites: Int32s) -> Int8s:
    """Genomes with uniform alleles, int8 of shape (loci, sites), of which `silent` / 16 are set to 0."""
    bytes_ = bits.site_fields(xp, key, sites, loci.count, 8).astype(np.int32)
    return chance_allele(xp.where, bytes_, silent).astype(np.int8)


def founder_mark(xp: Namespace, loci: Loci, key: Key, sites: Int32s) -> Words:
    """A mark for the lineage that starts with a random organism, uint32 of shape (sites,); never 0."""
    block = xp.full(1, loci.count, dtype=np.uint32)  # beyond the blocks that the genome itself uses
    mark, _ = bits.threefry2x32(key[0], key[1], sites.astype(np.uint32), block)
    return mark | np.uint32(1)


def inborn_weights(loci: Loci, genomes: Int8s) -> Int8s:
    """Weights at birth, int8 of shape (units, inputs, sites), of genomes of shape (loci, sites)."""
    body = loci.body
    alleles = genomes[: body.synapses].reshape(body.units, body.inputs, -1)
    return (alleles.astype(np.int32) * WEIGHT_PER_ALLELE).astype(np.int8)


def hamming_distance(one: Int8s, other: Int8s) -> Int32s:
    """Loci that differ, int32 of shape (sites,), between genomes of shape (loci, sites)."""
    distance: Int32s = (one != other).sum(axis=0, dtype=np.int32)
    return distance
