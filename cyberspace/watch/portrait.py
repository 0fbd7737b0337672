"""All about one organism, for whoever clicks on it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.world import World
from cyberspace.watch.account import account
from cyberspace.watch.look import Seen, inborn
from cyberspace.wire.messages import Account
from organisms.body import ANSWER, MESSAGE
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
        "account": _account(seen, at, found, weights[..., 0], units),
        "meets": _meets(seen, site),
    }
    arrays = {"genome": genome[:, 0], "weights": weights[..., 0], "inborn": born_with[..., 0], "activity": units}
    return found, {name: np.array(array) for name, array in arrays.items()}


def _copier(world: World, genome: NDArray[np.int8]) -> dict[str, Any]:
    a, b, m, n = (int(gene) for gene in genome[world.loci.copier])
    b, m, n = (0 if abs(gene) <= DEAD_BAND else gene for gene in (b, m, n))
    return {"a": a, "b": b, "m": m, "n": n, "exact": (a, b, m, n) == (4, 0, 0, 0)}


def _account(
    seen: Seen, at: NDArray[np.int64], found: dict[str, Any], weights: NDArray[np.int8], units: NDArray[np.int8]
) -> Account:
    block = int(seen.look("block", at)[0])
    return account(seen.world, seen.tick, found["alive"], found["energy"], found["payoff"], block, weights, units)


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
