"""The arms of `benchmarks.scale`: the same world with one thing taken away, and random search beside it."""

from __future__ import annotations

import copy
import itertools
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import cyberspace as cs
from cyberspace.backends.backend import make_backend
from cyberspace.law.genesis import genesis
from cyberspace.law.state import TALLY
from cyberspace.law.world import World
from cyberspace.tasks.logic import FUNCTIONS

SOUP = Path(__file__).parents[1] / "examples" / "1_soup" / "soup.toml"
ARMS = {
    "world": "the world as it is",
    "fixed": "without learning",
    "lot": "without selection: paid by lot, the same total",
    "whole": "without sharing: whatever is claimed is paid",
    "search": "random search",
}
LOT = 3
"""One in eight claims each function: as many as perform a common function, and enough to empty the pools at every block."""

WHOLE = {"fill": 12.0, "pool": 16}
"""More than EQU claims if everybody performs it: 720 in a block of 64 ticks."""

WINDOW, LESSON, BLOCK = 640, 4, 64
WORTH = np.array([worth for _, worth in FUNCTIONS.values()])
HELD = 0.01
"""A function is held by a population if so many of the living perform it."""


def tables(arm: str, sites: int, paid: list[int]) -> dict[str, Any]:
    """The world file of an arm; `paid` is what the world as it is paid in each window, for the arm that is paid by lot."""
    world = copy.deepcopy(tomllib.loads(SOUP.read_text()))
    soup = world["spaces"]["soup"]
    soup["axes"] = {"lane": {"length": 32}, "warp": {"length": min(32, sites // 32)}, "sm": {"length": max(1, sites // 1024)}}
    if arm == "fixed":
        soup["rule"] = "none"
    elif arm == "whole":
        soup["tasks"][0] |= WHOLE
    elif arm == "lot":
        soup["tasks"][0]["options"] = {"lot": LOT}
        values = fills(paid, sites)
        course = {"key": "fill", "at": [WINDOW * k for k in range(len(values))], "values": values}
        soup["events"] = [{"table": course}]
    return world


def fills(paid: list[int], sites: int) -> list[float]:
    """What flows into the pools per site, goal and tick, so that by each window as much has flowed as was paid by then.

    A pool gets a whole number in a lesson; what that leaves of one window is made up for in the next.
    """
    pool, found, left = min(1024, sites), list[float](), 0.0
    rows = len(WORTH) * (sites // pool) * (WINDOW // LESSON)
    for amount in paid:
        flow = max(0, round((amount + left) / rows))
        left += amount - flow * rows
        found.append((flow + 0.5) / (LESSON * pool) if flow else 0.0)
    return found


def scores(performed: NDArray[np.uint32], alive: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Score of the best of the living, of their mean, and of the functions that a share of `HELD` performs; of 27."""
    bits = (performed[alive][None] >> np.arange(len(WORTH), dtype=np.uint32)[:, None]) & np.uint32(1)
    if not bits.size:
        return 0.0, 0.0, 0.0
    each = WORTH @ bits
    return float(each.max()), float(each.mean()), float(WORTH @ (bits.mean(axis=1) >= HELD))


def samples_at(ticks: int) -> list[int]:
    """Windows after which the score is taken: some twelve a factor of ten, and the last."""
    last = ticks // WINDOW
    return sorted({min(last, max(1, round(10 ** (k / 12)))) for k in range(int(12 * np.log10(last)) + 2)})


def world_of(file: dict[str, Any], seed: int) -> World:
    """The one region of a world file."""
    return cs.Simulation(file, backend="reference", seed=seed).universe.worlds[0]


def live(arm: str, sites: int, ticks: int, seed: int, paid: list[int]) -> dict[str, Any]:
    """One run: rows of [tick, organism-ticks, genomes drawn, best, mean, held], and what was paid in each window."""
    world = cs.Simulation(tables(arm, sites, paid), backend="numba", seed=seed, threads=1)
    alive, births, paid_at = (TALLY.index(name) for name in ("alive", "births", "paid"))
    sums, rows, given = np.zeros(len(TALLY), dtype=np.int64), list[list[float]](), list[int]()
    [region] = world.regions
    backend = region.engine
    drawn = int(backend.look("alive").sum())
    due = set(samples_at(ticks))
    for window in range(1, ticks // WINDOW + 1):
        before = sums.copy()
        world.advance(WINDOW)
        sums = backend.state(("alive",)).tally.copy()
        given.append(int(sums[paid_at] - before[paid_at]))
        if window in due:
            score = scores(backend.look("performed"), backend.look("alive"))
            genomes = drawn + int(sums[births] + sums[TALLY.index("sparks")])
            rows.append([window * WINDOW, int(sums[alive]), genomes, *(round(one, 4) for one in score)])
    return {"rows": rows, "paid": given}


FROZEN = {"spark": 0, "sunlight": 3, "upkeep": 3, "spore": 1_000_000, "move": 1000.0, "lifespan": 1_000_000_000}
DRAWN, BLOCKS = 65_536, 6
"""Genomes drawn at a time, and blocks that each lives: one to find its ways, four to be counted, one more to be sure."""


def search(seed: int, draws: int) -> dict[str, Any]:
    """Random search: genomes as a spark makes them, each lived for six blocks where nobody breeds, starves, ages or moves.

    Rows as in `live`; the best and the mean are those of all that were drawn so far, what is held is 0.
    """
    best, total, rows = 0.0, 0.0, list[list[float]]()
    for turn in itertools.count(1):
        file = copy.deepcopy(tomllib.loads(SOUP.read_text()))
        file["spaces"]["soup"] |= {"density": 1.0, "physics": FROZEN}
        file["spaces"]["soup"]["axes"]["sm"]["length"] = DRAWN // 1024
        world = world_of(file, 1_000_000 * seed + turn)
        backend = make_backend("numba", world, genesis(world), threads=1)
        backend.advance(BLOCK * BLOCKS)
        top, mean, _ = scores(backend.look("performed"), backend.look("alive"))
        best, total = max(best, top), total + mean
        rows.append([turn * BLOCK * BLOCKS, turn * DRAWN * BLOCK * BLOCKS, turn * DRAWN, best, round(total / turn, 6), 0.0])
        if turn * DRAWN >= draws:
            return {"rows": rows, "paid": []}
    raise AssertionError
