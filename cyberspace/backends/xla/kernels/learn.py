"""The kernel in which brains learn at the end of a lesson: a loop over units, and over the words of each."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.block import Cell, cell_of, cells_of, column, row, rows
from cyberspace.backends.xla.kernels.bytes import join, nonzero, split
from cyberspace.backends.xla.kernels.frame import Here, when
from cyberspace.backends.xla.kernels.think import perceive
from organisms import bits
from organisms.arrays import Array, Bools
from organisms.learning.rule import HIGHEST_WEIGHT, LOWEST_WEIGHT, has_rule, learners, unit_genes, unit_signals


def genes(here: Here, site: Cell, words: slice) -> Array:
    """A genome of which only some words are read: (loci, sites), or (loci, 1) for a single site."""
    cells: list[Cell] = [None] * here.frame.world.loci.count
    for k in range(words.start, words.stop):
        word = here.vector("genome", k) if site is None else here.one("genome", k, site)
        cells[4 * k : 4 * k + 4] = [part.astype(jnp.int8) for part in split(word)]
    return rows(cells, here.frame.width) if site is None else column(cells, 1)


def learn_kernel(here: Here) -> None:
    """`cyberspace.law.verbs.learn`, in blocks where somebody has something to learn from; else it is left at once."""
    when(here.ends)(lambda: _look(here))


def _look(here: Here) -> None:
    rule, body, width = here.frame.world.rule, here.frame.world.body, here.frame.width
    signal = rows(here.bytes("signal", body.answers), width)
    if not rule.selective:
        _learn(here, signal)
    else:
        when(cell_of((signal != np.int8(0)).any()))(lambda: _learn(here, signal))


def _learn(here: Here, signal: Array) -> None:
    rule, loci, width = here.frame.world.rule, here.frame.world.loci, here.frame.width
    read = genes(here, None, slice(loci.rates.start // 4, (loci.choice.stop if loci.rules else loci.rule.stop) // 4))
    found = learners(here.frame.xp, rule, loci, read, signal)
    mask = here.vector("alive") & jnp.broadcast_to(cell_of(found), (width,))
    when(jnp.max(mask.astype(jnp.int32)) > 0)(lambda: _change(here, signal, read, mask))


def _pick(cells: Sequence[Cell], k: jax.Array) -> jax.Array:
    """The k-th of some cells, for a traced k."""
    found = jnp.asarray(cells[0])
    for number, cell in enumerate(cells[1:], start=1):
        found = jnp.where(k == number, jnp.asarray(cell), found)
    return found  # type: ignore[no-any-return]


def _by_rule(here: Here, chosen: Sequence[Bools], given: tuple[Array, ...], genes: tuple[Array, ...]) -> Array:
    """The new weight, by the rule that each organism has, from its weight, pre, post, signal and dither."""
    weight, pre, post, signal, dither = given
    found = weight
    for one, mask in zip(here.frame.world.rule.kinds, chosen, strict=True):
        if one.change is not None:
            new = one.change(weight, pre, post, signal, genes, dither)  # type: ignore[type-var]
            found = here.frame.xp.where(mask, new, found) if here.frame.world.loci.rules else new
    return found


def _change(here: Here, signal: Array, read: Array, mask: jax.Array) -> None:
    """Change the weights where a mask says so."""
    made, loci = here.frame, here.frame.world.loci
    # What was seen is sensed again: nothing of it has changed but the activities.
    _, _, inputs = perceive(here, "before")
    xp = made.xp
    chosen = [has_rule(xp, loci, read, k, made.width) for k in range(len(made.world.rule.kinds))]
    rates, *terms = unit_genes(loci, read)
    felt = unit_signals(xp, loci, signal)
    lists = [cells_of(block) for block in (rates, felt)]
    lists.append(here.bytes("activity", loci.body.units))
    sites = row(here.sites.astype(jnp.uint32), made.width)
    key = bits.stream_key(xp, made.world.seed, here.one("place", 0), bits.LEARN, here.told("tick"))
    seen = [join(cells_of(inputs)[k : k + 4]) for k in range(0, loci.body.senses, 4)]
    seen += here.words("before", loci.body.units)
    genes_of = [row(cell_of(term), made.width) for term in terms]

    def unit(u: jax.Array, count: jax.Array) -> jax.Array:
        rate, signals, post = (row(_pick(cells, u).astype(jnp.int32), made.width) for cells in lists)

        def pair(k: jax.Array, count: jax.Array) -> jax.Array:
            first = u * made.quads + 2 * k
            dithers = bits.threefry2x32(*key, sites, xp.asarray((first >> 1).astype(jnp.uint32)))
            for half, dither in enumerate(dithers):
                came = row(_pick(seen, 2 * k + half), made.width)
                old = row(here.vector("weights", first + half), made.width)
                new = []
                for b in range(4):
                    random = ((dither >> np.uint32(8 * b)) & np.uint32(255)).astype(np.int32)
                    weight, pre = ((word << np.int32(24 - 8 * b)) >> np.int32(24) for word in (old, came))
                    given = weight, pre, post, signals, random
                    changed = _by_rule(here, chosen, given, (rate, *genes_of))
                    new.append(cell_of(xp.clip(changed, LOWEST_WEIGHT, HIGHEST_WEIGHT)))
                word = join(new)
                here.put_vector("weights", word, first + half, mask=mask)
                count = count + nonzero(word) if "synapses" in here.refs else count
            return count

        return jax.lax.fori_loop(0, made.quads // 2, pair, count)  # type: ignore[no-any-return]

    count = jax.lax.fori_loop(0, loci.body.units, unit, jnp.zeros((made.width,), jnp.int32))
    if "synapses" in here.refs:
        here.put_vector("synapses", count, mask=mask)
