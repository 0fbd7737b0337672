"""CAX: a neural cellular automaton of its own parts, 128 x 128 cells of 16 channels.

`ConvPerceive` (3 x 3, three kernels a channel) and `NCAUpdate` (one hidden layer of 128), as in CAX's example of the growing automaton,
half of the cells dropped at each step as there. One update: one cell, one step. A call is `STEPS` steps, compiled by CAX in one. Every
cell has the same weights, so one product of matrices does the work of all cells: that is what a processor does best, and what evolving
organisms can't have. Multiply-accumulates an update: 3 * 3 * 48 (each of 48 features looks at one channel) + 48 * 128 + 128 * 16 =
8,624; dropped cells are counted, for they are computed.

One grid of 64 x 64 or 128 x 128, which JAX shares out among the cores as it sees fit; and a grid of 128 x 128 for each core.
"""

from __future__ import annotations

import os
from importlib.metadata import version

from benchmarks.peers.turns import Case, serve, usable_cores

os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={usable_cores()}"

import jax
import jax.numpy as jnp
from cax.core import ComplexSystem
from cax.core.perceive import ConvPerceive
from cax.core.update import NCAUpdate
from flax import nnx
from jax.sharding import Mesh, NamedSharding, PartitionSpec

CHANNELS, KERNELS, HIDDEN, STEPS = 16, 3, 128, 8
MACS = 3 * 3 * KERNELS * CHANNELS + KERNELS * CHANNELS * HIDDEN + HIDDEN * CHANNELS


class Growing(ComplexSystem):
    """A complex system, as CAX wants them written: perceive, update."""

    def __init__(self, rngs: nnx.Rngs):
        features = KERNELS * CHANNELS
        self.perceive = ConvPerceive(CHANNELS, features, feature_group_count=CHANNELS, rngs=rngs)
        self.update = NCAUpdate(CHANNELS, features, (HIDDEN,), cell_dropout_rate=0.5, rngs=rngs)

    def _step(self, state, input=None, *, sow=False):
        return self.update(state, self.perceive(state), input)


def case(side: int, grids: int = 1) -> Case:
    """So many grids at once, each on a device of its own; one grid keeps all cores busy as JAX sees fit."""
    system = Growing(nnx.Rngs(0))
    cells = jax.random.uniform(
        jax.random.key(1), (grids, side, side, CHANNELS) if grids > 1 else (side, side, CHANNELS), jnp.float32
    )
    if grids > 1:
        devices = Mesh(jax.devices()[:grids], "grids")
        kind, weights = nnx.split(system)
        system = nnx.merge(kind, jax.device_put(weights, NamedSharding(devices, PartitionSpec())))
        cells = jax.device_put(cells, NamedSharding(devices, PartitionSpec("grids")))

    def call() -> None:
        jax.block_until_ready(system(cells, num_steps=STEPS))

    name = f"neural CA, {side} x {side} x {CHANNELS}" + (f", {grids} grids" if grids > 1 else "")
    return Case(name, "cells", grids * side * side * STEPS, MACS, call)


if __name__ == "__main__":
    cases = [case(64), case(128)]
    if usable_cores() > 1:
        cases.append(case(128, usable_cores()))
    serve(cases, {name: version(name) for name in ("cax", "flax", "jax")})
