"""The kernel of the pools: one program a pool of each goal, at the end of a lesson; and what sites are paid of it."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.block import Cell, cells_of, column, row
from cyberspace.backends.xla.kernels.frame import Frame, Here, when
from cyberspace.backends.xla.kernels.sums import add_up
from cyberspace.law.verbs.earn import fill_pools, pool_rates, pool_ratio, share
from organisms.arrays import Array

CHUNK = 1024
"""Sites whose claims a program adds at once."""


def group_sites(made: Frame) -> int:
    """Sites that share a pool."""
    return made.world.sites // made.world.groups


def _chunk(made: Frame) -> int:
    return min(CHUNK, 1 << (group_sites(made) - 1).bit_length())


def pools_kernel(here: Here) -> None:
    """Fill the pools of one group of sites, find at what ratio each pays, and take out what it pays."""
    when(here.ends)(lambda: _pay_out(here))


def _pay_out(here: Here) -> None:
    made, goals = here.frame, len(here.frame.world.goals)
    xp, group = made.xp, here.number
    pools = column([here.one("pools", goal, group) for goal in range(goals)], 1)
    full, filled_in = fill_pools(xp, pool_rates(xp, here.world), pools)
    sums = _over_sites(here, lambda goal, claims: claims)
    ratio = pool_ratio(xp, full, column(sums, 1))
    ratios = cells_of(ratio)
    paid = _over_sites(here, lambda goal, claims: share(claims, ratios[goal]))
    for goal, (pool, taken) in enumerate(zip(cells_of(full), paid, strict=True)):
        here.put_one("pools", pool - taken, goal, group)
        here.put_one("ratio", ratios[goal], goal, group)
    add_up(here, {"fill": filled_in})


def _over_sites(here: Here, of: object) -> list[Cell]:
    """The sum, over the sites of a group, of something of each goal's claims."""
    made, goals = here.frame, len(here.frame.world.goals)
    sites, chunk = group_sites(made), _chunk(made)

    def add(k: jax.Array, sums: tuple[jax.Array, ...]) -> tuple[jax.Array, ...]:
        at = k * chunk + jax.lax.iota(jnp.int32, chunk)
        found = []
        for goal in range(goals):
            claims = here.gather("claims", goal, here.number * sites + at, mask=at < sites)
            wanted = jnp.maximum(claims.astype(jnp.int32), 0)
            found.append(sums[goal] + jnp.sum(of(goal, wanted), dtype=jnp.int32))  # type: ignore[operator]
        return tuple(found)

    return list(jax.lax.fori_loop(0, -(-sites // chunk), add, (jnp.int32(0),) * goals))


def earned(here: Here) -> tuple[Array, Array]:
    """What the sites of a block are paid, and what they are fined, int32 (sites,)."""
    made, width = here.frame, here.frame.width
    group = here.sites // np.int32(group_sites(made))
    group = jnp.minimum(group, made.world.groups - 1)
    income = fines = row(np.int32(0), width)
    for goal in range(len(made.world.goals)):
        score = here.vector("claims", goal).astype(jnp.int32)
        ratio = here.gather("ratio", goal, group)
        income = income + row(share(jnp.maximum(score, 0), ratio), width)
        fines = fines - row(jnp.minimum(score, 0), width)
    return income, fines
