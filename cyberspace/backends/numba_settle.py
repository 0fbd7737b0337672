"""What stands at a site after somebody landed or was made there: numba kernels for one site each.

`cyberspace.verbs.settle`, `organisms.copier` and `cyberspace.verbs.spark` say what each one means.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from cyberspace.backends.numba_vector import LANES, random_byte, threefry
from cyberspace.state import WALL
from organisms.copier import DEAD_BAND, RADIATION_TRIES
from organisms.genome import HIGHEST, LOWEST, WEIGHT_PER_ALLELE

COLUMNS = ("sunlight", "upkeep", "overflow", "death", "copying", "moving", "births", "faithful", "deaths")
SUNLIGHT, UPKEEP, OVERFLOW, DEATH, COPYING, MOVING, BIRTHS, FAITHFUL, DEATHS = range(len(COLUMNS))
"""Columns of the kernels' tally, by the names of `cyberspace.state.TALLY`."""


GIVES, GOES = 1, 2
"""Wishes: to give energy; to reproduce or to move."""


class Arrays(NamedTuple):
    """A region in tiles; names as in the state, `weights` int8 (tiles, units, inputs, 32), `genome` int8 (sites, loci)."""

    genome: Any
    weights: Any
    activity: Any
    alive: Any
    energy: Any
    payoff: Any
    performed: Any
    memory: Any
    cradle: Any
    born: Any
    parent: Any
    parent_born: Any
    generation: Any
    founder: Any
    block: Any
    spark: Any  # whether a spark falls at this site if it is empty, bool
    wish: Any  # what the organism here wants of its partner: 0, or GIVES and GOES added, uint8


class Numbers(NamedTuple):
    """What a kernel must know of the world."""

    synapses: int
    rates: int
    rule: int
    copier: int
    loci: int
    first_site: int
    faithful: int
    answers: int
    sunlight: int
    upkeep: int
    cap: int
    spore_energy: int
    newborn_energy: int
    gift_shift: int
    fire: int
    tide: int
    death: Any
    spark: Any
    radiation: Any
    silent: int


@njit(nogil=True, cache=True)
def settle(arrays, sender, site, endowment, records, tally, noise, radiation, tick, tide, copy_cost, numbers):
    """A spore settles; see `cyberspace.verbs.settle.land`."""
    if arrays.alive[site]:
        tally[DEATH] += arrays.energy[site]
        tally[DEATHS] += 1
    distance = copy_genome(arrays, sender, site, noise, numbers)
    distance += irradiate(arrays, sender, site, radiation, numbers)
    inborn_weights(arrays, site)
    begin(arrays, site, tick, np.int32(endowment - copy_cost), numbers)
    arrays.parent[site], arrays.parent_born[site] = arrays.cradle[sender], arrays.born[sender]
    arrays.generation[site] = arrays.generation[sender] + 1
    arrays.founder[site] = arrays.founder[sender]
    slot = (site - tide) // numbers.tide
    records[0, slot] = distance
    records[1, slot] = arrays.cradle[sender]
    records[2, slot] = arrays.born[sender]
    tally[COPYING] += copy_cost
    tally[BIRTHS] += 1
    tally[FAITHFUL] += distance <= numbers.faithful


@njit(nogil=True, cache=True)
def begin(arrays, site, tick, energy, numbers):
    """What every newborn starts with, its genome and lineage apart."""
    arrays.alive[site] = True
    arrays.energy[site] = energy
    arrays.payoff[site] = 0
    arrays.performed[site] = 0
    arrays.cradle[site] = numbers.first_site + site
    arrays.born[site] = tick
    for word in range(arrays.memory.shape[0]):
        arrays.memory[word, site] = 0
    for unit in range(arrays.activity.shape[0]):
        arrays.activity[unit, site] = 0


