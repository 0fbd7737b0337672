"""The tasks of teams and of memory: the same bits on every backend, what can be known of each, and what silencing does."""

import numpy as np
import pytest

from benchmarks.still import hold, still
from cyberspace.backends.backend import make_backend
from cyberspace.law.digest import digest
from cyberspace.law.genesis import genesis
from cyberspace.tasks.recall import Recall
from cyberspace.tasks.refine import Refine
from cyberspace.tasks.relay import Relay
from cyberspace.tasks.stream import HIDDEN, Stream
from tests.strategies import world

WORLD = """
[world]
seed = 3
[spaces.w]
kind = "gpu"
axes.lane = { length = 16 }
axes.warp = { length = 2 }
axes.sm = { length = 4 }
body = { units = 16, senses = 16, shift = 3 }
genesis = "ancestor:learner"
density = 0.9
physics = { spark = 20, lifespan = 20, sunlight = 30, spore = 20, lesson = 1, radiation = 2.0 }
""" + "".join(
    f'[[spaces.w.tasks]]\nname = "{name}"\noptions = {{ {options} }}\nwhere = {{ sm = [{k}, {k + 1}] }}\n'
    for k, (name, options) in enumerate((("relay", "distance = 3"), ("refine", ""), ("stream", ""), ("recall", "delay = 2")))
)
TICKS = (1, 5, 12)


def walk(backend):
    found = []
    for ticks in TICKS:
        backend.advance(ticks)
        found.append(digest(backend.state()))
    return found


def test_all_four_live_the_same_everywhere():
    place = world(WORLD)
    expected = walk(make_backend("reference", place, genesis(place)))
    assert len(set(expected)) == len(TICKS)
    assert walk(make_backend("numba", place, genesis(place), threads=1)) == expected
    assert walk(make_backend("jax", place, genesis(place))) == expected


def words(sites, seed=0):
    return np.random.default_rng(seed).integers(0, 2**32, (1, sites), dtype=np.uint32)


def right(task, answers, hidden, sites):
    score, _, _ = task.judge(np, answers, hidden, np.zeros((max(task.memory, 1), sites), dtype=np.int32))
    return score


def test_the_bit_of_a_relay_is_shown_to_the_first_alone():
    task, sites = Relay(), np.arange(40, dtype=np.int32)
    bits = np.repeat(words(10), 4, axis=1)
    shown, hidden = task.pose(np, bits, 0, sites)
    assert (shown[0].reshape(-1, 4)[:, 1:] == 0).all() and (np.abs(shown[0, ::4]) == 127).all()
    said = np.repeat(shown[0, ::4], 4)[None]
    paid = right(task, said, hidden, 40)
    assert (paid.reshape(-1, 4) == [0, 0, 0, task.pay]).all()
    assert (right(task, (-said).astype(np.int8), hidden, 40).reshape(-1, 4)[:, 3] == -task.fine).all()


def test_the_even_process_has_runs_of_even_length():
    """Between two zeros lies an even number of ones; and what comes next is what is asked for."""
    task, bits = Stream(pattern=""), words(64)
    lessons = [task.pose(np, bits, lesson) for lesson in range(HIDDEN)]
    rows = np.array([shown[0] > 0 for shown, _ in lessons])
    for column in rows.T:
        inner = "".join("01"[int(bit)] for bit in column).strip("1").split("0")
        assert all(len(run) % 2 == 0 for run in inner)
    after = np.array([np.asarray(hidden[0]) > 0 for _, hidden in lessons])
    assert (after[:-1] == rows[1:]).all()


def test_a_stream_of_a_pattern_is_that_pattern():
    task = Stream(pattern="11010")
    rows = np.array([task.pose(np, words(20), lesson)[0][0] > 0 for lesson in range(10)])
    told = {"".join("01"[int(bit)] for bit in column) for column in rows.T}
    assert told <= {("11010" * 3)[k : k + 10] for k in range(5)} and len(told) > 2


def test_recall_shows_its_bit_once():
    task = Recall(delay=3)
    rows = [task.pose(np, words(20), lesson)[0] for lesson in range(4)]
    assert [bool(row[0].any()) for row in rows] == [True, False, False, False]
    assert [bool(row[1].any()) for row in rows] == [False, False, False, True]


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Relay(distance=0), "distance 1 to 63"),
        (lambda: Relay(distance=64), "distance 1 to 63"),
        (lambda: Relay(pay=0.5), "pay a whole number"),
        (lambda: Recall(delay=0), "delay 1 to 1000"),
        (lambda: Recall(delay="4"), "delay a whole number"),
        (lambda: Stream(pattern="1"), "pattern"),
        (lambda: Stream(pattern="102"), "pattern"),
        (lambda: Stream(pattern=101), "pattern"),
        (lambda: Refine(gain=True), "gain a whole number"),
    ],
)
def test_a_wrong_option_is_named(make, told):
    with pytest.raises(ValueError, match=told):
        make()


def test_who_is_silenced_says_nothing_and_the_others_live_on():
    place = still(world(WORLD), 3, seed=9)
    region, everywhere = genesis(world(WORLD)).region, np.ones(place.sites, dtype=bool)
    silent = np.arange(place.sites) % 2 == 0
    after = hold(place, region, 12, keep=everywhere, silent=silent)
    assert not after.weights[:, :, silent].any() and not after.activity[:, silent].any()
    assert (after.alive == region.alive).all() and after.activity[:, ~silent & region.alive].any()
    dead = hold(place, region, 12, keep=everywhere, dead=silent)
    assert not dead.alive[silent].any() and (dead.alive[~silent] == region.alive[~silent]).all()
