"""A record gone through for its statistics: who lived where, from whom, and what a neutral world and a planted sweep show."""

import numpy as np
import pytest

from cyberspace.analysis.inspect_run import newest_states
from cyberspace.analysis.lineages import key
from cyberspace.analysis.measures.trophic import Trophic
from cyberspace.analysis.measuring.living import NOBODY, Seen, Walk, depths, genotypes
from cyberspace.analysis.measuring.pedigree import pedigree
from cyberspace.analysis.measuring.statistics import statistics
from cyberspace.analysis.measuring.watching import Watched, largest, mark, watch
from cyberspace.backends.reference import Reference
from cyberspace.law.state import FIELDS, TALLY
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.specimens import specimens
from organisms.ancestors import replicator
from organisms.body import REPRODUCE, BodyPlan
from organisms.genome import Loci, inborn_weights

BIRTHS = np.array(
    [
        # tick, site, parent, parent_born, distance
        [3, 1, 0, -1, 0],
        [5, 2, 1, 3, 4],
        [12, 0, 2, 5, 0],
        [14, 3, 9, 8, 1],
    ]
)
"""0 bears 1, an exact copy; 1 bears 2, a mutant; 2 bears one at site 0.  Of one that arose at site 9, one is born at site 3."""


def test_a_pedigree():
    found = pedigree(BIRTHS[[2, 0, 3, 1]])
    assert found.tick.tolist() == [3, 5, 12, 14] and found.parent.tolist() == [-1, 0, 1, -1]
    first, mutant = key(0, -1), key(2, 5)
    assert found.genotype.tolist() == [first, mutant, mutant, key(3, 14)]
    assert found.depth.tolist() == [1, 2, 3, 1] and found.root.tolist() == [first] * 3 + [key(9, 8)]
    assert found.before(12) == 2 and found.rows(np.array([mutant, key(7, 7)])).tolist() == [1, -1]


@pytest.mark.parametrize("told", [True, False])
def test_who_lived_and_from_whom_each_descends(told):
    births, walk = pedigree(BIRTHS), Walk(pedigree(BIRTHS), 10)
    lives = {0: {0: (0, -1)}, 10: {0: (0, -1), 1: (1, 3), 2: (2, 5)}, 20: {0: (0, 12), 1: (1, 3), 3: (3, 14), 9: (9, 8)}}
    founders, samples = {0: 70, 1: 70, 2: 70, 3: 90, 9: 90}, []
    for tick, there in lives.items():
        alive, founder, who = np.zeros(10, bool), np.zeros(10, np.int64), np.full(10, NOBODY)
        for site, one in there.items():
            alive[site], founder[site], who[site] = True, founders[site], key(*one)
        samples.append(walk.take(Seen(tick, alive, founder, who if told else None)))
        assert samples[-1].who.tolist() == [int(key(*one)) for one in there.values()]  # site 9 is known by its child
    assert samples[1].ancestor.tolist() == [0, 0, 0] and samples[1].same.tolist() == [True, True, False]
    assert samples[2].ancestor.tolist() == [2, 1, -1, -1] and samples[2].same[:2].tolist() == [True, True]
    assert genotypes(births, samples[2]).tolist() == [key(2, 5), key(0, -1), key(3, 14), key(9, 8)]
    assert depths(births, samples[2]).tolist() == [3, 1, 1, 0]


def test_who_moved_in_is_not_taken_for_who_was_born_there():
    walk, alive = Walk(pedigree(BIRTHS), 10), np.arange(10) < 2
    walk.take(Seen(0, np.arange(10) < 1, np.full(10, 70), None))
    sample = walk.take(Seen(10, alive, np.where(np.arange(10) == 1, 55, 70), None))
    assert sample.known.tolist() == [True, False] and sample.ancestor.tolist() == [0, -1]


WORLD = """
[world]
seed = 1
[spaces.field]
kind = "gpu"
backend = "reference"
axes.lane = { length = 16 }
axes.warp = { length = 16 }
genesis = "GENESIS"
physics = { radiation = 0, spark = 0, lifespan = 200, sunlight = 12, upkeep = 4, copy = 0.01 }
[record]
every = 50
fields = ["energy", "founder", "cradle", "born"]
"""
"""Nobody is paid, and nobody mutates."""


