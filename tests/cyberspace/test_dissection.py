"""The lab is the world, for one that is alone; knock-outs tell what is needed."""

import numpy as np
import pytest

from cyberspace.analysis.dissection.knockouts import LOCUS, UNIT, needed, tried
from cyberspace.analysis.dissection.lab import Cut, Lab
from cyberspace.analysis.dissection.lesson import replay
from organisms.ancestors import replicator
from organisms.body import ANSWER, SENSES
from tests.lonely import TASKS, by_hand, one_case, some_organism, some_world


@pytest.mark.parametrize("seed", range(12))
def test_the_lab_is_a_world_with_one_organism(seed):
    same, _ = one_case(np.random.default_rng(seed))
    assert same


def test_cases_are_paid_learn_and_perform():
    """Equality would say little of organisms that never earn, learn or perform anything."""
    seen = np.array([one_case(np.random.default_rng(seed), hand=False)[1] for seed in range(60)])
    assert (seen.sum(axis=0) >= 5).all(), seen.sum(axis=0)


def wired(world):
    """A replicator whose first answer is the first channel, over one connection, and its third says NOT of it."""
    genome = replicator(world.loci)
    weights = genome[: world.loci.body.synapses].reshape(world.body.units, world.body.inputs)
    weights[ANSWER, len(SENSES)] = 7
    weights[ANSWER + 2, len(SENSES)] = -7
    return genome


def test_a_unit_and_a_connection_that_are_needed_are_found_and_others_are_not():
    from organisms.genome import inborn_weights

    world = some_world(np.random.default_rng(3), tasks=TASKS[:1])
    genome = wired(world)
    weights = inborn_weights(world.loci, genome[:, None])[..., 0]
    lab = Lab(world, 0)
    (found,) = needed(lab, genome[:, None], weights[..., None])
    assert found.performs & 1 and not found.learns and found.lessons == 80
    for unit in range(world.body.units):
        lost = not found.trials.performs[found.of(UNIT, unit)] & 1
        assert lost == (unit == ANSWER + 2)
        assert (found.left[found.of(UNIT, unit)] < 1) == lost
    places = {int(part) for part in found.parts[found.kinds == LOCUS]}
    needs = (ANSWER + 2) * world.body.inputs + len(SENSES)
    assert needs in places and len(places) == 3
    assert {part for part in places if not found.trials.performs[found.of(LOCUS, part)] & 1} == {needs}
    assert found.of(LOCUS, needs + 1) == -1


def test_many_columns_are_as_each_by_itself():
    random = np.random.default_rng(5)
    world = some_world(random)
    lab, organisms = Lab(world, 0), [some_organism(world, random) for _ in range(7)]
    genomes = np.stack([genome for genome, _ in organisms], axis=1)
    weights = np.stack([brain for _, brain in organisms], axis=2)
    cut = Cut(np.array([-1, 3, 5, 6, -1, -1, -1]), np.array([-1, -1, -1, -1, 70, 200, 9]))
    together = tried(lab, genomes, weights, np.arange(7), cut, 20)
    for k in range(7):
        own = Cut(cut.unit[k : k + 1], cut.synapse[k : k + 1])
        one = tried(lab, genomes[:, k : k + 1], weights, np.array([k]), own, 20)
        assert one.performs[0] == together.performs[k]
        np.testing.assert_array_equal(one.earned[:, 0], together.earned[:, k])


def test_the_last_step_of_a_replayed_lesson_is_what_the_world_did():
    """For those that were alone, do not learn, and hold at the end about what they held before."""
    held = 0
    for seed in range(8):
        random = np.random.default_rng(seed)
        world = some_world(random, tasks=TASKS[:1])
        site, (genome, weights) = int(random.integers(world.sites)), some_organism(world, random)
        genome[world.loci.rates] = 0
        _, energy, after, activity = by_hand(world, site, genome, weights, lambda weights: None, 9)
        if energy != world.physics.cap // 2:
            continue
        tick = 9 * world.physics.lesson_ticks
        told = replay(Lab(world, site), tick, genome, after, activity, energy, -1)
        assert told.agrees == 1 and told.steps[-1].lived == tick - 1 and told.steps[-1].ends
        np.testing.assert_array_equal(told.steps[-1].activity, activity)
        held += 1
    assert held
