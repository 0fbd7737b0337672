"""The product of `think` in LLVM vectors: whatever a CPU offers, the same sums."""

import numpy as np
import pytest
from numba import njit

from cyberspace.backends.cpu.arrays import from_quads, to_quads
from cyberspace.backends.cpu.product import PlainDot, best_dot, think_one_with
from organisms.think import squash, weighted_sum


@pytest.mark.parametrize("choose", [best_dot, lambda context: PlainDot], ids=["best", "plain"])
def test_product_is_the_sum_that_the_law_names(choose):
    think_one = think_one_with(choose)

    @njit
    def think(weights, inputs, activity, fires, says, alive, shift, fire, zero):
        for site in range(len(weights)):
            think_one(weights, inputs, activity, fires, says, site, alive[site], shift, fire, zero)

    draw = np.random.default_rng(7)
    for units, senses, shift, fire in ((8, 8, 5, 10), (16, 16, 3, -20), (24, 8, 0, 10), (32, 16, 7, 127), (64, 64, 5, -128)):
        sites, inputs = 37, senses + units
        weights = draw.integers(-128, 128, (units, inputs, sites)).astype(np.int8)
        sensed = draw.integers(-127, 128, (inputs, sites)).astype(np.int8)
        weights[..., 0], sensed[..., 0] = -128, -127  # the largest sums
        weights[..., 1], sensed[..., 1] = -128, 127
        alive = draw.integers(0, 2, sites).astype(np.int8)
        rows, activity = np.ascontiguousarray(sensed.T), np.ascontiguousarray(sensed[senses:].T)
        rows[:, senses:] = 99  # think copies the last activity there itself
        fires, says = (np.full((sites, units // 8), 255, dtype=np.uint8) for _ in range(2))
        think(to_quads(weights), rows, activity, fires, says, alive, np.int32(shift), np.int8(fire), np.int32(0))
        expected = squash(np, weighted_sum(np, weights, sensed), shift) * alive
        np.testing.assert_array_equal(activity.T, expected)
        np.testing.assert_array_equal(rows.T, sensed)
        for bits, above in ((fires, fire), (says, 0)):
            np.testing.assert_array_equal(np.unpackbits(bits, axis=1, bitorder="little").T, (expected > above) & (alive > 0))


def test_quads_are_another_order_of_the_same_weights():
    weights = np.random.default_rng(3).integers(-128, 128, (16, 24, 5)).astype(np.int8)
    np.testing.assert_array_equal(from_quads(to_quads(weights)), weights)
    assert to_quads(weights)[4, 2, 7, 3] == weights[7, 4 * 2 + 3, 4]
