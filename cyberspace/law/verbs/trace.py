"""trace: what each input of a brain said fades, in worlds whose learning rule reads it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cyberspace.law.engine import Engine
from cyberspace.law.state import Region
from cyberspace.law.world import World
from organisms.arrays import Int8s
from organisms.learning.fade import faded


def trace(engine: Engine, world: World, region: Region, inputs: Int8s) -> Region:
    """The region with the traces of inputs int8 (inputs, sites) of this tick; where nobody lives they are left as they are."""
    if not world.rule.trace:
        return region
    xp = engine.xp
    new = faded(xp.where, region.trace.astype(np.int32), inputs.astype(np.int32), world.rule.trace)
    return replace(region, trace=xp.where(region.alive, new.astype(np.int8), region.trace))
