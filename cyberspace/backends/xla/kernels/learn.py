"""The kernel in which brains learn at the end of a lesson: a loop over units, and over the words of each."""

from __future__ import annotations

from typing import cast

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.block import Block, Cell, filled, own, row, rows
from cyberspace.backends.xla.kernels import frame
from cyberspace.backends.xla.kernels.bytes import join, nonzero, split
from cyberspace.backends.xla.kernels.frame import Here
from cyberspace.backends.xla.kernels.think import BlockEngine, perceive
from organisms import bits
from organisms.arrays import Int8s, Namespace, Words
from organisms.learning.rule import HIGHEST_WEIGHT, LOWEST_WEIGHT, learners, unit_genes, unit_signals


def genes(here: Here, site: Cell, words: slice) -> Block:
    """A genome of which only some words are read: (loci, sites), or (loci, 1) for a single site."""
    cells: list[Cell] = [None] * here.frame.world.loci.count
    for k in range(words.start, words.stop):
        word = here.vector("genome", k) if site is None else here.one("genome", k, site)
        cells[4 * k : 4 * k + 4] = [part.astype(jnp.int8) for part in split(word)]
    return Block(filled((len(cells), 1), cells), here.frame.width if site is None else 0)


def learn_kernel(here: Here) -> None:
    """`cyberspace.law.verbs.learn`, in blocks where somebody has something to learn from; else it is left at once."""
    frame.pl.when(here.ends)(lambda: _look(here))


def _look(here: Here) -> None:
    rule, body, width = here.frame.world.rule, here.frame.world.body, here.frame.width
    signal = rows(here.bytes("signal", body.answers), width)
    if rule.still is None:
        _learn(here, signal)
    else:
        frame.pl.when(own((signal != 0).any().cells[()]))(lambda: _learn(here, signal))


def _learn(here: Here, signal: Block) -> None:
    rule, loci, width = here.frame.world.rule, here.frame.world.loci, here.frame.width
    read = genes(here, None, slice(loci.rates.start // 4, loci.rule.stop // 4))
    found = learners(cast(Namespace, here.frame.xp), rule, loci, cast(Int8s, read), cast(Int8s, signal))
    mask = here.vector("alive") & jnp.broadcast_to(own(cast(Block, found).cells[0]), (width,))
    frame.pl.when(jnp.max(mask.astype(jnp.int32)) > 0)(lambda: _change(here, signal, read, mask))


def _pick(cells: list[Cell], k: jax.Array) -> jax.Array:
    """The k-th of some cells, for a traced k."""
    found = jnp.asarray(cells[0])
    for number, cell in enumerate(cells[1:], start=1):
        found = jnp.where(k == number, jnp.asarray(cell), found)
    return found  # type: ignore[no-any-return]


def _change(here: Here, signal: Block, read: Block, mask: jax.Array) -> None:
    """Change the weights where a mask says so."""
    made, loci = here.frame, here.frame.world.loci
    # What was seen is sensed again: nothing of it has changed but the activities.
    _, _, inputs = perceive(BlockEngine(here), "before")
    xp, change = cast(Namespace, made.xp), made.world.rule.change
    assert change is not None
    rates, *terms = unit_genes(loci, cast(Int8s, read))
    felt = unit_signals(xp, loci, cast(Int8s, signal))
    lists = [[own(cell) for cell in cast(Block, block).cells[:, 0]] for block in (rates, felt)]
    lists.append(here.bytes("activity", loci.body.units))
    sites = cast(Words, row(here.sites.astype(jnp.uint32), made.width))
    key = bits.stream_key(xp, made.world.seed, here.one("place", 0), bits.LEARN, here.told("tick"))
    seen = [join(list(inputs.cells[k : k + 4, 0])) for k in range(0, loci.body.senses, 4)]
    seen += here.words("before", loci.body.units)
    genes_of = [row(own(cast(Block, term).cells[0]), made.width) for term in terms]

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
                    changed = change(weight, pre, post, signals, (rate, *genes_of), random)  # type: ignore[type-var]
                    new.append(cast(Block, xp.clip(changed, LOWEST_WEIGHT, HIGHEST_WEIGHT)).cells[0])
                word = join(new)
                here.put_vector("weights", word, first + half, mask=mask)
                count = count + nonzero(word) if "synapses" in here.refs else count
            return count

        return jax.lax.fori_loop(0, made.quads // 2, pair, count)  # type: ignore[no-any-return]

    count = jax.lax.fori_loop(0, loci.body.units, unit, jnp.zeros((made.width,), jnp.int32))
    if "synapses" in here.refs:
        here.put_vector("synapses", count, mask=mask)
