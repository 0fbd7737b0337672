"""The kernel that writes random organisms where sparks fall; blocks where none does are left at once."""

from __future__ import annotations

from typing import cast

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.block import Block, rows
from cyberspace.backends.xla.kernels import frame
from cyberspace.backends.xla.kernels.bytes import join, nonzero, split
from cyberspace.backends.xla.kernels.frame import Here
from cyberspace.backends.xla.kernels.think import FALLS
from cyberspace.law.verbs.spark import fresh
from organisms import bits, genome
from organisms.arrays import Int32s, Key, Namespace


def sparks_kernel(here: Here) -> None:
    """Write those who arise in this tick."""
    falls = ((here.vector("told") >> FALLS) & 1) != 0
    frame.pl.when(jnp.max(falls.astype(jnp.int32)) > 0)(lambda: _arise(here, falls))


def _arise(here: Here, falls: jax.Array) -> None:
    part, xp, tick = here.part(), cast(Namespace, here.frame.xp), here.told("tick")
    key = bits.stream_key(xp, part.seed, part.region, bits.SPARK, tick)
    founder = genome.founder_mark(xp, part.loci, key, part.where)
    cradle = part.where + part.first_site
    for name, column in fresh(xp, part, founder, tick, cradle).items():
        cells = cast(Block, column).cells
        if name == "activity":
            here.put_bytes(name, list(cells[:, 0]), mask=falls)
            continue
        for k, cell in enumerate(cells.flat):
            here.put_vector(name, cell, *([k] if cells.ndim > 1 else []), mask=falls)
    _genome(here, key, part.where, falls)


def _genome(here: Here, key: Key, sites: Int32s, falls: jax.Array) -> None:
    made, loci, xp = here.frame, here.frame.world.loci, cast(Namespace, here.frame.xp)
    inborn = loci.body.synapses // 4

    def pair(k: jax.Array, count: jax.Array) -> jax.Array:
        words = bits.threefry2x32(*key, sites.astype(np.uint32), xp.asarray(k.astype(jnp.uint32)))
        for half, random in enumerate(words):
            bytes_ = rows([((random >> np.uint32(8 * b)) & np.uint32(255)).cells[0] for b in range(4)], made.width)
            alleles = genome.chance_allele(xp.where, bytes_.astype(np.int32), made.world.physics.silent).astype(np.int8)
            word, line = join(list(alleles.cells[:, 0])), 2 * k + half
            here.put_vector("genome", word, line, mask=falls)
            weights = join([part * genome.WEIGHT_PER_ALLELE for part in split(word)])
            weighs = line < inborn
            here.put_vector("weights", weights, jnp.minimum(line, inborn - 1), mask=falls & weighs)
            count = count + jnp.where(weighs, nonzero(weights), 0)
        return count

    count = jax.lax.fori_loop(0, loci.count // 8, pair, jnp.zeros((made.width,), jnp.int32))
    if "synapses" in here.refs:
        here.put_vector("synapses", count, mask=falls)
