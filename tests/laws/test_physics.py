"""What the verbs mean, on worlds small enough to be followed by hand."""

from dataclasses import replace

import numpy as np
import pytest

from cyberspace.backends.backend import make_backend
from cyberspace.law.digest import digest
from cyberspace.law.genesis import genesis
from cyberspace.law.state import TALLY
from organisms.ancestors import replicator
from organisms.body import ANSWER, GIVE, MOVE, REPRODUCE
from organisms.genome import inborn_weights
from tests.strategies import world

LINE = """
[spaces.w]
kind = "gpu"
axes.lane = {{ length = {length}, stretch = 1 }}
genesis = "empty"
tide = 1
physics = {{ sunlight = 0, upkeep = 0, spark = 0, radiation = 0.0, copy = 0.01, move = 3, spore = 20 {more} }}
"""


def line(length=2, more=""):
    return world(LINE.format(length=length, more=more))


def put(place, state, site, energy, unit=REPRODUCE):
    """An organism of known energy whose one wish is the unit's act."""
    genome = replicator(place.loci)
    weights = genome[: place.body.synapses].reshape(place.body.units, -1)
    weights[REPRODUCE, 0], weights[unit, 0] = 0, 7
    fields = {name: getattr(state.region, name).copy() for name in ("genome", "weights", "alive", "energy", "founder")}
    fields["genome"][:, site] = genome
    fields["weights"][:, :, site] = inborn_weights(place.loci, genome[:, None])[:, :, 0]
    fields["alive"][site], fields["energy"][site], fields["founder"][site] = True, energy, 100 + site
    tally = state.tally.copy()
    tally[TALLY.index("genesis")] += energy
    return replace(state, region=replace(state.region, **fields), tally=tally)


def after(backend, place, state, ticks=1):
    engine = make_backend(backend, place, state)
    trace = engine.advance(ticks)
    return engine.state(), dict(zip(TALLY, trace.tally.sum(axis=0).tolist(), strict=True)), trace.births


def test_a_spore_settles_on_an_empty_site_with_half_the_energy_less_the_copy(backend):
    place = line()
    state, counts, births = after(backend, place, put(place, genesis(place), 0, 101))
    cost = int(0.01 * place.loci.count)
    assert state.region.energy.tolist() == [51, 50 - cost]
    assert state.region.founder.tolist() == [100, 100]
    assert state.region.generation.tolist() == [0, 1]
    assert counts["copying"] == cost
    assert births.tolist() == [[0, 1, 0, 0, 0]]


@pytest.mark.parametrize(("resident", "settles"), [(24, True), (25, False)])
def test_a_resident_is_replaced_when_the_endowment_exceeds_twice_its_energy(backend, resident, settles):
    place = line()
    state = put(place, put(place, genesis(place), 0, 100), 1, resident, ANSWER)
    state, counts, births = after(backend, place, state)
    assert len(births) == settles
    assert state.region.energy[0] == (50 if settles else 100)
    assert counts["death"] == (resident if settles else 0)
    assert state.region.founder[1] == (100 if settles else 101)


def test_a_mover_goes_to_an_empty_site_and_leaves_its_genome_as_matter(backend):
    place = line()
    state, counts, births = after(backend, place, put(place, genesis(place), 0, 100, MOVE))
    assert state.region.alive.tolist() == [False, True]
    assert state.region.energy.tolist() == [0, 97]
    assert counts["moving"] == 3
    assert len(births) == 0
    np.testing.assert_array_equal(state.region.genome[:, 0], state.region.genome[:, 1])
    assert not state.region.activity[:, 0].any()
    assert state.region.activity[MOVE, 1] > 0


def test_a_mover_stays_where_the_partner_lives(backend):
    place = line()
    state = put(place, put(place, genesis(place), 0, 100, MOVE), 1, 50, ANSWER)
    state, _, _ = after(backend, place, state)
    assert state.region.energy.tolist() == [100, 50]


@pytest.mark.parametrize("company", [True, False])
def test_a_gift_needs_somebody(backend, company):
    place = line()
    state = put(place, genesis(place), 0, 160, GIVE)
    if company:
        state = put(place, state, 1, 50, ANSWER)
    state, _, _ = after(backend, place, state)
    assert state.region.energy.tolist() == ([150, 60] if company else [160, 0])


def test_who_has_nothing_left_dies(backend):
    place = line(more=", lifespan = 1000000")
    poor = replace(place, physics=replace(place.physics, upkeep=5))
    state = put(poor, put(poor, genesis(poor), 0, 5, ANSWER), 1, 6, ANSWER)
    state, counts, _ = after(backend, poor, state)
    assert state.region.alive.tolist() == [False, True]
    assert (counts["upkeep"], counts["deaths"]) == (10, 1)


def test_energy_above_the_cap_turns_to_heat(backend):
    place = line(more=", cap = 90, lifespan = 1000000")
    state, counts, _ = after(backend, place, put(place, genesis(place), 0, 100, ANSWER))
    assert state.region.energy[0] == 90
    assert counts["overflow"] == 10


def test_a_cpu_charges_for_what_is_not_zero_and_a_gpu_does_not(backend):
    gpu = line(more=", lifespan = 1000000")
    gpu = replace(gpu, physics=replace(gpu.physics, upkeep=8))
    cpu = replace(gpu, physics=replace(gpu.physics, work=(0, 3, 32)))
    state = put(gpu, genesis(gpu), 0, 100, ANSWER)
    assert after(backend, gpu, state)[1]["upkeep"] == 8
    # One synapse and one active unit: 8 * (3 * 1 / 256 + 1 / 8) / 4, rounded up.
    assert after(backend, cpu, state)[1]["upkeep"] == 1


def test_replicators_fill_the_world(backend):
    place = world(
        """
[spaces.w]
kind = "gpu"
axes.lane = { length = 16 }
axes.warp = { length = 8 }
genesis = "ancestor:replicator"
density = 0.02
physics = { spark = 0 }
"""
    )
    start = genesis(place)
    state, counts, births = after(backend, place, start, 1500)
    assert start.region.alive.sum() < 12
    assert state.region.alive.sum() > 64
    assert counts["faithful"] == counts["births"] == len(births) > 100


def test_no_seed_is_like_another(backend):
    digests = set()
    for seed in range(3):
        place = world(LINE.format(length=40, more="").replace('"empty"', '"soup"'), seed)
        digests.add(digest(after(backend, place, genesis(place), 5)[0]))
    assert len(digests) == 3