def lived(path, genesis, ticks, world=WORLD):
    (path / "field.toml").write_text(world.replace("GENESIS", genesis))
    runtime.go(runtime.begin(path / "field.toml", path / "run", None, "reference"), Plan(ticks, 50, quiet=True))
    return open_run(path / "run", rest=True)


def told(found, quantity, of):
    return [row for row in found.rows if row.quantity == quantity and row.of == of]


def test_a_neutral_run_shows_no_excess_activity(tmp_path):
    """All have the genome of one ancestor, so lineages drift: they differ in nothing but their marks."""
    found = statistics(lived(tmp_path, "ancestor:replicator", 500), ["activity", "lineages", "modes"], generations=1)
    excess = told(found, "excess", "lineages")
    assert len(excess) == 10 and sum(row.low > 0 for row in excess) <= 1
    assert abs(np.mean([row.value for row in excess])) < 0.03
    assert sum(row.value for row in told(found, "proved adaptive", "lineages")) <= 1
    count = [row.value for row in told(found, "count", "")]
    assert count[0] > 100 and count == sorted(count, reverse=True)  # lineages die out all the same
    change, novelty = told(found, "change", "genotypes"), told(found, "novelty", "genotypes")
    assert 0 < change[0].value == novelty[0].value < count[0]
    assert len(change) >= 3 and all(row.value == 0 for row in (*change[1:], *novelty[1:]))  # nobody mutates


def test_a_planted_sweep_shows_excess_activity(tmp_path):
    """One of eight breeds as soon as it can, the others when they have saved 2,048: it sweeps."""
    body = BodyPlan()
    genomes = np.stack([replicator(Loci(body))] * 8)
    genomes[1:, REPRODUCE * body.inputs : REPRODUCE * body.inputs + 2] = (-8, 6)
    weights = np.ascontiguousarray(np.moveaxis(inborn_weights(Loci(body), genomes.T), -1, 0))
    specimens(body, genomes, weights, {"run": ""}, {"founder": np.arange(1, 9, dtype=np.uint32)}).save(tmp_path / "eight.npz")
    found = statistics(lived(tmp_path, "file:eight.npz", 250), ["activity", "diversity"])
    share = [row.value for row in told(found, "largest", "lineages")]
    assert share[0] < 0.2 and max(share) > 0.5
    excess = told(found, "excess", "lineages")
    assert all(row.low > 0 for row in excess[:2]) and excess[0].value > 0.1
    assert sum(row.value for row in told(found, "proved adaptive", "lineages")) >= 1
    assert sum(row.value for row in told(found, "new", "lineages")) > 0


def test_watching_lives_as_the_run_does_and_its_sums_are_the_tallies(tmp_path):
    world = """
[world]
seed = 2
[spaces.pond]
kind = "gpu"
backend = "reference"
axes.lane = { length = 8 }
axes.warp = { length = 8 }
physics = { spark = 20, copy = 0.002, sunlight = 12, spore = 20 }
[[spaces.pond.tasks]]
name = "logic"
"""
    folder = lived(tmp_path, "", 200, world)
    _, (state,) = newest_states(folder)
    (place,) = folder.universe.worlds
    kinds = state.region.founder.astype(np.int64)
    chosen, groups = largest([kinds], [state], 40)
    plain, table = Reference(place, state), Trophic(len(chosen))
    plain.advance(64)
    watched = Watched(place, mark(state, [groups[0]]), [table])
    watched.advance(64)
    for name in FIELDS:
        if name != "founder":
            np.testing.assert_array_equal(watched.look(name), plain.look(name), err_msg=name)
    flows = dict(zip(TALLY, plain.state().tally - state.tally, strict=True))
    assert 0 < table.light.sum() <= flows["sunlight"] and table.paid.sum() <= flows["paid"]
    assert table.gifts.sum() > 0 and table.heard.sum() > 0
    everybody = watch([place], [state], [[np.zeros(64, dtype=np.int64)]], 1)[0]
    assert everybody.lived[0] == np.count_nonzero(state.region.alive)
    deaf = watch([place], [state], [groups], 8, deaf=True)[0]
    assert deaf.heard.sum() > 0  # they are told as said, and not heard
