"""What stands at a site after somebody landed or was made there: numba kernels for one site each.

`cyberspace.law.verbs.settle`, `organisms.copier` and `cyberspace.law.verbs.spark` say what each one means.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np

from cyberspace.backends.cpu.arrays import BIRTHS, COPYING, DEATH, DEATHS, FAITHFUL, MOVING, stream_key
from cyberspace.backends.cpu.part import part
from cyberspace.backends.cpu.scratch import scratch
from cyberspace.backends.cpu.vector import random_byte, threefry, where
from cyberspace.law.state import WALL
from organisms import bits, copier, genome
from organisms.copier import RADIATION_TRIES, SAME
from organisms.genome import HIGHEST, LOWEST, WEIGHT_PER_ALLELE

NIBBLES = np.uint32(0x0F0F0F0F)
NOISE, RADIATION, SPARK = bits.NOISE, bits.RADIATION, bits.SPARK
quiet, learned_allele = part(copier.quiet), part(copier.learned_allele)
noise_term, rounded, hit_locus = (part(rule) for rule in (copier.noise_term, copier.rounded, copier.hit_locus))
chance_allele = part(genome.chance_allele)
assert WEIGHT_PER_ALLELE == 16, "an inborn weight is an allele four bits higher"


@part
def settle(arrays, now, sender, site, endowment, records, tally, params):
    """A spore settles; see `cyberspace.law.verbs.settle.land`."""
    if arrays.alive[site]:
        tally[DEATH] += arrays.energy[site]
        tally[DEATHS] += 1
    distance = bear(arrays, arrays.genome[sender], arrays.weights[sender], site, endowment, now.tick, now.copy_cost, params)
    arrays.parent[site], arrays.parent_born[site] = arrays.cradle[sender], arrays.born[sender]
    arrays.generation[site] = arrays.generation[sender] + 1
    arrays.founder[site] = arrays.founder[sender]
    slot = (site - now.tide) // params.tide
    records[0, slot] = distance
    records[1, slot] = arrays.cradle[sender]
    records[2, slot] = arrays.born[sender]
    tally[COPYING] += now.copy_cost
    tally[BIRTHS] += 1
    tally[FAITHFUL] += distance <= params.faithful


@part
def bear(arrays, parent, brain, site, endowment, tick, copy_cost, params):
    """A child of a genome (loci,) and its weights (quads, units, 4), its descent apart; returns its Hamming distance to the parent."""
    child = arrays.genome[site]
    distance = copy_genome(parent, brain, child, stream_key(params, NOISE, tick), site, params)
    distance += irradiate(parent, child, stream_key(params, RADIATION, tick), site, params)
    inborn_weights(arrays, site)
    begin(arrays, site, tick, np.int32(endowment - copy_cost), params)
    return distance


@part
def begin(arrays, site, tick, energy, params):
    """What every newborn starts with, its genome and lineage apart."""
    arrays.alive[site] = True
    arrays.energy[site] = energy
    arrays.payoff[site] = 0
    arrays.performed[site] = 0
    arrays.cradle[site] = params.first_site + site
    arrays.born[site] = tick
    for word in range(arrays.memory.shape[0]):
        arrays.memory[word, site] = 0
    activity = arrays.activity
    for unit in range(activity.shape[1]):
        activity[site, unit] = 0


@part
def copy_genome(parent, brain, child, noise, site, params):
    """The copier, in place of what stood at the site; returns the Hamming distance to the parent."""
    a = np.int32(parent[params.copier])
    b, m, n = (
        quiet(where, np.int32(parent[params.copier + 1])),
        quiet(where, np.int32(parent[params.copier + 2])),
        quiet(where, np.int32(parent[params.copier + 3])),
    )
    if a == SAME and b == 0 and m == 0 and n == 0:
        for k in range(len(child)):
            child[k] = parent[k]
        return np.int32(0)
    total = scratch(params.loci, np.int32)
    for k in range(params.loci):
        total[k] = np.int32(a * np.int32(parent[k])) + np.int32(m * np.int32(child[k]))
    if b != 0:
        k = 0
        for unit in range(brain.shape[1]):
            for quad in range(brain.shape[0]):
                for column in range(brain.shape[2]):
                    total[k] += b * learned_allele(np.int32(brain[quad, unit, column]))
                    k += 1
        for k in range(params.synapses, params.loci):
            total[k] += b * np.int32(parent[k])
    if n != 0:
        words = (np.uint32(0), np.uint32(0))
        for k in range(params.loci):
            if k % 8 == 0:
                words = threefry(noise[0], noise[1], np.uint32(site), np.uint32(k // 8))
            total[k] += noise_term(n, random_byte(words, k))
    distance = np.int32(0)
    for k in range(params.loci):
        value = np.int8(min(max(rounded(total[k]), LOWEST), HIGHEST))
        distance += np.int32(value != parent[k])
        child[k] = value
    return distance


@part
def irradiate(parent, child, key, site, params):
    """Radiation; returns by how much the Hamming distance to the parent grew."""
    grew = np.int32(0)
    for k in range(RADIATION_TRIES):
        chance, what = threefry(key[0], key[1], np.uint32(site), np.uint32(k))
        if chance < params.radiation:
            locus = hit_locus(np.int32(what & np.uint32(0xFFFF)), params.loci)
            allele = np.int8(chance_allele(where, np.int32((what >> np.uint32(16)) & np.uint32(0xFF)), params.silent))
            grew += np.int32(allele != parent[locus]) - np.int32(child[locus] != parent[locus])
            child[locus] = allele
    return grew


@part
def inborn_weights(arrays, site):
    """Weights at birth, four at a time: the low half of each allele's byte moves up."""
    alleles, quads, k = arrays.alleles[site], arrays.quads[site], 0
    for unit in range(quads.shape[1]):
        for quad in range(quads.shape[0]):
            quads[quad, unit] = np.uint32((alleles[k] & NIBBLES) << np.uint32(4))
            k += 1


