"""Learning rules, one for all or chosen by a gene: the same bits on every backend, and what worlds without them have stays as it was."""

import numpy as np
import pytest

from cyberspace.backends.backend import make_backend
from cyberspace.backends.xla.tasks import unfit_for_kernels
from cyberspace.errors import InputError
from cyberspace.law.digest import digest
from cyberspace.law.genesis import genesis
from cyberspace.record.samples import take_sample
from organisms.genome import Loci, rules_of
from organisms.learning.rule import rule
from organisms.learning.table import RULES
from tests.laws.test_kernels import WIDTH, kernels  # noqa: F401
from tests.strategies import world

WORLD = """
[world]
seed = 9
[spaces.w]
kind = "cpu"
axes.lane = { length = 8 }
axes.thread = { length = 8, curled = true }
axes.core = { length = 2 }
body = { units = 16, senses = 16, shift = 4 }
genesis = "soup"
density = 0.9
rule = RULE
physics = { copy = 0.005, spark = 40, lifespan = 60, sunlight = 30, spore = 20, lesson = 2, radiation = 3.0 }
[[spaces.w.tasks]]
name = "shift"
options = { fine = 4 }
"""
ALL = '["none", "hebbian", "delta", "oja", "trace"]'
CASES = {"delta": '"delta"', "oja": '"oja"', "trace": '"trace"', "chosen by a gene": ALL}
TICKS = (1, 3, 12, 24)


def walk(backend):
    """Digests after some spans."""
    found = []
    for ticks in TICKS:
        backend.advance(ticks)
        found.append(digest(backend.state()))
    return found


@pytest.mark.parametrize("name", CASES)
def test_backends_agree(name):
    place = world(WORLD.replace("RULE", CASES[name]))
    start = genesis(place)
    reference = make_backend("reference", place, start)
    expected = walk(reference)
    changed = reference.state().region
    assert (changed.weights != start.region.weights).any() and reference.state().tally.min() >= 0
    assert walk(make_backend("numba", place, start, threads=2)) == expected
    if name in ("trace", "chosen by a gene"):
        assert walk(make_backend("jax", place, start)) == expected


def test_kernels_live_a_gene_that_chooses(kernels):  # noqa: F811
    place = world(WORLD.replace("RULE", '["delta", "none", "oja"]'))
    assert unfit_for_kernels(place, WIDTH) == ""
    expected, found = (make_backend(name, place, genesis(place)) for name in ("reference", "jax"))
    for ticks in TICKS[:3]:
        expected.advance(ticks)
        found.advance(ticks)
        assert digest(found.state()) == digest(expected.state())


def test_the_gene_chooses_in_equal_ranges_and_samples_count_it():
    place = world(WORLD.replace("RULE", ALL))
    state = genesis(place)
    rules = rules_of(place.loci, state.region.genome)
    assert set(rules.tolist()) == set(range(5)) and place.loci.count == Loci(place.body).count + 8
    counts = take_sample(place, state).rules
    np.testing.assert_array_equal(counts, np.bincount(rules[state.region.alive], minlength=5))


def test_a_trace_is_kept_where_a_rule_reads_it_alone():
    with_it, without = (genesis(world(WORLD.replace("RULE", name))).region.trace.shape for name in (ALL, '"oja"'))
    assert with_it == (32, 128) and without[0] == 0


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("[]", "rule"),
        ('["hebbian", "hebbian"]', "once"),
        ('["hebbian", "hebb"]', "hebbian"),
        ("[1]", "rule"),
        ('["none", "hebbian", "delta", "oja", "trace", "a", "b", "c", "d"]', "rule"),
        ("3", "rule"),
    ],
)
def test_lists_that_are_none_are_refused(said, told):
    with pytest.raises(InputError) as refused:
        world(WORLD.replace("RULE", said))
    assert told in str(refused.value.problems)


def test_each_rule_is_still_without_a_signal():
    """What the tables say of it holds at all weights, inputs and answers."""
    values = np.arange(-127, 128, 7, dtype=np.int32)
    weight, pre, post = np.meshgrid(values, values[::5], values[::5])
    for one in RULES.values():
        if one.change is not None:
            for genes in ((4, 4, -3, 2, 1), (-8, 7, 7, -8, 7)):
                rate, *rest = (np.full_like(weight, gene) for gene in genes)
                new = one.change(weight, pre, post, np.zeros_like(weight), (rate, *rest), np.full_like(weight, 255))
                np.testing.assert_array_equal(np.clip(new, -128, 127), weight)


def test_a_trace_that_is_no_number_is_refused():
    for wrong in (-1, 7, 1.5, True):
        with pytest.raises(ValueError, match="trace"):
            rule(trace=wrong)
