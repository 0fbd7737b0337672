"""EvoJAX: the policies of a population evaluated by its own simulation manager, on a task with next to no world.

A policy of EvoJAX (`MLPPolicy`: inputs, hidden layers, outputs) for each individual, parameters of its own; a task whose step adds the
action to what is seen. One update: one individual sees, acts and is rewarded once. A call is `SimManager.eval_params` of random
parameters, `STEPS` steps. Multiply-accumulates an update: the sum of products of the widths of layers that follow each other, 5 * 16 +
16 * 1 = 96 for the tiny one, 16 * 24 + 24 * 8 = 576 for the one of about as many synapses as an organism of ours has (512).

EvoJAX spreads a population over the devices that JAX shows, so the processor is shown as so many devices as it has cores: twice as fast
on two cores as one device, on which this work keeps one core busy.
"""

from __future__ import annotations

import os
from importlib.metadata import version
from itertools import pairwise

from benchmarks.peers.turns import Case, serve, usable_cores

os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={usable_cores()}"

import jax
import jax.numpy as jnp
from evojax.policy.mlp import MLPPolicy
from evojax.sim_mgr import SimManager
from evojax.task.base import TaskState, VectorizedTask
from flax.struct import dataclass

if not hasattr(jax, "tree_map"):
    jax.tree_map = jax.tree.map  # EvoJAX 0.2 calls it by the name that JAX has dropped

STEPS = 64
BODIES = {"tiny MLP, 5-16-1": (5, 16, 1), "MLP, 16-24-8": (16, 24, 8)}
POPULATIONS = (1024, 4096, 16384)


@dataclass
class Seen(TaskState):
    """What each individual sees, float32 (individuals, inputs)."""

    obs: jnp.ndarray


class Adding(VectorizedTask):
    """The least of tasks: what is seen moves by the action; reward is the action."""

    def __init__(self, inputs: int, outputs: int):
        self.max_steps, self.obs_shape, self.act_shape = STEPS, (inputs,), (outputs,)
        self.reset = jax.jit(jax.vmap(lambda key: Seen(obs=jax.random.normal(key, (inputs,)))))
        self.step = jax.jit(
            jax.vmap(lambda state, action: (Seen(obs=state.obs + action[0]), action[0], jnp.zeros((), jnp.int32)))
        )

    def reset(self, key):
        """Replaced for each instance, for it is compiled."""

    def step(self, state, action):
        """Replaced for each instance, for it is compiled."""


def case(name: str, widths: tuple[int, ...], population: int) -> Case:
    inputs, *hidden, outputs = widths
    policy, task = MLPPolicy(input_dim=inputs, hidden_dims=hidden, output_dim=outputs), Adding(inputs, outputs)
    manager = SimManager(
        n_repeats=1,
        test_n_repeats=1,
        pop_size=population,
        n_evaluations=1,
        policy_net=policy,
        train_vec_task=task,
        valid_vec_task=task,
    )
    params = jax.random.normal(jax.random.key(1), (population, policy.num_params))

    def call() -> None:
        jax.block_until_ready(manager.eval_params(params, test=False))

    macs = sum(a * b for a, b in pairwise(widths))
    return Case(f"{name}, population {population}", "agents", population * STEPS, macs, call)


if __name__ == "__main__":
    serve(
        [case(name, widths, population) for name, widths in BODIES.items() for population in POPULATIONS],
        {name: version(name) for name in ("evojax", "jax")},
    )
