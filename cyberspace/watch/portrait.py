"""All about one organism, for whoever clicks on it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.kinds import upkeep, work_of
from cyberspace.law.state import SOIL
from cyberspace.law.world import World
from cyberspace.watch.look import Seen, inborn
from organisms.body import ANSWER, MESSAGE, MOVE, REPRODUCE
from organisms.copier import DEAD_BAND

PLAIN = ("alive", "block", "energy", "payoff", "cradle", "born", "parent", "parent_born", "generation", "founder")


def portrait(seen: Seen, site: int) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """What there is to say of a site of a region, but for its kin, and the arrays genome, weights, inborn and activity."""
    world, at = seen.world, np.array([site])
    first = int(world.first_site)
    found: dict[str, Any] = {name: seen.look(name, at)[0].item() for name in PLAIN}
    performed = int(seen.look("performed", at)[0])
    genome, weights, activity = (seen.look(name, at) for name in ("genome", "weights", "activity"))
    born_with = inborn(genome, weights)
    units = activity[:, 0]
    found |= {
        "site": first + site,
        "at": [int(place) for place in np.unravel_index(seen.number * world.sites + site, world.lattice.shape)],
        "age": seen.tick - found["born"] if found["alive"] else None,
        "performs": [goal for k, goal in enumerate(world.goals) if performed >> k & 1],
        "messages": [int(units[MESSAGE]), int(units[MESSAGE + 1])],
        "answers": units[ANSWER : ANSWER + world.body.answers].tolist(),
        "copier": _copier(world, genome[:, 0]),
        "account": _account(seen, site, weights[..., 0], units, found),
        "meets": _meets(seen, site),
    }
    arrays = {"genome": genome[:, 0], "weights": weights[..., 0], "inborn": born_with[..., 0], "activity": units}
    return found, {name: np.array(array) for name, array in arrays.items()}


def _copier(world: World, genome: NDArray[np.int8]) -> dict[str, Any]:
    a, b, m, n = (int(gene) for gene in genome[world.loci.copier])
    b, m, n = (0 if abs(gene) <= DEAD_BAND else gene for gene in (b, m, n))
    return {"a": a, "b": b, "m": m, "n": n, "exact": (a, b, m, n) == (4, 0, 0, 0)}


def _account(
    seen: Seen, site: int, weights: NDArray[np.int8], units: NDArray[np.int8], about: dict[str, Any]
) -> dict[str, int | bool]:
    """What the coming tick gives and takes if the organism stays as active as it is; the payoff is that of the last lesson."""
    world = seen.world
    physics, energy = world.physics, about["energy"]
    owed = upkeep(physics.upkeep, work_of(physics.work, int(np.count_nonzero(weights)), int(np.count_nonzero(units))))
    axis, _, _ = world.meetings.at(seen.tick >> world.pace)
    return {
        "energy": energy,
        "sunlight": physics.sunlight if about["alive"] else 0,
        "soil": physics.soil if about["alive"] and about["block"] == SOIL else 0,
        "upkeep": min(owed, energy + physics.sunlight) if about["alive"] else 0,
        "copy": physics.copy_cost[axis] if axis >= 0 else 0,
        "move": physics.move_cost[axis] if axis >= 0 else 0,
        "spore_above": physics.spore_energy,
        "cap": physics.cap,
        "payoff": about["payoff"],
        "reproduces": bool(units[REPRODUCE] > physics.fire),
        "moves": bool(units[MOVE] > physics.fire),
    }


def _meets(seen: Seen, site: int) -> list[dict[str, Any]]:
    """Partners at even and at odd openings of every near axis; null for nobody."""
    world, found = seen.world, []
    base = int(world.first_site)
    for k, axis in enumerate(world.meetings.clock.axes):
        rows = world.meetings.rows[k]
        if rows[0] != rows[1]:
            both = [int(world.meetings.table[row][site]) for row in rows]
            found.append({"axis": axis.name, "partners": [base + one if one >= 0 else None for one in both]})
    return found
