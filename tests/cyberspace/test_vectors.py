"""What kernels reckon many at a time: the same as one by one, or as arrays do."""

import numpy as np
import pytest
from numba import njit

from cyberspace.backends.backend import make_backend
from cyberspace.backends.cpu.arrays import synapses_of
from cyberspace.backends.cpu.compiled import KERNEL
from cyberspace.backends.cpu.draws import draw, room
from cyberspace.backends.cpu.handle import Handle
from cyberspace.backends.cpu.lanes import Lane, lane, plain, short, takes
from cyberspace.backends.cpu.learn import as_lanes, feel_any, feel_means, never
from cyberspace.backends.cpu.meet import is_in
from cyberspace.backends.cpu.part import part, theirs
from cyberspace.backends.cpu.scratch import scratch
from cyberspace.backends.cpu.turn import turn
from cyberspace.backends.cpu.vector import bit_length, set_bytes
from cyberspace.law.genesis import genesis
from cyberspace.law.rules import level_of, tide_is_in
from organisms.bits import threefry2x32
from organisms.learning.hebbian import hebbian, still
from tests.strategies import world

EDGES = (-(2**31), -(2**15), -129, -128, -1, 0, 1, 2, 127, 128, 2**15 - 1, 2**31 - 1)


def mixed(one, two):
    return (
        ((one * two + 3) ^ (two - one))
        + ((one & two) << 3)
        + ((-one | ~two) >> 2)
        + (one > two) * 5
        + (one == 7)
        - (two <= one)
    )


@pytest.mark.parametrize(("make", "kind"), [(lane, np.int32), (short, np.int16)], ids=["lane", "short"])
def test_lanes_reckon_as_arrays_of_their_type_do(make, kind):
    rule = part(mixed)

    @njit
    def reckon(one, two, found):
        for k in range(len(one)):
            found[k] = plain(rule(make(one[k]), make(two[k])))

    one, two = (side.ravel() for side in np.meshgrid(*[np.array(EDGES, dtype=np.int32).astype(kind)] * 2))
    found = np.empty_like(one)
    reckon(one, two, found)
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(found, mixed(one, two).astype(kind))


def test_rules_that_use_more_than_lanes_take_are_told():
    assert as_lanes(theirs(hebbian.change), theirs(still))
    for other in (
        lambda weight, pre, post, signal, genes, dither: weight // 3,
        lambda weight, pre, post, signal, genes, dither: abs(weight),
        lambda weight, pre, post, signal, genes, dither: weight << pre,
    ):
        assert not as_lanes(theirs(other), theirs(never))
    assert takes(theirs(lambda one: one + 1), Lane(32))


@njit(**KERNEL)
def drawn(k0, k1, first, second):
    draw((k0, k1), first, second)


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 48, 79])
def test_many_blocks_are_drawn_as_single_ones(count):
    words = np.random.default_rng(count).integers(0, 2**32, (2, count), dtype=np.uint32)
    first, second = words.copy()
    drawn(np.uint32(2**32 - 1), np.uint32(77), first, second)
    with np.errstate(over="ignore"):
        expected = threefry2x32(np.uint32(2**32 - 1), np.uint32(77), *words)
    np.testing.assert_array_equal(np.stack([first, second]), np.stack(expected))
    assert room(count) % 16 == 0
    assert 0 <= room(count) - count < 16


@njit(**KERNEL)
def turned(words, found, rows, columns):
    turn(words, found, rows, columns)


@pytest.mark.parametrize(("rows", "columns"), [(8, 4), (16, 8), (8, 6), (24, 8), (64, 32), (10, 8), (5, 3)])
def test_quads_are_turned(rows, columns):
    words = np.arange(rows * columns, dtype=np.uint32)
    found = np.zeros_like(words)
    turned(words, found, rows, columns)
    np.testing.assert_array_equal(found.reshape(columns, rows), words.reshape(rows, columns).T)


