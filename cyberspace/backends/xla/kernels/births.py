"""The kernel that writes those who land: one program at a time for each, its loci across the threads."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.block import Cell, cell_of, cells_of, column, row, rows
from cyberspace.backends.xla.blocks import namespace
from cyberspace.backends.xla.kernels.bytes import join, nonzero, split
from cyberspace.backends.xla.kernels.frame import Frame, Here
from cyberspace.backends.xla.kernels.learn import genes
from cyberspace.backends.xla.kernels.meet import BORN
from organisms import bits
from organisms.arrays import Array, Int8s, Int32s, Key, Words
from organisms.copier import RADIATION_TRIES, copier_genes, learned_allele, mixed, struck
from organisms.genome import WEIGHT_PER_ALLELE, hamming_distance

PROGRAMS = 1024
"""Programs that share the newborn of a tick."""

WORDS = 512
"""Words of a genome that a program copies at once, at most."""


def programs(made: Frame) -> int:
    """Programs of the kernel; no more than there may be newborn."""
    return min(PROGRAMS, made.world.meetings.slots)


def births_kernel(here: Here) -> None:
    """Write those who landed in this tick, each program every so many-th of them."""
    first, last = here.one("starts", here.one("k", 0)) + here.number, here.one("count", 0)
    count = programs(here.frame)

    def one(turn: jax.Array, nothing: jax.Array) -> jax.Array:
        _land(here, first + turn * count)
        return nothing

    jax.lax.fori_loop(0, jnp.maximum(last - first + count - 1, 0) // count, one, jnp.int32(0))


def _land(here: Here, entry: jax.Array) -> None:
    """Write one of the list: a child, or whoever moved."""
    world, listed = here.frame.world, here.one("list", entry)
    site, birth = listed & np.int32((1 << BORN) - 1), (listed >> BORN) != 0
    sender = here.one("partners", here.told("row"), site)
    distance = _copy(here, site, sender, birth)
    tick, cradle, born = here.told("tick"), here.one("cradle", sender), here.one("born", sender)
    child: dict[str, Cell] = {
        "payoff": 0,
        "performed": 0,
        "cradle": site + here.one("place", 1).astype(jnp.int32),
        "born": tick,
        "parent": cradle,
        "parent_born": born,
        "generation": here.one("generation", sender) + 1,
        "founder": here.one("founder", sender),
    }
    for name, value in child.items():
        old = here.one(name, sender)
        here.put_one(name, jnp.where(birth, jnp.asarray(value).astype(old.dtype), old), site)
    for name, count in (("activity", world.body.units // 4), ("memory", world.memory_words)):
        line = jax.lax.iota(jnp.int32, 1 << (count - 1).bit_length())
        mask = line < count
        old = here.gather(name, line, sender, mask=mask & ~birth)
        here.scatter(name, old, line, site, mask=mask)
        if name == "activity":  # a mover leaves nothing behind but its genome, as matter
            here.scatter(name, 0, line, sender, mask=mask & ~birth)
    for k, value in enumerate((distance, cradle, born)):
        here.put_one("records", jnp.where(birth, value, -1), k, entry)


def _copy(here: Here, site: jax.Array, sender: jax.Array, birth: jax.Array) -> jax.Array:
    """Write genome and weights; the Hamming distance of the child to its parent."""
    made, loci = here.frame, here.frame.world.loci
    count = loci.count // 4
    width = min(WORDS, 1 << (count - 1).bit_length())
    xp = namespace(width)
    read = genes(here, sender, slice(loci.copier.start // 4, loci.copier.stop // 4))
    abmn = copier_genes(xp, loci, read)
    seed, region, tick = made.world.seed, here.one("place", 0), here.told("tick")
    noise, radiation = (bits.stream_key(xp, seed, region, stream, tick) for stream in (bits.NOISE, bits.RADIATION))
    at = column([site])
    hits = bits.site_words(xp, radiation, at, 2 * RADIATION_TRIES)
    distance, synapses = jnp.int32(0), jnp.zeros((width,), jnp.int32)
    for start in range(0, count, width):
        word = start + jax.lax.iota(jnp.int32, width)
        there, weighs = word < count, word < loci.body.synapses // 4
        parent = here.gather("genome", word, sender, mask=there)
        alleles = _child(here, word, site, sender, (there & birth, weighs), parent, abmn, noise, hits)
        here.pause()
        differs = hamming_distance(alleles, _bytes(parent, width).astype(np.int8))
        distance = distance + jnp.sum(jnp.where(there, cell_of(differs), 0), dtype=jnp.int32)
        here.scatter("genome", jnp.where(birth, join(cells_of(alleles)), parent), word, site, mask=there)
        inborn = (alleles.astype(np.int32) * np.int32(WEIGHT_PER_ALLELE)).astype(np.int8)
        kept = here.gather("weights", word, sender, mask=weighs & ~birth)
        weights = jnp.where(birth, join(cells_of(inborn)), kept)
        here.scatter("weights", weights, word, site, mask=weighs)
        synapses = synapses + jnp.where(weighs, nonzero(weights), 0)
    if "synapses" in here.refs:
        here.put_one("synapses", jnp.sum(synapses, dtype=jnp.int32), site)
    return distance


def _bytes(word: jax.Array, width: int) -> Array:
    return rows(split(word), width)


def _child(
    here: Here, word: jax.Array, site: jax.Array, sender: jax.Array, masks: tuple[jax.Array, jax.Array], parent: jax.Array,
    abmn: tuple[Int32s, Int32s, Int32s, Int32s], noise: Key, hits: Words,
) -> Int8s:  # fmt: skip
    """The child's alleles in some words of its genome, int8 (4, words)."""
    loci, width = here.frame.world.loci, word.shape[0]
    xp, physics = namespace(width), here.world.physics
    b, m = (cell_of(gene) for gene in abmn[1:3])
    read, weighs = masks
    weights = here.gather("weights", word, sender, mask=read & weighs & (b != 0))
    matter = here.gather("genome", word, site, mask=read & (m != 0))
    alleles = _bytes(parent, width)
    learned = xp.where(row(weighs, width), learned_allele(_bytes(weights, width)), alleles.astype(np.int32))
    counter = row((word >> 1).astype(jnp.uint32), width)
    x0, x1 = bits.threefry2x32(*noise, xp.asarray(site.astype(jnp.uint32)), counter)
    random = xp.where(row((word & 1) == 0, width), x0, x1)
    bytes_ = xp.stack([(random >> np.uint32(8 * k)) & np.uint32(255) for k in range(4)]).astype(np.int32)
    child = mixed(xp, abmn, alleles, learned, _bytes(matter, width), bytes_)
    locus = rows([word * 4 + k for k in range(4)], width)
    return struck(xp, child, locus, loci.count, physics.radiation, physics.silent, hits)
