"""Each measure against a case worked by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from cyberspace.analysis.measures.activity import PIECES, Activity, beyond, deal, excess, heirs_of, held_by
from cyberspace.analysis.measures.diversity import allele_counts, conserved, diversity, mean_distance
from cyberspace.analysis.measures.energy import income, outgo, shares
from cyberspace.analysis.measures.lineage import lineages
from cyberspace.analysis.measures.modes import Modes, persisting
from cyberspace.analysis.measures.selection import selection_differential
from cyberspace.analysis.measures.trophic import Trophic
from cyberspace.law.state import FLOWS


def test_diversity():
    """Of a, a, b, c: shares 1/2, 1/4, 1/4."""
    found = diversity(np.array(list("aabc")))
    assert (found.distinct, found.shannon, found.simpson, found.largest) == (3, 1.5, 1 - 6 / 16, 0.5)
    assert found.hill1 == pytest.approx(2**1.5) and found.hill2 == pytest.approx(16 / 6)
    assert diversity(np.zeros(5)).shannon == 0.0 and diversity(np.zeros(0)).distinct == 0


def test_mean_distance_and_conserved_information():
    """Three organisms, two loci: pairs differ in 1, 2 and 2 places."""
    counts = allele_counts(np.array([[0, 0, 1], [-8, 0, 7]]), -8, 7)
    assert mean_distance(counts) == pytest.approx(5 / 3)
    # One locus that all have alike, and one of two values with both as frequent.
    assert conserved(allele_counts(np.array([[0, 0], [0, 1]]), 0, 1)) == pytest.approx(1.0)
    assert math.isnan(mean_distance(allele_counts(np.zeros((2, 1), int), 0, 1)))


@pytest.mark.parametrize("n", [2, 7])
def test_mean_distance_is_that_of_all_pairs(n):
    genomes = np.random.default_rng(n).integers(-8, 8, (40, n))
    pairs = [np.count_nonzero(genomes[:, i] != genomes[:, j]) for i in range(n) for j in range(i)]
    assert mean_distance(allele_counts(genomes, -8, 7)) == pytest.approx(np.mean(pairs))


def test_selection_differential():
    """Price: cov(w, z) / mean(w) of w = 3, 1, 0, 0 and z = 1, 1, 0, 0 is (1 - 1/2) / 1; influences are all 1/2 away from it."""
    found = selection_differential([3, 1, 0, 0], [1, 1, 0, 0])
    half = stats.t.ppf(0.975, 3) * math.sqrt(4 * 0.25 / 3) / 2
    assert (
        found.mean == pytest.approx(0.5) and found.low == pytest.approx(0.5 - half) and found.high == pytest.approx(0.5 + half)
    )
    assert math.isnan(selection_differential([0, 0], [1, 0]).mean) and math.isnan(selection_differential([], []).mean)


def test_an_interval_of_selection_covers_what_it_should():
    random, hits = np.random.default_rng(4), 0
    for _ in range(300):
        z = random.random(400) < 0.3
        w = random.poisson(np.where(z, 1.5, 1.0))  # S = 0.3 x 1.5 / 1.15 - 0.3
        found = selection_differential(w, z)
        hits += found.low <= 0.45 / 1.15 - 0.3 <= found.high
    assert 0.9 < hits / 300 < 0.99


def test_modes():
    """Change is to the sample before, novelty to all before; ecology in bits; a component that was and comes back is no novelty."""
    modes = Modes()
    first = modes.take(np.array([1, 1, 2, 3]), np.array([0, 0, 4, 1]))
    assert (first.change, first.novelty, first.complexity, first.ecology, first.persist) == (3, 3, 4, 1.5, 4)
    second = modes.take(np.array([1, 4]), np.array([0, 2]))
    assert (second.change, second.novelty, second.complexity, second.ecology) == (1, 1, 2, 1.0)
    third = modes.take(np.array([2, 4]), np.array([4, 2]))
    assert (third.change, third.novelty) == (1, 0)
    assert persisting(np.array([2, 2, -1, 0]), 4).tolist() == [True, False, True, False]


def test_excess_is_the_distance_beyond_that_of_shadows():
    """Real 1, 0; three shadows 1/2, 1/2.  From the mean of the others the real one is 1/2 away, each shadow 1/6."""
    found = excess(np.array([1.0, 0.0]), np.full((3, 2), 0.5))
    assert (found.value, found.low, found.high) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert excess(np.array([0.5, 0.5]), np.full((3, 2), 0.5)).value == 0.0


def test_activity():
    """Component 7 goes from half to all of the living in 10 ticks, 5 goes; two shadows leave both where they were or move them by 1/10."""
    told = Activity(count=2)
    first = told.take(np.array([5, 7]), np.array([0.5, 0.5]), 0)
    assert (first.diversity, first.total, first.excess) == (2, 0.0, None)
    second = told.take(np.array([7]), np.array([1.0]), 10, np.array([0.0, 1.0]), np.array([[0.4, 0.6], [0.6, 0.4]]))
    assert (second.diversity, second.total, second.mean, second.new, second.proved) == (1, 10.0, 10.0, 10.0, 1)
    # Its normalised activity is (1 - 1/2) x 10; that of shadows is at most (0.6 - 0.5) x 10.
    assert told.normal.tolist() == [5.0] and told.bar == pytest.approx(1.0)
    third = told.take(np.array([7]), np.array([1.0]), 10, np.array([1.0]), np.array([[1.0], [1.0]]))
    assert (third.total, third.proved, third.new) == (20.0, 0, 0.0)  # it has proved adaptive before


def test_heirs_are_dealt_to_those_far_away_and_told_beyond_their_age():
    heirs = heirs_of(np.array([0, 0, 2, -1]), 4)
    assert heirs.tolist() == [2, 0, 1, 0]
    assert beyond(heirs, np.array([0, 0, 1, 1])).tolist() == [1.75, -0.25, 1.25, 0.25]  # of means 1 and 1/2, all 3/4
    dealt = deal(np.array([0, 1] * 100), [1, 2], shadows=20)
    for row in dealt:
        for group in (0, 1):  # each once, to those of the same group, and all but at most eight after whom they were before
            there = row[group::2]
            assert sorted(there.tolist()) == list(range(group, 200, 2))
            assert np.count_nonzero((np.diff(there) - 2) % 200) <= PIECES
    assert len({tuple(row) for row in dealt.tolist()}) == 20
    members, which = np.array([0, 1, 1, 3]), np.array([0, 0, 1, 1])
    assert held_by(members, which, np.array([1.0, 2.0, 4.0, 8.0]), 2).tolist() == [3.0, 10.0]
    assert held_by(members, which, np.array([[1.0, 2, 4, 8], [1, 1, 1, 1]]), 2).tolist() == [[3, 10], [2, 2]]


def windows(fitness, seed, count=12, size=600, ticks=10):
    """A population of 12 components without space, whose sizes are drawn anew in proportion to size and fitness."""
    random, told, kinds = np.random.default_rng(seed), Activity(), np.arange(size) % len(fitness)
    labels = np.arange(len(fitness))
    found = [told.take(labels, np.bincount(kinds, minlength=len(labels)) / size, 0)]
    for k in range(count):
        rate = fitness[kinds]
        parents = random.choice(size, size, p=rate / rate.sum())
        heirs = beyond(heirs_of(parents, size), np.zeros(size))
        had = held_by(np.arange(size), kinds, heirs, len(labels)) / size
        shadows = held_by(np.arange(size), kinds, heirs[deal(np.zeros(size), [seed, k])], len(labels)) / size
        kinds = random.permutation(kinds[parents])
        found.append(told.take(labels, np.bincount(kinds, minlength=len(labels)) / size, ticks, had, shadows))
    return found[1:]


def test_a_neutral_population_is_not_beyond_its_shadows_and_a_planted_sweep_is():
    neutral = [one for seed in range(5) for one in windows(np.ones(12), seed)]
    assert sum(one.excess.low > 0 for one in neutral) <= 0.1 * len(neutral)
    assert abs(np.mean([one.excess.value for one in neutral])) < 0.01
    assert sum(one.proved for one in neutral) <= 4
    for seed in range(3):
        swept = windows(np.where(np.arange(12) == 3, 2.0, 1.0), seed)
        assert all(one.excess.low > 0 for one in swept[1:4]) and swept[2].excess.value > 0.05
        assert sum(one.proved for one in swept) >= 1 and sum(one.new for one in swept) > 0


def test_lineages():
    """Three organisms of 9, one of 4; that of 9 was born at tick 20, of 4 it is not known."""
    found = lineages(np.array([9, 4, 9, 9]), np.array([1, 5, 2, 3]), np.array([20, -2, 20, 20]), 100)
    assert found.marks.tolist() == [9, 4] and found.sizes.tolist() == [3, 1] and found.held.tolist() == [6, 5]
    assert found.ages[0] == 80 and math.isnan(found.ages[1]) and found.mean_age == 80
    assert lineages(np.array([1]), np.array([1]), np.array([-1]), 7).ages.tolist() == [7]


def test_energy_by_source():
    """100 of light and 50 of tasks in 10 ticks; 30 of upkeep, 20 heat of the dying."""
    sums = {name: np.array([0, 0]) for name in (*FLOWS, "paid")}
    sums |= {"sunlight": np.array([7, 107]), "paid": np.array([0, 50]), "upkeep": np.array([0, 30]), "death": np.array([5, 25])}
    ticks = np.array([40, 50])
    come = income(sums, ticks)
    assert {name: values.tolist() for name, values in come.items() if values.any()} == {"light": [10.0], "tasks": [5.0]}
    assert shares(come)["tasks"].tolist() == pytest.approx([1 / 3])
    assert {name: values.tolist() for name, values in outgo(sums, ticks).items() if values.any()} == {
        "upkeep": [3.0],
        "death": [2.0],
    }


def test_the_trophic_table():
    """Two of group 0, one of 1 and one of none: group 1 gives 6 to 0, and 0 earns 4 of light and 2 of tasks in one tick."""
    table, group = Trophic(2), np.array([0, 0, 1, -1])
    table.lived += table.by_group(group, np.ones(4))
    table.light += table.by_group(group, np.array([2, 2, 2, 2]))
    table.paid += table.by_group(group, np.array([2, 0, 0, 9]))
    table.gifts += table.between(group[[0, 1]], group[[2, 3]], np.array([6, 5]))  # the second is of none
    assert {name: values.tolist() for name, values in table.income.items()} == {
        "light": [2, 2],
        "tasks": [1, 0],
        "gifts": [3, 0],
    }
    assert table.lives_by.tolist() == [[0, 0.5], [0, 0]]
    table.heard += table.between(group[[1]], group[[2]], np.ones(1))
    assert table.hears.tolist() == [[0, 0.5], [0, 0]]
