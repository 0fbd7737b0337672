"""Decisions: false ones at most as often as is said, true ones found, ties told as ties."""

import numpy as np
import pytest

from cyberspace.collective.golf.decide import BETTER, TIE, WORSE, decide, groups, share
from cyberspace.statistics import skewed_p, wealth

NULLS = {
    "normal": lambda draw, shape: draw.normal(0, 0.1, shape),
    "heavy": lambda draw, shape: draw.standard_t(2, shape),
    "growing": lambda draw, shape: draw.normal(0, 1, shape) * np.geomspace(0.01, 1, shape[-1]),
    "skewed": lambda draw, shape: 1 - draw.exponential(1, shape),
}


@pytest.mark.parametrize("name", NULLS)
def test_false_records_are_at_most_alpha(name):
    alpha, count = 0.05, 4000
    differences = NULLS[name](np.random.default_rng(6), (count, 96))
    false = (wealth(differences) >= -np.log(alpha)).any(axis=1) & (skewed_p(differences) <= alpha)
    assert false.mean() <= alpha + 3 * np.sqrt(alpha / count)


def test_the_game_is_fair_for_what_is_symmetric():
    final = np.exp(wealth(np.random.default_rng(7).choice([-1.0, 1.0], (200_000, 4)))[:, -1])
    assert final.mean() == pytest.approx(1, abs=0.02)


def test_all_comparisons_together_spend_no_more_than_alpha():
    assert sum(share(0.05, look) for look in range(1, 100_000)) == pytest.approx(0.05, rel=1e-3)


def test_a_gain_is_found_and_a_loss_and_a_tie():
    noise = np.random.default_rng(8).normal(0, 0.1, 200)
    assert decide(noise + 0.08, 0.01).outcome == BETTER
    assert decide(noise - 0.08, 0.01).outcome == WORSE
    assert decide(noise, 0.01).outcome == TIE
    assert decide(np.zeros(50), 0.01).outcome == TIE
    assert decide(np.full(50, 0.001), 0.01).outcome == BETTER
    found = decide(noise + 1.0, 0.01)
    assert found.outcome == BETTER and found.blocks < 20 and found.evidence >= found.bound


def test_groups_end_where_their_first_is_better():
    draw = np.random.default_rng(9)
    base = draw.normal(3, 0.5, 150)
    costs = [
        base,
        base + draw.normal(0, 0.05, 150),
        base + 0.3 + draw.normal(0, 0.05, 150),
        base + 0.31 + draw.normal(0, 0.05, 150),
    ]
    assert groups(costs, 0.03, 1) == [0, 0, 1, 1]
