"""Folding births into the tree of those who live, backwards in time.

Each of those who live is a line that is followed from its birth to its parent's, and on.  Births of the extinct are on no line and are
passed over.  Where lines meet a node is made; what lies between two nodes is added up.  So no more is held at once than the lines that are
still apart, the nodes, and the births that are told in one go: the cost is a few passes over those, in NumPy.

The edges of a tree are births of many generations at once, so a tree is folded like births: that of a tick out of that of an earlier
tick and the births since, and the two ways lead to the same tree (tests/cyberspace/test_phylogeny.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cyberspace.analysis.phylogeny.tree import Ints, Leaves, Rows, Tree


@dataclass
class Lines:
    """Lines that are followed, in order of the key that each has come to; none twice.

    Attributes:
        who: The keys.
        generation: Births since the first of the lineage of each; at 0 a line has come to its end.
        node: Number of the node that stands there; -1 where the line only passes.
        child: Number of the node that a line which passes comes from, else -1.
        births: Births since that one.
        distance: Loci that differ, summed over them.
    """

    who: Ints
    generation: Ints
    node: Ints
    child: Ints
    births: Ints
    distance: Ints


class Folding:
    """A fold under way.

    Args:
        leaves: Whose tree it is.
    """

    def __init__(self, leaves: Leaves):
        count = len(leaves.who)
        none, zero = np.full(count, -1, dtype=np.int64), np.zeros(count, dtype=np.int64)
        self._leaves = leaves
        self._lines = Lines(leaves.who, leaves.generation, np.arange(count), none, zero, zero)
        self._who, self._generation = [leaves.who], [leaves.generation]
        self._count = count
        self._edges: list[tuple[Ints, Ints, Ints, Ints]] = []

    def take(self, rows: Rows) -> None:
        """Births, those of the children before or with those of their parents; in any order among themselves."""
        order = np.argsort(rows.own, kind="stable")
        rows = Rows(rows.own[order], rows.parent[order], rows.births[order], rows.distance[order])
        mine, generation = self._on_lines(rows)
        if len(mine):
            self._join(Rows(rows.own[mine], rows.parent[mine], rows.births[mine], rows.distance[mine]), generation)

    def _on_lines(self, rows: Rows) -> tuple[Ints, Ints]:
        """Births on lines, in order, and the generation of who was born in each.

        A line ends at its first generation even where a birth of that key is told: who was born over a link and died within the tick
        has the same key as a spark that fell there in the same tick, and left no child.
        """
        lines, generation = self._lines, np.full(len(rows.own), -1, dtype=np.int64)
        here, at = _found(rows.own, lines.who[lines.generation > 0])
        generation[at] = lines.generation[lines.generation > 0][here]
        while len(at):
            above = generation[at] - rows.births[at]
            here, found = _found(rows.own, rows.parent[at])
            more = (above[here] > 0) & (generation[found] < 0)
            generation[found[more]] = above[here[more]]
            at = np.unique(found[more])
        mine = np.flatnonzero(generation > 0)
        return mine, generation[mine]

    def _join(self, rows: Rows, generation: Ints) -> None:
        """Follow the lines over births that are all on them."""
        lines = self._lines
        places, inverse = np.unique(np.concatenate([rows.own, rows.parent, lines.who]), return_inverse=True)
        own, up, at = np.split(inverse.reshape(-1), np.cumsum([len(rows.own), len(rows.parent)]))
        count = len(places)
        node, passes = np.full(count, -1, dtype=np.int64), lines.node < 0
        node[at] = lines.node
        level = np.zeros(count, dtype=np.int64)
        level[at], level[own] = lines.generation, generation
        level[up] = generation - rows.births
        incoming = np.bincount(up, minlength=count) + np.bincount(at[passes], minlength=count)
        made = np.flatnonzero((node < 0) & (incoming > 1))
        node[made] = self._count + np.arange(len(made))
        self._count += len(made)
        self._who.append(places[made])
        self._generation.append(level[made])

        target, births, distance = np.full(count, -1, dtype=np.int64), *np.zeros((2, count), dtype=np.int64)
        target[own], births[own], distance[own] = up, rows.births, rows.distance
        follow = own[(node[up] < 0) & (target[up] >= 0)]
        while len(follow):  # over chains, twice as far each time
            over = target[follow]
            births[follow], distance[follow] = births[follow] + births[over], distance[follow] + distance[over]
            target[follow] = target[over]
            ahead = target[follow]
            follow = follow[(node[ahead] < 0) & (target[ahead] >= 0)]

        # What leads up from a node that lies on a birth, and from the child of a line that only passed, over what comes next.
        begins, passed = own[node[own] >= 0], at[passes]
        on = (node[passed] < 0) & (target[passed] >= 0)
        ends = np.concatenate([target[begins], np.where(on, target[passed], passed)])
        child = np.concatenate([node[begins], lines.child[passes]])
        total = np.concatenate([births[begins], lines.births[passes] + np.where(on, births[passed], 0)])
        loci = np.concatenate([distance[begins], lines.distance[passes] + np.where(on, distance[passed], 0)])
        joined = node[ends] >= 0
        self._edges.append((child[joined], node[ends[joined]], total[joined], loci[joined]))
        left = np.full((3, count), -1, dtype=np.int64)
        left[:, ends[~joined]] = child[~joined], total[~joined], loci[~joined]
        stays = np.ones(count, dtype=bool)
        stays[own] = False
        self._lines = Lines(places[stays], level[stays], node[stays], *left[:, stays])

    def tree(self) -> Tree:
        """The tree, when all births were told: where a line has come to, somebody began a lineage, or was there before the first."""
        lines = self._lines
        passes = np.flatnonzero(lines.node < 0)
        ends = self._count + np.arange(len(passes))
        edges = [*self._edges, (lines.child[passes], ends, lines.births[passes], lines.distance[passes])]
        who, generation = (
            np.concatenate(parts) for parts in ([*self._who, lines.who[passes]], [*self._generation, lines.generation[passes]])
        )
        count, leaves = len(who), self._leaves
        parent, births, distance = np.full(count, -1, dtype=np.int64), *np.zeros((2, count), dtype=np.int64)
        for child, above, total, loci in edges:
            parent[child], births[child], distance[child] = above, total, loci
        living, kept = np.zeros((2, count), dtype=bool)
        living[: len(leaves.who)], kept[: len(leaves.who)] = leaves.living, True
        order = np.argsort(who, kind="stable")
        place = np.empty(count, dtype=np.int64)
        place[order] = np.arange(count)
        parent = np.where(parent < 0, -1, place[parent])[order]
        return Tree(who[order], parent, births[order], distance[order], generation[order], living[order], kept[order])


def _found(known: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Which of the wanted keys are among known ones, which are in order, and where."""
    at = np.minimum(np.searchsorted(known, wanted), max(0, len(known) - 1))
    here = np.flatnonzero(known[at] == wanted) if len(known) else np.zeros(0, dtype=np.int64)
    return here, at[here]


def fold(leaves: Leaves, *parts: Rows) -> Tree:
    """The tree of some leaves, from births; the youngest parts first."""
    folding = Folding(leaves)
    for rows in parts:
        folding.take(rows)
    return folding.tree()
