"""The tree of life in reports and in the window: where its lines lie, and when all that live had an ancestor in common."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from cyberspace.analysis.lineages import key
from cyberspace.analysis.phylogeny.folding import fold
from cyberspace.analysis.phylogeny.recorded import births
from cyberspace.analysis.story.marks import Mark
from cyberspace.analysis.story.muller import Branch as Held
from cyberspace.analysis.story.muller import Muller
from cyberspace.analysis.story.told import Story
from render import life_tree
from render.frames import Branch
from render.panels.tree import coalescence
from tests.descended import leaves_of

ROWS = np.array([(1, 2, 1, -1, 3), (2, 3, 1, -1, 1), (4, 4, 3, 2, 2), (5, 5, 3, 2, 5), (9, 6, 5, 5, 0)])
"""1 was there from the start; 2 and 3 are its children, 4 and 5 those of 3, 6 that of 5."""


def tree():
    return fold(leaves_of([(2, 1, 1), (4, 4, 2), (6, 9, 3)]), births(ROWS))


def test_leaves_lie_one_above_the_other_and_a_parent_in_the_middle():
    found = tree()
    height = dict(zip(found.cradle.tolist(), life_tree.heights(found).tolist(), strict=True))
    assert sorted([height[2], height[4], height[6]]) == [0, 1, 2]
    assert height[3] == (height[4] + height[6]) / 2
    assert height[1] == 1


def test_coalescence_and_the_sweep_are_drawn_in_the_colour_of_their_branch(monkeypatch):
    shares = np.ones(2, dtype=np.float32) / 2
    plot = Muller(np.array([0, 10]), (Held(1, -1, 0, -1, shares), Held(3, 2, 0, 0, shares)), 0.05)
    story = Story(10, (Mark(8, "sweep", "a branch sweeps", cradle=3, born=2),), plot)
    found = fold(leaves_of([(4, 4, 2), (6, 9, 3)]), births(ROWS))
    monkeypatch.setattr(life_tree, "shown", lambda folder, story: life_tree.Shown(found, 10, 2, 1.0, 1.0))
    figure, axes = plt.subplots()
    life_tree.draw_tree(None, story, axes)
    assert "all descend from one born at tick 2" in axes.get_title()
    assert any(line.get_xdata()[0] == 2 for line in axes.lines), "the line of coalescence"
    assert any(line.get_marker() == "^" and line.get_xdata()[0] == 2 for line in axes.lines), "where the sweep began"
    colours = life_tree._colours(found, story)
    assert len(set(colours[1:])) == 1 and colours[0] not in colours[1:], "1 began, and all others are of the branch of 3"
    plt.close(figure)


def test_who_left_nobody_is_left_out_and_the_first_of_a_branch_is_in():
    leaves = leaves_of([(2, 1, 1), (4, 4, 2), (6, 9, 3), (5, 5, 2)])
    leaves.living[leaves.who == key(np.array(5), np.array(5))] = False
    found = fold(leaves, births(ROWS))
    taken = np.flatnonzero(np.isin(found.cradle, [4, 6]))
    assert sorted(life_tree._of(found, taken).cradle.tolist()) == [1, 3, 4, 5, 6]
    taken = np.flatnonzero(np.isin(found.cradle, [2, 4]))
    assert sorted(life_tree._of(found, taken).cradle.tolist()) == [1, 2, 4]


def test_the_window_tells_when_all_of_a_tree_had_an_ancestor_in_common():
    nodes = (Branch(1, -1, -1, 0, 3), Branch(2, 5, 0, 1, 3), Branch(3, 7, 1, 1, 2), Branch(4, 8, 1, 1, 1))
    assert coalescence(nodes) == 5
    assert coalescence((*nodes, Branch(9, 0, -1, 0, 1))) is None
    assert coalescence(nodes[:0]) is None
