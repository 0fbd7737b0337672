"""The tree of life of a run in its report: who descends from whom of all that live, over time, in the colours of the Muller plot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.transforms import blended_transform_factory
from numpy.typing import NDArray

from cyberspace.analysis.inspect_run import newest_states
from cyberspace.analysis.lineages import key, rows_of
from cyberspace.analysis.phylogeny.folding import fold
from cyberspace.analysis.phylogeny.identities import identities
from cyberspace.analysis.phylogeny.recorded import folded
from cyberspace.analysis.phylogeny.tree import Leaves, Tree, together
from cyberspace.analysis.story.told import Story
from cyberspace.record.run_folder import RunFolder
from render import palette
from render.story import branch_colours

TREE = Path("tree.png")

MOST = 1500
"""Of those who live that are drawn; of more, so many are taken evenly."""

FAR = 2**40
"""Generation of somebody of whom it is not known: a line that begins there is followed as far as births are told."""

NO_BRANCH = "#9A9A9A"

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def tree_of(folder: RunFolder, story: Story) -> tuple[Tree, int]:
    """The tree of those who live at the newest checkpoint, with the first of each branch of the story in it, and the tick.

    Raises:
        InputError: If there is no whole checkpoint, or the record is damaged.
    """
    tick, states = newest_states(folder)
    living = together([identities(world, state) for world, state in zip(folder.universe.worlds, states, strict=True)])
    every = np.flatnonzero(living.living)
    taken = every[np.unique(np.linspace(0, len(every) - 1, min(MOST, len(every))).astype(np.int64))] if len(every) else every
    living = Leaves(living.who[taken], living.generation[taken], living.living[taken])
    firsts = _firsts(story)
    others = Leaves(firsts, np.full(len(firsts), FAR), np.zeros(len(firsts), dtype=bool))
    found = folded(together([living, others]), folder, tick)
    return _of_the_living(found), tick


def _firsts(story: Story) -> Ints:
    """Keys of the first of each branch, in order of the branches."""
    pairs = np.array([(one.cradle, one.born) for one in story.muller.branches], dtype=np.int64).reshape(-1, 2)
    return key(pairs[:, 0], pairs[:, 1])


def _of_the_living(tree: Tree) -> Tree:
    """A tree without branches of which nobody lives; the first of a branch stays, if somebody does."""
    below = tree.living.copy()
    for k in range(len(tree) - 1, -1, -1):
        if tree.parent[k] >= 0:
            below[tree.parent[k]] |= below[k]
    mine = np.flatnonzero(tree.kept & below)
    return fold(Leaves(tree.who[mine], np.full(len(mine), FAR), tree.living[mine]), tree.rows)


def draw_tree(folder: RunFolder, story: Story, axes: Axes) -> None:
    """Draw it: time to the right, a line for each of those who live."""
    tree, tick = tree_of(folder, story)
    axes.set(xlabel="tick", yticks=[])
    axes.spines["left"].set_visible(False)
    if not len(tree):
        axes.text(0.5, 0.5, "Nobody lives.", ha="center", transform=axes.transAxes)
        axes.set_title("The tree of life", fontsize=10.5)
        return
    height, colours = heights(tree), _colours(tree, story)
    start = np.maximum(tree.born, 0)
    end = np.where(tree.living & (tree.children == 0), tick, start)
    above = np.where(tree.parent >= 0, tree.parent, np.arange(len(tree)))
    flat = np.stack([np.stack([start[above], height], 1), np.stack([end, height], 1)], axis=1)
    upright = np.stack([np.stack([start[above], height[above]], 1), np.stack([start[above], height], 1)], axis=1)
    width = float(np.clip(300 / len(tree), 0.35, 1.6))
    axes.add_collection(LineCollection([*upright, *flat], colors=[*colours, *colours], linewidths=width))
    axes.set(xlim=(0, max(1, tick)), ylim=(-1, float(height.max()) + 1))
    _coalescence(tree, axes)
    _sweeps(tree, story, axes, height)


def heights(tree: Tree) -> Floats:
    """The height of each node: leaves one above the other, the largest lineages first, a parent in the middle of its children."""
    leaves = (tree.children == 0).astype(np.int64)
    size = leaves.copy()
    for k in range(len(tree) - 1, -1, -1):
        if tree.parent[k] >= 0:
            size[tree.parent[k]] += size[k]
    bottom = np.zeros(len(tree))
    roots = tree.roots[np.argsort(-size[tree.roots], kind="stable")]
    bottom[roots] = np.concatenate([[0], np.cumsum(size[roots])[:-1]])
    used = bottom.copy()
    for k in range(len(tree)):  # parents come before children
        parent = tree.parent[k]
        if parent >= 0:
            bottom[k] = used[k] = used[parent]
            used[parent] += size[k]
    middle: Floats = bottom + (size - 1) / 2
    return middle


def _colours(tree: Tree, story: Story) -> list[str]:
    """The colour of each node: that of the last branch above it."""
    ours = branch_colours(story.muller, palette.VIVID, "#FFFFFF", "#000000")
    branch = rows_of(_firsts(story), tree.who)
    for k in range(len(tree)):
        if branch[k] < 0 and tree.parent[k] >= 0:
            branch[k] = branch[tree.parent[k]]
    return [ours[k] if k >= 0 else NO_BRANCH for k in branch.tolist()]


def _coalescence(tree: Tree, axes: Axes) -> None:
    """When the last common ancestor of all that live was born; of the largest lineage, where there are several."""
    node, root = tree.common_ancestor(), tree.root_of
    title = "The tree of those who live"
    if node < 0:
        largest = int(np.bincount(root[tree.living], minlength=len(tree)).argmax())
        mine = np.flatnonzero(tree.living & (root == largest))
        node = tree.common_ancestor(mine)
        title += f": {len(tree.roots):,} lineages; of the largest, {len(mine) / max(1, tree.living.sum()):.0%} of the living,"
    born = int(tree.born[node])
    said = f"all descend from one born at tick {born:,}" if born >= 0 else "the first was there from the start"
    axes.set_title(f"{title}{'' if title.endswith(',') else ':'} {said}", fontsize=10.5)
    if born >= 0:
        axes.axvline(born, color=palette.INK, lw=1, ls="--")


def _sweeps(tree: Tree, story: Story, axes: Axes, height: Floats) -> None:
    """Where the branches began that swept, and when they had."""
    above = blended_transform_factory(axes.transData, axes.transAxes)
    for mark in story.marks:
        if mark.kind != "sweep":
            continue
        node = tree.node(int(key(np.array(mark.cradle), np.array(mark.born)))) if mark.cradle >= 0 else -1
        if node >= 0:
            axes.plot(max(0, mark.born), height[node], "^", color=palette.INK, ms=6)
        axes.plot(mark.tick, 0.985, "^", color=palette.INK, mfc="none", ms=5, transform=above, clip_on=False)
