"""What is counted of a space, and how it went."""

from types import SimpleNamespace

import numpy as np
import pytest

from cyberspace.watch.census import Count, Series


def test_heredity_is_that_of_the_births_of_a_sample_and_stays_where_there_are_none():
    series = Series(SimpleNamespace(goals=("NOT",), tasks=()))
    for tick, births, faithful in [(1, 0, 0), (2, 4, 3), (3, 4, 3), (4, 6, 3), (5, 6, 3), (6, 16, 12)]:
        series.sample(Count(tick, 10, 100, np.array([5]), births, faithful))
    found = series.since(0)
    np.testing.assert_allclose(found["heredity"], [np.nan, 0.75, 0.75, 0.0, 0.0, 0.9], rtol=1e-6)
    assert found["shares"].ravel().tolist() == [0.5] * 6


def test_scores_of_regions_are_put_together_before_they_are_spread():
    class Bits:
        unit, better, memory = "bits", "lower", 1

    series = Series(SimpleNamespace(goals=(), tasks=(SimpleNamespace(task=Bits()),)))
    parts = [Count(7, 3, 0, np.zeros(0, dtype=np.int64), 0, 0, (np.array(one),)) for one in ([5.0, 1.0], [3.0])]
    series.sample(parts[0] + parts[1])
    assert series.since(0)["scores"][0, 0].tolist() == pytest.approx([1.2, 2.0, 3.0, 4.0, 4.8, 1.0])
