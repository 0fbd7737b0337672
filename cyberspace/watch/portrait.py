"""All about one organism, for whoever clicks on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.world import World
from cyberspace.watch.account import account
from cyberspace.watch.look import Seen, inborn
from cyberspace.wire.messages import CopierTold, MeetingTold, SiteTold
from organisms.body import ANSWER, MESSAGE
from organisms.copier import copier_genes

EXACT = (4, 0, 0, 0)
"""Genes of a copier that makes exact copies."""


def portrait(seen: Seen, site: int) -> tuple[SiteTold, dict[str, NDArray[np.generic]]]:
    """What there is to say of a site of a region, but for its kin, and the arrays genome, weights, inborn and activity."""
    world, at = seen.world, np.array([site])

    def number(name: str) -> int:
        return int(seen.look(name, at)[0])

    genome, weights, activity = (np.array(seen.look(name, at)) for name in ("genome", "weights", "activity"))
    units, lives, performed = activity[:, 0], bool(number("alive")), number("performed")
    energy, payoff, block, born = (number(name) for name in ("energy", "payoff", "block", "born"))
    told: SiteTold = {
        "alive": lives,
        "block": block,
        "energy": energy,
        "payoff": payoff,
        "cradle": number("cradle"),
        "born": born,
        "parent": number("parent"),
        "parent_born": number("parent_born"),
        "generation": number("generation"),
        "founder": number("founder"),
        "site": int(world.first_site) + site,
        "at": [int(place) for place in np.unravel_index(seen.number * world.sites + site, world.lattice.shape)],
        "age": seen.tick - born if lives else None,
        "performs": [goal for k, goal in enumerate(world.goals) if performed >> k & 1],
        "messages": [int(units[MESSAGE]), int(units[MESSAGE + 1])],
        "answers": units[ANSWER : ANSWER + world.body.answers].tolist(),
        "copier": _copier(world, genome),
        "account": account(world, seen.tick, lives, energy, payoff, block, weights[..., 0], units),
        "meets": _meets(seen, site),
    }
    born_with = inborn(genome, weights)
    return told, {"genome": genome[:, 0], "weights": weights[..., 0], "inborn": born_with[..., 0], "activity": units}


def _copier(world: World, genome: NDArray[np.int8]) -> CopierTold:
    a, b, m, n = (int(gene[0]) for gene in copier_genes(np, world.loci, genome))
    return {"a": a, "b": b, "m": m, "n": n, "exact": (a, b, m, n) == EXACT}


def _meets(seen: Seen, site: int) -> list[MeetingTold]:
    """Partners at even and at odd openings of every near axis; null for nobody."""
    world = seen.world
    found: list[MeetingTold] = []
    base = int(world.first_site)
    for k, axis in enumerate(world.meetings.clock.axes):
        rows = world.meetings.rows[k]
        if rows[0] != rows[1]:
            both = [int(world.meetings.table[row][site]) for row in rows]
            found.append({"axis": axis.name, "partners": [base + one if one >= 0 else None for one in both]})
    return found
