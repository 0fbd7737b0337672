"""The viewer's freezer: files of organisms, and those of early viewers."""

import json
from dataclasses import replace

import pytest

from cyberspace.errors import InputError
from cyberspace.specimens import load_organisms, together
from organisms.ancestors import learner
from organisms.body import BodyPlan
from organisms.genome import Loci, inborn_weights
from render.frames import Organism
from render.freezer import Freezer, Frozen, frozen

LOCI = Loci(BodyPlan())


def test_the_freezer_keeps_and_gives_back(tmp_path):
    freezer = Freezer(tmp_path / "a" / "freezer")
    assert freezer.names() == []
    genome = learner(LOCI)
    weights = inborn_weights(LOCI, genome[:, None])[..., 0]
    one = frozen(Organism("s", (0,) * 7, 9, {"founder": 7}, {"genome": genome, "weights": weights}), "first/of: all", "run")
    assert freezer.put(one) == "first_of_ all"
    assert freezer.put(one) == "first_of_ all 2"
    back = freezer.get("first_of_ all")
    assert (back.genome, back.weights, back.founder, back.units, back.senses) == (one.genome, one.weights, 7, 16, 16)
    freezer.drop("first_of_ all 2")
    assert freezer.names() == ["first_of_ all"]


def test_the_freezer_keeps_what_the_command_takes_and_takes_what_it_makes(tmp_path):
    freezer = Freezer(tmp_path)
    freezer.put(Frozen("one", 16, 16, (1,) * 536, (2,) * 512, 9, "a story", 6))
    found = load_organisms(tmp_path / "one.npz")
    assert (len(found), found.body.shift, found.origins[0]["story"]) == (1, 6, "a story")
    together([found, found]).save(tmp_path / "brought.npz")
    assert freezer.names() == ["brought", "one"]
    assert replace(freezer.get("brought"), name="one") == freezer.get("one")


OLD = {
    "version": 1,
    "name": "one",
    "units": 16,
    "senses": 16,
    "genome": [1] * 536,
    "weights": [2] * 512,
    "founder": 9,
    "story": "x",
}
"""What an early viewer wrote."""


def test_what_early_viewers_froze_is_still_read(tmp_path):
    (tmp_path / "one.json").write_text(json.dumps(OLD))
    freezer = Freezer(tmp_path)
    assert freezer.names() == ["one"]
    one = freezer.get("one")
    assert (one.genome, one.weights, one.founder, one.story, one.shift) == ((1,) * 536, (2,) * 512, 9, "x", None)
    assert freezer.put(one) == "one 2"  # nothing is written over
    assert replace(freezer.get("one 2"), name="one") == one
    assert not load_organisms(tmp_path / "one 2.npz").shift_known


@pytest.mark.parametrize("change", [{"genome": [9] * 536}, {"weights": [1]}, {"version": 5}, {"units": "x"}, {"extra": 1}])
def test_a_frozen_file_that_was_changed_is_refused(tmp_path, change):
    (tmp_path / "one.json").write_text(json.dumps({**OLD, **change}))
    with pytest.raises(InputError, match="no frozen organism"):
        Freezer(tmp_path).get("one")


def test_a_frozen_file_that_is_damaged_is_refused(tmp_path):
    (tmp_path / "one.npz").write_bytes(b"PK")
    with pytest.raises(InputError, match="none of ours"):
        Freezer(tmp_path).get("one")


def test_an_organism_without_a_genome_is_not_frozen():
    with pytest.raises(InputError, match="not known here"):
        frozen(Organism("s", (0,) * 7, 9, {"energy": 1}), "x", "run")
