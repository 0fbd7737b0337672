"""What a kernel must know of a world: whole numbers in one handle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cyberspace.backends.cpu.handle import Handle
from cyberspace.law.physics import SCALARS
from cyberspace.law.world import World

OWN = {
    "seed": lambda world: world.seed,
    "region": lambda world: world.region,
    "pace": lambda world: world.pace,
    "base": lambda world: world.physics.work[0],
    "per_synapse": lambda world: world.physics.work[1],
    "per_unit": lambda world: world.physics.work[2],
    "shift": lambda world: world.body.shift,
    "synapses": lambda world: world.body.synapses,
    "rates": lambda world: world.loci.rates.start,
    "rule": lambda world: world.loci.rule.start,
    "copier": lambda world: world.loci.copier.start,
    "loci": lambda world: world.loci.count,
    "first_site": lambda world: world.first_site,
    "faithful": lambda world: world.loci.faithful,
    "answers": lambda world: world.body.answers,
    "plaza": lambda world: world.plaza,
    "tide": lambda world: world.meetings.tide,
    "choice": lambda world: world.loci.choice.start,
    "rules": lambda world: world.loci.rules,
    "fading": lambda world: world.rule.trace,
    "unselective": lambda world: int(not world.rule.selective),
    "tide_inverse": lambda world: 2**32 // world.meetings.tide + 1,
}
"""Beside the numbers of the physics."""

WORDS = ("death", "spark", "radiation")
"""Numbers that random words are compared with."""


def kernel_params(world: World, learn: Sequence[int] = ()) -> Handle:
    """The numbers of a world; `zero`, an int32 0 that the compiler can't see through; and `learn`, where the kernels of its rules lie.

    A rule by which nobody learns has address 0; there is none at all where nobody learns.
    """
    physics = {name: getattr(world.physics, name) for name in SCALARS}
    physics |= {name: np.uint32(physics[name]) for name in WORDS}
    own = {name: of(world) for name, of in OWN.items()}
    return Handle({**own, **physics, "zero": np.int32(0), "learn": np.array(learn, dtype=np.int64)})


def set_physics(params: Handle, world: World) -> None:
    """Replace the numbers of the physics, while no kernel runs."""
    for name in SCALARS:
        params.set(name, getattr(world.physics, name))
