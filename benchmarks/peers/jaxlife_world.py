"""JaxLife: its world as `src/main.py` sets it up, 128 places for agents with recurrent brains, 32 robots, terrain and weather.

The sources are a public repository, luchris429/JaxLife; say where they are with `--source`. JaxLife can't be installed; its `main.py`
is executed up to the point where it has its world and settings, with nothing drawn, written or sent. A call is `STEPS` steps in one
compiled scan, as there. One update: one place for an agent, one step, whether somebody lives there or not, for all are computed.
Multiply-accumulates an update: over all products of matrices of a step (`dot_general` in what JAX traced, robots included), the size of
the result times the length that is summed over; all together, divided by the places for agents.

On two cores, JAX 0.10.2 compiles this world's step and then hangs in it, all threads waiting for each other; the driver leaves it out
unless it is asked for.
"""

from __future__ import annotations

import runpy
import sys
import types
from importlib.metadata import version
from typing import Any

import jax

from benchmarks.peers.turns import Case, multiplies, serve, source

STEPS = 8

if not hasattr(jax, "tree_map"):
    jax.tree_map = jax.tree.map  # JaxLife calls it by the name that JAX has dropped


class Settled(Exception):
    """Carries the settings out of `main.py`, when it wants to begin to draw."""


class Visualizer:
    """Stands for JaxLife's own, which is made of the settings before anything runs."""

    def __init__(self, config: dict[str, Any]):
        raise Settled(config)


def settings(folder: str) -> dict[str, Any]:
    """What `main.py` would run with, without the states that it keeps to draw them."""
    sys.path.insert(0, f"{folder}/src")
    sys.modules["wandb"] = types.ModuleType("wandb")
    drawing = types.ModuleType("visualizer")
    drawing.Visualizer = Visualizer  # type: ignore[attr-defined]
    sys.modules["visualizer"] = drawing
    words, sys.argv = sys.argv, ["main.py", "--no-render"]
    try:
        runpy.run_path(f"{folder}/src/main.py", run_name="__main__")
    except Settled as found:
        return {**found.args[0], "RETURN_WORLD_STATE": False}
    finally:
        sys.argv = words
    raise SystemExit(f"{folder}/src/main.py: expected to make a Visualizer")


def case(folder: str) -> Case:
    config = settings(folder)
    from world.world import World  # of JaxLife

    world, agents = World(config), config["NUM_AGENTS"]
    state = jax.jit(world.initialize)(jax.random.PRNGKey(config["INIT_RNG"]))
    steps = jax.jit(lambda state: jax.lax.scan(world.step, state, None, STEPS)[0])

    def call() -> None:
        nonlocal state
        state = jax.block_until_ready(steps(state))

    macs = multiplies(jax.make_jaxpr(world.step)(state, None)) / agents
    return Case(f"neural ecology, {agents} places", "agents", agents * STEPS, macs, call)


if __name__ == "__main__":
    serve((case(folder) for folder in [source()]), {"jax": version("jax")})
