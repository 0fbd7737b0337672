"""What a genome and a brain are, in words: the names of inputs and units, the copier, and how plastic an organism is."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from organisms.body import ACTUATORS, SENSES
from organisms.copier import DEAD_BAND, SAME, at_the_ends

EXACT = "copies itself exactly"


class Size(Protocol):
    """How large a brain is: a `BodyPlan`, or whatever else knows it."""

    @property
    def units(self) -> int:
        """Neurons."""

    @property
    def senses(self) -> int:
        """Inputs beside the units' own last activity."""


class GenePlaces(Protocol):
    """Where genes stand in a genome: `organisms.genome.Loci`, or whatever else knows it."""

    @property
    def rates(self) -> slice:
        """Learning rate of each unit."""

    @property
    def rule(self) -> slice:
        """A, B, C, D of the learning rule."""

    @property
    def copier(self) -> slice:
        """a, b, m, n of the copier."""


def sense_names(body: Size) -> list[str]:
    """Names of the senses: those that every world has, then the channels of the task."""
    fixed = [name for name, _ in SENSES]
    return [*fixed, *(f"channel_{k}" for k in range(body.senses - len(fixed)))]


def unit_names(body: Size) -> list[str]:
    """Names of the units: the actuators that the body has, then those that are free."""
    fixed = [name for name, _ in ACTUATORS][: body.units]
    return [*fixed, *(f"free_{k}" for k in range(body.units - len(fixed)))]


def input_names(body: Size) -> list[str]:
    """Names of the columns of the weight matrix: the senses, then what each unit said in the tick before ("last_...")."""
    return [*sense_names(body), *(f"last_{name}" for name in unit_names(body))]


def copier_words(loci: GenePlaces, genome: NDArray[np.int8]) -> list[str]:
    """How an organism copies itself, for its genome (loci,)."""
    a, *rest = (int(gene) for gene in genome[loci.copier])
    b, m, n = (0 if abs(gene) <= DEAD_BAND else gene for gene in rest)
    words = []
    if a == SAME:
        words.append("copies its alleles exactly" if b or m or n else EXACT)
    elif a == 0:
        words.append("hands on none of its alleles")
    else:
        words.append(f"hands on its alleles times {a / SAME:g}")
    if b:
        words.append(f"{'inherits' if b > 0 else 'hands on the opposite of'} {100 * abs(b) / SAME:.0f} % of what it learned")
    if m:
        words.append(f"mixes with the resident ({100 * m / SAME:+.0f} % of its alleles)")
    if n:
        words.append(f"adds noise of up to ±{abs(n):g} allele steps")
    if words[0] != EXACT and genome.any() and at_the_ends(genome):
        words.append("clips: its alleles stand at the ends of their range")
    return words


def learning_words(loci: GenePlaces, genome: NDArray[np.int8]) -> str:
    """How plastic an organism is, for its genome (loci,)."""
    rates, rule = genome[loci.rates], genome[loci.rule]
    moving = int(np.count_nonzero(rates)) if rule.any() else 0
    if not moving:
        return "does not learn"
    a, b, c, d = (int(gene) for gene in rule)
    return f"learns with {moving} of {len(rates)} units (A {a}, B {b}, C {c}, D {d})"
