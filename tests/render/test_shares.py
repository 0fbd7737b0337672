"""The figure of tasks: lines that say what they are, and never more than all of the living."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from render import palette
from render.shares import draw_shares


@pytest.mark.parametrize("high", [0.0, 0.2, 1.0])
def test_shares_are_lines_in_the_colours_of_the_tasks_and_at_most_100_percent(high):
    goals = ("NOT", "a_$b", "XOR")
    shares = np.linspace(0, high, 30).reshape(10, 3)
    figure, axes = plt.subplots()
    draw_shares(axes, np.arange(10), shares, goals)
    assert not axes.collections and len(axes.lines) == 3  # a stack would be collections
    assert 0 < axes.get_ylim()[1] <= 100 and axes.get_ylabel() == "% of the living"
    drawn = {line.get_label().split(":")[0]: line for line in axes.lines}
    assert list(drawn) == ["XOR", r"a \$b", "NOT"] or high == 0
    for k, goal in enumerate(("NOT", r"a \$b", "XOR")):
        assert drawn[goal].get_color() == palette.TASKS[k]
        np.testing.assert_allclose(drawn[goal].get_ydata(), 100 * shares[:, k])
        assert f"{shares[-1, k]:.1%} at the end" in drawn[goal].get_label()
    plt.close(figure)
