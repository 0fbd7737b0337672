"""What is evaluated: landscapes whose truth is known, and worlds, whose scores are the simulator's own."""

import numpy as np
import pytest

import cyberspace as cs
from cyberspace.collective.ledger.sampling import suggest
from cyberspace.collective.ledger.space import choice, real, whole
from cyberspace.collective.objective.landscape import Landscape
from cyberspace.collective.objective.named import NAMES, objective_named, objective_of, small_bytes
from cyberspace.collective.objective.world import WorldObjective
from cyberspace.errors import InputError
from cyberspace.specimens import read_specimens

WORLD = """
[world]
seed = 1
[spaces.soup]
kind = "gpu"
backend = "reference"
genesis = "ancestor:learner"
axes.lane = { length = 8 }
physics = { sunlight = 6 }
[[spaces.soup.tasks]]
name = "logic"
"""


def world(text=WORLD, score="tasks"):
    return WorldObjective(text, {"sunlight": ("physics.sunlight", whole(2, 12))}, score, "reference")


def test_crossing_pays_on_blocks_and_not_when_scrambled():
    rng = np.random.default_rng(0)
    for kind, pays in (("blocks", True), ("scrambled", False)):
        gains = []
        for seed in range(60):
            one = Landscape(kind, reals=0, noise=0, world=seed)
            parents = [{name: bool(rng.random() < 0.5) for name in one.space} for _ in range(2)]
            best = {
                block[0]: max(parents, key=lambda p: one.truth({**one.start, **{n: p[n] for n in block}}))
                for block in one.blocks
            }
            child = {name: best[block[0]][name] for block in one.blocks for name in block}
            gains.append(one.truth(child) - max(map(one.truth, parents)))
        assert bool(np.mean(gains) > 0.03) is pays


def test_the_best_of_a_landscape_is_one_and_noise_has_its_spread():
    one = Landscape("blocks", noise=0.1)
    best = dict(zip(one._flags, map(bool, one._best), strict=True)) | dict(zip(one._reals, one._centre, strict=True))
    assert one.truth(best) == pytest.approx(1) and one.truth(one.start) < 0.1
    scores = [one.evaluate(best, b"", seed, 1).score for seed in range(200)]
    assert abs(np.mean(scores) - 1) < 0.03 and 0.08 < np.std(scores) < 0.12


def test_a_world_lives_as_a_simulation_does_and_its_bank_goes_on():
    one = world()
    outcome = one.evaluate({"sunlight": 9}, b"", 3, 20)
    text = WORLD.replace("sunlight = 6", "sunlight = 9")
    sim = cs.Simulation(text, seed=3).advance(20)
    assert outcome.score == np.mean(list(sim.shares("soup").values()))
    assert outcome.found["alive"] == sim.state.alive.values.sum()
    assert len(read_specimens(outcome.bank, "bank")) == min(32, outcome.found["alive"])
    assert one.evaluate({"sunlight": 9}, b"", 3, 20) == outcome
    on = one.evaluate({"sunlight": 9}, outcome.bank, 3, 5)
    assert one.evaluate({"sunlight": 9}, outcome.bank, 3, 5) == on, "to the byte, wherever its bank lay"
    assert on.bank != one.evaluate({"sunlight": 9}, b"", 3, 5).bank
    assert objective_of(one.content()).config == one.config


def test_a_clock_ends_it_and_the_same_ticks_score_the_same():
    one = world()
    short = one.evaluate(one.start, b"", 1, 10**6, 1.0)
    assert 0 < short.cost < 10**6
    assert one.evaluate(one.start, b"", 1, short.cost).score == short.score


def test_banks_are_mixed_transplanted_and_averaged():
    one = world()
    banks = [one.evaluate(one.start, b"", seed, 40).bank for seed in (1, 2)]
    found = [read_specimens(bank, "bank") for bank in banks]
    mixed = read_specimens(one.mixed(*banks, 1), "bank")
    known = {row.tobytes() for part in found for row in part.genome}
    assert {row.tobytes() for row in mixed.genome} <= known and len(mixed) >= 2
    moved = one.transplanted(one.start, banks[0], banks[1], 1, 512)  # somebody has crossed by then
    assert moved and moved != one.evaluate(one.start, banks[0], 1, 512).bank
    mean = read_specimens(one.averaged([one.start] * 2, banks, 8, 1, 8), "bank")
    alone = [read_specimens(one.evaluate(one.start, bank, 1, 8).bank, "bank").weights.astype(float) for bank in banks]
    count = min(map(len, alone))
    assert (mean.weights == np.rint((alone[0][:count] + alone[1][:count]) / 2)).all()


def test_the_world_of_text_says_bits():
    one = small_bytes("reference")
    outcome = one.evaluate(one.start, b"", 1, 16)
    assert -8 <= outcome.score < 0
    assert objective_of(one.content()).config == one.config


def test_what_is_no_objective_is_refused():
    with pytest.raises(InputError, match="bytes"):
        objective_named("byte")
    assert set(NAMES) == {"blocks", "scrambled", "smooth", "bytes"}
    for text, said in [
        ("[world\n", "world file"),
        ("[world]\nseed = 1\n", "no space"),
        (WORLD.replace("sunlight = 6", ""), "does not say"),
        (WORLD.replace("ancestor:learner", "ancestor:/tmp/evil.py:x"), "code of an example"),
        (WORLD + 'x = 1\n[spaces.b]\nkind = "gpu"', "genes|code|does|world|b"),
    ]:
        with pytest.raises(InputError, match=said):
            world(text).evaluate({"sunlight": 6}, b"", 1, 1)
    with pytest.raises(InputError, match="smooth"):
        Landscape("hills")


@pytest.mark.parametrize("sampler", ["tpe", "cma", "random"])
def test_samplers_propose_what_the_space_holds(sampler):
    space = {"x": real(0, 1), "rate": real(1e-4, 1, log=True), "n": whole(1, 9)}
    rng = np.random.default_rng(0)
    past = [
        (p := {"x": float(rng.random()), "rate": 0.01, "n": int(rng.integers(1, 10))}, -((p["x"] - 0.7) ** 2))
        for _ in range(40)
    ]
    found = [suggest(sampler, space, past, seed) for seed in range(12)]
    assert all(space[name].holds(value) for one in found for name, value in one.items())
    assert suggest(sampler, space, past, 5) == suggest(sampler, space, past, 5)
    far = np.mean([abs(one["x"] - 0.7) for one in found])
    assert far < 0.2 if sampler != "random" else far > 0.1
    assert suggest(sampler, {"k": choice("a", "b")}, [], 1)["k"] in "ab" and suggest(sampler, {}, [], 1) == {}
