"""Learning on and off: what an organism performs and earns as it is, and with its weights frozen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cyberspace.analysis.dissection.lab import Lab, can_learn
from cyberspace.analysis.dissection.parts import Whole, whole_of
from cyberspace.analysis.dissection.subject import Subject
from cyberspace.analysis.dissection.variants import lived, unchanged
from organisms.learning.rule import Rule
from organisms.words import learning_words

FROZEN = Rule("none", None)
"""The rule of a world in which nobody learns."""


@dataclass(frozen=True)
class Row:
    """One trial.

    Attributes:
        weights: "inborn", or "as they were" when it was taken.
        learning: Whether its weights could change.
        told: What came of it.
    """

    weights: str
    learning: bool
    told: Whole


@dataclass(frozen=True)
class Plasticity:
    """Learning on and off.

    Attributes:
        words: How plastic it is, in words.
        able: Whether it can learn by the rule of its world.
        changed: Weights that differed from its inborn ones when it was taken.
        rows: With inborn weights and, if others are known, with those; learning and frozen.
    """

    words: str
    able: bool
    changed: int
    rows: tuple[Row, ...]


def plasticity(subject: Subject, lessons: int = 0, energy: int = 0) -> Plasticity:
    """Live an organism with learning on and off."""
    lab, inborn = subject.lab, subject.inborn
    frozen = Lab(replace(lab.world, rule=FROZEN), lab.site)
    able, changed = bool(can_learn(lab, subject.genome[:, None])[0]), int(np.count_nonzero(subject.weights != inborn))
    brains = {"inborn": inborn} | ({"as they were": subject.weights} if changed else {})
    rows = []
    for name, weights in brains.items():
        for learning in (True, False) if able else (False,):
            one = replace(subject, lab=lab if learning else frozen)
            rows.append(Row(name, learning, whole_of(one, lived(one.lab, one.genome, unchanged(), weights, lessons, energy))))
    return Plasticity(learning_words(lab.world.loci, subject.genome), able, changed, tuple(rows))
