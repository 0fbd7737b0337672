"""Trials: packets help where fingerprints tell something, bring nothing where they don't, and the counts agree."""

import numpy as np
import pytest

from cyberspace.collective.packets import hops
from cyberspace.collective.packets.community import community
from cyberspace.collective.packets.growth import fits
from cyberspace.collective.packets.routers.table import ROUTERS
from cyberspace.collective.packets.trial import Outcome, Setting, Trial, benefit, shuffle

PEOPLE = community(1000, 1)


def outcome(people=PEOPLE, router="exact", seed=1, **setting):
    return Trial(people, ROUTERS[router](people.prints, 1), Setting(**setting), seed).run()


def test_packets_help_and_the_same_trial_is_the_same_again():
    first, again = outcome(), outcome()
    assert first.funnel == again.funnel and first.score == again.score
    _, low, _ = benefit([first])
    assert low > 0
    assert first.score[-1] > outcome(talk=False).score[-1]


def test_shuffled_fingerprints_bring_nothing():
    found = [outcome(shuffle(PEOPLE, seed), seed=seed) for seed in (1, 2, 3)]
    gain, low, high = benefit(found)
    assert low <= 0 <= high
    assert gain < benefit([outcome()])[0] / 3


def test_each_stage_of_the_funnel_holds_the_next():
    found = outcome(rounds=8)
    stages = list(found.funnel.values())
    assert stages == sorted(stages, reverse=True) and stages[-1] > 0
    assert found.funnel["delivered"] == found.told[:, 0].sum()
    share = found.withheld[:, 0].sum() / (found.withheld[:, 0].sum() + found.told[:, 0].sum())
    assert share == pytest.approx(0.2, abs=0.02)


def test_without_talk_nothing_is_sent():
    found = outcome(talk=False, rounds=3)
    assert sum(found.funnel.values()) == 0 and np.isnan(benefit([found])[0])


def test_no_ttl_no_delivery():
    assert outcome(ttl=0, rounds=4).funnel["delivered"] == 0


def test_liars_harm_less_where_medians_are_taken():
    plain, robust = (outcome(liars=0.3, robust=robust).score[-1] for robust in (False, True))
    assert robust > outcome(liars=0.3, talk=False).score[-1]
    assert plain < outcome().score[-1]


def test_the_benefit_is_a_difference_of_means_by_hand():
    found = Outcome(2)
    found.told[:] = [[2, 6.0], [2, 2.0]]
    found.withheld[:] = [[1, 1.0], [1, 0.0]]
    assert benefit([found])[0] == pytest.approx(8 / 4 - 1 / 2)


@pytest.mark.parametrize(
    ("law", "grows"), [("log N", np.log2), ("log^2 N", lambda n: np.log2(n) ** 2), ("N^b", lambda n: n**0.33)]
)
def test_the_law_that_made_the_data_is_found(law, grows):
    sites = np.array([1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6])
    noise = np.random.default_rng(2).normal(0, 0.01, 7)
    found = fits(sites, 3 + grows(sites) * (1 + noise))
    assert found[0].law == law


def test_too_few_points_are_refused():
    with pytest.raises(ValueError, match="told apart from 6"):
        fits(np.array([1.0, 2.0, 3.0]), np.ones(3))


def test_greedy_ways_on_a_lattice_are_as_long_as_geometry_says():
    """Of a curled axis of even length L, two places are L/4 apart in the mean; three axes."""
    steps, ticks = hops.walk(12, 0, 1, routes=4000)
    assert steps == pytest.approx(9, rel=0.03)
    assert ticks == pytest.approx(3 * (8 + 4 + 2), rel=0.03)
    assert hops.walk(12, 4, 1)[0] < steps
