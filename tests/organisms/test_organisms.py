import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from organisms import BodyPlan, Loci, bits, copier, genome
from organisms.ancestors import ANCESTORS
from organisms.body import ANSWER
from organisms.learning import hebbian
from organisms.learning.rule import learn, unit_signals
from organisms.think import squash, weighted_sum

BODIES = st.builds(BodyPlan, st.sampled_from([8, 16, 32]), st.sampled_from([8, 16, 32]), st.integers(0, 9))
SITES = np.arange(6)


def key(stream, tick=0):
    return bits.stream_key(np, 7, 0, stream, tick)


def genomes(loci, silent=8, tick=0):
    return genome.random_genomes(np, loci, silent, key(bits.SPARK, tick), SITES)


def copied(loci, parents, weights, matter):
    return copier.copy(np, loci, parents, weights, matter, key(bits.NOISE), SITES)


def with_copier(loci, parents, *genes):
    parents = parents.copy()
    parents[loci.copier] = np.array(genes, dtype=np.int8)[:, None]
    return parents


@given(BODIES)
def test_loci_are_disjoint_and_complete(body):
    loci = Loci(body)
    parts = [range(body.synapses), *(range(part.start, part.stop) for part in (loci.rates, loci.rule, loci.copier))]
    assert sorted(k for part in parts for k in part) == list(range(loci.count))


def test_default_body():
    loci = Loci(BodyPlan())
    assert (loci.body.synapses, loci.count, loci.body.channels, loci.body.answers) == (512, 536, 8, 8)


@pytest.mark.parametrize("sizes", [(12, 16, 5), (16, 72, 5), (16, 16, 13)])
def test_impossible_bodies_are_refused(sizes):
    with pytest.raises(ValueError, match="body"):
        BodyPlan(*sizes)


@given(BODIES, st.integers(-1, 1), st.integers(-1, 1), st.integers(-1, 1))
@settings(max_examples=30)
def test_an_exact_self_copier_copies_itself_exactly(body, b, m, n):
    """a = 4 with the other genes in the dead band, whatever was learned, stood there, or makes noise."""
    loci = Loci(body)
    parents = with_copier(loci, genomes(loci), 4, b, m, n)
    weights = genome.inborn_weights(loci, genomes(loci, tick=1))
    np.testing.assert_array_equal(copied(loci, parents, weights, genomes(loci, tick=2)), parents)


