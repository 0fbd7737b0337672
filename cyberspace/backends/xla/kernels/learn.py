"""Learning inside a kernel: a loop over units, in blocks where somebody has something to learn from."""

from __future__ import annotations

from typing import cast

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.block import Block, Cell, filled, own, row
from cyberspace.backends.xla.kernels import frame
from cyberspace.backends.xla.kernels.bytes import join, nonzero, split
from cyberspace.backends.xla.kernels.frame import Here
from cyberspace.law.state import Region
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


def learn(here: Here, region: Region, inputs: Block, signal: Block) -> None:
    """`cyberspace.law.verbs.learn`, by block."""
    rule, xp = here.frame.world.rule, cast(Namespace, here.frame.xp)

    def look() -> None:
        loci = here.frame.world.loci
        read = genes(here, None, slice(loci.rates.start // 4, loci.rule.stop // 4))
        where = region.alive & learners(xp, rule, loci, cast(Int8s, read), cast(Int8s, signal))
        mask = jnp.broadcast_to(own(cast(Block, where).cells[0]), (here.frame.width,))
        frame.pl.when(jnp.max(mask.astype(jnp.int32)) > 0)(lambda: _change(here, region, inputs, signal, read, mask))

    if rule.still is None:
        look()
    else:
        frame.pl.when(own((signal != 0).any().cells[()]))(look)


def _pick(cells: list[Cell], k: jax.Array) -> jax.Array:
    """The k-th of some cells, for a traced k."""
    found = jnp.asarray(cells[0])
    for number, cell in enumerate(cells[1:], start=1):
        found = jnp.where(k == number, jnp.asarray(cell), found)
    return found  # type: ignore[no-any-return]


def _change(here: Here, region: Region, inputs: Block, signal: Block, read: Block, mask: jax.Array) -> None:
    """Change the weights where a mask says so."""
    made, loci = here.frame, here.frame.world.loci
    xp, change = cast(Namespace, made.xp), made.world.rule.change
    assert change is not None
    rates, *terms = unit_genes(loci, cast(Int8s, read))
    felt = unit_signals(xp, loci, cast(Int8s, signal))
    lists = [[own(cell) for cell in cast(Block, block).cells[:, 0]] for block in (rates, felt, region.activity)]
    sites = cast(Words, row(here.sites.astype(jnp.uint32), made.width))
    key = bits.stream_key(xp, made.world.seed, here.one("place", 0), bits.LEARN, here.told("tick"))
    seen = [join(list(inputs.cells[k : k + 4, 0])) for k in range(0, loci.body.inputs, 4)]
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
