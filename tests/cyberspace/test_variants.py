"""Variants of an organism live in the lab as in a world by hand; measures over them come out as worked by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cyberspace.analysis.dissection.competition import Bout, compete, competition_of
from cyberspace.analysis.dissection.copying import copier_of, descended, faithful_share, mended_share
from cyberspace.analysis.dissection.epistasis import epistasis, epsilon_of
from cyberspace.analysis.dissection.lab import Lab
from cyberspace.analysis.dissection.neighbourhood import neighbourhood, neighbours
from cyberspace.analysis.dissection.parts import COPYING, knock_outs
from cyberspace.analysis.dissection.plasticity import plasticity
from cyberspace.analysis.dissection.subject import Subject, shown_to
from cyberspace.analysis.dissection.variants import Variants, lived
from cyberspace.worldfile.build import universe_from_text
from organisms.ancestors import learner, replicator
from organisms.body import ANSWER, SENSES
from organisms.genome import HIGHEST, LOWEST, inborn_weights
from tests.alone import one_case

TEXT = """
[world]
seed = 4
[spaces.w]
kind = "gpu"
backend = "reference"
tide = 2
axes = {{ lane = {{ length = 32 }}, warp = {{ length = 4 }} }}
physics = {{ copy = 0.01 }}
[[spaces.w.tasks]]
name = "{task}"
"""


def subject(genome_of=replicator, task="logic", change=lambda genome, loci: None):
    world = universe_from_text(TEXT.format(task=task), "w.toml", Path())[0].worlds[0]
    genome = genome_of(world.loci)
    change(genome, world.loci)
    return Subject(Lab(world, 5), genome, inborn_weights(world.loci, genome[:, None])[..., 0], "hand")


def says_not(genome, loci):
    """Its third answer is the opposite of the first channel."""
    genome[(ANSWER + 2) * loci.body.inputs + len(SENSES)] = -7


@pytest.mark.parametrize("seed", range(12))
def test_a_variant_in_the_lab_is_one_in_a_world_by_hand(seed):
    same, _ = one_case(np.random.default_rng(seed))
    assert same


def test_cases_earn_breed_and_stay_alive():
    seen = np.array([one_case(np.random.default_rng(100 + seed))[1] for seed in range(15)])
    assert (seen.sum(axis=0) >= 3).all(), seen.sum(axis=0)


def test_many_variants_are_as_each_by_itself():
    one, random = subject(learner, "shift"), np.random.default_rng(2)
    count = one.lab.world.loci.count
    locus = np.stack([random.integers(0, count // 2, 9), random.integers(count // 2, count, 9)])
    locus[:, 0] = -1
    plan = Variants(locus, random.integers(-8, 8, locus.shape).astype(np.int8), np.array([-1, 5, -1, -1, 6, -1, -1, -1, -1]))
    together = lived(one.lab, one.genome, plan, lessons=20)
    for k in range(9):
        alone = lived(one.lab, one.genome, plan[k : k + 1], lessons=20)
        for name in ("performs", "children", "handed", "faithful", "energy"):
            assert getattr(alone, name)[0] == getattr(together, name)[k], name
        np.testing.assert_array_equal(alone.earned[:, 0], together.earned[:, k])


def test_necessary_sites_of_a_wired_organism_are_its_wires():
    """NOT needs one connection; to copy itself it needs the bias on `reproduce` and a of its copier."""
    one = subject(change=says_not)
    found = knock_outs(one, one.inborn)
    wire = (ANSWER + 2) * one.lab.world.body.inputs + len(SENSES)
    assert found.whole.performs == ("NOT",) and found.whole.children and found.whole.faithful == 1
    assert found.necessary == {"NOT": [wire], COPYING: [0, one.lab.world.loci.copier.start]}
    assert found.necessary_units == {"NOT": ["answer_2"], COPYING: ["reproduce"]}
    assert sum(part.kind == "locus" for part in found.parts) == 3
    (only,) = [part for part in found.parts if part.number == wire and part.kind == "locus"]
    assert only.earned == 0 and 0 < only.fitness < 1 and found.matters(only)


def test_all_inputs_of_logic_are_told_from_a_sample_of_a_text():
    (logic,) = shown_to(subject())
    assert (logic.different, logic.every, logic.lessons) == (4, True, 80)
    (text,) = shown_to(subject(task="bytes"))
    assert not text.every and text.lessons == 128


def test_neighbours_are_all_other_alleles_as_radiation_draws_them():
    """Half of the alleles are silent: 0 comes in 8/16 + 8/16/16 = 17 of 32 cases, each other allele in 1 of 32."""
    locus, allele, weight = neighbours(np.array([0, 3], dtype=np.int8), 8)
    assert len(locus) == 30 and not ((locus == 0) & (allele == 0)).any() and not ((locus == 1) & (allele == 3)).any()
    chance = 15 + 14 + 17  # in 32nds: what changes anything, at the first and at the second locus
    assert weight[(locus == 1) & (allele == 0)][0] == pytest.approx(17 / chance)
    assert weight.sum() == pytest.approx(1)


def test_the_neighbourhood_of_the_bare_replicator():
    """It fires if its one weight is 1 or more, so 0 and eight negative alleles are lethal there; so are, at its copier, all that lose one
    of its two alleles: whatever rounds 7 or a itself to something else."""
    one = subject()
    found = neighbourhood(one)
    assert found.tried == found.of == 15 * one.lab.world.loci.count and found.lives
    lethal = found.fitness == 0
    assert sorted(found.allele[lethal & (found.locus == 0)].tolist()) == list(range(-8, 1))
    assert set(found.allele[lethal & (found.locus == one.lab.world.loci.copier.start)].tolist()) >= {0, 1, 2, -4}
    assert found.shares["lethal"].mean == pytest.approx(found.weight[lethal].sum())
    assert sum(one.mean for one in found.shares.values()) == pytest.approx(1)
    assert found.robustness.mean == pytest.approx(
        1 - found.lost[COPYING].mean - sum(s.mean for s in found.functions.values()), abs=1e-3
    )
    sample = neighbourhood(one, most=200, seed=1)
    assert sample.tried == 200 and sample.shares["lethal"].low < found.shares["lethal"].mean < sample.shares["lethal"].high


def test_epsilon_worked_by_hand():
    """Two loci that act by themselves; that both cut the same function; that stand in for each other."""
    w = np.array
    assert epsilon_of(1, w([0.5]), w([0.4]), w([0.2]))[0] == pytest.approx(0)
    assert epsilon_of(1, w([0.5]), w([0.5]), w([0.5]))[0] == 0.25
    assert epsilon_of(1, w([1.0]), w([1.0]), w([0.0]))[0] == -1
    assert epsilon_of(2, w([1.0]), w([1.0]), w([0.5]))[0] == 0


def test_two_ways_to_fire_stand_in_for_each_other():
    """`reproduce` by the bias or by the sense of energy: without one it breeds on, without both it does not: epsilon is -1."""

    def twice(genome, loci):
        genome[1] = 7

    one = subject(change=twice)
    found = epistasis(one, np.array([0, 1]))
    assert found.single.tolist() == [[1.0], [1.0]] and found.both.tolist() == [0.0] and found.epsilon.tolist() == [-1.0]
    assert (found.of, found.negative.mean, found.positive.mean) == (1, 1.0, 0.0)


def test_copiers_are_told_by_what_their_children_are():
    one = subject()
    exact = copier_of(one.lab.world, one.genome, one.weights, 64)
    assert exact.words == "copies itself exactly" and all(ground.exact == 1 and not ground.parts for ground in exact.grounds)
    assert all(ground.exact_irradiated < 1 for ground in exact.grounds)

    def mixer(genome, loci):
        genome[loci.copier] = 4, 0, 3, 0

    mixes = copier_of(*(lambda s: (s.lab.world, s.genome, s.weights))(subject(change=mixer)), 64)
    empty, _, stranger = mixes.grounds
    assert empty.exact == 1 and stranger.altered > 100 and stranger.faithful == 0 and "connection" in stranger.parts

    def lamarck(genome, loci):
        genome[loci.copier] = 0, 4, 0, 0

    heir = subject(change=lamarck)
    assert (
        copier_of(heir.lab.world, heir.genome, heir.weights, 8).grounds[0].exact == 1
    )  # what it has learned is what it was born with


def test_what_clips_or_mixes_with_its_kind_mends_hits_and_what_copies_exactly_does_not():
    """a = 7 brings what is above 0 to the end in four steps (1, 2, 4, 7); beside its kind, m = 7 outvotes whatever stands there."""
    loci, random = subject().lab.world.loci, np.random.default_rng(1)
    alleles = np.arange(LOWEST, HIGHEST + 1, dtype=np.int8)

    def heirs(copier, kin):
        whole = np.full((loci.count, 16), 7, dtype=np.int8)
        whole[loci.copier] = np.array(copier)[:, None]
        struck = whole.copy()
        struck[0] = alleles
        found = descended(loci, struck, whole if kin else np.zeros_like(whole), 4, random)
        assert (found[1 : loci.copier.start] == 7).all()
        many = whole.repeat(400, axis=1)
        return found[0].tolist(), mended_share(loci, many, many if kin else np.zeros_like(many), 0, random)

    exact, share = heirs((4, 0, 0, 0), kin=True)
    assert exact == alleles.tolist() and share < 0.01  # a hit that makes a copier noisy may be undone by chance
    clips, share = heirs((7, 0, 0, 0), kin=True)
    assert clips == [-8] * 8 + [0] + [7] * 7 and share == pytest.approx(6 / 15, abs=0.03)
    votes, share = heirs((7, 0, 7, 0), kin=True)
    assert votes == [7] * 16 and share == pytest.approx(1, abs=0.03)
    assert heirs((7, 0, 7, 0), kin=False)[0] == clips
    empty = np.zeros((loci.count, 8), dtype=np.int8)
    assert mended_share(loci, empty, empty, 16, random) is None  # where all hits leave a 0, they alter nothing


def test_of_a_genome_that_is_nearly_empty_an_empty_one_is_no_copy():
    one = subject()
    loci, genomes = one.lab.world.loci, np.stack([one.genome, one.genome], axis=1)
    genomes[loci.copier.start, 1] = 0
    assert faithful_share(loci, genomes, genomes.astype(np.int32)).tolist() == [1, 0]


def test_learning_on_and_off():
    found = plasticity(subject(learner, "shift"), 200)
    (on, off) = found.rows
    assert found.able and on.learning and not off.learning and found.changed == 0
    assert on.told.earned["shift"] > 1.2 * off.told.earned["shift"]
    assert [row.learning for row in plasticity(subject()).rows] == [False]


def test_relative_fitness_worked_by_hand():
    """10 become 40 and 20: ln 4 / ln 2 = 2; ln 2 more in 200 ticks."""
    bout = Bout(1, 200, 10, 40, 20)
    assert bout.ratio == pytest.approx(2) and bout.rate == pytest.approx(1000 * np.log(2) / 200)
    found = competition_of("a", "b", (bout, Bout(2, 200, 10, 40, 20)))
    assert found.fitness is not None and found.fitness.mean == pytest.approx(2) and found.wins == 2
    lost = competition_of("a", "b", (bout, Bout(2, 200, 10, 40, 0)))
    assert lost.fitness is None and lost.died == (0, 1) and lost.rate.n == 1


def test_who_breeds_beats_who_does_not_and_nobody_beats_itself():
    one = subject()
    idle = subject(change=lambda genome, loci: genome.__setitem__(0, 0))
    found = compete(one, idle, 2, "reference")
    assert found.wins == 2 and found.rate.mean > 0 and found.fitness is None
    fair = compete(one, replace(one, source="twin"), 4, "reference")
    assert fair.fitness is not None and fair.fitness.low < 1 < fair.fitness.high
    assert {bout.seed for bout in fair.bouts} == {4, 5, 6, 7}
