"""What is measured of a state."""

from __future__ import annotations

import numpy as np

from cyberspace.state import WorldState
from cyberspace.world import World


def shares(world: World, state: WorldState) -> dict[str, float]:
    """Share of the living that performed each goal when it was last judged."""
    living = state.region.performed[state.region.alive]
    count = max(1, len(living))
    return {goal: float(np.count_nonzero(living & np.uint32(1 << k)) / count) for k, goal in enumerate(world.goals)}