@njit(**KERNEL)
def count_set(words):
    return set_bytes(words)


@pytest.mark.parametrize("words", [1, 8, 127, 128, 129, 700])
def test_bytes_that_are_not_zero_are_counted(words):
    draw = np.random.default_rng(words)
    for share in (0, 0.3, 1):
        some = (draw.integers(1, 256, 8 * words) * (draw.random(8 * words) < share)).astype(np.uint8)
        assert count_set(some.view(np.uint64)) == np.count_nonzero(some)


@njit(**KERNEL)
def lengths(values, found):
    for k in range(len(values)):
        found[k] = bit_length(values[k])


def test_levels_are_those_of_the_number_of_bits():
    edges = {edge + by for edge in (0, *(1 << k for k in range(31))) for by in (-1, 0, 1)}
    values = np.array(sorted(edge for edge in edges if 0 <= edge < 2**31), dtype=np.int32)
    found = np.empty_like(values)
    lengths(values, found)
    expected = np.array([int(value).bit_length() for value in values])
    np.testing.assert_array_equal(found[values < 2**24], expected[values < 2**24])
    np.testing.assert_array_equal(level_of(np.where, found), level_of(np.where, expected))


@njit(**KERNEL)
def tides(places, tide, params, found):
    for k in range(len(places)):
        found[k] = is_in(places[k], tide, params)


def test_tides_are_found_without_dividing():
    draw, most = np.random.default_rng(1), 2**31 - 1
    places = np.unique(np.concatenate([np.arange(300), most - np.arange(300), draw.integers(0, most, 3000)])).astype(np.int32)
    found = np.empty(len(places), dtype=bool)
    for every in (1, 2, 3, 5, 7, 8, 12, 31, 64, 255, 4097, 2**16, 2**24 - 1):
        params = Handle({"tide": every, "tide_inverse": 2**32 // every + 1})
        for tide in {0, every // 2, every - 1}:
            tides(places, tide, params, found)
            np.testing.assert_array_equal(found, tide_is_in(places, every, tide), err_msg=str(every))


@njit(**KERNEL)
def means(signal, some, mean, params):
    feel_any(signal, some)
    feel_means(signal, mean, params)


def test_signals_are_averaged_without_dividing():
    for answers in range(1, 9):
        sums = np.arange(-128 * answers, 127 * answers + 1)
        signal = np.stack([(sums + k) // answers for k in range(answers)]).astype(np.int8)
        some, mean = np.empty(len(sums), dtype=np.int8), np.empty(len(sums), dtype=np.int32)
        means(signal, some, mean, Handle({"answers": answers}))
        np.testing.assert_array_equal(mean, sums // answers)
        np.testing.assert_array_equal(some != 0, (signal != 0).any(axis=0))


def test_the_number_of_synapses_is_kept_through_births_moves_and_learning():
    text = """
    [world]
    seed = 3
    [spaces.pond]
    kind = "cpu"
    axes.lane = { length = 16 }
    axes.thread = { length = 8, curled = true }
    genesis = "soup"
    density = 0.5
    [[spaces.pond.tasks]]
    name = "logic"
    """
    place = world(text)
    engine = make_backend("numba", place, genesis(place))
    for _ in range(6):
        tally = engine.advance(50).tally
        assert tally.sum() > 0
        weights = engine.look("weights")
        np.testing.assert_array_equal(engine._arrays.synapses, (weights != 0).sum(axis=(0, 1)))
    engine.put("weights", weights[..., :3] * np.int8(0), np.array([5, 1, 9]))
    assert not engine._arrays.synapses[[5, 1, 9]].any()
    np.testing.assert_array_equal(engine._arrays.synapses, synapses_of(engine._arrays.weights))


def test_scratch_takes_views():
    @njit(**KERNEL)
    def first_byte(word):
        own = scratch(2, np.uint32)
        own[0] = word
        return own.view(np.uint8)[1]

    assert first_byte(np.uint32(0x1234)) == 0x12
