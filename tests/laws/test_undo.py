"""What people did is taken back to the unit, as far as nobody has moved in."""

from dataclasses import replace

import numpy as np
import pytest

from cyberspace.law.energy import audit
from cyberspace.law.genesis import genesis
from cyberspace.wire.protocol import check_act
from tests.held import apply
from tests.plaza import does, lives, plaza

UNDOABLE = [
    {"kind": "fund", "tokens": 5},
    {"kind": "block", "sites": [1, 2], "block": "soil"},
    {"kind": "move", "site": 0, "to": 2},
    {"kind": "erase", "sites": [0]},
    {"kind": "post", "place": 1, "job": "hand", "inputs": "1", "price": 5, "answers": 4},
]


def takes_back(state, act, place):
    """The state after an act and its undo, and what happened then."""
    state, (happened,) = apply(place, state, [check_act(act)])
    assert happened["done"], happened
    undo = check_act({"kind": "undo", "of": 0}) | {"act": check_act(act), "happened": happened}
    return state, undo


@pytest.mark.parametrize("act", UNDOABLE, ids=[act["kind"] for act in UNDOABLE])
def test_undo_brings_back_what_was(act):
    place = plaza()
    before = does(place, genesis(place), lives(place, 0), {"kind": "block", "sites": [1], "block": "vent"})
    state, undo = takes_back(before, act, place)
    state, (happened,) = apply(place, state, [undo])
    assert happened["done"]
    audit(state)
    for name in ("alive", "energy", "block", "wallet", "pools", "jobs"):
        np.testing.assert_array_equal(getattr(state.region, name), getattr(before.region, name), err_msg=name)


def test_undo_of_a_transplant_gives_the_tokens_back():
    place = plaza()
    before = genesis(place)
    state, undo = takes_back(before, {**lives(place, 1), "wallet": True}, place)
    assert state.region.wallet[0] == 9900
    state, _ = apply(place, state, [undo])
    audit(state)
    assert state.region.wallet[0] == 10000
    assert not state.region.alive.any()


def test_undo_stops_where_somebody_has_moved_in():
    place = plaza()
    before = replace(does(place, genesis(place), lives(place, 0)), tick=9)
    for act in ({"kind": "block", "sites": [1], "block": "soil"}, {"kind": "move", "site": 0, "to": 2}):
        state, undo = takes_back(before, act, place)
        state = does(place, state, {**lives(place, act.get("site", 1)), "to": act.get("site", 1)})
        _, (happened,) = apply(place, state, [undo])
        assert not happened["done"]


def test_what_was_paid_stays_paid():
    place = plaza()
    before = does(place, genesis(place), lives(place, 0))
    state, undo = takes_back(before, {"kind": "pay", "who": [0, -1], "tokens": 5}, place)
    _, (happened,) = apply(place, state, [undo])
    assert "can't be taken back" in happened["said"]
