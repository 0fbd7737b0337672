"""What the tables of scale, of circuits and of roads are made by, on cases worked by hand."""

import numpy as np
import pytest

from benchmarks import circuits, roads, roads_evolved, scale_laws
from benchmarks.scale_worlds import WORTH, fills, scores
from cyberspace.analysis.dissection.lab import Lab
from cyberspace.tasks.logic import FUNCTIONS
from organisms.body import ANSWER


@pytest.mark.parametrize(("law", "numbers"), [("power", (-1.0, 0.5)), ("saturating", (1.5, 0.5, 1.2))])
def test_a_law_is_found_again_and_foretells_the_decade_held_out(law, numbers):
    x = np.geomspace(1e5, 1e8, 25)
    y = scale_laws.LAWS[law][0](x / 1e7, *numbers)
    found = scale_laws.judge(law, x, np.stack([y, 0.9 * y, 1.1 * y]))
    assert found.numbers is not None and found.numbers[-1] == pytest.approx(numbers[-1], rel=0.02)
    assert found.error < 0.01 and np.ptp(found.exponents) < 0.1
    assert scale_laws.unchanged(x, y[None]) > 0.1


def test_nothing_is_fitted_to_nothing():
    assert "nothing to fit" in scale_laws.judge("power", np.geomspace(1, 1000, 12), np.zeros((3, 12))).told()


def test_scores_are_the_worth_of_what_the_living_perform():
    performed = np.array([0b1, 0b100000001, 0b10, 0b111111111], dtype=np.uint32)
    best, mean, held = scores(performed, np.array([True, True, True, False]))
    assert (best, mean, held) == (7.0, pytest.approx((1 + 7 + 1) / 3), 1 + 1 + 6)
    assert WORTH.sum() == scale_laws.MOST and scores(performed, np.zeros(4, dtype=bool)) == (0, 0, 0)


def test_what_is_paid_flows_in_again_and_rests_are_made_up_for():
    values = fills([0, 100, 1_000_000], 1024)
    flows = [int(value * 4 * 1024) for value in values]
    assert flows == [0, 0, round(1_000_100 / (9 * 160))]


def test_one_unit_with_two_weights_says_and_and_one_says_no_other():
    brains = np.zeros((3, 1, 5), dtype=np.int8)
    brains[0, 0, :2] = 1  # x + y above 0: both
    brains[1, 0, 0] = -1  # NOT x
    brains[2, 0, 2] = 7  # always yes
    logic = {name: circuits.combined(function, 2) for name, (function, _) in FUNCTIONS.items()}
    does = dict(zip(FUNCTIONS, circuits.performs(brains, logic, 2).T.tolist(), strict=False))
    assert [name for name, one in zip(FUNCTIONS, circuits.performs(brains, logic, 2), strict=True) if one[0]] == ["AND"]
    assert [name for name, one in zip(FUNCTIONS, circuits.performs(brains, logic, 2), strict=True) if one[1]] == ["NOT"]
    assert not circuits.performs(brains, logic, 2)[:, 2].any() and does


def test_two_units_and_an_answer_say_equ():
    """One is above 0 where both are, one where neither is, and a third adds them: nine weights."""
    brain = np.zeros((1, 3, 7), dtype=np.int8)  # x, y, bias, flag, three units
    brain[0, 1, :3], brain[0, 2, :3] = (3, 3, -4), (-3, -3, -4)
    brain[0, 0, [2, 5, 6]] = 5, 2, 2
    logic = {name: circuits.combined(function, 2) for name, (function, _) in FUNCTIONS.items()}
    does = circuits.performs(brain, logic, 2)[:, 0]
    assert [name for name, one in zip(FUNCTIONS, does, strict=True) if one] == ["EQU"]


def test_parity_is_one_allele_from_a_majority_and_its_opposite():
    """x + y + z, less twice what most say, is odd; the allele lets the unit of the majority hear the other one."""
    ladder = circuits.ladder_functions()
    most = np.array([[3, 3, 3, 0, 0, 0]], dtype=np.int8)  # x, y, z, bias, flag, itself
    pair = roads.side_by_side(most, -most, 3)
    by_hand = pair.copy()
    by_hand[0, 0, -1] = 5
    does = dict(
        zip(
            ladder,
            circuits.performs(np.concatenate([pair, by_hand, roads.swapped(by_hand, 3)]), ladder, 3).tolist(),
            strict=True,
        )
    )
    assert (
        does["MAJ"] == [True, False, False] and does["PARITY"] == [False, True, False] and does["MIN"] == [False, False, True]
    )
    share, changes = roads.one_allele_away(pair, "PARITY", ladder, 3)
    weights = range(4, 8)  # the unit that says the opposite would say the opposite of parity
    assert (share, changes) == (1, pytest.approx(len(weights) / (15 * pair.size)))
    silent = roads.side_by_side(0 * most, 0 * most, 3)
    assert roads.one_allele_away(np.concatenate([pair, silent]), "PARITY", ladder, 3)[0] == 0.5


def test_an_organism_with_a_majority_and_its_opposite_is_four_alleles_from_parity():
    """The same brain as above, in the lab: its first answer may hear the second with a weight of 4 to 7."""
    lab = Lab(roads_evolved.world_of("ladder", 1).regions[0].world, 0)
    body, genome = lab.world.loci.body, np.zeros(lab.world.loci.count, dtype=np.int8)
    for unit, weight in ((ANSWER, 3), (ANSWER + 1, -3)):
        genome[unit * body.inputs + 8 : unit * body.inputs + 11] = weight  # what the task shows
    assert roads_evolved.away(lab, genome, "PARITY") == 4
    assert roads_evolved.away(lab, 0 * genome, "PARITY") == 0


def test_looks_are_told_apart_by_whether_anybody_performs_the_top():
    looks = [
        {"plan": "roads", "perform": {"XOR": top}, "both": 5, "hits": hits}
        for top, hits in ((0, [0, 0]), (0, [3]), (9, [0, 1]))
    ]
    lines = roads_evolved.table(looks).splitlines()
    assert lines[2].split(" | ")[2:] == ["nobody yet", "2", "10", "3", "1 |"]
    assert lines[3].split(" | ")[2:] == ["somebody", "1", "5", "2", "1 |"]


def test_memory_is_asked_for_by_the_ladder():
    ladder, asked = circuits.ladder_functions(), np.array([1, 0, 1, 1, 0, 1])
    last = np.array([[0, 1, 0, 1, 1, 0]]) > 0
    toggle = np.array([[1, 1, 0, 1, 1, 0]]) > 0
    assert ladder["LAST"](last, asked).all() and not ladder["LAST"](~last, asked)[:, 1:].any()
    assert ladder["FLIP"](last ^ (asked > 0), asked).all()
    assert ladder["TOGGLE"](toggle, asked)[:, 1:].all() and ladder["TOGGLE"](~toggle, asked)[:, 1:].all()
