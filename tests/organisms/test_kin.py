"""Sketches of genomes: the same everywhere and always, near where genomes are near."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyberspace.backends.backend import make_backend
from cyberspace.law.genesis import genesis
from cyberspace.record.samples import take_sample
from organisms import kin
from organisms.arrays import ones_in
from organisms.body import BodyPlan
from organisms.genome import Loci
from organisms.traits import LEARNED, MATTER, NOISE, OTHERWISE, TRAITS
from tests.strategies import world

LOCI = 536
WORLD = """
[world]
seed = 9
[spaces.w]
kind = "cpu"
axes.lane = { length = 8 }
axes.thread = { length = 4 }
genesis = "soup"
density = 0.9
physics = { copy = 0.005, spark = 40, lifespan = 60, sunlight = 30, spore = 20 }
[[spaces.w.tasks]]
name = "logic"
"""


def random_genomes(seed, count=1, loci=LOCI):
    return np.random.default_rng(seed).integers(-8, 8, (loci, count)).astype(np.int8)


def mutated(genomes, many, seed):
    """Genomes that differ from these at just so many loci."""
    random = np.random.default_rng(seed)
    order = random.random(genomes.shape).argsort(axis=0).argsort(axis=0)
    return np.where(order < many, (genomes + 8 + random.integers(1, 16, genomes.shape)) % 16 - 8, genomes).astype(np.int8)


def apart(one, other):
    return np.linalg.norm(kin.points(kin.sketch(one)) - kin.points(kin.sketch(other)), axis=-1)


def test_a_sketch_is_what_it_was_and_ever_will_be():
    """Colours of pictures that were published depend on it."""
    genomes = (np.arange(2 * LOCI, dtype=np.int64) * 7919 % 16 - 8).astype(np.int8).reshape(LOCI, 2)
    assert kin.sketch(genomes).tolist() == EXPECTED


EXPECTED = [-1932992099856952991, 2465652582846865839]


def test_a_sketch_is_the_sum_that_it_is_said_to_be(monkeypatch):
    genomes = random_genomes(1, 40)
    odd = np.array([[(allele & 15 & asked).bit_count() & 1 for allele in range(-8, 8)] for asked in kin.WALSH])
    sums = (kin.signs(LOCI)[:, :, None] * (1 - 2 * odd[:, genomes.astype(int) + 8])).sum(axis=1).T
    expected = np.floor(kin.GAIN * sums / np.sqrt(LOCI) + 0.5).astype(np.int64) % kin.ROUND
    assert (kin.numbers(kin.sketch(genomes)) == expected).mean() > 0.99  # what lies on a border may be rounded either way
    whole = kin.sketch(genomes)
    monkeypatch.setattr(kin, "AT_ONCE", 7)
    np.testing.assert_array_equal(kin.sketch(genomes), whole)
    assert kin.points(whole).shape == (40, 2 * kin.NUMBERS)


@settings(max_examples=20)
@given(st.integers(0, 2**31), st.sampled_from([64, 536, 1500]))
def test_one_locus_moves_a_sketch_by_little(seed, loci):
    genomes = random_genomes(seed, 1, loci)
    before, after = (kin.numbers(kin.sketch(g)).astype(int) for g in (genomes, mutated(genomes, 1, seed + 1)))
    step = (after - before + 8) % 16 - 8
    assert np.abs(step).max() <= np.ceil(kin.GAIN * 2 / np.sqrt(loci))


def test_any_two_alleles_are_equally_far_apart():
    """So that a small step of a copier, from 7 to -8, is none larger than another."""
    odd = np.array([[(allele & asked).bit_count() & 1 for asked in kin.WALSH[:15]] for allele in range(16)])
    between = (odd[:, None] != odd[None]).sum(axis=2)
    assert (between == 8 * (1 - np.eye(16))).all()


def test_ones_are_counted_without_numpy_2(monkeypatch):
    packed = np.random.default_rng(0).integers(0, 256, (67, 9)).astype(np.uint8)
    expected = np.unpackbits(packed, axis=0).sum(axis=0)
    np.testing.assert_array_equal(ones_in(packed).sum(axis=0), expected)
    monkeypatch.delattr(np, "bitwise_count", raising=False)
    np.testing.assert_array_equal(ones_in(packed).sum(axis=0), expected)


@pytest.mark.parametrize("loci", [LOCI, 2080])
def test_distances_grow_as_the_root_of_the_share_that_differs(loci):
    genomes = random_genomes(2, 300, loci)
    medians = [np.median(apart(genomes, mutated(genomes, round(share * loci), 3))) for share in (0.01, 0.05, 0.5)]
    assert 2.5 < medians[0] < 4.5 and 6 < medians[1] < 9 and medians[2] > 12
    assert np.median(apart(genomes, random_genomes(5, 300, loci))) > 13


def test_traits_of_a_sample_are_the_same_on_every_backend():
    """They are made of genomes, which the parity tests hold to the same bits on all of them."""
    place = world(WORLD)
    start, found = genesis(place), []
    for name in ("reference", "numba"):
        backend = make_backend(name, place, start)
        backend.advance(20)
        found.append(take_sample(place, backend.state(), TRAITS).fields)
    assert len(np.unique(found[0]["kin"])) > 5 < len(np.unique(found[0]["copier"]))
    for name, trait in TRAITS.items():
        assert found[0][name].dtype == trait.dtype
        np.testing.assert_array_equal(found[1][name], found[0][name])


def test_a_copier_is_told_by_what_it_does():
    loci = Loci(BodyPlan())
    genomes = np.zeros((loci.count, 6), np.int8)
    genomes[loci.copier] = np.array([[4, 0, 0, 0], [4, 3, 0, 0], [4, 1, -2, 0], [4, 0, 1, 5], [3, 0, 0, 1], [-4, 2, 2, 2]]).T
    told = TRAITS["copier"].compute(loci, genomes).tolist()
    assert told == [0, LEARNED, MATTER, NOISE, OTHERWISE, OTHERWISE | LEARNED | MATTER | NOISE]
    assert not TRAITS["rule"].compute(loci, genomes).any()