def test_the_copier_is_its_formula():
    loci = Loci(BodyPlan(8, 8))
    rng = np.random.default_rng(1)
    for _ in range(20):
        genes = rng.integers(-8, 8, 4)
        parents = with_copier(loci, rng.integers(-8, 8, (loci.count, 6)).astype(np.int8), *genes)
        matter = rng.integers(-8, 8, (loci.count, 6)).astype(np.int8)
        weights = rng.integers(-128, 128, (8, 16, 6)).astype(np.int8)
        child = copied(loci, parents, weights, matter)
        noise = bits.site_fields(np, key(bits.NOISE), SITES, loci.count, 8).astype(int) - 128
        a, b, m, n = (int(g) if k == 0 or abs(g) > 1 else 0 for k, g in enumerate(genes))
        for site in range(6):
            for k in range(loci.count):
                g = int(parents[k, site])
                learned = (int(weights.reshape(128, 6)[k, site]) + 8) // 16 if k < 128 else g
                total = a * g + b * learned + m * int(matter[k, site]) + (n * int(noise[k, site])) // 32
                assert child[k, site] == min(max((total + 2) // 4, -8), 7)


def test_what_was_learned_is_inherited_by_b():
    loci = Loci(BodyPlan())
    parents = with_copier(loci, genomes(loci), 0, 4, 0, 0)
    learned = np.clip(genomes(loci, tick=5).astype(int), -7, 7).astype(np.int8)
    child = copied(loci, parents, genome.inborn_weights(loci, learned), parents)
    np.testing.assert_array_equal(child[: loci.body.synapses], learned[: loci.body.synapses])


def test_radiation_hits_as_often_as_expected():
    loci, sites = Loci(BodyPlan()), np.arange(20_000)
    before = np.full((loci.count, len(sites)), 100, dtype=np.int8)  # no allele, so that every hit shows
    threshold = bits.probability_word(0.45 / copier.RADIATION_TRIES)
    after = copier.irradiate(np, loci, before, threshold, 8, key(bits.RADIATION), sites)
    hits = (after != before).sum(axis=0)
    assert abs(hits.mean() - 0.45) < 0.02
    struck = after[after != before]
    assert struck.min() == genome.LOWEST
    assert struck.max() == genome.HIGHEST
    assert abs((struck == 0).mean() - (0.5 + 0.5 / 16)) < 0.02


@pytest.mark.parametrize(("silent", "zeros"), [(0, 1 / 16), (8, 0.5 + 0.5 / 16), (16, 1.0)])
def test_random_genomes_are_as_silent_as_asked(silent, zeros):
    loci = Loci(BodyPlan())
    found = genome.random_genomes(np, loci, silent, key(bits.SPARK), np.arange(200))
    assert abs((found == 0).mean() - zeros) < 0.01
    assert found.min() >= genome.LOWEST
    assert found.max() <= genome.HIGHEST


@given(BODIES, st.integers(0, 2**31))
@settings(max_examples=20)
def test_thinking_is_a_matrix_product(body, seed):
    rng = np.random.default_rng(seed)
    weights = rng.integers(-128, 128, (body.units, body.inputs, 3)).astype(np.int8)
    inputs = rng.integers(-127, 128, (body.inputs, 3)).astype(np.int8)
    total = np.einsum("ijs,js->is", weights.astype(int), inputs.astype(int))
    np.testing.assert_array_equal(
        squash(np, weighted_sum(np, weights, inputs), body.shift), np.clip(total >> body.shift, -127, 127)
    )


def lesson(loci, rate, terms, signal, seed=0):
    rng = np.random.default_rng(seed)
    body = loci.body
    genes = genomes(loci)
    genes[loci.rates], genes[loci.rule] = rate, np.array(terms, dtype=np.int8)[:, None]
    weights = rng.integers(-100, 100, (body.units, body.inputs, 6)).astype(np.int8)
    pre = rng.integers(-127, 128, (body.inputs, 6)).astype(np.int8)
    post = rng.integers(-127, 128, (body.units, 6)).astype(np.int8)
    signals = np.full((body.answers, 6), signal, dtype=np.int8)
    after = learn(np, hebbian.hebbian, loci, genes, weights, pre, pre[:0], post, signals, key(bits.LEARN), SITES)
    return weights, after, pre.astype(int), post.astype(int)


@pytest.mark.parametrize(("rate", "signal"), [(0, 64), (5, 0)])
def test_no_rate_or_no_signal_is_no_plasticity(rate, signal):
    before, after, _, _ = lesson(Loci(BodyPlan()), rate, (7, 7, 7, 7), signal)
    np.testing.assert_array_equal(before, after)


def test_the_rule_rounds_to_its_formula_on_average():
    loci = Loci(BodyPlan())
    error = []
    for seed in range(20):
        before, after, pre, post = lesson(loci, 3, (2, -1, 1, 1), 64, seed)
        terms = 2 * post[:, None] * pre[None] + 128 * (pre[None] - post[:, None]) + 128**2
        exact = 3 * 64 * terms / 2**hebbian.SCALE
        change = after.astype(int) - before
        assert (np.abs(change - exact) <= 1.01).all()
        error.append((change - exact).mean())
    assert abs(np.mean(error)) < 0.01


def test_an_answer_unit_has_its_own_signal_and_the_others_the_mean():
    loci = Loci(BodyPlan())
    signal = np.zeros((8, 1), dtype=np.int8)
    signal[2] = 64
    felt = unit_signals(np, loci, signal)[:, 0]
    assert felt[ANSWER + 2] == 64
    assert set(felt[:ANSWER]) == set(felt[ANSWER + 8 :]) == {8}
    assert felt[ANSWER] == 0


@given(BODIES)
def test_ancestors_copy_themselves_exactly(body):
    loci = Loci(body)
    for make in ANCESTORS.values():
        parents = np.repeat(make(loci)[:, None], 6, axis=1)
        weights = genome.inborn_weights(loci, parents)
        np.testing.assert_array_equal(copied(loci, parents, weights, genomes(loci)), parents)
