"""What people leave in a plaza is acts: it costs no state, keeps the ledger, and is there again after a resume."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from cyberspace.acts.history import History
from cyberspace.api.hands import Free, Hands
from cyberspace.backends.backend import make_backend
from cyberspace.errors import Refused
from cyberspace.law.digest import digest
from cyberspace.law.energy import audit
from cyberspace.law.genesis import genesis
from cyberspace.law.state import VENT, WALL
from cyberspace.record.journal import Journal
from cyberspace.wire.protocol import check_act
from tests.held import Held
from tests.leavers import Leavers
from tests.plaza import does, lives, plaza
from tests.strategies import world

PLACE = """
[spaces.w]
kind = "gpu"
axes.lane = { length = 12, stretch = 2 }
axes.warp = { length = 6, stretch = 2 }
tide = 1
plaza = true
tokens = 100000
density = 0.3
genesis = "ancestor:replicator"
[spaces.w.physics]
lesson = 1
"""
ACTS, BATCH, SPLIT = 500, 10, 250


def history(place, path, done):
    return History(Free(Path(), 1), place, done, Journal(path))


def test_500_random_acts_interrupted_and_resumed_leave_the_same(tmp_path):
    place = world(PLACE)
    engine, crowd = make_backend("reference", place, genesis(place)), Leavers(place, 4)
    live, kinds, half = history(place, tmp_path / "j.jsonl", 0), Counter(), None
    crowd.notebook = live.notebook
    for number in range(ACTS):
        if number == SPLIT:
            half = engine.state()
        act = crowd.draw(engine)
        ((entry, happened),) = live.do(engine, number // BATCH, [act])
        crowd.remember(entry.number, entry.act, happened)
        kinds[act["kind"]] += happened["done"]
        if number % BATCH == BATCH - 1:
            engine.advance(1)
    live.close()
    audit(engine.state())
    assert all(kinds[kind] > 0 for kind in Leavers.kinds if kind != "judge"), kinds
    assert live.notebook.signs and live.notebook.plots and live.notebook.chests
    for backend, start, done in (("reference", half, SPLIT), ("numba", half, SPLIT), ("numba", genesis(place), 0)):
        again = history(place, tmp_path / "j.jsonl", done)
        other = make_backend(backend, place, start)
        for tick in range(done // BATCH, ACTS // BATCH):
            again.replay(other, tick)
            other.advance(1)
        again.close()
        assert digest(other.state()) == digest(engine.state())
        assert again.notebook == live.notebook


def test_random_acts_keep_the_ledger():
    place = world(PLACE)
    ground, crowd, kinds = Held(genesis(place)), Leavers(place, 9), Counter()
    for batch in range(4):
        for _ in range(400):
            kind, done = crowd.do_one(ground, batch)
            kinds[kind] += done
        audit(ground.state())
    assert all(kinds[kind] > 0 for kind in Leavers.kinds), kinds


class Act:
    """One plaza on which acts are done by name."""

    def __init__(self, length=12, *acts):
        self.place = plaza(length)
        self.ground = Held(does(self.place, genesis(self.place), *acts))
        self.hands, self.before = Hands(self.place, 0), digest(self.ground.state())

    def __call__(self, kind, **keys):
        return self.hands.put(self.ground, 5, check_act({"kind": kind, **keys}))

    @property
    def notes(self):
        return self.hands.notebook

    def look(self, name):
        return self.ground.look(name)


def test_a_sign_is_written_changed_and_taken_down():
    act = Act()
    act("sign", site=3, text="XOR pays 50", by="ada")
    assert (act.notes.signs[3]["text"], act.notes.signs[3]["by"]) == ("XOR pays 50", "ada")
    second = act("sign", site=3, text="no more", by="bob")
    act("undo", of=second["n"])
    assert act.notes.signs[3]["text"] == "XOR pays 50"
    act("sign", site=3, text="")
    assert not act.notes.signs[3]["text"]
    for site, text in ((3, ""), (99, "far"), (4, "")):
        with pytest.raises(Refused):
            act("sign", site=site, text=text)
    with pytest.raises(Refused, match="another sign"):
        act("undo", of=0)


@pytest.mark.parametrize("text", ["two\nlines", " blank", "x" * 121, 7, "\u202eback"])
def test_a_sign_is_one_line_of_words(text):
    with pytest.raises(Refused, match=r"act\.text: expected a line of 0 to 120 characters"):
        check_act({"kind": "sign", "site": 0, "text": text})


def test_a_chest_keeps_an_organism_which_somebody_else_takes_out():
    act = Act()
    genome = lives(act.place, 0)["genome"]
    kept = act("store", site=2, name="adam", genome=genome, founder=7, by="ada")
    taken = act("take", site=2, item=kept["n"], to=5, energy=50, by="bob")
    assert act.look("alive")[5] and act.look("founder")[5] == 7 and act.look("wallet")[0] == 10000 - 50
    assert 2 not in act.notes.chests
    with pytest.raises(Refused, match="holds no organism 0"):
        act("take", site=2, item=kept["n"], to=6, energy=50)
    with pytest.raises(Refused, match="taken out"):
        act("undo", of=kept["n"])
    act("undo", of=taken["n"])
    assert not act.look("alive").any() and act.look("wallet")[0] == 10000
    assert [one["name"] for one in act.notes.chests[2]] == ["adam"]
    for _ in range(7):
        act("store", site=2, name="more", genome=genome)
    with pytest.raises(Refused, match="full"):
        act("store", site=2, name="more", genome=genome)
    with pytest.raises(Refused, match="body plan"):
        act("store", site=3, name="odd", genome=genome[:-1])
    act("undo", of=kept["n"])
    assert len(act.notes.chests[2]) == 7
    audit(act.ground.state())


def test_fenced_land_is_its_owners():
    act = Act(12, lives(plaza(12), 4), lives(plaza(12), 3))
    with pytest.raises(Refused, match="1 live where the walls would stand"):
        act("fence", site=2, to=4, place=3, by="ada")
    act("fence", site=2, to=5, place=3, by="ada")
    assert act.look("block").tolist() == [0, 0, WALL, VENT + 3, VENT + 3, WALL, *[0] * 6]
    post = {"place": 3, "job": "table", "table": "0110", "price": 10, "answers": 2}
    with pytest.raises(Refused, match="place 3 of the board is ada's"):
        act("post", **post, by="bob")
    act("post", **post, by="ada")
    genome = lives(act.place, 0)["genome"]
    for kind, keys in (
        ("block", {"sites": [2], "block": "empty"}), ("erase", {"sites": [3]}), ("move", {"site": 3, "to": 9}),
        ("transplant", {"to": 4, "genome": genome, "energy": 5}), ("fence", {"site": 4, "to": 8, "place": 4, "by": "bob"}),
    ):  # fmt: skip
        with pytest.raises(Refused, match="this land is ada's"):
            act(kind, **keys)
    with pytest.raises(Refused, match="no soil"):
        act("block", sites=[3], block="soil", by="ada")
    with pytest.raises(Refused, match="alone"):
        act("block", sites=[9], block="vent", place=3, by="ada")
    act("erase", sites=[4], by="ada")
    with pytest.raises(Refused, match="from the wallet"):
        act("transplant", to=4, genome=genome, energy=5, by="ada")
    act("transplant", to=4, genome=genome, energy=5, wallet=True, by="ada")
    with pytest.raises(Refused, match="ada's"):
        act("undo", of=0, by="bob")
    with pytest.raises(Refused, match="has a job"):
        act("undo", of=0, by="ada")
    act("close", place=3, by="ada")
    act("undo", of=0, by="ada")
    assert not act.look("block").any() and not act.notes.plots
    audit(act.ground.state())


def test_a_wall_over_the_living_lets_them_die_and_an_undo_brings_them_back():
    act = Act(12, lives(plaza(12), 4))
    with pytest.raises(Refused, match="somebody lives there"):
        act("block", sites=[4], block="wall")
    done = act("block", sites=[4], block="wall", clear=True)
    assert act.look("block")[4] == WALL and not act.look("alive").any()
    audit(act.ground.state())
    act("undo", of=done["n"])
    assert act.look("alive")[4] and act.look("energy")[4] == 100 and not act.look("block").any()
    audit(act.ground.state())


def test_acts_of_before_are_written_as_they_were():
    assert check_act({"kind": "block", "sites": [1], "block": "wall"}) == {
        "kind": "block", "sites": [1], "block": "wall", "place": 0,
    }  # fmt: skip
    assert "by" in check_act({"kind": "block", "sites": [1], "block": "wall", "by": "ada"})


def test_who_leaves_something_changes_no_state():
    act = Act()
    act("sign", site=1, text="hello")
    act("store", site=1, name="adam", genome=lives(act.place, 0)["genome"])
    left = act.ground.state()
    left.tally[:] = does(act.place, genesis(act.place)).tally
    assert digest(left) == act.before
    np.testing.assert_array_equal(left.region.block, 0)
