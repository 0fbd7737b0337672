"""earn: the pools are filled, and pay what was claimed.

When the claims on a pool exceed what it holds, all are scaled by the same fixed-point ratio, rounded down: so common solutions pay
less, rare ones more, and a pool never goes below zero.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cyberspace.law.engine import Engine, low_high
from cyberspace.law.rules import level_of
from cyberspace.law.state import Region
from cyberspace.law.verbs.answer import Claims
from cyberspace.law.verbs.sense import bit_length
from cyberspace.law.world import RATIO_BITS, World
from organisms.arrays import Int32s, Namespace, Number, Words

EARNED = ("fill", "fines", "paid")
"""What `earn` adds to the tally."""


def pool_ratio(xp: Namespace, pool: Int32s, claims: Int32s) -> Int32s:
    """The largest ratio <= min(1, pool / claims) with `RATIO_BITS` bits, int32; by long division, without 64-bit numbers."""
    covered, wanted = pool >= claims, claims.astype(np.uint32)
    ratio, rest = xp.zeros_like(pool), xp.minimum(pool.astype(np.uint32), wanted)
    for _ in range(RATIO_BITS):
        rest = rest << np.uint32(1)  # below 2^32, since claims are below 2^31
        fits = rest >= wanted
        rest = xp.where(fits, rest - wanted, rest)
        ratio = (ratio << 1) | fits.astype(np.int32)
    return xp.where(covered, 1 << RATIO_BITS, ratio)


def pool_rates(xp: Namespace, world: World) -> Int32s:
    """What flows into each pool per lesson and what it holds at most, int32 (2, goals, 1)."""
    rows = [(place.fill, place.cap) for place in world.tasks for _ in place.task.goals]
    if all(isinstance(number, int) for row in rows for number in row):
        return np.array(rows, dtype=np.int32).reshape(-1, 2).T[:, :, None]
    return xp.stack([xp.stack([xp.asarray(number) for number in side]) for side in zip(*rows, strict=True)])[:, :, None]


def fill_pools(xp: Namespace, rates: Int32s, pools: Int32s) -> tuple[Int32s, Int32s]:
    """Pools after a lesson's filling at `pool_rates`, and what flowed in, both int32 (goals, sm)."""
    fill, cap = rates
    flow = xp.clip(cap - pools, 0, fill)
    return pools + flow, flow


def earn(engine: Engine, world: World, region: Region, claims: Claims) -> tuple[Region, Words]:
    """Fill the pools and pay.

    Returns:
        The region, and the totals of `EARNED`, uint32 (len(EARNED), 2).
    """
    xp = engine.xp
    pools, filled = fill_pools(xp, xp.asarray(pool_rates(xp, world)), region.pools)
    income, fines = xp.zeros(world.sites, dtype=np.int32), xp.zeros(world.sites, dtype=np.int32)
    for place, score in claims:
        own = slice(place.first_goal, place.first_goal + len(place.task.goals))
        paid, left, score = claim(engine, world, pools[own], score)
        pools = xp.concatenate([pools[: own.start], left, pools[own.stop :]])
        income, fines = income + paid, fines + fine(xp, score)
    region, fined = take_in(xp, replace(region, pools=pools), income, fines)
    return region, xp.stack([low_high(xp, flow) for flow in (filled, fined, income)])


def fine(xp: Namespace, score: Int32s) -> Int32s:
    """What a task takes from each site, int32 (sites,), for scores (goals, sites)."""
    taken: Int32s = -xp.minimum(score, 0).sum(axis=0, dtype=np.int32)
    return taken


def take_in(xp: Namespace, region: Region, income: Int32s, fines: Int32s) -> tuple[Region, Int32s]:
    """The region after income and fines (sites,), which everybody feels; and what could be taken."""
    fined = xp.minimum(fines, region.energy)
    net = income - fined
    felt = (xp.sign(net) * level_of(xp.where, bit_length(xp, xp.abs(net)))).astype(np.int8)
    payoff = xp.where(region.alive, felt, region.payoff)
    return replace(region, energy=region.energy + net, payoff=payoff), fined


def share(claims: Number, ratio: Number) -> Number:
    """What is paid of claims at a ratio of `pool_ratio`."""
    return (claims * ratio) >> RATIO_BITS


def claim(engine: Engine, world: World, pools: Int32s, score: Int32s) -> tuple[Int32s, Int32s, Int32s]:
    """What each site is paid, int32 (sites,), and the pools afterwards, for scores of shape (goals, sites); and these, unchanged.

    One goal follows the other, which a barrier says, so that what is claimed and paid is there for one of them at a time.
    """
    xp, asked, left = engine.xp, list[Int32s](), list[Int32s]()
    paid = xp.zeros(world.sites, dtype=np.int32)
    for k in range(len(pools)):
        asked.append(claimed(xp, world, score[k]).sum(axis=1, dtype=np.int32))
        score, asked[k] = engine.barrier((score, asked[k]))
    ratio = engine.barrier(pool_ratio(xp, pools, xp.stack(asked)))
    for k in range(len(pools)):
        share_of = share(claimed(xp, world, score[k]), ratio[k][:, None])
        paid, left = paid + share_of.reshape(-1), [*left, pools[k] - share_of.sum(axis=1, dtype=np.int32)]
        score, paid, left[k] = engine.barrier((score, paid, left[k]))
    return paid, xp.stack(left), score


def claimed(xp: Namespace, world: World, score: Int32s) -> Int32s:
    """What the scores (sites,) at one goal claim, int32 (groups, sites of each)."""
    return xp.maximum(score, 0).astype(np.int32).reshape(world.groups, -1)
