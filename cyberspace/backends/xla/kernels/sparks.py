"""The kernel that writes random organisms where sparks fall; blocks where none does are left at once."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.block import cells_of
from cyberspace.backends.xla.kernels.bytes import join, nonzero, split
from cyberspace.backends.xla.kernels.frame import Here, when
from cyberspace.backends.xla.kernels.think import FALLS
from cyberspace.law.verbs.spark import fresh
from organisms import bits, genome
from organisms.arrays import Int32s, Key


def sparks_kernel(here: Here) -> None:
    """Write those who arise in this tick."""
    falls = ((here.vector("told") >> FALLS) & 1) != 0
    when(jnp.max(falls.astype(jnp.int32)) > 0)(lambda: _arise(here, falls))


def _arise(here: Here, falls: jax.Array) -> None:
    part, xp, tick = here.part(), here.frame.xp, here.told("tick")
    key = bits.stream_key(xp, part.seed, part.region, bits.SPARK, tick)
    founder = genome.founder_mark(xp, part.loci, key, part.where)
    cradle = part.where + part.first_site
    for name, column in fresh(xp, part, founder, tick, cradle).items():
        if name == "activity":
            here.put_bytes(name, cells_of(column), mask=falls)
            continue
        for k, cell in enumerate(cells_of(column)):
            here.put_vector(name, cell, *([k] if column.ndim > 1 else []), mask=falls)
    _genome(here, key, part.where, falls)


def _genome(here: Here, key: Key, sites: Int32s, falls: jax.Array) -> None:
    made, loci, xp = here.frame, here.frame.world.loci, here.frame.xp
    inborn = loci.body.synapses // 4

    def pair(k: jax.Array, count: jax.Array) -> jax.Array:
        words = bits.threefry2x32(*key, sites.astype(np.uint32), xp.asarray(k.astype(jnp.uint32)))
        for half, random in enumerate(words):
            bytes_ = xp.stack([(random >> np.uint32(8 * b)) & np.uint32(255) for b in range(4)]).astype(np.int32)
            alleles = genome.chance_allele(xp.where, bytes_, here.world.physics.silent).astype(np.int8)
            word, line = join(cells_of(alleles)), 2 * k + half
            here.put_vector("genome", word, line, mask=falls)
            weights = join([part * genome.WEIGHT_PER_ALLELE for part in split(word)])
            weighs = line < inborn
            here.put_vector("weights", weights, jnp.minimum(line, inborn - 1), mask=falls & weighs)
            count = count + jnp.where(weighs, nonzero(weights), 0)
        return count

    count = jax.lax.fori_loop(0, loci.count // 8, pair, jnp.zeros((made.width,), jnp.int32))
    if "synapses" in here.refs:
        here.put_vector("synapses", count, mask=falls)
