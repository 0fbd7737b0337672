"""Closed loops, sites and shared words: the same bits on every backend, at every tick."""

import numpy as np
import pytest

from cyberspace.backends.backend import make_backend
from cyberspace.backends.cpu.traced import TracedText
from cyberspace.backends.xla.tasks import unfit_for_kernels
from cyberspace.law.digest import digest
from cyberspace.law.genesis import genesis
from cyberspace.law.letters import body_bytes, body_of
from cyberspace.law.schedule import next_opening
from cyberspace.law.state import TALLY
from cyberspace.law.verbs.answer import task_bits
from cyberspace.tasks.faultless import pack_answers, unpack_answers
from tests.laws.test_kernels import WIDTH, kernels  # noqa: F401
from tests.strategies import world

WORLD = """
[world]
seed = 5
[spaces.w]
kind = "cpu"
axes.lane = { length = 8 }
axes.thread = { length = 8, curled = true }
axes.core = { length = 2 }
body = { units = 16, senses = 16, shift = 3 }
genesis = "ancestor:learner"
density = 0.9
physics = { copy = 0.005, spark = 30, lifespan = 25, sunlight = 30, spore = 20, lesson = 3, radiation = 2.0 }
[[spaces.w.tasks]]
name = "closed_tasks.py:Walk"
where = { lane = [0, 5] }
[[spaces.w.tasks]]
name = "closed_tasks.py:Chain"
where = { lane = [5, 8] }
"""
TICKS = (1, 2, 3, 5, 8, 13, 16)


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


@pytest.mark.parametrize("threads", [1, 2])
def test_numba_lives_them_compiled(expected, threads):
    place = world(WORLD)
    backend = make_backend("numba", place, genesis(place), threads=threads)
    assert all(isinstance(task.text, TracedText) for task in backend._lessons._tasks)
    assert walk(backend) == expected


def test_numba_lives_them_by_numpy(expected, capsys):
    place = world(WORLD.replace("Walk", "Sly"))
    backend = make_backend("numba", place, genesis(place), threads=1)
    assert backend._lessons._tasks[0].text is None and "Sly is judged by NumPy" in capsys.readouterr().err
    assert walk(backend) == expected


def cross(place, backend):
    """What openings of its link do to a region that hears its own letters."""
    found, due = [], bytes(body_bytes(place, place.ends[0]))
    for number in range(12):
        tick = backend.state(()).tick
        ticks = next_opening(place, tick).tick - tick
        if ticks:
            backend.advance(ticks)
        trace, block = backend.cross(0, number, due)
        due = bytes(body_of(block))
        found.append((digest(backend.state()), trace.tally.tolist(), trace.births.tolist()))
    return found


@pytest.mark.parametrize(("task", "threads"), [("Walk", 1), ("Walk", 2), ("Sly", 1)])
def test_numba_lives_them_over_a_link(task, threads):
    """Lessons are posed before a letter arrives, by what was remembered then; whoever lands remembers nothing when judged."""
    linked = WORLD.replace("axes.core", "axes.device = { length = 2, stretch = 8 }\naxes.core").replace(
        "copy =", "move = 0.5, copy ="
    )
    one, other = (world(linked.replace("[world]", "[world]\nfar_tide = 1").replace("Walk", kind)) for kind in ("Walk", task))
    found = cross(one, make_backend("reference", one, genesis(one)))
    assert sum(tally[0][TALLY.index("received")] for _, tally, _ in found) > 1000 and any(births for *_, births in found)
    assert cross(other, make_backend("numba", other, genesis(other), threads=threads)) == found


def test_jax_lives_them(expected):
    place = world(WORLD)
    assert walk(make_backend("jax", place, genesis(place))) == expected


def test_kernels_live_them(expected, kernels):  # noqa: F811
    place = world(WORLD)
    assert unfit_for_kernels(place, WIDTH) == ""
    assert walk(make_backend("jax", place, genesis(place)))[:3] == expected[:3]


def test_sites_of_a_group_are_given_the_same_words():
    place = world(WORLD)
    words = np.asarray(task_bits(np, place, 0, 6))[0].reshape(-1, 4)
    assert (words == words[:, :1]).all() and len(set(words[:, 0].tolist())) > 20


def test_who_performs_was_paid_in_every_lesson_of_a_block():
    """Goal "any" is always paid: whoever lived through a block performs it, and newborns do not until then."""
    place = world(WORLD)
    one = make_backend("reference", place, genesis(place))
    lessons = place.physics.lesson_ticks * place.tasks[0].task.judged
    one.advance(2 * lessons)
    region = one.state().region
    told = place.tasks[0].where & region.alive
    does = region.performed[told] & 2 > 0
    whole = region.born[told] < lessons
    assert (does == whole).all() and does.any() and not does.all()
    assert place.tasks[1].task.judged == 16


def test_answers_are_kept_as_they_were():
    answers = np.random.default_rng(1).integers(-127, 128, (9, 50)).astype(np.int8)
    np.testing.assert_array_equal(unpack_answers(np, pack_answers(np, answers))[:9], answers)
