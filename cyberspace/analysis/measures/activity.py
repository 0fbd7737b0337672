"""Evolutionary activity: what components (genotypes, functions, lineages) were used for, beyond what chance would have done.

Bedau, Packard: Measurement of evolutionary activity, teleology, and life (1992); Bedau, Snyder, Packard: A classification of long-term
evolutionary dynamics (1998).  A component's activity a_i grows while it is there; told are the diversity D, how many there are; the
total activity, the sum of a_i over those that are there, and its mean, total / D; and the new activity, the sum of a_i over those
that prove adaptive now, / D.  Here a_i grows by the share of the living that has i, times the ticks since the last sample, as in
Bedau, Brown: Visualizing evolutionary activity of genotypes (1999): so it does not depend on how often samples are taken.

What drift alone would do is told by neutral shadows: the same births and deaths, in the same order, befall organisms drawn at random.
After Channon: Passing the ALife test (2001), Improving and still passing the ALife test: component-normalised activity statistics
classify evolution in Geb as unbounded (2002), Unbounded evolutionary dynamics in a system of agents that actively process and
transform their environment (2006), a shadow is set back to the real population at every sample, and each component is compared with
itself: its normalised activity grows by what it has in the real population beyond what it has in the mean of the shadows.

Since births and deaths are the real ones, a shadow needs no run of its own: each organism of the last sample has so many heirs living
now, and a shadow gives it the number of another one.  Which one is drawn so that nothing but the component is dealt anew:

- numbers move in pieces along the order of sites, so that neighbours stay neighbours: who lives side by side is kin, and shares luck
  (after the random shifts of Harms, Condit, Hubbell, Foster: Habitat associations of trees and shrubs in a 50-ha neotropical forest
  plot (2001)).  Dealt each by itself, numbers of kin that compete for the same sites would be too uneven;
- of genotypes and functions, an organism's number is what it has beyond others of its age, since the young are of new genotypes and
  perform nothing yet (after Freedman, Lane: A nonstochastic interpretation of reported significance levels (1983)).

Where no component makes a difference, the real population is one of the shadows, and its rank among them is a test.  What is left is
that a parent and its newborn share what one of them held: genotypes of a few come out a little below the shadows; and that who breeds
more has younger kin, so that the excess of functions is told too low rather than too high.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

SHADOWS = 39
"""Shadows of a sample: by chance alone the real population is beyond all of them once in 40 samples."""

PIECES = 8
"""Pieces that neighbours are dealt in: few, so that most stay neighbours, and several, lest a regular pattern falls on itself."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def heirs_of(ancestor: NDArray[np.integer], size: int) -> Ints:
    """How many of the living descend from each of `size` organisms, (size,); `ancestor` is the number of each one's, -1 for none."""
    return np.bincount(ancestor[ancestor >= 0], minlength=size).astype(np.int64)


def beyond(heirs: Ints, groups: NDArray[np.integer]) -> Floats:
    """What each has beyond the mean of its group, and the mean of all; (n,), of the same sum."""
    found = heirs.astype(np.float64)
    if len(found):
        _, which, sizes = np.unique(groups, return_inverse=True, return_counts=True)
        found += found.mean() - (np.bincount(which, found) / sizes)[which]
    return found


def deal(groups: NDArray[np.integer], seed: list[int], shadows: int = SHADOWS) -> Ints:
    """Whose number each organism has in each shadow, (shadows, n): a group is cut into `PIECES` anywhere, and these are shuffled."""
    random = np.random.default_rng(seed)
    dealt = np.empty((shadows, len(groups)), dtype=np.int64)
    for group in np.unique(groups):
        there = np.flatnonzero(groups == group)
        pieces = min(PIECES, len(there))
        for row in dealt:
            turned = np.roll(there, random.integers(len(there)))
            cuts = (
                np.sort(random.choice(len(there) - 1, pieces - 1, replace=False)) + 1 if pieces > 1 else np.zeros(0, np.int64)
            )
            parts = np.split(turned, cuts)
            row[there] = np.concatenate([parts[k] for k in random.permutation(pieces)])
    return dealt


def held_by(members: Ints, components: NDArray[np.integer], numbers: Floats, count: int) -> Floats:
    """What each of `count` components has of some numbers (..., n): summed over its members.

    Args:
        members: Numbers of organisms, (pairs,): one may have several components, or none.
        components: What each of them has, (pairs,).
        numbers: A number for each organism, (..., n).
        count: Components.
    """
    rows = np.atleast_2d(numbers)[:, members]
    places = components[None] + np.arange(len(rows))[:, None] * count
    found = np.bincount(places.ravel(), rows.ravel(), minlength=len(rows) * count)
    return np.asarray(found.reshape(*np.shape(numbers)[:-1], count), dtype=np.float64)


