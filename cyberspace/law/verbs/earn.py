"""answer and earn: the tasks judge, the pools pay.

When the claims on a pool exceed what it holds, all are scaled by the same fixed-point ratio, rounded down: so common solutions pay
less, rare ones more, and a pool never goes below zero.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.state import VENT, Region
from cyberspace.law.verbs.sense import bit_length
from cyberspace.law.world import MAX_SCORE, RATIO_BITS, TaskPlace, World
from cyberspace.tasks.job import PLACES
from cyberspace.tasks.task import Board
from organisms import bits

EARNED = ("fill", "fines", "paid")
"""What `earn` adds to the tally."""


def task_bits(xp: Any, world: World, place: int, lesson: Any) -> Any:
    """The random words of a task's block, uint32 (words, sites), at a lesson."""
    task = world.tasks[place].task
    key = bits.stream_key(xp, world.seed, world.region, bits.TASK + place, lesson // task.block)
    return bits.site_words(xp, key, xp.arange(world.sites), task.words)


def posed(world: World, place: TaskPlace, region: Any) -> Any:
    """Where a task is posed, bool (sites,): the job board at the vents of a plaza, and no other task there."""
    if not world.plaza:
        return place.where
    vents = region.block >= VENT
    return place.where & (vents if place.task.board else ~vents)


def board(xp: Any, place: TaskPlace, region: Any) -> list[Board]:
    """What a task is told of the job board: nothing, unless it asks for it."""
    if not place.task.board:
        return []
    at = xp.maximum(region.block.astype(np.int32) - VENT, 0)
    return [Board(at, region.jobs, region.pools[place.first_goal : place.first_goal + PLACES, 0])]


def pose(xp: Any, world: World, region: Any, lesson: Any) -> tuple[Any, list[Any]]:
    """Pose a lesson everywhere: channels, int8 (channels, sites), and what each task keeps hidden."""
    channels, hidden = xp.zeros((world.body.channels, world.sites), dtype=np.int8), []
    for k, place in enumerate(world.tasks):
        ask: Any = place.task.pose
        shown, kept = ask(xp, task_bits(xp, world, k, lesson), lesson, *board(xp, place, region))
        hidden.append(kept)
        fit = min(world.body.channels, shown.shape[0])
        shown = xp.where(posed(world, place, region), shown[:fit], channels[:fit])
        channels = xp.concatenate([shown, channels[fit:]], axis=0)
    return channels, hidden


def pool_ratio(xp: Any, pool: Any, claims: Any) -> Any:
    """The largest ratio <= min(1, pool / claims) with `RATIO_BITS` bits, int32; by long division, without 64-bit numbers."""
    covered, claims = pool >= claims, claims.astype(np.uint32)
    ratio, rest = xp.zeros_like(pool), xp.minimum(pool.astype(np.uint32), claims)
    for _ in range(RATIO_BITS):
        rest = rest << np.uint32(1)  # below 2^32, since claims are below 2^31
        fits = rest >= claims
        rest = xp.where(fits, rest - claims, rest)
        ratio = (ratio << 1) | fits.astype(np.int32)
    return xp.where(covered, 1 << RATIO_BITS, ratio)


def pool_rates(world: World) -> NDArray[np.int32]:
    """What flows into each pool per lesson and what it holds at most, int32 (2, goals, 1)."""
    rows = [(place.fill, place.cap) for place in world.tasks for _ in place.task.goals]
    return np.array(rows, dtype=np.int32).reshape(-1, 2).T[:, :, None]


def fill_pools(xp: Any, rates: Any, pools: Any) -> tuple[Any, Any]:
    """Pools after a lesson's filling at `pool_rates`, and what flowed in, both int32 (goals, sm)."""
    fill, cap = rates
    flow = xp.clip(cap - pools, 0, fill)
    return pools + flow, flow


def judge(
    xp: Any, world: World, place: TaskPlace, region: Region, answers: Any, hidden: Any, lesson: Any
) -> tuple[Any, Any, Any, Any]:
    """One task's score, signal, the new memory and the new `performed`, zero or unchanged where it is not posed."""
    task = place.task
    score, signal, memory = task.judge(xp, answers, hidden, region.memory[: task.memory])
    meets = posed(world, place, region) & region.alive
    score = xp.where(meets, score, 0)
    signal = xp.where(meets, xp.broadcast_to(signal, (world.body.answers, world.sites)), 0)
    memory = xp.concatenate([xp.where(meets, memory, region.memory[: task.memory]), region.memory[task.memory :]])
    goals = np.uint32((2 ** len(task.goals) - 1) << place.first_goal)
    shifts = (xp.arange(len(task.goals), dtype=np.uint32) + np.uint32(place.first_goal))[:, None]
    now = (task.performs(xp, score, memory[: task.memory]).astype(np.uint32) << shifts).sum(axis=0, dtype=np.uint32)
    judged = meets & (lesson % task.judged == task.judged - 1)
    performed = xp.where(judged, (region.performed & ~goals) | now, region.performed)
    return score.clip(-MAX_SCORE, MAX_SCORE).astype(np.int32), signal, memory, performed


def earn(
    engine: Any, world: World, region: Region, answers: Any, hidden: list[Any], lesson: Any
) -> tuple[Region, Any, dict[str, Any]]:
    """Judge the answers, int8 (answers, sites), and pay; the engine is one of `cyberspace.law.tick.Engine`.

    Returns:
        The region, the learning signal int8 (answers, sites), and the flows `fill`, `fines` and the count `paid`.
    """
    xp = engine.xp
    pools, filled = fill_pools(xp, xp.asarray(pool_rates(world)), region.pools)
    region = replace(region, pools=pools)
    signals = xp.zeros((world.body.answers, world.sites), dtype=np.int8)
    income, fines = xp.zeros(world.sites, dtype=np.int32), xp.zeros(world.sites, dtype=np.int32)
    for place, kept in zip(world.tasks, hidden, strict=True):
        score, signal, memory, performed = engine.fix(judge(xp, world, place, region, answers, kept, lesson))
        own = slice(place.first_goal, place.first_goal + len(place.task.goals))
        paid, pools = engine.fix(claim(xp, world, region.pools[own], xp.maximum(score, 0)))
        pools = xp.concatenate([region.pools[: own.start], pools, region.pools[own.stop :]])
        region = replace(region, memory=memory, performed=performed, pools=pools)
        signals = signals + signal.astype(np.int8)
        income, fines = income + paid, fines - xp.minimum(score, 0).sum(axis=0, dtype=np.int32)
    fined = xp.minimum(fines, region.energy)
    net = income - fined
    payoff = xp.clip(8 * xp.sign(net) * bit_length(xp, xp.abs(net)), -127, 127).astype(np.int8)
    payoff = xp.where(region.alive, payoff, region.payoff)
    region = replace(region, energy=region.energy + net, payoff=payoff)
    return region, signals, {"fill": filled, "fines": fined, "paid": income}


def claim(xp: Any, world: World, pools: Any, claims: Any) -> tuple[Any, Any]:
    """What each site is paid, int32 (sites,), and the pools afterwards, for claims of shape (goals, sites)."""
    grouped = claims.reshape(claims.shape[0], world.groups, -1)
    ratio = pool_ratio(xp, pools, grouped.sum(axis=2, dtype=np.int32))
    paid = (grouped * ratio[:, :, None]) >> RATIO_BITS
    pools = pools - paid.sum(axis=2, dtype=np.int32)
    return paid.reshape(claims.shape).sum(axis=0, dtype=np.int32), pools
