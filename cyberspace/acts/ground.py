"""The ground that people act on: a region that is read and changed at some of its sites, and the moves that several acts share."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import Refused
from cyberspace.law.state import SITE_FIELDS, VENT, WALL
from cyberspace.law.world import World
from cyberspace.tasks.job import JOB

ROW = {name: row for row, name in enumerate(JOB)}
"""Rows of the job board."""

Sites = NDArray[np.int64]


class Ground(Protocol):
    """A region that can be changed at some of its sites; see `cyberspace.backends.backend.Backend`."""

    def look(self, name: str, sites: Sites | None = None) -> NDArray[Any]:
        """One array, or its columns at some sites."""

    def put(self, name: str, values: NDArray[np.generic], sites: Sites | None = None) -> None:
        """Replace one array, or its columns at some sites."""

    def flow(self, name: str, amount: int) -> None:
        """Add to one of `cyberspace.law.state.TALLY`."""


def need_plaza(world: World) -> None:
    """Refuse a region that is no plaza."""
    if not world.plaza:
        raise Refused(f"{world.space} is no plaza: its world file has no plaza = true", "a space with plaza = true")


def local(world: World, sites: list[int]) -> Sites:
    """Numbers within the region."""
    at = np.array(sites, dtype=np.int64) - world.first_site
    if ((at < 0) | (at >= world.sites)).any():
        raise Refused(
            f"sites: expected numbers from {world.first_site} to {world.first_site + world.sites - 1}, all of one region",
            str(int(world.first_site)),
        )
    return np.unique(at)


def identities(ground: Ground, at: Sites) -> list[list[int]]:
    """Identities at sites; (-1, -1) where nobody lives."""
    alive = ground.look("alive", at)
    rows = np.stack([np.where(alive, ground.look(name, at), -1) for name in ("cradle", "born")], axis=1)
    found: list[list[int]] = rows.tolist()
    return found


def find(ground: Ground, who: list[int]) -> Sites:
    """The site where an identity lives."""
    found = np.flatnonzero(ground.look("alive") & (ground.look("cradle") == who[0]) & (ground.look("born") == who[1]))
    if not len(found):
        raise Refused(f"{tuple(who)} lives here no more", "(cradle, born) of somebody who lives in this region")
    return found[:1]


def need_free(ground: Ground, at: Sites) -> None:
    """Refuse a place where somebody lives, or a wall."""
    if ground.look("alive", at)[0]:
        raise Refused("somebody lives there", "a site where nobody lives")
    if ground.look("block", at)[0] == WALL:
        raise Refused("there is a wall", "a site without a wall")


def add(ground: Ground, name: str, at: Sites, amount: int) -> None:
    """Add to an array at some sites."""
    ground.put(name, ground.look(name, at) + np.int32(amount), at)


def escrow_row(world: World) -> int:
    """Row of the pools where the escrows begin."""
    return next(place.first_goal for place in world.tasks if place.task.board)


def purse(ground: Ground, world: World, wallet: int, place: int = 0, escrow: int = 0) -> None:
    """Add tokens to the wallet and to an escrow."""
    held = int(ground.look("wallet")[0])
    if held + wallet < 0:
        raise Refused(f"the wallet holds {held:,} tokens; expected {-wallet:,}", f"fund tokens={-wallet - held} first")
    if wallet:
        ground.put("wallet", np.array([held + wallet], dtype=np.int32))
    if escrow:
        pools = np.array(ground.look("pools"))
        pools[escrow_row(world) + place, 0] += escrow
        ground.put("pools", pools)


def put_blocks(ground: Ground, at: Sites, new: NDArray[np.uint8]) -> Sites:
    """Put blocks where they differ and no wall would stand on somebody; the sites that changed."""
    old = ground.look("block", at)
    fits = (old != new) & ~((new == WALL) & ground.look("alive", at))
    at, new, old = at[fits], new[fits], old[fits]
    if len(at):
        ground.put("block", new, at)
        turned = at[(old >= VENT) | (new >= VENT)]
        if len(turned):  # what one task remembered means nothing to another
            ground.put("memory", np.zeros_like(ground.look("memory", turned)), turned)
    return at


def carry(ground: Ground, start: Sites, end: Sites) -> None:
    """Take whoever lives at a site to a free one."""
    for name in SITE_FIELDS:
        if name != "block":
            ground.put(name, np.array(ground.look(name, start)), end)
    vacate(ground, start)


def vacate(ground: Ground, at: Sites) -> None:
    """Nobody lives there any more; the genome stays as matter."""
    ground.put("alive", np.zeros(len(at), dtype=bool), at)
    ground.put("energy", np.zeros(len(at), dtype=np.int32), at)
    ground.put("activity", np.zeros_like(ground.look("activity", at)), at)


def take_down(ground: Ground, world: World, place: int) -> int:
    """Close the job at a place; what came back from its escrow."""
    need_plaza(world)
    jobs = np.array(ground.look("jobs"))
    if not jobs[ROW["kind"], place]:
        raise Refused(f"place {place} of the board has no job", "a place that has one")
    left = int(ground.look("pools")[escrow_row(world) + place, 0])
    jobs[:, place] = 0
    ground.put("jobs", jobs)
    purse(ground, world, left, place, -left)
    return left