@part
def move(arrays, sender, site, tally, move_cost):
    """The organism itself goes to an empty site; its genome stays behind as matter."""
    genome, brains, activity, memory = arrays.genome, arrays.brains, arrays.activity, arrays.memory
    for k in range(genome.shape[1]):
        genome[site, k] = genome[sender, k]
    for k in range(brains.shape[1]):
        brains[site, k] = brains[sender, k]
    for k in range(activity.shape[1]):
        activity[site, k], activity[sender, k] = activity[sender, k], 0
    for k in range(len(memory)):
        memory[k, site] = memory[k, sender]
    arrays.energy[site] = arrays.energy[sender] - move_cost
    arrays.energy[sender] = 0
    arrays.alive[site], arrays.alive[sender] = True, False
    arrays.payoff[site] = arrays.payoff[sender]
    arrays.performed[site] = arrays.performed[sender]
    arrays.cradle[site] = arrays.cradle[sender]
    arrays.born[site] = arrays.born[sender]
    arrays.parent[site] = arrays.parent[sender]
    arrays.parent_born[site] = arrays.parent_born[sender]
    arrays.generation[site] = arrays.generation[sender]
    arrays.founder[site] = arrays.founder[sender]
    tally[MOVING] += move_cost


@part
def sparks(arrays, low, high, tick, params):
    """spark, for the sites from low to high: random organisms where one falls on an empty site; returns how many."""
    fell, here = 0, arrays.spark[low:high]
    some = False
    for k in range(len(here)):
        some |= here[k]
    if some:
        key = stream_key(params, SPARK, tick)
        for k in range(len(here)):
            if here[k] and not arrays.alive[low + k] and arrays.block[low + k] != WALL:
                strike(arrays, low + k, tick, key, params)
                fell += 1
    return fell


@part
def strike(arrays, site, tick, key, params):
    """A random organism."""
    genes, words = arrays.genome[site], (np.uint32(0), np.uint32(0))
    for k in range(params.loci):
        if k % 8 == 0:
            words = threefry(key[0], key[1], np.uint32(site), np.uint32(k // 8))
        genes[k] = chance_allele(where, random_byte(words, k), params.silent)
    inborn_weights(arrays, site)
    begin(arrays, site, tick, np.int32(params.newborn_energy), params)
    arrays.parent[site], arrays.parent_born[site], arrays.generation[site] = -1, -1, 0
    mark, _ = threefry(key[0], key[1], np.uint32(site), np.uint32(params.loci))
    arrays.founder[site] = np.uint32(mark | np.uint32(1))
