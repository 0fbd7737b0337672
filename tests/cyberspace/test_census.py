"""What is counted of a space, and how it went."""

from types import SimpleNamespace

import numpy as np

from cyberspace.watch.census import Count, Series


def test_heredity_is_that_of_the_births_of_a_sample_and_stays_where_there_are_none():
    series = Series(SimpleNamespace(goals=("NOT",)))
    for tick, births, faithful in [(1, 0, 0), (2, 4, 3), (3, 4, 3), (4, 6, 3), (5, 6, 3), (6, 16, 12)]:
        series.sample(Count(tick, 10, 100, np.array([5]), births, faithful))
    found = series.since(0)
    np.testing.assert_allclose(found["heredity"], [np.nan, 0.75, 0.75, 0.0, 0.0, 0.9], rtol=1e-6)
    assert found["shares"].ravel().tolist() == [0.5] * 6
