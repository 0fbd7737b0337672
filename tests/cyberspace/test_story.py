"""The story of a run: branches of the tree of life and marks, by small worked cases."""

import numpy as np
import pytest

from cyberspace.analysis.lineages import key
from cyberspace.analysis.story import marks
from cyberspace.analysis.story.crossers import settled
from cyberspace.analysis.story.muller import Branch, Muller, join, muller
from cyberspace.analysis.story.past import Living
from cyberspace.analysis.story.tracing import Found, Tracer, _share

SITES, EVERY = 40, 6
TICKS = 100 * np.arange(6)


def held(*shares):
    return np.array(shares, dtype=np.float32)


class Town:
    """A town in which everybody stays: each tick, a child of somebody takes somebody's place."""

    def __init__(self, seed, ticks=600):
        random = np.random.default_rng(seed)
        who = [(site, -1) for site in range(SITES)]
        self.founder = {one: 1 + one[0] % 2 for one in who}
        self.parent = dict.fromkeys(who)
        self.births, self.samples = [], []
        for tick in range(ticks):
            if tick % EVERY == 0:
                self.samples.append((tick, list(who)))
            mother = who[int(random.integers(SITES))]
            child = (int(random.integers(SITES)), tick)
            self.parent[child], self.founder[child] = mother, self.founder[mother]
            who[child[0]] = child
            self.births.append((*child, *mother))

    def line(self, one):
        while one is not None:
            yield one
            one = self.parent[one]

    def traced(self, exact, share):
        tracer, rows = Tracer(len(self.samples), share), np.array(self.births)
        for k in range(len(self.samples) - 1, -1, -1):
            tick, who = self.samples[k]
            founder = np.array([self.founder[one] for one in who])
            keys = key(*np.array(who).T) if exact else None
            tracer.sample(k, np.arange(SITES), Living(np.ones(SITES, bool), founder, keys, {}, SITES))
            before = self.samples[k - 1][0] if k else 0
            part = rows[(rows[:, 1] >= before) & (rows[:, 1] < tick)][::-1]
            tracer.births(np.stack([key(part[:, 0], part[:, 1]), part[:, 0], key(part[:, 2], part[:, 3])], axis=1))
        left = tracer.end()
        _share(tracer, left)
        return tracer, left


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_branch_is_all_that_descends_from_its_first_but_for_its_own_branches(seed, exact):
    town = Town(seed)
    tracer, left = town.traced(exact, 0.2)
    firsts = {(one.who & (2**31 - 1), (one.who >> 31) - 1): k for k, one in enumerate(tracer.found)}
    assert len(firsts) == len(tracer.found) > 2
    own = np.zeros((len(tracer.found), len(town.samples)))
    for k, (_, who) in enumerate(town.samples):
        for one in who:
            nearest = next((firsts[above] for above in town.line(one) if above in firsts), None)
            if nearest is not None:
                own[nearest, k] += 1 / SITES
    np.testing.assert_allclose([one.own for one in tracer.found], own, atol=1e-6)
    rest = sum(left.values()) / SITES
    np.testing.assert_allclose(own.sum(axis=0) + rest, 1, atol=1e-6)
    for first, number in firsts.items():
        above = next((firsts[one] for one in list(town.line(first))[1:] if one in firsts), -1)
        assert tracer.found[number].parent == above
        assert own[number].max() >= 0.2 - 1e-6


def test_who_came_from_elsewhere_is_counted_with_its_lineage_in_proportion():
    tracer = Tracer(2, 0.1)
    nobody = Living(np.zeros(4, bool), np.zeros(4, np.int64), None, {}, 0)
    tracer.sample(1, np.arange(4), Living(np.ones(4, bool), np.array([7, 7, 7, 7]), None, {}, 4))
    tracer.births(np.array([[key(0, 8), 0, key(9, 3)], [key(1, 7), 1, key(9, 3)]]))
    tracer.sample(0, np.arange(4), nobody)  # of two the births were not found, and their sites were empty
    tracer.births(np.array([[key(9, 3), 9, key(5, -1)]]))
    _share(tracer, tracer.end())
    assert sum(one.own[1] for one in tracer.found) == pytest.approx(1.0)
    assert tracer.lost[7].tolist() == [0, 2]


def plot(*branches):
    return Muller(np.arange(len(branches[0].own)), branches, 0.05)


def test_layers_hold_everybody_and_a_branch_lies_inside_the_one_it_grew_from():
    found = plot(Branch(1, 5, 7, -1, held(0.4, 0.2)), Branch(2, 9, 7, 0, held(0.2, 0.6)))
    order, tops = found.layers()
    assert order == [0, 1, 0, -1]
    np.testing.assert_allclose(tops, [[0.2, 0.1], [0.4, 0.7], [0.6, 0.8], [1, 1]], atol=1e-6)
    assert [found.at(0, height) for height in (0.1, 0.3, 0.5, 0.9)] == [0, 1, 0, -1]
    order, tops = found.layers(nested=False)
    assert order == [0, 1, -1] and [found.at(1, height, nested=False) for height in (0.1, 0.5, 0.9)] == [0, 1, -1]
    np.testing.assert_allclose(found.clade(0), [0.6, 0.8], atol=1e-6)
    assert found.within(0) == [0, 1] and found.within(1) == [1]


