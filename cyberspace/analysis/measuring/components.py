"""Components of organisms: genotypes, functions, lineages; who of the living has which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.measuring.recording import View
from organisms.arrays import ones_in

Ints = NDArray[np.int64]

GOALS = 32
"""Goals that a space may have at most; they are bits of a word."""


@dataclass(frozen=True)
class Components:
    """Who of the living has what.

    Attributes:
        labels: What there is, in order, int64 (components,).
        members: Number of somebody who has a component, (pairs,).
        which: And the place of this component among the labels, (pairs,).
    """

    labels: Ints
    members: Ints
    which: Ints


def _one_each(labels: Ints, known: NDArray[np.bool_]) -> Components:
    members = np.flatnonzero(known)
    found, which = np.unique(labels[members], return_inverse=True)
    return Components(found, members, which.astype(np.int64))


def genotypes(view: View) -> Components:
    """Genotypes by descent."""
    return _one_each(view.genotype, np.ones(len(view), dtype=bool))


def lineages(view: View) -> Components:
    """Lineages, by the marks of their founders."""
    return _one_each(view.sample.founder, view.sample.founder != 0)


def functions(view: View) -> Components:
    """Functions: a number for each goal of each space."""
    assert view.performed is not None
    does = (view.performed[:, None] >> np.arange(GOALS)) & 1
    members, goal = np.nonzero(does)
    found, which = np.unique(view.space[members] * GOALS + goal, return_inverse=True)
    return Components(found, members.astype(np.int64), which.astype(np.int64))


def phenotype(view: View) -> Ints:
    """All that each organism performs, as one number, and the space in which it does."""
    assert view.performed is not None
    return (view.space << GOALS) | view.performed


def complexity(view: View) -> Ints:
    """How many functions each performs."""
    assert view.performed is not None
    return ones_in(view.performed).astype(np.int64)


AGES = 4
"""Classes of age among the living of a space."""


def ages(view: View) -> Ints:
    """Space and class of age of each of the living, (n,)."""
    rank = np.argsort(np.argsort(-view.sample.born, kind="stable"), kind="stable")
    return view.space * AGES + rank * AGES // max(1, len(view))
