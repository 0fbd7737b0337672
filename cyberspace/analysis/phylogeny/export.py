"""A tree as files that other tools read: Newick, and the ALife data standard as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import numpy as np

from cyberspace.analysis.phylogeny.tree import Ints, Leaves, Rows, Tree

COLUMNS = (
    "id", "ancestor_list", "origin_time", "destruction_time", "taxon_label", "cradle", "generation", "births", "distance", "living",
)  # fmt: skip
"""Of the CSV.

`id` to `destruction_time` are those of the ALife data standard (Lalejini et al.: Data standards for artificial life software, 2019):
ids count from 0 in order of birth, "[none]" is nobody's ancestor, a time is a tick, and who lives is destroyed at "inf".  When an
ancestor died is not recorded, so that is left empty.  `births` and `distance` tell of the edge to the ancestor.
"""

AT_ONCE = 2**16
"""Lines that are written at once."""


def label(cradle: int, born: int) -> str:
    """What a node is called: where and when it was born."""
    return f"s{cradle}t{born}"


def write_newick(tree: Tree, path: Path) -> None:
    """Write a tree as Newick: a line for each lineage, whose branches are as long as the ticks between births.

    Raises:
        OSError: If the disk is full or fails.
    """
    with path.open("w", encoding="utf-8") as file:
        for line in newick(tree):
            file.write(line + "\n")


def newick(tree: Tree) -> Iterator[str]:
    """A tree in Newick's form, "(s4t20:15,s7t60:55)s2t5;", one for each root; inner nodes have names as well."""
    order = np.argsort(tree.parent, kind="stable")
    first = np.searchsorted(tree.parent[order], np.arange(len(tree) + 1))
    below = order.tolist()
    names = [label(*one) for one in zip(tree.cradle.tolist(), tree.born.tolist(), strict=True)]
    born = tree.born
    lengths = np.where(tree.parent >= 0, born - born[tree.parent], 0).tolist()
    for root in tree.roots.tolist():
        parts: list[str] = []
        todo: list[tuple[int, bool]] = [(root, False)]  # whether all below it is written: a stack, for trees are deep
        while todo:
            node, done = todo.pop()
            low, high = int(first[node]), int(first[node + 1])
            if low < high and not done:
                parts.append("(")
                todo += [(node, True), *((child, False) for child in below[low:high][::-1])]
                continue
            parts.append(f"{')' if done else ''}{names[node]}{f':{lengths[node]}' if node != root else ''}")
            if todo and not todo[-1][1]:
                parts.append(",")
        yield "".join(parts) + ";"


def write_alife(tree: Tree, path: Path) -> None:
    """Write a tree as CSV in the ALife data standard, see `COLUMNS`.

    Raises:
        OSError: If the disk is full or fails.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        _alife(tree, file)


def _alife(tree: Tree, file: TextIO) -> None:
    file.write(",".join(COLUMNS) + "\n")
    for low in range(0, len(tree), AT_ONCE):
        part = slice(low, low + AT_ONCE)
        columns = (tree.parent, tree.born, tree.cradle, tree.generation, tree.births, tree.distance, tree.living)
        rows = zip(*(column[part].tolist() for column in columns), strict=True)
        file.writelines(
            f"{low + k},[{'none' if parent < 0 else parent}],{born},{'inf' if lives else ''},{label(cradle, born)},{cradle},"
            f"{generation},{births},{distance},{int(lives)}\n"
            for k, (parent, born, cradle, generation, births, distance, lives) in enumerate(rows)
        )


def unfolded(leaves: Leaves, rows: list[Rows]) -> Tree:
    """The whole tree of births, the extinct with all others, nothing folded: all of it is held at once.

    Args:
        leaves: Who lives.
        rows: All births.
    """
    own, above, distance = (
        np.concatenate([getattr(one, name) for one in rows] or [np.zeros(0, dtype=np.int64)])
        for name in ("own", "parent", "distance")
    )
    who = np.unique(np.concatenate([own, above, leaves.who]))
    at, up = np.searchsorted(who, own), np.searchsorted(who, above)
    parent, births, loci = np.full(len(who), -1, dtype=np.int64), *np.zeros((2, len(who)), dtype=np.int64)
    parent[at], births[at], loci[at] = up, 1, distance
    mine = np.searchsorted(who, leaves.who)
    first = mine[leaves.generation == 0]  # a spark that fell where somebody was born and died in the same tick
    parent[first], births[first], loci[first] = -1, 0, 0
    living = np.zeros(len(who), dtype=bool)
    living[mine] = leaves.living
    return Tree(who, parent, births, loci, _generations(parent, mine, leaves.generation), living, np.ones(len(who), dtype=bool))


def _generations(parent: Ints, mine: Ints, told: Ints) -> Ints:
    """Births since the first of a lineage, counted from the first that was recorded; of those who live as they tell it."""
    found, jump = (parent >= 0).astype(np.int64), np.where(parent >= 0, parent, np.arange(len(parent)))
    while (found[jump] > 0).any():
        found, jump = found + found[jump], jump[jump]
    found[mine] = told
    return found
