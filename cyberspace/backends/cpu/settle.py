"""What stands at a site after somebody landed or was made there: numba kernels for one site each.

`cyberspace.law.verbs.settle`, `organisms.copier` and `cyberspace.law.verbs.spark` say what each one means.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np

from cyberspace.backends.cpu.arrays import BIRTHS, COPYING, DEATH, DEATHS, FAITHFUL, MOVING, stream_key
from cyberspace.backends.cpu.draws import MANY, draw, room
from cyberspace.backends.cpu.lanes import plain, short
from cyberspace.backends.cpu.part import part
from cyberspace.backends.cpu.scratch import scratch
from cyberspace.backends.cpu.turn import turn
from cyberspace.backends.cpu.vector import random_byte, set_bytes, threefry, where
from cyberspace.law.state import WALL
from organisms import bits, copier, genome
from organisms.copier import RADIATION_TRIES, SAME
from organisms.genome import HIGHEST, LOWEST, WEIGHT_PER_ALLELE

NIBBLES, BLOCK = np.uint32(0x0F0F0F0F), 8
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
    for k in range(arrays.trace.shape[1]):
        arrays.trace[site, k] = 0
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
    total = scratch(params.loci, np.int16)
    for k in range(params.loci):
        total[k] = plain(short(a) * short(parent[k]) + short(m) * short(child[k]))
    if b != 0:
        add_learned(total, parent, brain, b, params)
    if n != 0:
        add_noise(total, n, noise, site)
    for k in range(params.loci):
        child[k] = min(max(plain(rounded(short(total[k]))), np.int16(LOWEST)), np.int16(HIGHEST))
    return differing(parent, child)


@part
def add_learned(total, parent, brain, b, params):
    """What the parent has learned, b times, to int16 (loci,); see `organisms.copier.learned_alleles`."""
    learned = scratch(params.synapses, np.int8)
    turn(brain.reshape(-1).view(np.uint32), learned.view(np.uint32), brain.shape[0], brain.shape[1])
    for k in range(params.synapses):
        total[k] = plain(short(total[k]) + short(b) * learned_allele(short(learned[k])))
    for k in range(params.synapses, params.loci):
        total[k] = plain(short(total[k]) + short(b) * short(parent[k]))


@part
def add_noise(total, n, key, site):
    """Noise, n times, to int16 (loci,)."""
    count = room(len(total) // BLOCK)
    first, second, words = scratch(count, np.uint32), scratch(count, np.uint32), scratch(2 * count, np.uint32)
    for k in range(count):
        first[k], second[k] = np.uint32(site), np.uint32(k)
    draw(key, first, second)
    for k in range(count):
        words[2 * k], words[2 * k + 1] = first[k], second[k]
    noise = words.view(np.uint8)
    for k in range(len(total)):
        total[k] = plain(short(total[k]) + noise_term(short(n), short(noise[k])))


@part
def differing(one, other):
    """Hamming distance of two genomes."""
    ones, others = one.view(np.uint64), other.view(np.uint64)
    apart = scratch(len(ones), np.uint64)
    for k in range(len(apart)):
        apart[k] = ones[k] ^ others[k]
    return np.int32(set_bytes(apart))


@part
def irradiate(parent, child, key, site, params):
    """Radiation; returns by how much the Hamming distance to the parent grew."""
    grew, chances, whats = np.int32(0), scratch(MANY, np.uint32), scratch(MANY, np.uint32)
    for k in range(MANY):
        chances[k], whats[k] = np.uint32(site), np.uint32(k)
    draw(key, chances, whats)
    for k in range(RADIATION_TRIES):
        what = whats[k]
        if chances[k] < params.radiation:
            locus = hit_locus(np.int32(what & np.uint32(0xFFFF)), params.loci)
            allele = np.int8(chance_allele(where, np.int32((what >> np.uint32(16)) & np.uint32(0xFF)), params.silent))
            grew += np.int32(allele != parent[locus]) - np.int32(child[locus] != parent[locus])
            child[locus] = allele
    return grew


@part
def inborn_weights(arrays, site):
    """Weights at birth, four at a time: the low half of each allele's byte moves up."""
    quads, units, alleles, words = arrays.quads.shape[1], arrays.quads.shape[2], arrays.alleles[site], arrays.words[site]
    turn(alleles, words, units, quads)
    for k in range(len(words)):
        words[k] = np.uint32((words[k] & NIBBLES) << np.uint32(4))
    arrays.synapses[site] = set_bytes(arrays.octets[site])


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
    for k in range(arrays.trace.shape[1]):
        arrays.trace[site, k] = arrays.trace[sender, k]
    arrays.energy[site] = arrays.energy[sender] - move_cost
    arrays.energy[sender] = 0
    arrays.alive[site], arrays.alive[sender] = True, False
    arrays.synapses[site] = arrays.synapses[sender]
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
