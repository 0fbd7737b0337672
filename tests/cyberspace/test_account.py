"""The account that people see of an organism is what the law then gives and takes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyberspace.backends.reference import NumpyEngine
from cyberspace.law.genesis import genesis
from cyberspace.law.state import SOIL
from cyberspace.law.verbs.pay import pay
from cyberspace.watch.account import account
from cyberspace.worldfile.build import universe_from_text

POND = """
[world]
seed = 3
[spaces.pond]
kind = "{kind}"
plaza = true
tokens = 10
genesis = "soup"
axes.lane = {{ length = 40 }}
physics = {{ upkeep = {upkeep}, sunlight = {sunlight}, soil = 5 }}
[[spaces.pond.tasks]]
name = "shift"
"""


@given(st.sampled_from(["cpu", "gpu"]), st.integers(0, 9), st.integers(0, 3), st.integers(0, 2**32 - 1))
def test_the_account_is_what_the_law_gives_and_takes(kind, upkeep, sunlight, seed):
    text = POND.format(kind=kind, upkeep=upkeep, sunlight=sunlight)
    world = universe_from_text(text, "pond.toml", Path(), None)[0].worlds[0]
    random, sites = np.random.default_rng(seed), world.sites
    region = genesis(world).region
    region = replace(
        region,
        alive=random.random(sites) < 0.8,
        energy=random.integers(1, 12, sites).astype(np.int32),
        block=np.where(random.random(sites) < 0.5, SOIL, 0).astype(np.uint8),
        weights=(region.weights * (random.random(region.weights.shape) < random.random(sites))).astype(np.int8),
        activity=(random.integers(-99, 99, region.activity.shape) * (random.random(sites) < 0.7)).astype(np.int8),
    )
    region = replace(region, energy=np.where(region.alive, region.energy, 0).astype(np.int32))
    _, flows = pay(NumpyEngine(), world, region, np.full(sites, 2**32 - 1, dtype=np.uint32))
    for site in range(sites):
        one = {name: getattr(region, name)[..., site] for name in ("alive", "energy", "payoff", "block", "weights", "activity")}
        found = account(world, 0, bool(one.pop("alive")), *one.values())
        told = {name: int(flows[name][site]) for name in ("sunlight", "soil", "upkeep")}
        assert {name: found[name] for name in told} == told


@pytest.mark.parametrize(("weights", "units", "upkeep"), [(288, 15, 4), (0, 0, 0), (1, 0, 1), (512, 16, 6)])
def test_a_cpu_charges_for_weights_and_units_that_are_not_zero(weights, units, upkeep):
    world = universe_from_text(POND.format(kind="cpu", upkeep=3, sunlight=4), "pond.toml", Path(), None)[0].worlds[0]
    brain = np.zeros((16, 32), dtype=np.int8)
    brain.ravel()[:weights] = 1
    active = (np.arange(16) < units).astype(np.int8)
    assert account(world, 0, True, 100, 0, 0, brain, active)["upkeep"] == upkeep
