"""think: every brain answers what it senses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cyberspace.law.engine import Engine
from cyberspace.law.state import Region
from cyberspace.law.world import World
from organisms.arrays import Int8s


def think(engine: Engine, world: World, region: Region, inputs: Int8s) -> Region:
    """Activities for inputs int8 (inputs, sites); 0 where nobody lives."""
    thought = engine.think(region.weights, inputs, world.body.shift)
    return replace(region, activity=engine.xp.where(region.alive, thought, 0).astype(np.int8))
