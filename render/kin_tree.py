"""The colours of a lineage tree: those of the picture, so that a branch is found in the world."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from render import palette
from render.frames import Branch
from render.kinship import key
from render.populations import find


def tree_colours(
    nodes: tuple[Branch, ...],
    cradles: NDArray[np.generic],
    born: NDArray[np.generic],
    alive: NDArray[np.bool_],
    sketches: NDArray[np.int64],
) -> tuple[str, ...]:
    """A colour for each node: of one that lives that of its population, of an ancestor that of most of those who descend from it.

    Args:
        nodes: The tree, parents before children.
        cradles: Where those of the space were born, (sites,).
        born: When they were born.
        alive: Who of them lives.
        sketches: Sketches of their genomes.
    """
    found = find(sketches[alive])
    who = key(cradles[alive].astype(np.int64), born[alive].astype(np.int64))
    of = dict(zip(who.tolist(), found.members(sketches[alive]).tolist(), strict=True))
    colours = [*(palette.code(colour) for colour in found.colours), palette.OTHERS]
    counts: list[Counter[int]] = [Counter() for _ in nodes]
    for number in range(len(nodes) - 1, -1, -1):
        node = nodes[number]
        mine = of.get(int(key(np.array([node.cradle]), np.array([node.born]))[0]))
        if mine is not None:
            counts[number][mine] += 1
        if node.parent >= 0:
            counts[node.parent].update(counts[number])
    return tuple(colours[max(count, key=lambda one: (count[one], -one))] if count else palette.OTHERS for count in counts)
