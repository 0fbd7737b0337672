"""Two genomes gene by gene: which loci differ, by their names, from what to what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from organisms.arrays import Int8s
from organisms.genome import Loci
from organisms.words import input_names, unit_names

RULE, COPIER = "ABCD", "abmn"
"""Names of the genes of the learning rule and of the copier."""


@dataclass(frozen=True)
class Difference:
    """A locus at which two genomes differ.

    Attributes:
        locus: Its number.
        part: "connection", "learning rate", "learning rule", "copier", "choice of a rule" or "silent".
        name: Which of these, as `organisms.words` names it.
        old: The allele of the one.
        new: That of the other.
    """

    locus: int
    part: str
    name: str
    old: int
    new: int


def gene_name(loci: Loci, locus: int) -> tuple[str, str]:
    """Part and name of a locus, as in `Difference`."""
    body = loci.body
    if locus < body.synapses:
        unit, source = divmod(locus, body.inputs)
        return "connection", f"{input_names(body)[source]} → {unit_names(body)[unit]}"
    if locus < loci.rates.stop:
        return "learning rate", unit_names(body)[locus - loci.rates.start]
    if locus < loci.rule.stop:
        return "learning rule", RULE[locus - loci.rule.start]
    if locus < loci.copier.stop:
        return "copier", COPIER[locus - loci.copier.start]
    return ("choice of a rule", "rule") if locus == loci.choice.start else ("silent", f"{locus}")


def differences(loci: Loci, one: Int8s, other: Int8s) -> list[Difference]:
    """Where two genomes (loci,) differ, in the order of their loci."""
    places = np.flatnonzero(one != other).tolist()
    return [Difference(k, *gene_name(loci, k), int(one[k]), int(other[k])) for k in places]
