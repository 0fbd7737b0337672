"""Tasks are judged by portions of the sites in JAX on a CPU as they are as a whole, and places are found as NumPy finds them."""

from functools import partial

import jax
import numpy as np
import pytest

from cyberspace.backends.xla.coax import by_portions, finder
from cyberspace.backends.xla.devices import mixed
from cyberspace.backends.xla.engine import XLA
from cyberspace.law.genesis import genesis
from cyberspace.law.verbs.answer import judge, pose
from cyberspace.tasks.table import TASKS
from organisms.arrays import NUMPY
from tests.strategies import world

TEXT = """
[world]
seed = 3
[spaces.w]
kind = "gpu"
axes.lane = {{ length = 16 }}
axes.warp = {{ length = 2 }}
[[spaces.w.tasks]]
name = "{task}"
"""


@pytest.mark.parametrize("task", sorted(name for name, task in TASKS.items() if not task.board))
def test_portions_are_judged_as_the_whole(task):
    place = world(TEXT.format(task=task))
    region, random = genesis(place).region, np.random.default_rng(7)
    region.activity[:] = random.integers(-127, 128, region.activity.shape)
    region.memory[:] = random.integers(0, 5, region.memory.shape)
    (here,) = place.tasks
    for number in range(here.task.judged):
        lesson = pose(NUMPY, place, region, number, True)
        whole = judge(NUMPY, place, here, region, lesson.hidden[0], number)
        if number not in (0, here.task.judged - 1):
            continue
        verdict = partial(judge, XLA, place, lesson=number)

        def in_parts(region, verdict=verdict, number=number):
            return by_portions(verdict, here, region, pose(XLA, place, region, number, True).hidden[0], 4)

        with jax.numpy_dtype_promotion("standard"):  # recall adds what is true to numbers
            parts = jax.jit(in_parts)(region)
        for one, other in zip(
            (whole[0].memory, whole[0].performed, *whole[1:]), (parts[0].memory, parts[0].performed, *parts[1:]), strict=True
        ):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("size", [1, 2, 31, 64, 1000])
def test_places_are_found(size):
    mask = np.random.default_rng(size).random(size) < 0.3
    found, count = jax.jit(lambda m: (finder(m)[0](np.arange(size + 2, dtype=np.int32)), finder(m)[1]))(mask)
    where = np.flatnonzero(mask)
    assert int(count) == len(where)
    np.testing.assert_array_equal(found, [*where, *[size] * (size + 2 - len(where))])


@pytest.mark.parametrize("size", [1, 4, 15, 16, 32, 100, 1000])
def test_bits_are_mixed_as_numpy_mixes_them_on_this_processor(size):
    random = np.random.default_rng(size)
    given = random.random(size) < 0.7, *random.integers(0, 2**32, (2, size), dtype=np.uint32)
    found = jax.jit(partial(mixed, jax.numpy))(*given)
    np.testing.assert_array_equal(found, mixed(np, *given))
