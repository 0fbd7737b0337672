"""The kernel in which sites are paid by tasks, and pay for living; some die."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.block import Twin, cell_of, cells_of, row, rows
from cyberspace.backends.xla.kernels.frame import Here, when
from cyberspace.backends.xla.kernels.pools import earned
from cyberspace.backends.xla.kernels.sums import add_up
from cyberspace.backends.xla.kernels.think import engine_of
from cyberspace.law.state import Region
from cyberspace.law.verbs.earn import take_in
from cyberspace.law.verbs.pay import life_words, pay
from organisms.arrays import Array
from organisms.body import GIVE, MESSAGE, MOVE, REPRODUCE

ACTS = (REPRODUCE, MOVE, GIVE)
"""Units whose acts `meet` asks for; a card holds whether each is above `fire`, in the bits after that of the living."""

SAYS = 8
"""First bit of the messages on a card."""


def pay_kernel(here: Here) -> None:
    """`earn`, as far as sites are concerned, and `pay`; what each holds afterwards, and what it is about to do."""
    engine, part, width = engine_of(here), here.part(), here.frame.width
    when(here.number == 0)(lambda: here.put_one("starts", here.one("count", 0), here.one("k", 0)))
    activity = rows(here.bytes("activity", part.body.units), width)
    region = here.region(alive=here.row("alive"), energy=here.row("energy"), activity=activity)
    energy, income, fined = jax.lax.cond(
        here.ends, lambda: _earn(here, region), lambda: (here.vector("energy"), *[jnp.zeros((width,), jnp.int32)] * 2)
    )
    region = here.region(alive=region.alive, energy=row(energy, width), activity=activity)
    life = life_words(engine.xp, part, here.told("tick"))
    region, flowed = pay(engine, part, region, life[0])
    taken = {"paid": row(income, width), "fines": row(fined, width)}
    add_up(here, flowed | (taken if part.tasks else {}))
    dies = here.vector("alive") & ~cell_of(region.alive)
    here.pause()
    _keep(here, region, dies)


def _earn(here: Here, region: Region) -> tuple[jax.Array, jax.Array, jax.Array]:
    """What a site holds after a lesson, what it was paid, and what it was fined; and what it feels of that is noted."""
    width = here.frame.width
    income, fines = earned(here)
    known = here.region(alive=region.alive, energy=region.energy, payoff=here.row("payoff"))
    after, fined = take_in(here.frame.xp, known, income, fines)
    here.pause()
    here.put_vector("payoff", cell_of(after.payoff))
    found = [cell_of(one) for one in (after.energy, income, fined)]
    return tuple(jnp.broadcast_to(cell.astype(jnp.int32), (width,)) for cell in found)  # type: ignore[return-value]


def _keep(here: Here, region: Region, dies: jax.Array) -> None:
    activity, alive = cells_of(region.activity), cell_of(region.alive)
    here.put_vector("purse", cell_of(region.energy))
    here.put_bytes("activity", [0] * len(activity), mask=dies)
    fire, card = here.world.physics.fire, alive.astype(jnp.int32)
    for k, unit in enumerate(ACTS):
        card = card | ((activity[unit] > fire).astype(jnp.int32) << (1 + k))
    for k in range(2):
        card = card | ((activity[MESSAGE + k].astype(jnp.int32) & 255) << (SAYS + 8 * k))
    here.put_vector("card", card)


def read_cards(here: Here, partner: Array) -> tuple[Array, Array, Array, list[Twin]]:
    """Who lives, what they hold, and what they do, here and at the partners; and the two messages."""
    width, at = here.frame.width, jnp.maximum(cell_of(partner), 0)
    cards = here.vector("card"), here.gather("card", at)
    purse = Twin(here.vector("purse"), here.gather("purse", at))

    def bit(k: int) -> Twin:
        return Twin(*(((card >> k) & 1) != 0 for card in cards))

    # Beyond `fire` or not, whatever it is: activities are -127 to 127.
    acts = [Twin(*(jnp.where(side, np.int32(127), np.int32(-128)) for side in bit(1 + k))) for k in range(len(ACTS))]
    says = [Twin(*(((card >> (SAYS + 8 * k)) & 255).astype(jnp.int8) for card in cards)) for k in range(2)]
    return row(bit(0), width), row(purse, width), rows(acts, width), says
