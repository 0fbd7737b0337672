"""evosax: generations of a strategy (ask, evaluate, tell) on policies in a task with next to no world.

`evosax.problems.networks.MLP` (inputs, hidden layer, outputs) for each individual, parameters of its own, under `OpenES`; what is seen
moves by the action. One update: one individual sees and acts once. A call is one generation, as evosax has it: `ask`, `STEPS` steps of
every individual, `tell`. Multiply-accumulates an update: the sum of products of the widths of layers that follow each other, 5 * 16 +
16 * 1 = 96 for the tiny one, 16 * 24 + 24 * 8 = 576 for the one of about as many synapses as an organism of ours has (512). What `ask`
and `tell` compute isn't counted.

The population is spread over as many devices as the processor has cores: twice as fast on two cores as one device, on which this work
keeps one core busy.
"""

from __future__ import annotations

import os
from importlib.metadata import version
from itertools import pairwise

from benchmarks.peers.turns import Case, serve, usable_cores

os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={usable_cores()}"

import jax
import jax.numpy as jnp
from evosax.algorithms import Open_ES
from evosax.problems.networks import MLP, tanh_output_fn
from jax.sharding import Mesh, NamedSharding, PartitionSpec

STEPS = 64
BODIES = {"tiny MLP, 5-16-1": (5, 16, 1), "MLP, 16-24-8": (16, 24, 8)}
POPULATIONS = (1024, 4096, 16384)


def case(name: str, widths: tuple[int, ...], population: int) -> Case:
    policy = MLP(layer_sizes=widths[1:], output_fn=tanh_output_fn)
    strategy = Open_ES(population, policy.init(jax.random.key(0), jnp.zeros(widths[0])))
    settings = strategy.default_params
    spread = NamedSharding(Mesh(jax.devices(), "individuals"), PartitionSpec("individuals"))

    def lives(params):
        def step(seen, _):
            action = jax.vmap(policy.apply)(params, seen)
            return seen + action[:, :1], action[:, 0]

        _, rewards = jax.lax.scan(step, jnp.ones((population, widths[0])), None, STEPS)
        return rewards.sum(0)

    @jax.jit
    def generation(key, state):
        asking, telling = jax.random.split(key)
        people, state = strategy.ask(asking, state, settings)
        people = jax.lax.with_sharding_constraint(people, spread)
        return strategy.tell(telling, people, lives(people), state, settings)[0]

    state = strategy.init(jax.random.key(1), policy.init(jax.random.key(0), jnp.zeros(widths[0])), settings)

    def call() -> None:
        nonlocal state
        state = jax.block_until_ready(generation(jax.random.key(2), state))

    macs = sum(a * b for a, b in pairwise(widths))
    return Case(f"{name}, population {population}", "agents", population * STEPS, macs, call)


if __name__ == "__main__":
    serve(
        [case(name, widths, population) for name, widths in BODIES.items() for population in POPULATIONS],
        {name: version(name) for name in ("evosax", "jax")},
    )
