"""Synthesis against cases that can be worked by hand."""

import numpy as np
import pytest

from cyberspace.collective.packets.synthesis import Inbox, advise


def inbox(effects, errors, actions=None, apart=0.0):
    count = len(effects)
    actions = np.ones((count, 2)) if actions is None else np.asarray(actions, float)
    return Inbox(
        np.full((1, count), apart),
        actions[None],
        np.array([effects], float),
        np.array([errors], float),
        np.ones((1, count), bool),
    )


def test_packets_that_agree_are_weighted_by_the_inverse_of_their_variances():
    found = advise(inbox([2.0, 2.1, 2.0], [1.0, 0.5, 0.25]), width=1.0, prior=1e6)
    weights = np.array([1.0, 4.0, 16.0])
    assert found.effect[0] == pytest.approx((weights * [2.0, 2.1, 2.0]).sum() / 21)
    assert found.error[0] == pytest.approx(21**-0.5)
    assert found.skill[0] == 1.0


def test_the_prior_shrinks_toward_no_effect():
    assert advise(inbox([3.0] * 3, [3**0.5] * 3), width=1.0, prior=1.0).effect[0] == pytest.approx(1.5)


def test_far_packets_say_little():
    near, far = (advise(inbox([3.0] * 3, [1.0] * 3, apart=apart), width=1.0, prior=1.0) for apart in (0.0, 3.0))
    assert far.effect[0] < 0.1 < near.effect[0] and far.error[0] > near.error[0]


def test_actions_that_have_nothing_in_common_are_no_advice():
    draws = np.random.default_rng(1)
    found = advise(inbox([3.0] * 12, [0.1] * 12, draws.standard_normal((12, 2))), width=1.0, prior=1e3)
    assert found.skill[0] < 0.2


def test_packets_that_disagree_are_less_sure():
    """DerSimonian and Laird by hand: weights 4, mean 2, Q = 4 * (1 + 0 + 1) = 8, variance between (8 - 2) / (12 - 4) = 0.75."""
    found = advise(inbox([1.0, 2.0, 3.0], [0.5] * 3), width=1.0, prior=1e6)
    assert found.error[0] == pytest.approx((3 / (0.25 + 0.75)) ** -0.5)


def test_a_few_liars_do_not_move_the_robust_advice():
    effects, errors = [1.0] * 7 + [100.0] * 3, [0.5] * 7 + [0.001] * 3
    actions = [[1.0, 0.0]] * 7 + [[-50.0, 50.0]] * 3
    plain, robust = (advise(inbox(effects, errors, actions), 1.0, 1e3, robust) for robust in (False, True))
    assert robust.action[0] == pytest.approx([1.0, 0.0]) and robust.effect[0] == pytest.approx(1.0, rel=0.05)
    assert abs(plain.action[0] - [1.0, 0.0]).max() > 1


def test_too_few_packets_say_nothing():
    assert advise(inbox([5.0, 5.0], [0.1, 0.1]), 1.0, 10.0).effect[0] == 0.0
