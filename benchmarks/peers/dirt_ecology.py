"""DIRT: the ecology of ecological-emergent-behavior, as its `train.py` sets it up: 256 x 256 places, a net of its own for each bug.

The sources are three public repositories, aaronwalsman/dirt, aaronwalsman/mechagogue and jbejjani2022/ecological-emergent-behavior; say
with `--source` in which folder the three lie. `train.py` is executed up to the point where it has its settings; natural selection is
then made as it makes it, and stepped compiled, without reports. The best case: every place for a bug is taken at the start, and numbers
are float32, which a processor does faster than the bfloat16 that is meant for a GPU. One update: one place for a bug, one step, for all
places are computed. Multiply-accumulates an update: over all products of matrices of a step (`dot_general` in what JAX traced), the
size of the result times the length that is summed over; all together, divided by the places.
"""

from __future__ import annotations

import runpy
import sys
import types
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp

from benchmarks.peers.turns import Case, multiplies, serve, source

PLACES, SIDE = 2048, 256
HOMES = ("dirt", "mechagogue", "ecological-emergent-behavior")
OPTIONS = {
    "initial_players": PLACES, "max_players": PLACES, "world_size": f"{SIDE},{SIDE}", "log_wandb": 0, "hidden_channels": 64,
    "backbone_layers": 2, "zero_vision": 0, "include_compass": 1, "include_violence": 0, "landscape_seed": 2, "rock_mode": "slope",
}  # fmt: skip
"""What `sweep.py` would give to `train.py`, but for the number of places."""


class Settled(Exception):
    """Carries the settings out of `train.py`, when it wants to begin."""


def settings(folder: Path) -> Any:
    """What `train.py` would run with."""
    sys.path[:0] = [str(folder / home) for home in HOMES]
    for name, holds in {
        "wandb": (),
        "imageio": (),
        "dotenv": ("load_dotenv", "find_dotenv"),
        "omegaconf": ("DictConfig",),
    }.items():
        module = types.ModuleType(name)
        for one in holds:
            setattr(module, one, lambda *words: None)
        sys.modules[name] = module
    from ecological_emergent_behavior.experiments import run_simulation as running

    def begin(params: Any, **others: Any) -> None:
        raise Settled(params)

    running.run_simulation = begin
    words, sys.argv = sys.argv, ["train.py", *(word for name, value in OPTIONS.items() for word in (f"--{name}", str(value)))]
    try:
        runpy.run_path(str(folder / HOMES[2] / "ecological_emergent_behavior/experiments/train.py"), run_name="__main__")
    except Settled as found:
        return found.args[0]
    finally:
        sys.argv = words
    raise SystemExit("train.py: expected to run a simulation")


def case(folder: Path) -> Case:
    params = settings(folder)
    from dirt.envs.tera_arium import make_tera_arium
    from ecological_emergent_behavior.models.bug_model import make_bug_population
    from mechagogue.ecology.natural_selection import make_natural_selection

    world = make_tera_arium(params.env_params, jnp.float32)
    ecology = make_natural_selection(
        params.natural_selection_params, world, make_bug_population(params.model_params, world, jnp.float32)
    )
    state, *_ = jax.jit(ecology.init)(jax.random.key(0))
    step = jax.jit(lambda key, state: ecology.step(key, state)[0])

    def call() -> None:
        nonlocal state
        state = jax.block_until_ready(step(jax.random.key(1), state))

    macs = multiplies(jax.make_jaxpr(lambda key, state: ecology.step(key, state)[0])(jax.random.key(1), state)) / PLACES
    return Case(f"neural ecology, {SIDE} x {SIDE}, {PLACES} places", "agents", PLACES, macs, call)


if __name__ == "__main__":
    serve((case(Path(folder)) for folder in [source()]), {"jax": version("jax")})
