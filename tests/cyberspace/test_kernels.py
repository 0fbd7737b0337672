"""How kernels are put together: handles, parts, calls by address, what threads share, and what is told of their compiling."""

import numpy as np
import pytest
from numba import njit

from cyberspace.backends.cpu.address import address_of, call_at
from cyberspace.backends.cpu.atomic import await_least, claim, publish, seen
from cyberspace.backends.cpu.compiled import KERNEL
from cyberspace.backends.cpu.crew import together
from cyberspace.backends.cpu.handle import Handle
from cyberspace.backends.cpu.part import PARTS, part, theirs
from cyberspace.backends.cpu.progress import Compiling, expect, on_compile
from cyberspace.backends.cpu.scratch import scratch
from cyberspace.backends.cpu.span import DONE, ERROR, TAKEN


@part
def halved(value):
    return value >> 1


@part
def add_block(block, here, factor):
    own = scratch(here.cube.shape[2], np.int32)
    for k in range(len(own)):
        own[k] = here.cube[block, 0, k] * factor
    for k in range(len(own)):
        here.cube[block, 1, k] = halved(own[k]) + here.more + here.tables[0][0] + here.tables[1][0, block]
    here.seen[block] = here.last & here.flag


@njit(**KERNEL)
def add(here, factor, shared):
    while True:
        block = claim(shared, TAKEN)
        if block >= len(here.cube):
            return
        add_block(block, here, factor)


@theirs
def divide_block(block, by, found):
    found[block] = 100 // by[block]


@njit(**KERNEL)
def divide(here, block):
    divide_block(block, here.by, here.found)


@njit(**KERNEL)
def divide_all(address, here, count):
    for block in range(count):
        call_at(address, here, block)


@njit(**KERNEL)
def follow(shared, number):
    """Each thread waits for the one before it."""
    await_least(shared, DONE, number, ERROR)
    if seen(shared, ERROR) == 0:
        publish(shared, DONE, number + 1)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_all_threads_see_arrays_and_numbers_through_a_handle(threads):
    cube = np.arange(7 * 2 * 5, dtype=np.int16).reshape(7, 2, 5)
    seen_by, shared = np.zeros(7, dtype=np.uint32), np.zeros(DONE, dtype=np.int64)
    tables = np.array([3], dtype=np.int32), np.arange(7, dtype=np.int8)[None]
    expected = (cube[:, 0].astype(np.int32) * 3 >> 1) + 2**20 + 3 + np.arange(7)[:, None]
    fields = {"cube": cube, "tables": tables, "seen": seen_by, "more": 2**20, "last": np.uint32(2**32 - 1), "flag": True}
    here = Handle(fields)
    together(threads, shared, lambda number: add(here, 3, shared))
    np.testing.assert_array_equal(cube[:, 1], expected.astype(np.int16))
    np.testing.assert_array_equal(seen_by, 1)


def test_handles_of_the_same_fields_are_of_one_type():
    one, two = (Handle({"a": np.zeros(count, dtype=np.int8), "n": count}) for count in (3, 5))
    assert one.kind is two.kind
    assert one.kind is not Handle({"a": np.zeros(3, dtype=np.int8), "m": 3}).kind


def test_what_a_kernel_at_an_address_raises_is_raised_by_the_call():
    by, found = np.arange(1, 41), np.zeros(40, dtype=np.int64)
    here = Handle({"by": by, "found": found})
    address = address_of(divide, here, 0)
    divide_all(address, here, 40)
    np.testing.assert_array_equal(found, 100 // by)
    by[33] = 0
    with pytest.raises(ZeroDivisionError):
        divide_all(address, here, 40)


def test_threads_wait_for_each_other_until_one_of_them_fails():
    shared = np.zeros(DONE + 1, dtype=np.int64)
    together(4, shared, lambda number: follow(shared, 3 - number))
    assert shared[DONE] == 4

    def fail(number):
        if number == 2:
            raise ValueError("two")
        follow(shared, 10 + number)

    with pytest.raises(ValueError, match="two"):
        together(4, shared, fail)


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