@njit(nogil=True, cache=True)
def copy_genome(arrays, sender, site, noise, numbers):
    """The copier, in place of what stood at the site; returns the Hamming distance to the parent."""
    parent, child = arrays.genome[sender], arrays.genome[site]
    a = np.int32(parent[numbers.copier])
    b, m, n = quiet(parent[numbers.copier + 1]), quiet(parent[numbers.copier + 2]), quiet(parent[numbers.copier + 3])
    total = np.empty(numbers.loci, dtype=np.int32)
    for k in range(numbers.loci):
        total[k] = np.int32(a * np.int32(parent[k])) + np.int32(m * np.int32(child[k])) + 2
    if b != 0:
        tile, lane = sender // LANES, sender % LANES
        k = 0
        for unit in range(arrays.weights.shape[1]):
            for column in range(arrays.weights.shape[2]):
                total[k] += b * ((np.int32(arrays.weights[tile, unit, column, lane]) + 8) >> 4)
                k += 1
        for k in range(numbers.synapses, numbers.loci):
            total[k] += b * np.int32(parent[k])
    if n != 0:
        words = (np.uint32(0), np.uint32(0))
        for k in range(numbers.loci):
            if k % 8 == 0:
                words = threefry(noise[0], noise[1], np.uint32(site), np.uint32(k // 8))
            total[k] += (n * (random_byte(words, k) - 128)) >> 5
    distance = np.int32(0)
    for k in range(numbers.loci):
        value = np.int8(min(max(total[k] >> 2, LOWEST), HIGHEST))
        distance += np.int32(value != parent[k])
        child[k] = value
    return distance


@njit(inline="always")
def quiet(gene):
    """The copier's dead band."""
    return np.int32(0) if -DEAD_BAND <= gene <= DEAD_BAND else np.int32(gene)


@njit(nogil=True, cache=True)
def irradiate(arrays, sender, site, key, numbers):
    """Radiation; returns by how much the Hamming distance to the parent grew."""
    parent, child = arrays.genome[sender], arrays.genome[site]
    grew = np.int32(0)
    for k in range(RADIATION_TRIES):
        chance, what = threefry(key[0], key[1], np.uint32(site), np.uint32(k))
        if chance < numbers.radiation:
            locus = ((what & np.uint32(0xFFFF)) * numbers.loci) >> 16
            allele = np.int8(np.int32((what >> np.uint32(16)) & np.uint32(15)) + LOWEST)
            if np.int32((what >> np.uint32(20)) & np.uint32(15)) < numbers.silent:
                allele = np.int8(0)
            grew += np.int32(allele != parent[locus]) - np.int32(child[locus] != parent[locus])
            child[locus] = allele
    return grew


@njit(nogil=True, cache=True)
def inborn_weights(arrays, site):
    """Weights at birth."""
    tile, lane = site // LANES, site % LANES
    genes = arrays.genome[site]
    k = 0
    for unit in range(arrays.weights.shape[1]):
        for column in range(arrays.weights.shape[2]):
            arrays.weights[tile, unit, column, lane] = WEIGHT_PER_ALLELE * np.int32(genes[k])
            k += 1


@njit(nogil=True, cache=True)
def move(arrays, sender, site, tally, move_cost):
    """The organism itself goes to an empty site; its genome stays behind as matter."""
    arrays.genome[site, :] = arrays.genome[sender]
    arrays.weights[site // LANES, :, :, site % LANES] = arrays.weights[sender // LANES, :, :, sender % LANES]
    arrays.activity[:, site] = arrays.activity[:, sender]
    arrays.activity[:, sender] = 0
    arrays.memory[:, site] = arrays.memory[:, sender]
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


@njit(nogil=True, cache=True)
def sparks(arrays, sites, k0, k1, tick, numbers):
    """spark: random organisms where one falls on an empty site; returns how many."""
    fell = 0
    for site in range(sites):
        if arrays.spark[site] and not arrays.alive[site] and arrays.block[site] != WALL:
            fell += 1
            genes = arrays.genome[site]
            words = (np.uint32(0), np.uint32(0))
            for k in range(numbers.loci):
                if k % 8 == 0:
                    words = threefry(k0, k1, np.uint32(site), np.uint32(k // 8))
                byte = random_byte(words, k)
                genes[k] = 0 if byte >> 4 < numbers.silent else (byte & 15) + LOWEST
            inborn_weights(arrays, site)
            begin(arrays, site, tick, np.int32(numbers.newborn_energy), numbers)
            arrays.parent[site], arrays.parent_born[site], arrays.generation[site] = -1, -1, 0
            mark, _ = threefry(k0, k1, np.uint32(site), np.uint32(numbers.loci))
            arrays.founder[site] = np.uint32(mark | np.uint32(1))
    return fell
