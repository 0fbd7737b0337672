"""The energy account of one organism: what the coming tick gives and takes, by the law itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.kinds import upkeep, work_of
from cyberspace.law.state import SOIL
from cyberspace.law.world import World
from cyberspace.wire.messages import Account
from organisms.body import MOVE, REPRODUCE


def account(
    world: World, tick: int, lives: bool, energy: int, payoff: int, block: int, weights: NDArray[np.int8], units: NDArray[np.int8]
) -> Account:  # fmt: skip
    """The account of an organism for a tick that its region lives next, if it stays as active as it is.

    Args:
        world: Its region.
        tick: The tick, of the universe.
        lives: Whether it lives; nothing comes to the dead, and nothing is taken from them.
        energy: What it holds.
        payoff: What it felt at the end of the last lesson.
        block: What is built at its site.
        weights: Its weights, int8 (units, inputs).
        units: What its units answered last, int8 (units,).
    """
    physics = world.physics
    axis, _, _ = world.meetings.at(tick >> world.pace)
    sunlight = physics.sunlight if lives else 0
    soil = physics.soil if lives and world.plaza and block == SOIL else 0
    owed = upkeep(physics.upkeep, work_of(physics.work, int(np.count_nonzero(weights)), int(np.count_nonzero(units))))
    return {
        "energy": energy,
        "sunlight": sunlight,
        "soil": soil,
        "upkeep": min(owed, energy + sunlight + soil) if lives else 0,
        "copy": physics.copy_cost[axis] if axis >= 0 else 0,
        "move": physics.move_cost[axis] if axis >= 0 else 0,
        "spore_above": physics.spore_energy,
        "cap": physics.cap,
        "payoff": payoff,
        "reproduces": bool(units[REPRODUCE] > physics.fire),
        "moves": bool(units[MOVE] > physics.fire),
    }
