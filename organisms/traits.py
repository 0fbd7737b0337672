"""What can be told of an organism by its genome alone: one number each, made when it is asked for, sampled or seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from organisms.copier import SAME, copier_genes
from organisms.genome import Loci, rules_of
from organisms.kin import sketch

LEARNED, MATTER, NOISE, OTHERWISE = 1, 2, 4, 8
"""Bits of the trait `copier`: what a copier adds to the parent's alleles, and whether it multiplies them."""


@dataclass(frozen=True)
class Trait:
    """A trait.

    Attributes:
        dtype: Its type.
        unit: Its unit.
        meaning: What it says.
        compute: Its values (sites,) for genomes (loci, sites).
    """

    dtype: str
    unit: str
    meaning: str
    compute: Callable[[Loci, NDArray[np.int8]], NDArray[np.generic]]


def _rule(loci: Loci, genomes: NDArray[np.int8]) -> NDArray[np.uint8]:
    return rules_of(loci, genomes).astype(np.uint8) if loci.rules else np.zeros(genomes.shape[1], dtype=np.uint8)


def _copier(loci: Loci, genomes: NDArray[np.int8]) -> NDArray[np.uint8]:
    a, *others = copier_genes(np, loci, genomes)
    bits: NDArray[np.uint8] = np.where(a != SAME, np.uint8(OTHERWISE), np.uint8(0))
    for bit, gene in zip((LEARNED, MATTER, NOISE), others, strict=True):
        bits |= np.where(gene != 0, np.uint8(bit), np.uint8(0))
    return bits


TRAITS = {
    "kin": Trait(
        "int64", "sketch", "sixteen numbers of four bits, alike where genomes are alike", lambda _, genomes: sketch(genomes)
    ),
    "rule": Trait("uint8", "rule", "the learning rule that it has, by its place in the list of its world", _rule),
    "copier": Trait(
        "uint8", "bits", "what its copier does: 1 adds what it learned, 2 what lay there, 4 noise; 8 multiplies", _copier
    ),
}
"""By name; a world file may name them among the fields that are recorded."""