def test_small_branches_join_those_they_grew_from():
    whole = [Branch(0, 1, 7, -1, held(0.5, 0.1)), Branch(1, 2, 7, 0, held(0.04, 0.04)), Branch(2, 3, 7, 1, held(0, 0.5)),
             Branch(3, 4, 8, -1, held(0.01, 0.01))]  # fmt: skip
    kept = join(whole, 0.05)
    assert [(one.cradle, one.parent) for one in kept] == [(0, -1), (2, 0)]
    np.testing.assert_allclose([one.own for one in kept], [[0.54, 0.14], [0, 0.5]], atol=1e-6)


def test_a_plot_has_few_branches_in_order_of_birth():
    found = [Found(int(key(k, 40 - k)), 7, held(*np.eye(30)[k] * (0.05 + k / 60)), -1) for k in range(30)]
    made = muller(np.arange(30), found, most=12)
    assert 0 < len(made.branches) <= 12 and made.least > 0.05
    assert [one.born for one in made.branches] == sorted(one.born for one in made.branches)
    assert min(one.own.max() for one in made.branches) >= made.least


def test_a_function_appears_above_chance_is_lost_and_appears_again():
    shares = np.array([[0, 0.005, 0.02, 0.03, 0.03, 0.04], [0.0, 0.02, 0, 0, 0, 0.02]]).T
    told = list(marks.functions(TICKS, shares, ["NOT", "XOR"], {"NOT": 0.01}, "soup"))
    assert [(mark.tick, mark.kind, mark.words.split()[0]) for mark in told] == [
        (300, "function", "NOT"), (100, "function", "XOR"), (200, "extinction", "XOR"), (500, "function", "XOR"),
    ]  # fmt: skip
    assert "again" in told[-1].words and "again" not in told[1].words
    gap = np.array([[0.02, 0, 0.02, 0, 0, 0.02]]).T  # two samples without are not the end
    assert [mark.kind for mark in marks.functions(TICKS, gap, ["NOT"], {}, "soup")] == ["function"]


def test_a_rule_that_was_there_from_the_start_did_not_appear():
    shares = np.array([[0.7, 0.7, 0.6, 0.4, 0.4, 0.2], [0.3, 0.3, 0.4, 0.6, 0.6, 0.8], [0, 0, 0, 0.0, 0.02, 0]]).T
    told = [(mark.tick, mark.words) for mark in marks.rules(TICKS, shares, ["local", "trace", "none"], "soup")]
    assert [tick for tick, _ in told] == [300, 400]
    assert "trace is had by more than half" in told[0][1] and "none is had by 2.0%" in told[1][1]


def test_sweeps_go_from_rare_to_half_and_extinctions_from_common_to_none():
    assert marks.sweep(held(0.01, 0.3, 0.5, 0.6)) == 2
    assert marks.sweep(held(0.2, 0.3, 0.9)) == -1  # never rare
    assert marks.sweep(held(0.9, 0.04, 0.3)) == -1  # rare afterwards
    assert marks.gone(held(0.2, 0.1, 0, 0)) == 2
    assert marks.gone(held(0.2, 0, 0.1, 0.1)) == -1  # it came back
    assert marks.gone(held(0.05, 0, 0)) == -1  # never common
    counts = [{0: 100, 7: 90, 8: 2}, {0: 100, 7: 40, 8: 55}, {0: 100, 8: 100}]
    told = list(marks.lineages(TICKS, counts))
    assert [(mark.tick, mark.kind) for mark in told] == [(200, "extinction"), (100, "sweep")]


def test_of_branches_that_sweep_together_the_youngest_is_told():
    found = plot(
        Branch(0, 0, 7, -1, held(1, 0.8, 0.2, 0)), Branch(1, 5, 7, 0, held(0, 0.1, 0.1, 0.1)), Branch(2, 9, 7, 1, held(0, 0.1, 0.7, 0.9)),
    )  # fmt: skip
    told = list(marks.branches(found))
    assert [(mark.tick, mark.kind, mark.cradle, mark.born) for mark in told] == [(2, "sweep", 2, 9)]


def test_an_amphibian_is_born_across_and_has_a_child_there():
    rows = np.array([[key(100, 5), 100, key(3, 1)], [key(101, 6), 101, key(3, 1)], [key(102, 9), 102, key(101, 6)],
                     [key(103, 9), 103, key(90, 2)]])  # fmt: skip
    crossers, first = settled(rows, np.zeros(0, np.int64), range(0, 50))
    assert first == 2 and len(crossers) == 2
    _, first = settled(rows[2:], np.zeros(0, np.int64), range(0, 50))
    assert first == -1
