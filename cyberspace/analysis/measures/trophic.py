"""The trophic table: who lives by what, and by whom: light, tasks, gifts and messages, group by group.

After Lindeman: The trophic-dynamic aspect of ecology (1942): rows live by columns; a table of who feeds whom, in energy per organism
and tick.  What a child is given by its parent is no income of its group, for the parent earned it.  Messages carry no energy: told is how
often each group hears each, and, from a second table of the same ticks in which nobody hears anything, what it earns without.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass
class Trophic:
    """Sums over ticks, by group.

    Attributes:
        groups: How many there are.
        lived: Organism-ticks, (groups,).
        light: Income from sunlight and soil, (groups,).
        paid: Income from tasks, (groups,).
        gifts: Energy that the group of a row was given by the group of a column, (groups, groups).
        heard: Ticks at which somebody of the row heard somebody of the column say something, (groups, groups).
    """

    groups: int
    lived: Floats = field(init=False)
    light: Floats = field(init=False)
    paid: Floats = field(init=False)
    gifts: Floats = field(init=False)
    heard: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.lived, self.light, self.paid = (np.zeros(self.groups) for _ in range(3))
        self.gifts, self.heard = (np.zeros((self.groups, self.groups)) for _ in range(2))

    def by_group(self, group: Ints, amounts: NDArray[np.generic]) -> Floats:
        """Amounts (n,) summed by group; who belongs to none (-1) is left out."""
        known = group >= 0
        return np.asarray(np.bincount(group[known], amounts[known].astype(np.float64), minlength=self.groups), dtype=np.float64)

    def between(self, receiver: Ints, giver: Ints, amounts: NDArray[np.generic]) -> Floats:
        """Amounts (n,) summed by pairs of groups, (receivers, givers)."""
        known = (receiver >= 0) & (giver >= 0)
        pairs = receiver[known] * self.groups + giver[known]
        sums = np.bincount(pairs, amounts[known].astype(np.float64), minlength=self.groups**2)
        return np.asarray(sums.reshape(self.groups, self.groups), dtype=np.float64)

    @property
    def income(self) -> dict[str, Floats]:
        """Income of each group per organism and tick, by source."""
        lived = np.maximum(1, self.lived)
        return {"light": self.light / lived, "tasks": self.paid / lived, "gifts": self.gifts.sum(axis=1) / lived}

    @property
    def lives_by(self) -> Floats:
        """Share of each group's income that is given by each, (receivers, givers)."""
        whole = self.light + self.paid + self.gifts.sum(axis=1)
        return np.asarray(np.divide(self.gifts, whole[:, None], out=np.zeros_like(self.gifts), where=whole[:, None] > 0))

    @property
    def hears(self) -> Floats:
        """Share of its ticks at which each group hears each, (receivers, givers)."""
        return self.heard / np.maximum(1, self.lived)[:, None]
