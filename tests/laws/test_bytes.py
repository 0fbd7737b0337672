"""Text as a task: the same bits on every backend."""

import pytest

from cyberspace.backends.backend import make_backend
from cyberspace.backends.cpu.traced import TracedText
from cyberspace.law.digest import digest
from cyberspace.law.genesis import genesis
from tests.strategies import world

WORLD = """
[world]
seed = 5
[spaces.w]
kind = "cpu"
axes.lane = { length = 8 }
axes.thread = { length = 4, curled = true }
body = { units = 16, senses = 24, shift = 5 }
genesis = "ancestor:learner"
density = 0.9
physics = { copy = 0.005, spark = 30, lifespan = 25, sunlight = 30, spore = 20, lesson = 1, radiation = 2.0 }
[[spaces.w.tasks]]
name = "bytes"
options = { passage = 2, shows = "slots", slots = 16, orders = [0, 2], niches = [1, 5], sites = [3, 1] }
where = { lane = [0, 5] }
[[spaces.w.tasks]]
name = "bytes"
options = { text = "markov:2", symbol = 1, par = 100 }
where = { lane = [5, 8] }
"""
TICKS = (1, 2, 7, 13)


def walk(backend):
    """Digests after some spans."""
    found = []
    for ticks in TICKS:
        backend.advance(ticks)
        found.append(digest(backend.state()))
    return found


@pytest.fixture(scope="module")
def expected():
    place = world(WORLD)
    one = make_backend("reference", place, genesis(place))
    digests, state = walk(one), one.state()
    assert len(set(state.region.memory[0].tolist())) > 4 and state.tally.min() >= 0
    return digests


def test_numba_lives_it_compiled(expected):
    place = world(WORLD)
    backend = make_backend("numba", place, genesis(place), threads=1)
    assert all(isinstance(task.text, TracedText) for task in backend._lessons._tasks)
    assert walk(backend) == expected


def test_jax_lives_it(expected):
    place = world(WORLD)
    assert walk(make_backend("jax", place, genesis(place))) == expected
