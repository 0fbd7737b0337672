"""The learning rules as equations, the gene that chooses among them, and traces that fade."""

import itertools

import numpy as np
import pytest

from organisms.body import BodyPlan
from organisms.genome import HIGHEST, LOWEST, Loci, chosen_rule, random_genomes, rules_of
from organisms.learning.delta import SCALE, delta
from organisms.learning.fade import LONGEST, faded
from organisms.learning.hebbian import hebbian
from organisms.learning.oja import oja
from organisms.learning.rule import MOST_RULES, Rule, among, rule
from organisms.learning.table import RULES
from organisms.learning.trace import trace

DITHERS = np.arange(256, dtype=np.int32)


def mean_change(one, weight, pre, post, signal, genes):
    """Over all bytes that may round it."""
    full = [np.full(256, value, dtype=np.int32) for value in (weight, pre, post, signal, *genes)]
    return float(np.mean(one.change(*full[:4], tuple(full[4:]), DITHERS) - weight))


@pytest.mark.parametrize(("post", "signal", "sign"), [(90, -64, -1), (-90, -64, 1), (0, -64, 1), (5, 64, 1), (5, 0, 0)])
def test_delta_steps_away_from_what_was_punished_however_loud_it_was(post, signal, sign):
    change = mean_change(delta, 10, 100, post, signal, (4, 4, 0, 0, 0))
    assert change == pytest.approx(sign * 4 * 64 * 4 * 100 / 2**SCALE, abs=0.01)


def test_delta_follows_an_error_that_is_told():
    assert mean_change(delta, 0, -80, 3, 30, (2, 0, 7, 5, 7)) == pytest.approx(2 * 30 * 5 * -80 / 2**SCALE, abs=0.01)


def test_oja_settles_where_growth_and_leak_are_equal():
    """At A = B the weight of an input of its own goes to 128 pre / post."""
    for weight, sign in ((0, 1), (100, 0), (127, -1)):
        change = mean_change(oja, weight, 100, 127 if sign else 128, 64, (4, 4, 4, 0, 0))
        assert np.sign(round(change, 1)) == sign
    assert mean_change(oja, 50, 0, 127, -64, (4, 4, 4, 0, 0)) < 0, "what was wrong fades as well"


@pytest.mark.parametrize("one", [hebbian, delta, oja, trace])
def test_nothing_changes_where_a_rule_is_still(one):
    for genes in ((0, 4, 4, 4, 4), (4, 0, 0, 0, 0)):
        assert one.still(64, genes) and mean_change(one, 7, 90, 90, 64, genes) == 0
    assert one.still(0, (4, 4, 4, 4, 4)) and not one.still(64, (4, 4, 0, 0, 0))


@pytest.mark.parametrize("fading", range(1, LONGEST + 1))
def test_traces_fill_to_the_limit_and_fade_to_nothing(fading):
    for loud in (127, -127):
        value, went = np.array([0], dtype=np.int32), []
        for tick in range(16 << fading):
            value = faded(np.where, value, np.array([loud if tick < 4 << fading else 0], dtype=np.int32), fading)
            went.append(int(value[0]))
        assert went[(4 << fading) - 1] == loud and max(map(abs, went)) == 127
        assert went[-1] == 0
        after = went[(4 << fading) - 1 :]
        assert all(abs(now) <= abs(before) for before, now in itertools.pairwise(after))


def test_every_rule_is_chosen_by_equally_many_alleles():
    alleles = np.arange(LOWEST, HIGHEST + 1, dtype=np.int32)
    for count in range(1, MOST_RULES + 1):
        found = np.bincount(chosen_rule(alleles, count), minlength=count)
        assert len(found) == count and found.max() - found.min() <= 1
        assert chosen_rule(0, count) == 0


def test_the_choice_is_a_locus_like_any_other():
    plain, loci = Loci(BodyPlan()), Loci(BodyPlan(), rules=3)
    assert (plain.count, loci.count, plain.choice.start - plain.choice.stop) == (536, 544, 0)
    genomes = random_genomes(np, loci, 0, (np.array([1], np.uint32), np.array([2], np.uint32)), np.arange(500, dtype=np.int32))
    assert set(rules_of(loci, genomes)) == {0, 1, 2}


@pytest.mark.parametrize(
    ("rules", "part"),
    [
        ([], "1 to 8"),
        ([Rule(str(k), None) for k in range(9)], "1 to 8"),
        ([hebbian, oja, hebbian], "every rule once"),
        ([trace, Rule("slow", trace.change, trace=5)], "fade alike"),
        ([among([hebbian, oja])], "1 to 8"),
    ],
)
def test_rules_that_can_not_stand_together(rules, part):
    with pytest.raises(ValueError, match=part):
        among(rules)


@pytest.mark.parametrize("fading", [-1, 7, True, 2.0, "2"])
def test_a_trace_that_can_not_fade_so(fading):
    with pytest.raises(ValueError, match="expected a whole number from 0 to 6"):
        rule(trace=fading)


def test_several_rules_tell_what_one_tells():
    both = among([RULES["none"], trace, delta])
    assert both.learns and both.selective and both.trace == trace.trace and both.name == "none, trace, delta"
    assert not among([RULES["none"]]).learns
    assert not among([Rule("restless", hebbian.change), delta]).selective
