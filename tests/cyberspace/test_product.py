"""The product of `think` in LLVM vectors: whatever a CPU offers, the same sums."""

import numpy as np
import pytest
from numba import njit

from cyberspace.backends.cpu.arrays import from_quads, to_quads
from cyberspace.backends.cpu.dots import PlainDot, best_dots
from cyberspace.backends.cpu.product import think_with
from organisms.think import squash, weighted_sum
from tests.cpus import BODIES, CPUS, compiled


@pytest.mark.parametrize("lowest", [-127, -128], ids=["usual", "shown -128"])
@pytest.mark.parametrize("choose", [best_dots, lambda features: (PlainDot, PlainDot)], ids=["best", "plain"])
def test_product_is_the_sum_that_the_law_names(choose, lowest):
    think_sites = think_with(choose)

    @njit
    def think(weights, inputs, activity, fires, says, alive, shift, fire, zero):
        think_sites(weights, inputs, activity, fires, says, alive, 1, len(weights) - 1, shift, fire, zero)

    draw = np.random.default_rng(7)
    for (units, senses), shift, fire in zip(BODIES, (5, 3, 0, 7, 5, 1), (10, -20, 10, 127, -128, 0), strict=True):
        sites, inputs = 75, senses + units
        weights = draw.integers(-128, 128, (units, inputs, sites)).astype(np.int8)
        sensed = draw.integers(-127, 128, (inputs, sites)).astype(np.int8)
        weights[..., 1], sensed[..., 1] = -128, -127  # the largest sums
        weights[..., 2], sensed[..., 2] = -128, 127
        sensed[8:senses, 3], weights[..., 3] = lowest, -128
        alive = draw.integers(0, 2, sites).astype(bool)
        rows, activity = np.ascontiguousarray(sensed.T), np.ascontiguousarray(sensed[senses:].T)
        rows[:, senses:] = 99  # think copies the last activity there itself
        fires, says = (np.full((sites, units // 8), 255, dtype=np.uint8) for _ in range(2))
        think(to_quads(weights), rows, activity, fires, says, alive, np.int32(shift), np.int8(fire), np.int32(0))
        expected = squash(np, weighted_sum(np, weights, sensed), shift) * alive
        own = slice(1, sites - 1)
        np.testing.assert_array_equal(activity.T[:, own], expected[:, own])
        np.testing.assert_array_equal(rows.T[:, own], sensed[:, own])
        for bits, above in ((fires, fire), (says, 0)):
            np.testing.assert_array_equal(np.unpackbits(bits[own], axis=1, bitorder="little").T, expected[:, own] > above)
        for array, before in ((activity, sensed[senses:].T), (rows[:, senses:], 99), (fires, 255), (says, 255)):
            np.testing.assert_array_equal(array[[0, -1]], np.broadcast_to(before, array.shape)[[0, -1]])


@pytest.mark.parametrize("cpu", CPUS)
def test_every_path_compiles_to_what_its_cpu_has(cpu):
    assert compiled()[cpu] >= CPUS[cpu].instructions


def extremes():
    """All pairs of extreme weights and inputs, in all places of a quad: int8 (k, 4) each."""
    weights, inputs = (
        np.array([-128, -127, -1, 0, 1, 127], dtype=np.int8),
        np.array([-127, -126, -1, 0, 1, 126, 127], dtype=np.int8),
    )
    pairs = np.stack(np.meshgrid(weights, inputs, weights, inputs), axis=-1).reshape(-1, 4)
    both = np.concatenate([pairs, pairs[::-1], np.roll(pairs, 7, axis=0)])
    return np.concatenate([pairs] * 3)[:, [0, 2]].repeat(2, axis=1), both[:, [1, 3]].repeat(2, axis=1)


def test_the_sign_of_a_weight_may_be_put_on_its_input():
    """`SignDot` in NumPy: pairs of products fit into int16, and their sums are those of the weights and inputs."""
    weights, inputs = (each.astype(np.int64) for each in extremes())
    size, signed = np.abs(weights).astype(np.uint8), (np.sign(weights) * inputs).astype(np.int8)
    pairs = (size.astype(np.int64) * signed).reshape(-1, 2, 2).sum(axis=-1)
    assert pairs.min() >= -(2**15)
    assert pairs.max() < 2**15
    np.testing.assert_array_equal(pairs.sum(axis=-1), (weights * inputs).sum(axis=-1))


def test_weights_may_be_raised_if_the_inputs_are_taken_off_again():
    """`VnniDot` in NumPy."""
    weights, inputs = extremes()
    raised = (weights.view(np.uint8) ^ 0x80).astype(np.int64)
    total = (raised * inputs).sum(axis=-1) - 128 * inputs.sum(axis=-1, dtype=np.int64)
    np.testing.assert_array_equal(total, (weights.astype(np.int64) * inputs).sum(axis=-1))


def test_quads_are_another_order_of_the_same_weights():
    weights = np.random.default_rng(3).integers(-128, 128, (16, 24, 5)).astype(np.int8)
    np.testing.assert_array_equal(from_quads(to_quads(weights)), weights)
    assert to_quads(weights)[4, 2, 7, 3] == weights[7, 4 * 2 + 3, 4]
