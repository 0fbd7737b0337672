"""The tree of life of a run in its report: who descends from whom of all that live, over time, in the colours of the Muller plot."""

from __future__ import annotations

from dataclasses import dataclass
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
from cyberspace.analysis.phylogeny.tree import EMPTY, Leaves, Tree, together
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


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Attributes:
        tree: The tree of as many as are drawn, with the first of each branch of the story that has somebody alive.
        tick: When they live.
        born: When the last common ancestor of all that live was born, or of the largest lineage, drawn or not; -1: from the start.
        share: Of all that live, those that descend from it.
        drawn: Of all that live, those that are drawn.
    """

    tree: Tree
    tick: int
    born: int
    share: float
    drawn: float


def shown(folder: RunFolder, story: Story) -> Shown:
    """The tree of those who live at the newest checkpoint.

    Raises:
        InputError: If there is no whole checkpoint, or the record is damaged.
    """
    tick, states = newest_states(folder)
    everybody = together([identities(world, state) for world, state in zip(folder.universe.worlds, states, strict=True)])
    firsts = _firsts(story)
    others = Leaves(firsts, np.full(len(firsts), FAR), np.zeros(len(firsts), dtype=bool))
    tree = folded(together([everybody, others]), folder, tick)
    living = np.flatnonzero(tree.living)
    if not len(living):
        return Shown(EMPTY, tick, -1, 0.0, 0.0)
    mine = tree.largest
    taken = living[np.unique(np.linspace(0, len(living) - 1, min(MOST, len(living))).astype(np.int64))]
    born = int(tree.born[tree.common_ancestor(mine)])
    return Shown(_of(tree, taken), tick, born, len(mine) / len(living), len(taken) / len(living))


def _firsts(story: Story) -> Ints:
    """Keys of the first of each branch, in order of the branches."""
    pairs = np.array([(one.cradle, one.born) for one in story.muller.branches], dtype=np.int64).reshape(-1, 2)
    return key(pairs[:, 0], pairs[:, 1])


def _of(tree: Tree, taken: Ints) -> Tree:
    """The tree of some of those who live; the first of a branch is in it as well, if one of them descends from it."""
    below = np.zeros(len(tree), dtype=bool)
    below[taken] = True
    for k in range(len(tree) - 1, -1, -1):
        if tree.parent[k] >= 0:
            below[tree.parent[k]] |= below[k]
    firsts = below & tree.kept & ~tree.living
    firsts[taken] = True
    mine = np.flatnonzero(firsts)
    return fold(Leaves(tree.who[mine], np.full(len(mine), FAR), tree.living[mine]), tree.rows)


def draw_tree(folder: RunFolder, story: Story, axes: Axes) -> None:
    """Draw it: time to the right, a line for each of those who live."""
    found = shown(folder, story)
    tree, tick = found.tree, found.tick
    axes.set(xlabel="tick", yticks=[])
    axes.spines["left"].set_visible(False)
    axes.set_title(_title(found), fontsize=10.5)
    if not len(tree):
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
    if found.born >= 0:
        axes.axvline(found.born, color=palette.INK, lw=1, ls="--", label="birth of the last common ancestor")
    _sweeps(tree, story, axes, height)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=3, fontsize=8.5)


def _title(found: Shown) -> str:
    if not found.drawn:
        return "The tree of life: nobody lives"
    whose = "all" if found.share == 1 else f"the largest lineage, {found.share:.0%} of the living,"
    verb = "descend" if found.share == 1 else "descends"
    since = f"{verb} from one born at tick {found.born:,}" if found.born >= 0 else "began with one who was there from the start"
    part = "" if found.drawn == 1 else f" ({found.drawn:.0%} of them drawn)"
    return f"The tree of those who live{part}\n{whose} {since}"


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


def _sweeps(tree: Tree, story: Story, axes: Axes, height: Floats) -> None:
    """Where the branches began that swept, and when they had."""
    above = blended_transform_factory(axes.transData, axes.transAxes)
    labels = iter(("a branch that swept begins", "it holds half of the living"))
    for mark in story.marks:
        if mark.kind != "sweep" or mark.cradle < 0:
            continue
        node = tree.node(int(key(np.array(mark.cradle), np.array(mark.born))))
        if node < 0:
            continue
        axes.plot(max(0, mark.born), height[node], "^", color=palette.INK, ms=6, ls="none", label=next(labels, "_"))
        axes.plot(
            mark.tick, 0.985, "^", color=palette.INK, mfc="none", ms=5, ls="none", transform=above, clip_on=False,
            label=next(labels, "_"),
        )  # fmt: skip
