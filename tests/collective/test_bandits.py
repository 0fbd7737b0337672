"""Policies: each finds the best of plain arms, uniform does not; pending pulls spread them; equal chance, equal choices."""

import numpy as np
import pytest

from cyberspace.collective.bandits import POLICIES, Arms
from cyberspace.collective.objective.arms import rising_arms


def played(name, pulls=200, seed=0):
    truth, rng = np.array([0.2, 0.4, 0.8, 0.5]), np.random.default_rng(seed)
    arms = Arms([[] for _ in truth])
    for _ in range(pulls):
        arm = POLICIES[name](arms, rng)
        arms.rewards[arm].append(float(rng.random() < truth[arm]))
    return arms


@pytest.mark.parametrize("name", sorted(set(POLICIES) - {"uniform", "qomax", "best-only"}))
def test_the_best_arm_is_pulled_most(name):
    pulls = np.mean([played(name, seed=seed).pulls for seed in range(8)], axis=0)
    assert pulls.argmax() == 2 and pulls[2] > 60
    assert 30 < np.mean([played("uniform", seed=seed).pulls[2] for seed in range(8)]) < 70


def test_qomax_looks_for_the_best_single_pull_and_not_for_the_best_mean():
    found = {"qomax": [], "thompson": []}
    for name, pulls in found.items():
        for seed in range(8):
            rng, arms = np.random.default_rng(seed), Arms([[], []])
            for _ in range(100):
                arm = POLICIES[name](arms, rng)
                arms.rewards[arm].append(float(rng.normal(0.5, 0.02) if arm == 0 else rng.normal(0.4, 0.3)))
            pulls.append(arms.pulls[1])
    assert np.median(found["qomax"]) > 60 > 40 > np.median(found["thompson"])


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_equal_chance_makes_equal_choices_and_every_arm_is_met(name):
    one, other = played(name, 60, 4), played(name, 60, 4)
    assert one.rewards == other.rewards and sum(one.pulls) == 60
    assert POLICIES[name](Arms([[]]), np.random.default_rng(0)) == 0


def test_pending_pulls_spread_those_who_ask_at_once():
    rewards, rng = [[0.3, 0.9], [0.2, 0.9], [0.2, 0.8]], np.random.default_rng(0)
    arms, asked = Arms(rewards), []
    for _ in range(6):
        asked.append(POLICIES["asymmetric-ucb"](arms, rng))
        arms.pending[asked[-1]] += 1
    assert len(set(asked)) == 3
    blind = {POLICIES["kl-ucb"](Arms(rewards, [k, 0, 0]), rng) for k in range(5)}
    assert blind == {0}


def test_arms_rise_and_saturate():
    truth, rng = rising_arms(14, 0.0, 3), np.random.default_rng(0)
    paid = [truth.pay(0, n, rng) for n in range(100)]
    assert paid == sorted(paid) and abs(paid[-1] - truth.final[0]) < 0.01
    assert Arms([[2.0, 4.0], [3.0]]).scaled().rewards == [[0.0, 1.0], [0.5]]
    assert Arms([[1.0], []]).scaled().rewards == [[0.0], []]
