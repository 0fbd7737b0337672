"""The kernel in which letters are written and meet, and which lists those who land."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.block import Cell, Twin, cell_of, row
from cyberspace.backends.xla.kernels.frame import Here, when
from cyberspace.backends.xla.kernels.pay import read_cards
from cyberspace.backends.xla.kernels.sums import add_up
from cyberspace.backends.xla.kernels.think import partners, tell
from cyberspace.backends.xla.terms import sparks_ever
from cyberspace.law.verbs.emit import emit
from cyberspace.law.verbs.meet import meet
from cyberspace.law.verbs.pay import life_words
from cyberspace.law.verbs.spark import where_sparks_fall
from organisms.arrays import Array

BORN = 30
"""Bit of an entry of the list that tells a newborn from a mover; below it stands the site."""


def meet_kernel(here: Here) -> None:
    """`emit`, `meet`, and where sparks fall."""
    part, width = here.part(), here.frame.width
    part = replace(part, physics=replace(part.physics, fire=0))  # cards tell whether it was passed
    xp, partner = here.frame.xp, partners(here)
    alive, energy, activity, says = read_cards(here, partner)
    now = here.moment(partner)
    # The partner's number is a twin as well: each side asks whether the tide is in at its own site.
    region = here.region(alive=alive, energy=energy, activity=activity)
    where = row(Twin(here.sites, cell_of(partner)), width)
    region, letters = emit(xp, replace(part, where=where), region, now)
    region, landings, flowed = meet(xp, region, letters, now)
    births, arrivals = (_vector(here, side) for side in (landings.births, landings.arrivals))
    lives, held = _vector(here, region.alive), _vector(here, region.energy)
    falls = jnp.zeros((width,), bool)
    if sparks_ever(here.frame.world):
        life = life_words(xp, part, now.tick)[1]
        falls = _vector(here, where_sparks_fall(part, here.region(alive=row(lives, width)), life))
    gained = {"sparks": row(falls, width), "genesis": row(jnp.where(falls, part.physics.newborn_energy, 0), width)}
    sparked = gained if sparks_ever(here.frame.world) else {}
    add_up(here, flowed | sparked | {"alive": row(lives | falls, width)})
    here.put_vector("energy", held)
    here.put_vector("alive", lives)
    silent = births | falls
    messages = [jnp.where(silent, 0, jnp.where(arrivals, say.other, say.own)) for say in says]
    here.put_vector("told", tell(lives | falls, messages, falls))
    _note(here, births, arrivals)


def _vector(here: Here, array: Array) -> jax.Array:
    cell: Cell = cell_of(array)
    return jnp.broadcast_to(jnp.asarray(cell), (here.frame.width,))  # type: ignore[no-any-return]


def _note(here: Here, births: jax.Array, arrivals: jax.Array) -> None:
    """Append those who land to the list of the span."""
    landed = (births | arrivals).astype(jnp.int32)
    count = jnp.sum(landed, dtype=jnp.int32)

    def append() -> None:
        before = here.add("count", count, 0)
        at = before + jnp.cumsum(landed) - 1
        entry = here.sites | jnp.where(births, np.int32(1 << BORN), np.int32(0))
        spare = here.refs["list"].shape[0] - here.frame.width + jax.lax.iota(jnp.int32, here.frame.width)
        here.scatter("list", entry, jnp.where(landed == 1, at, spare), mask=landed == 1)

    when(count > 0)(append)
