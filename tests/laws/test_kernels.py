"""The kernels of an accelerator, interpreted on a CPU: the same bits as the reference."""

import numpy as np
import pytest

from cyberspace.backends.backend import make_backend
from cyberspace.backends.xla import engine, region
from cyberspace.backends.xla.kernels.frame import Frame
from cyberspace.backends.xla.kernels.span import lengths, longest
from cyberspace.backends.xla.tasks import unfit_for_kernels
from cyberspace.law.digest import digest
from cyberspace.law.genesis import genesis
from cyberspace.law.terms import world_at
from tests.strategies import world

WIDTH = 64
TICKS = 4
"""Length of the spans, so that one is compiled for a world."""

SOUP = """
[world]
seed = 11
[spaces.w]
kind = "{kind}"
axes.lane = {{ length = {lane} }}
axes.{second} = {{ length = {rows}, curled = true }}
axes.{third} = {{ length = 2 }}
tide = {tide}
body = {{ units = 8, senses = {senses}, shift = 4 }}
genesis = "{genesis}"
density = 0.6
physics = {{ copy = 0.005, move = 0.5, spark = 30, lifespan = 60, sunlight = {sunlight}, spore = 20, radiation = 4.0 }}
{tasks}
"""
SHIFT = '[[spaces.w.tasks]]\nname = "shift"\nfill = 0.5\noptions = {{ fine = 9 }}\nwhere = {{ {third} = [0, 1] }}\n'
LOGIC = '[[spaces.w.tasks]]\nname = "logic"\noptions = {{ cycles = 1, blocks = 2, pay = 40, distractors = 1 }}\n'
OWN = '[[spaces.w.tasks]]\nname = "row_task.py:Row"\nwhere = {{ {third} = [1, 2] }}\n'
GPU = {"kind": "gpu", "second": "warp", "third": "sm", "sunlight": 12}
CPU = {"kind": "cpu", "second": "thread", "third": "core", "sunlight": 30}
WORLDS = {
    "whole blocks, logic": GPU | {"lane": 8, "rows": 8, "tide": 8, "senses": 16, "genesis": "soup", "tasks": LOGIC},
    "parts of blocks, two tasks, work is charged": CPU
    | {"lane": 7, "rows": 5, "tide": 3, "senses": 8, "genesis": "ancestor:learner", "tasks": SHIFT + OWN},
}


@pytest.fixture
def kernels(monkeypatch):
    """JAX as on an accelerator, with kernels that are interpreted."""
    monkeypatch.setattr(engine, "on_cpu", lambda: False)
    monkeypatch.setattr(region, "_COMPILED", {})
    monkeypatch.setattr(region, "frame_of", lambda world, device: Frame(world, WIDTH, dp4a=False, interpret=True))


@pytest.mark.parametrize("name", WORLDS)
def test_kernels_live_what_the_reference_lives(kernels, name):
    facts = WORLDS[name]
    place = world(SOUP.format(**facts | {"tasks": facts["tasks"].format(**facts)}))
    assert unfit_for_kernels(place, WIDTH) == ""
    expected, found = (make_backend(backend, place, genesis(place)) for backend in ("reference", "jax"))
    flowed = 0
    for _ in range(16):
        there, here = (backend.advance(TICKS) for backend in (expected, found))
        np.testing.assert_array_equal(here.tally, there.tally)
        np.testing.assert_array_equal(here.births, there.births)
        assert digest(found.state()) == digest(expected.state())
        flowed += there.tally.sum(axis=0)
    assert flowed[place_of("births")] and flowed[place_of("moving")] and flowed[place_of("sparks")] and flowed[place_of("paid")]


EVENTS = """
[[spaces.w.events]]
at = 8
set = { sunlight = 20, upkeep = 5, spark = 9, lifespan = 20, silent = 3, cap = 300, gift = 2, fire = 30, newborn = 99, copy = 0.01 }
[[spaces.w.events]]
at = 8
set = { fill = 2, radiation = 1, spore = 60 }
task = "row_task.py:Row"
"""


def test_kernels_live_on_under_other_terms(kernels):
    """Numbers that change are told to the kernels; nothing is compiled a second time."""
    facts = WORLDS["parts of blocks, two tasks, work is charged"]
    tasks = facts["tasks"].replace('"shift"', '"shift"\nuntil = 8')
    place = world(SOUP.format(**facts | {"tasks": tasks.format(**facts)}) + EVENTS)
    expected, found = (make_backend(backend, place, genesis(place)) for backend in ("reference", "jax"))
    for tick in range(0, 24, TICKS):
        for one in (expected, found):
            one.adopt(world_at(place, tick, {}))
        there, here = (backend.advance(TICKS) for backend in (expected, found))
        np.testing.assert_array_equal(here.tally, there.tally)
        assert digest(found.state()) == digest(expected.state())
    assert len(region._COMPILED) == 1
    assert there.tally.sum(axis=0)[place_of("sparks")] and there.tally.sum(axis=0)[place_of("paid")]


def place_of(name):
    from cyberspace.law.state import TALLY

    return TALLY.index(name)


def test_spans_are_of_few_lengths():
    facts = WORLDS["whole blocks, logic"]
    place = world(SOUP.format(**facts | {"tasks": ""}))
    assert longest(place) == 64
    assert lengths(place, 64 + 63) == [64, 16, 16, 16, 4, 4, 4, 1, 1, 1]
