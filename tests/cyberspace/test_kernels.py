"""How kernels are put together: handles, parts, chunks for all threads, and what is told of their compiling."""

import numba
import numpy as np
import pytest
from numba import njit

from cyberspace.backends.cpu.compiled import KERNEL
from cyberspace.backends.cpu.handle import Handle
from cyberspace.backends.cpu.parallel import in_parallel
from cyberspace.backends.cpu.part import PARTS, part, theirs
from cyberspace.backends.cpu.progress import Compiling, expect, on_compile
from cyberspace.backends.cpu.scratch import scratch


@part
def halved(value):
    return value >> 1


@part
def add_chunk(chunk, here, factor):
    own = scratch(here.cube.shape[2], np.int32)
    for k in range(len(own)):
        own[k] = here.cube[chunk, 0, k] * factor
    for k in range(len(own)):
        here.cube[chunk, 1, k] = halved(own[k]) + here.more
    here.seen[chunk] = here.last & here.flag


@njit(**KERNEL)
def add(here, factor):
    in_parallel(add_chunk, len(here.cube), here, factor)


@theirs
def divide_chunk(chunk, by, found):
    found[chunk] = 100 // by[chunk]


@njit(**KERNEL)
def divide(by, found):
    in_parallel(divide_chunk, len(by), by, found)


@pytest.fixture(params=[1, 2])
def threads(request):
    before = numba.get_num_threads()
    numba.set_num_threads(min(request.param, numba.config.NUMBA_NUM_THREADS))
    yield
    numba.set_num_threads(before)


def test_all_threads_see_arrays_and_numbers_through_a_handle(threads):
    cube = np.arange(7 * 2 * 5, dtype=np.int16).reshape(7, 2, 5)
    seen = np.zeros(7, dtype=np.uint32)
    expected = (cube[:, 0].astype(np.int32) * 3 >> 1) + 2**20
    here = Handle({"cube": cube, "seen": seen, "more": 2**20, "last": np.uint32(2**32 - 1), "flag": True})
    add(here, 3)
    np.testing.assert_array_equal(cube[:, 1], expected.astype(np.int16))
    np.testing.assert_array_equal(seen, 1)


def test_handles_of_the_same_fields_are_of_one_type():
    one, two = (Handle({"a": np.zeros(count, dtype=np.int8), "n": count}) for count in (3, 5))
    assert one.kind is two.kind
    assert one.kind is not Handle({"a": np.zeros(3, dtype=np.int8), "m": 3}).kind


def test_what_a_chunk_raises_is_raised_by_the_call(threads):
    by, found = np.arange(1, 41), np.zeros(40, dtype=np.int64)
    divide(by, found)
    np.testing.assert_array_equal(found, 100 // by)
    by[33] = 0
    with pytest.raises(ZeroDivisionError):
        divide(by, found)


def test_compiling_is_told_as_it_goes():
    @part
    def twice(value):
        return 2 * value

    @njit(**KERNEL)
    def four_times(value):
        return twice(twice(value))

    told = []
    expect(four_times)
    with on_compile(told.append):
        assert four_times(5) == 20
        assert four_times(6) == 24
    assert [(one.name, one.done) for one in told] == [("four_times", 0), ("twice", 1)]
    assert {one.expected for one in told} == {told[0].expected}
    assert isinstance(told[0], Compiling)
    assert told[0].expected >= 2
    assert PARTS[twice] == 1
