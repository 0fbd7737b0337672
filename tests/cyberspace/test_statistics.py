"""Intervals cover, tests err as often as they say, published numbers come out."""

import math

import numpy as np
import pytest

from cyberspace.statistics import (
    bootstrap_interval,
    difference,
    fisher,
    holm,
    kaplan_meier,
    log_rank,
    paired_gain,
    proportion,
    rank_sum,
    share_difference,
    signed_rank,
    t_interval,
)

SIX = ([6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
"""Weeks in remission with 6-MP, and weeks at which patients were last seen; Freireich et al. (1963)."""

PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_exact_intervals_of_shares_by_hand():
    """Where none of n is, the upper end is 1 - 0.025^(1/n); 2 of 4 as R's binom.test has it."""
    none, half = proportion(0, 3), proportion(2, 4)
    assert (none.low, none.high) == (0.0, pytest.approx(1 - 0.025 ** (1 / 3)))
    assert (half.mean, half.low, half.high) == (0.5, pytest.approx(0.0676, abs=1e-4), pytest.approx(0.9324, abs=1e-4))


@pytest.mark.parametrize(
    ("one", "other", "ends"),
    [((56, 70), (48, 80), (0.0524, 0.3339)), ((9, 10), (3, 10), (0.1705, 0.8090)), ((5, 56), (0, 29), (-0.0381, 0.1926))],
)
def test_differences_of_shares_are_those_of_newcombes_table(one, other, ends):
    """Table II of the paper, contrasts a, b and e, method 10; the other way round the signs change."""
    found, back = share_difference(one, other), share_difference(other, one)
    assert (found.low, found.high) == (pytest.approx(ends[0], abs=5e-5), pytest.approx(ends[1], abs=5e-5))
    assert (back.mean, back.low, back.high) == (
        pytest.approx(-found.mean),
        pytest.approx(-found.high),
        pytest.approx(-found.low),
    )


def test_differences_of_shares_stay_within_what_shares_can_differ_by():
    nothing, all_of_it, unknown = (
        share_difference((0, 5), (0, 4)),
        share_difference((8, 8), (0, 8)),
        share_difference((0, 0), (1, 2)),
    )
    assert nothing.low < 0 < nothing.high and all_of_it.low > 0.5 and all_of_it.high == 1
    assert math.isnan(unknown.mean) and (unknown.low, unknown.high) == (-1, 1)


def test_t_and_bootstrap_cover():
    rng = np.random.default_rng(1)
    covered = {"t": 0, "bootstrap": 0}
    for seed in range(200):
        x = rng.normal(3, 2, 12)
        for name, one in (("t", t_interval(x)), ("bootstrap", bootstrap_interval(x, draws=400, seed=seed))):
            covered[name] += one.low <= 3 <= one.high
    assert 180 <= covered["t"] <= 199 and 168 <= covered["bootstrap"] <= 199
    assert t_interval([2.0]).high == math.inf and math.isnan(t_interval([]).mean)


def test_pairs_tell_what_their_means_hide():
    rng = np.random.default_rng(2)
    before = rng.normal(0, 10, 20)
    after = before + 1 + rng.normal(0, 0.1, 20)
    assert paired_gain(after, before).low > 0.9
    assert difference(after, before).low < 0
    assert difference([1.0, 1.0], [0.0, 0.0]).mean == 1


def test_kaplan_meier_of_a_sample_where_nobody_is_censored_is_the_empirical_law():
    km = kaplan_meier([1, 2, 3, 4], 10)
    assert km.share.tolist() == [0.75, 0.5, 0.25, 0.0] and km.median == 2 and (km.reached, km.n) == (4, 4)
    never = kaplan_meier([math.inf] * 3, 10)
    assert never.median == math.inf and never.reached == 0


def test_kaplan_meier_and_log_rank_of_the_leukaemia_trial():
    """As in the textbooks: median 8 weeks under placebo, and a log-rank statistic of 16.79, hence p = 4.2e-5."""
    assert kaplan_meier(PLACEBO, 30).median == 8
    from scipy import stats

    drug = stats.CensoredData(uncensored=SIX[0], right=SIX[1])
    assert math.isclose(stats.logrank(drug, PLACEBO).statistic ** 2, 16.79, abs_tol=0.01)
    late = [*SIX[0], *[math.inf] * 12]
    assert log_rank(late, PLACEBO, 35) < 1e-4
    assert log_rank(PLACEBO, PLACEBO, 30) > 0.99
    assert log_rank([math.inf], [math.inf], 5) == 1


def test_other_tests():
    assert math.isclose(fisher([[3, 1], [1, 3]]), 0.4857, abs_tol=1e-4)  # Fisher's tea
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert rank_sum(range(20), range(10, 30)) < 0.01 and signed_rank([0, 0]) == 1 and signed_rank(range(1, 20)) < 0.001