@dataclass(frozen=True)
class Excess:
    """How far a real population has moved, as a share of the living, beyond how far shadows have.

    Attributes:
        value: Distance of the real population from the mean of the others, less the mean of the same for shadows.
        low: Less the 97.5 % quantile of the shadows'; above 0 where chance alone seldom goes as far.
        high: Less their 2.5 % quantile.
    """

    value: float
    low: float
    high: float


def excess(real: Floats, shadows: Floats) -> Excess:
    """How far shares (components,) have moved beyond those of the shadows (shadows, components).

    The distance of two populations is half the sum of the differences of shares: the share of the living that would have to change its
    component to make them equal.  Each population, the real one and each shadow, is compared with the mean of all others.
    """
    everybody = np.vstack([real[None], shadows])
    others = (everybody.sum(axis=0) - everybody) / len(shadows)
    far = np.abs(everybody - others).sum(axis=1) / 2
    high, low = np.quantile(far[1:], [0.025, 0.975])
    return Excess(float(far[0] - far[1:].mean()), float(far[0] - low), float(far[0] - high))


@dataclass(frozen=True)
class Told:
    """Evolutionary activity at a sample.

    Attributes:
        diversity: Components that are there.
        total: Sum of their activities, in ticks.
        mean: total / diversity.
        new: Activity of those that prove adaptive at this sample, / diversity, in ticks.
        proved: How many these are.
        excess: What selection moved since the sample before; None at the first sample.
    """

    diversity: int
    total: float
    mean: float
    new: float
    proved: int
    excess: Excess | None


@dataclass
class Activity:
    """Takes samples in turn.

    Attributes:
        count: Shadows of each sample.
        labels: Components that were there at the last sample, in order, int64 (components,).
        used: Their activities, in ticks.
        normal: Their normalised activities, in ticks.
        chance: The normalised activities that shadows have of them, (shadows, components).
        proved: Which of them have proved adaptive.
        bar: The most normalised activity that any component has ever had in any shadow, in ticks: who has more has proved adaptive.
    """

    count: int = SHADOWS
    labels: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    used: Floats = field(default_factory=lambda: np.zeros(0))
    normal: Floats = field(default_factory=lambda: np.zeros(0))
    chance: Floats = field(init=False)
    proved: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    bar: float = 0.0

    def __post_init__(self) -> None:
        self.chance = np.zeros((self.count, 0))

    def take(self, labels: Ints, shares: Floats, ticks: int, real: Floats | None = None, shadows: Floats | None = None) -> Told:
        """What is told of a sample.

        Args:
            labels: Components that are there, in order, (components,).
            shares: Share of the living that has each, (components,).
            ticks: Since the sample before; 0 at the first.
            real: Share of the living that are heirs to each component of the sample before, (components of that,); None at the first.
            shadows: The same in shadows, (shadows, components of that).
        """
        moved = None
        if real is not None and shadows is not None:
            moved = excess(real, shadows)
            expected = shadows.mean(axis=0)
            self.normal = self.normal + (real - expected) * ticks
            self.chance = self.chance + (shadows - expected) * ticks
            if self.chance.shape[1]:
                self.bar = max(self.bar, float(self.chance.max()))
        self._keep(labels, shares * ticks)
        new = ~self.proved & (self.normal > self.bar) if moved is not None else np.zeros(len(labels), dtype=bool)
        self.proved = self.proved | new
        count, total = len(labels), float(self.used.sum())
        return Told(count, total, total / max(1, count), float(self.used[new].sum()) / max(1, count), int(new.sum()), moved)

    def _keep(self, labels: Ints, used: Floats) -> None:
        """Forget what is gone and make room for what came."""
        at = np.searchsorted(self.labels, labels).clip(0, max(0, len(self.labels) - 1))
        old = self.labels[at] == labels if len(self.labels) else np.zeros(len(labels), dtype=bool)
        before = at[old]
        fresh_used, normal = np.zeros(len(labels)), np.zeros(len(labels))
        chance, proved = np.zeros((self.count, len(labels))), np.zeros(len(labels), dtype=bool)
        fresh_used[old], normal[old], proved[old] = self.used[before], self.normal[before], self.proved[before]
        chance[:, old] = self.chance[:, before]
        self.labels, self.used, self.normal, self.chance, self.proved = labels, fresh_used + used, normal, chance, proved
