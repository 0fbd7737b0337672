"""People are part of the world: their acts keep the ledger, mean the same on every backend, and are repeated by a resume."""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from cyberspace.acts.ground import ROW
from cyberspace.acts.perform import perform
from cyberspace.backends.backend import make_backend
from cyberspace.backends.table import BACKENDS
from cyberspace.law.digest import digest
from cyberspace.law.energy import audit
from cyberspace.law.genesis import genesis
from cyberspace.law.state import SOIL, TALLY, VENT, WALL
from cyberspace.tasks.job import RIGHT
from organisms.body import ANSWER, REPRODUCE
from tests.crowd import Crowd
from tests.held import Held, apply
from tests.plaza import PLAZA, after, brain, does, lives, plaza, refused
from tests.strategies import plaza_texts, world

PLAIN = settings(deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
TICKS = {0: 25, 3: 10, 40: 25, 64: 25, 200: 25}
"""Acts by tick."""


def walk(engine, place, acts, crowd=None):
    """Digests on a way with acts; draws them if there is a crowd, else repeats them."""
    tick, number, digests = 0, 0, []
    for stop, count in [*TICKS.items(), (400, 0)]:
        if stop > tick:
            engine.advance(stop - tick)
            tick = stop
        if crowd is not None:
            acts[stop] = [act for act, _ in crowd.do(engine, stop, number, count)]
        else:
            for k, act in enumerate(acts[stop]):
                perform(engine, place, stop, number + k, act)
        number += count
        audit(engine.state())
        digests.append(digest(engine.state()))
    return digests, engine.state().tally


@pytest.mark.parametrize("part", range(2))
def test_backends_agree_on_plazas_with_people(part):
    total = np.zeros(len(TALLY), dtype=np.int64)

    @seed(part)
    @settings(PLAIN, max_examples=3)
    @given(plaza_texts(), st.integers(0, 2**32 - 1))
    def check(text, people):
        place = world(text)
        start, acts = genesis(place), {}
        expected, tally = walk(make_backend("reference", place, start), place, acts, Crowd(place, people))
        total[:] += tally
        for name in set(BACKENDS) - {"reference"}:
            assert walk(make_backend(name, place, start), place, acts)[0] == expected, name

    check()
    counts = dict(zip(TALLY, total.tolist(), strict=True))
    assert all(counts[name] > 0 for name in ("soil", "people", "taken", "acts", "births", "paid")), counts


def test_an_act_at_a_tick_is_the_same_on_a_state_and_on_a_backend():
    place = plaza(12)
    state = does(place, genesis(place), *(lives(place, site, wants=[REPRODUCE]) for site in (1, 5, 9)))
    crowd, engine = Crowd(place, 3), make_backend("numba", place, state)
    acts = [act for act, _ in crowd.do(engine, 0, 3, 60)]
    assert digest(engine.state()) == digest(apply(place, state, acts)[0])


def test_random_acts_keep_the_ledger():
    place = plaza(64)
    ground = Held(does(place, genesis(place), *(lives(place, site, energy=900) for site in range(0, 64, 2))))
    crowd, kinds = Crowd(place, 5), {}
    for batch in range(20):
        for act, happened in crowd.do(ground, 0, 32 + 100 * batch, 100):
            kinds[act["kind"]] = kinds.get(act["kind"], 0) + happened["done"]
        audit(ground.state())
    assert all(kinds[kind] > 0 for kind in Crowd.kinds), kinds


def test_a_wall_holds_nobody_and_parts_neighbours(backend):
    place = plaza(3)
    start = does(place, genesis(place), lives(place, 0, wants=[REPRODUCE]), {"kind": "block", "sites": [1], "block": "wall"})
    state = after(backend, place, start, 8)
    assert state.region.alive.tolist() == [True, False, False]
    free = after(backend, place, does(place, start, {"kind": "block", "sites": [1], "block": "empty"}), 8)
    assert free.region.alive[1]


def test_no_spark_falls_on_a_wall(backend):
    place = world(PLAZA.format(length=8, more="").replace("spark = 0", "spark = 1"))
    start = does(place, genesis(place), {"kind": "block", "sites": [2, 3], "block": "wall"})
    assert after(backend, place, start, 3).region.alive.tolist() == [True, True, False, False, True, True, True, True]


def test_soil_feeds_who_lives_on_it(backend):
    place = plaza()
    soil = {"kind": "block", "sites": [1, 2], "block": "soil"}
    start = does(place, genesis(place), lives(place, 0), lives(place, 1), soil)
    state = after(backend, place, start, 5)
    assert state.region.energy.tolist() == [100, 135, 0, 0]
    assert state.tally[TALLY.index("soil")] == 35


@pytest.mark.parametrize(("table", "right"), [("0101", True), ("1010", False)])
def test_a_table_is_checked_by_the_machine_and_paid_from_the_escrow(backend, table, right):
    place = plaza()
    says_x = lives(place, 0, inputs=[(ANSWER + 2, 8, 7)])
    job = {"kind": "post", "place": 2, "job": "table", "table": table, "price": 40, "answers": 2}
    start = does(place, genesis(place), says_x, {"kind": "block", "sites": [0], "block": "vent", "place": 2}, job)
    assert start.region.wallet[0] == 10000 - 80
    row = place.goals.index("job_2")
    one = after(backend, place, start, 16)
    assert one.region.energy[0] == (140 if right else 100)
    assert one.region.pools[row, 0] == (40 if right else 80)
    assert one.region.payoff[0] == (8 * 6 if right else 0)
    assert (one.region.performed[0] >> row & 1) == right
    spent = after(backend, place, start, 64)
    assert spent.region.energy[0] == (180 if right else 100)
    assert spent.region.memory[RIGHT, 0] == (2 if right else 0)


@pytest.mark.parametrize(("expected", "right"), [("1-0", True), ("1", True), ("0", False)])
def test_expected_bits_are_checked_by_the_machine(backend, expected, right):
    place = plaza()
    start = does(
        place, genesis(place), lives(place, 3, answers=[(ANSWER, 7), (ANSWER + 1, 7)]),
        {"kind": "block", "sites": [3], "block": "vent"},
        {"kind": "post", "place": 0, "job": "bits", "inputs": "101", "expected": expected, "price": 40, "answers": 9},
    )  # fmt: skip
    assert (after(backend, place, start, 16).region.energy[3] == 140) == right


def test_a_vent_shows_the_bits_of_its_job_and_nothing_without_one(backend):
    place = plaza()
    echo = lives(place, 0, inputs=[(ANSWER, 8, 7), (ANSWER + 1, 9, 7), (ANSWER + 2, 10, 7)])
    job = {"kind": "post", "place": 0, "job": "hand", "inputs": "10", "price": 5, "answers": 1}
    start = does(place, genesis(place), echo, {"kind": "block", "sites": [0], "block": "vent"}, job)
    signs = np.sign(after(backend, place, start, 1).region.activity[ANSWER : ANSWER + 3, 0])
    assert signs.tolist() == [1, -1, 0]
    closed = does(place, start, {"kind": "close", "place": 0})
    assert not after(backend, place, closed, 1).region.activity[ANSWER : ANSWER + 3, 0].any()
    assert closed.region.wallet[0] == 10000


@pytest.mark.parametrize("right", [True, False])
def test_a_judgement_by_hand_pays_and_is_felt(right):
    place = plaza()
    state = does(
        place, genesis(place), lives(place, 0), {"kind": "block", "sites": [0], "block": "vent"},
        {"kind": "post", "place": 0, "job": "hand", "inputs": "1", "price": 50, "answers": 3},
    )  # fmt: skip
    who = [0, -1]
    state = does(place, state, {"kind": "judge", "place": 0, "who": who, "right": right})
    assert state.region.energy[0] == (150 if right else 100)
    assert state.region.payoff[0] == (48 if right else -48)
    assert state.region.pools.sum() == (100 if right else 150)


def test_what_is_in_the_way_is_refused_with_a_reason():
    place = plaza()
    wall = {"kind": "block", "sites": [2], "block": "wall"}
    state = does(place, genesis(place), lives(place, 0), lives(place, 1), wall)
    assert "somebody lives there" in refused(place, state, kind="move", site=0, to=1)
    assert "a wall" in refused(place, state, kind="move", site=0, to=2)
    assert "nobody lives" in refused(place, state, kind="move", site=3, to=2)
    assert "somebody lives" in refused(place, state, kind="block", sites=[0], block="wall")
    assert "sites" in refused(place, state, kind="erase", sites=[99])
    assert "tokens" in refused(place, state, kind="post", place=0, job="hand", inputs="1", price=9999, answers=2)
    assert "is missing" in refused(place, state, kind="post", place=0, job="table", price=1, answers=1)
    assert "no job" in refused(place, state, kind="close", place=0)
    assert "lives here no more" in refused(place, state, kind="pay", who=[7, 7], tokens=1)
    assert "hold no more" in refused(place, state, kind="pay", who=[0, -1], tokens=2999)
    assert "body plan" in refused(place, state, kind="transplant", to=3, genome=[1], energy=5)
    assert "cap" in refused(place, state, kind="transplant", to=3, genome=brain(place), energy=3001)
    assert "a moment ago" in refused(
        place, does(place, state, {"kind": "erase", "sites": [1]}), kind="transplant", to=1, genome=brain(place), energy=5
    )


def test_ordinary_spaces_have_no_blocks_but_take_organisms():
    place = world(PLAZA.format(length=4, more="").replace("plaza = true\ntokens = 10000", ""))
    state = does(place, genesis(place), lives(place, 0))
    assert "no plaza" in refused(place, state, kind="block", sites=[1], block="wall")
    assert "no plaza" in refused(place, state, kind="fund", tokens=5)
    assert does(place, state, {"kind": "move", "site": 0, "to": 3}).region.alive.tolist() == [False, False, False, True]


def test_blocks_have_the_numbers_that_the_wire_tells():
    from cyberspace.tasks import job
    from cyberspace.wire import protocol

    assert protocol.BLOCKS == ("empty", "wall", "soil", "vent")
    assert (WALL, SOIL, VENT) == (1, 2, 3)
    assert protocol.PLACES == job.PLACES
    assert set(ROW) >= {"kind", "price", "until"}
