"""The tree of those who live: extinct branches left out, chains of only children folded into one edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.lineages import rows_of

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Rows:
    """Births, each perhaps of many generations in a row: what a fold takes.

    Attributes:
        own: Key of who was born, see `cyberspace.analysis.lineages.key`, int64 (rows,).
        parent: Key of whom it descends from, int64 (rows,).
        births: Births on the way from the one to the other, int64 (rows,).
        distance: Loci that differ, summed over these births, int64 (rows,).
    """

    own: Ints
    parent: Ints
    births: Ints
    distance: Ints


@dataclass(frozen=True)
class Leaves:
    """Who is kept in a tree, in order of their keys.

    Attributes:
        who: Keys of their identities, int64 (leaves,), none twice.
        generation: Births since the first of the lineage of each, int64 (leaves,).
        living: Whether it lives; one that doesn't has a spore under way, bool (leaves,).
    """

    who: Ints
    generation: Ints
    living: Bools


@dataclass(frozen=True)
class Tree:
    """A pruned tree, or several: parents before children, in order of birth.

    A node is somebody who lives, from whom two lines part, or who began a lineage; the others are folded into the edges.

    Attributes:
        who: Key of the identity of each node, int64 (nodes,).
        parent: Number of its parent among the nodes, -1 for none, int64 (nodes,).
        births: Births on the edge from its parent to it, int64 (nodes,); 0 for a root.
        distance: Loci that differ, summed over these births, int64 (nodes,).
        generation: Births since the first of its lineage, int64 (nodes,); above 0 at a root whose parents nobody recorded.
        living: Whether it lives, bool (nodes,).
        kept: Whether it stands here for itself, not only for those who descend from it, bool (nodes,).
    """

    who: Ints
    parent: Ints
    births: Ints
    distance: Ints
    generation: Ints
    living: Bools
    kept: Bools

    def __len__(self) -> int:
        return len(self.who)

    @property
    def cradle(self) -> Ints:
        """Where each was born."""
        return self.who & (2**31 - 1)

    @property
    def born(self) -> Ints:
        """When each was born; -1 for those who were there from the start."""
        return (self.who >> 31) - 1

    @property
    def roots(self) -> Ints:
        """Numbers of the nodes without a parent."""
        return np.flatnonzero(self.parent < 0)

    @property
    def root_of(self) -> Ints:
        """Number of the root above each node, int64 (nodes,)."""
        found = np.where(self.parent < 0, np.arange(len(self)), self.parent)
        while not np.array_equal(further := found[found], found):
            found = further
        return found

    @property
    def largest(self) -> Ints:
        """Numbers of all that live of the lineage of which most do."""
        living = np.flatnonzero(self.living)
        root = self.root_of[living]
        return living[root == np.bincount(root).argmax()] if len(living) else living

    @property
    def rows(self) -> Rows:
        """Its edges as births: a fold of them is a fold of all births that they were made of."""
        edge = np.flatnonzero(self.parent >= 0)
        return Rows(self.who[edge], self.who[self.parent[edge]], self.births[edge], self.distance[edge])

    @property
    def leaves(self) -> Leaves:
        """Who lives in it."""
        mine = np.flatnonzero(self.living)
        return Leaves(self.who[mine], self.generation[mine], self.living[mine])

    @property
    def children(self) -> Ints:
        """How many edges lead down from each node, int64 (nodes,)."""
        return np.bincount(self.parent[self.parent >= 0], minlength=len(self)).astype(np.int64)

    def node(self, who: int) -> int:
        """Number of the node of a key; -1 if there is none."""
        return int(rows_of(self.who, np.array([who], dtype=np.int64))[0])

    def common_ancestor(self, leaves: Ints | None = None) -> int:
        """Number of the youngest node from which all that live descend, or all of some nodes; -1 if there is none.

        After Kingman: The coalescent (1982): the time of its birth is the time of coalescence.
        """
        mine = np.flatnonzero(self.living) if leaves is None else np.unique(leaves)
        if not len(mine):
            return -1
        below = np.zeros(len(self), dtype=np.int64)
        below[mine] = 1
        for k in range(len(self) - 1, -1, -1):
            if below[k] == len(mine):
                return k
            if self.parent[k] >= 0:
                below[self.parent[k]] += below[k]
        return -1


NO_NUMBERS: Ints = np.zeros(0, dtype=np.int64)
NOBODY: Bools = np.zeros(0, dtype=bool)
EMPTY = Tree(NO_NUMBERS, NO_NUMBERS, NO_NUMBERS, NO_NUMBERS, NO_NUMBERS, NOBODY, NOBODY)


def together(parts: Sequence[Leaves]) -> Leaves:
    """All of some leaves, once each; who lives and has a spore under way lives."""
    if not parts:
        return Leaves(EMPTY.who, EMPTY.generation, EMPTY.living)
    who = np.concatenate([one.who for one in parts])
    generation, living = (np.concatenate([getattr(one, name) for one in parts]) for name in ("generation", "living"))
    order = np.lexsort((~living, who))
    first = np.ones(len(who), dtype=bool)
    first[1:] = who[order[1:]] != who[order[:-1]]
    mine = order[first]
    return Leaves(who[mine].astype(np.int64), generation[mine].astype(np.int64), living[mine])
