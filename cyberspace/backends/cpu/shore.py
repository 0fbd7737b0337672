"""arrive and post as numba kernels: what happens at an opening of a link; `cyberspace.law.verbs.cross` says what it means.

Few organisms cross at an opening, so these go through the places of the shore one by one, in one thread.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np
from numba import njit
from numba.extending import register_jitable

from cyberspace.backends.cpu import kernels as kernels
from cyberspace.backends.cpu.arrays import BIRTHS, BREEDS, COPYING, DEATH, DEATHS, FAITHFUL, GIVES, LEAVES, MOVING
from cyberspace.backends.cpu.letter_view import view
from cyberspace.backends.cpu.meet import endowment_of, gift_of, may_breed, may_go, overcomes
from cyberspace.backends.cpu.product import QUAD
from cyberspace.backends.cpu.settle import bear
from cyberspace.law.letters import MOVER, SPORE
from cyberspace.law.state import WALL
from organisms import genome as genomes
from organisms.body import MESSAGE

from_nibble, to_nibble = register_jitable(genomes.from_nibble), register_jitable(genomes.to_nibble)


@njit(nogil=True, cache=True)
def land(arrays, shore, body, form, tide, tally, records, now, ends, counts, pays, params):
    """The first half of a tick at which a link opens: arrive, sense, think, and pay where no task judges; (received, lost).

    The letter in `body` was posted with the tide at the place `tide` of the shore; the rest is as in `arrive` and in `numba_kernels`.
    """
    arrays.heard[:] = 0
    received, lost = arrive(arrays, shore, view(body, form), tide, form.tide, now, tally, records, params)
    kernels.sense_think_pay(arrays, now, ends, counts, True, pays, np.int32(0), params)
    return received, lost


@njit(nogil=True, cache=True)
def leave(arrays, shore, body, form, goes, now, counts, totals, params):
    """The second half: post, if the letter goes anywhere, into a blank body, and close; the energy that was sent."""
    total = post(arrays, shore, view(body, form), now, form.tide, params) if goes else np.int64(0)
    kernels.close(arrays, now.tick, counts, totals, params)
    return total


@njit(nogil=True, cache=True)
def arrive(arrays, shore, due, tide, every, now, tally, records, params):
    """Settle a letter; (received, lost), and the birth records as in `cyberspace.law.verbs.cross.arrive`.

    What it tells of the partners goes into `arrays.heard`, which is 0 so far.  The tide was in at the place `tide` of the shore, and at
    one in `every` from there on.
    """
    energy, alive = arrays.energy, arrays.alive
    received, lost = np.int64(0), np.int64(0)
    for place in range(len(shore)):
        gift, site = due.gift[place], shore[place]
        if gift != 0:
            received += gift
            if alive[site]:
                energy[site] += gift
            else:
                lost += gift
        if due.somebody[place] != 0:
            first, second = np.uint32(np.uint8(due.messages[0, place])), np.uint32(np.uint8(due.messages[1, place]))
            arrays.heard[site] = np.uint32(np.uint32(1) | (first << np.uint32(8)) | (second << np.uint32(16)))
    for slot in range(len(due.kind)):
        kind, endowment, place = due.kind[slot], due.endowment[slot], tide + slot * every
        received += endowment
        if kind == 0:
            continue
        site = shore[min(place, len(shore) - 1)]
        ground = place < len(shore) and arrays.block[site] != WALL
        if kind == SPORE and ground and overcomes(endowment, energy[site]):
            if alive[site]:
                tally[DEATH] += energy[site]
                tally[DEATHS] += 1
            hatch(arrays, due, slot, site, now, tally, records, params)
        elif kind == MOVER and ground and not alive[site]:
            step_ashore(arrays, due, slot, site, now, tally)
        else:
            lost += endowment
            tally[DEATHS] += kind == MOVER
    return received, lost


@njit(nogil=True, cache=True)
def hatch(arrays, due, slot, site, now, tally, records, params):
    """A spore settles."""
    parent, brain = np.empty(params.loci, dtype=np.int8), np.empty(arrays.weights.shape[1:], dtype=np.int8)
    take_genome(due.genome, slot, parent)
    take_brain(due.weights, slot, brain)
    distance = bear(arrays, parent, brain, site, due.endowment[slot], now, params)
    arrays.parent[site], arrays.parent_born[site] = due.cradle[slot], due.born[slot]
    arrays.generation[site] = due.generation[slot] + 1
    arrays.founder[site] = due.founder[slot]
    records[0, slot], records[1, slot], records[2, slot] = distance, due.cradle[slot], due.born[slot]
    tally[COPYING] += now.copy_cost
    tally[BIRTHS] += 1
    tally[FAITHFUL] += distance <= params.faithful


@njit(nogil=True, cache=True)
def step_ashore(arrays, due, slot, site, now, tally):
    """A mover settles: it keeps brain and descent, and nothing that tasks knew of it."""
    take_genome(due.genome, slot, arrays.genome[site])
    take_brain(due.weights, slot, arrays.weights[site])
    for unit in range(arrays.activity.shape[1]):
        arrays.activity[site, unit] = due.activity[unit, slot]
    for word in range(arrays.memory.shape[0]):
        arrays.memory[word, site] = 0
    arrays.performed[site] = 0
    arrays.alive[site] = True
    arrays.energy[site] = due.endowment[slot] - now.move_cost
    arrays.payoff[site] = due.payoff[slot]
    arrays.cradle[site], arrays.born[site] = due.cradle[slot], due.born[slot]
    arrays.parent[site], arrays.parent_born[site] = due.parent[slot], due.parent_born[slot]
    arrays.generation[site], arrays.founder[site] = due.generation[slot], due.founder[slot]
    tally[MOVING] += now.move_cost


@njit(forceinline=True)
def take_genome(packed, slot, genome):
    """`cyberspace.law.letters.unpack_genomes` of one slot."""
    for k in range(len(genome)):
        genome[k] = from_nibble(np.int32(packed[k >> 1, slot]) >> (4 * (k & 1)))


@njit(forceinline=True)
def take_brain(weights, slot, brain):
    """Weights (units, inputs, slots) of one slot, as (quads, units, 4)."""
    for unit in range(weights.shape[0]):
        for column in range(weights.shape[1]):
            brain[column // QUAD, unit, column % QUAD] = weights[unit, column, slot]


@njit(nogil=True, cache=True)
def post(arrays, shore, sent, now, every, params):
    """Write a letter, blank so far, and take what goes with it from the senders; the energy that was sent."""
    energy, wish, total = arrays.energy, arrays.fires[:, 0], np.int64(0)
    for place in range(len(shore)):
        site = shore[place]
        if arrays.alive[site]:
            sent.somebody[place] = 1
            sent.messages[0, place] = arrays.activity[site, MESSAGE]
            sent.messages[1, place] = arrays.activity[site, MESSAGE + 1]
            if wish[site] & GIVES:
                gift = np.int32(gift_of(energy[site], params.gift_shift))
                sent.gift[place] = gift
                energy[site] -= gift
                total += gift
    for slot in range(len(sent.kind)):
        place = now.tide + slot * every
        if place < len(shore) and wish[shore[place]] & (BREEDS | LEAVES):  # the dead wish nothing
            total += embark(arrays, shore[place], sent, slot, now, params)
            if sent.kind[slot] == MOVER:
                sent.somebody[place] = 0
                sent.messages[:, place] = 0
    return total


@njit(nogil=True, cache=True)
def embark(arrays, site, sent, slot, now, params):
    """Write the spore or the mover that a site sends, if it sends any; returns the energy that goes with it."""
    held, wish = arrays.energy[site], arrays.fires[site, 0]
    spore = may_breed((wish & BREEDS) != 0, held, params.spore_energy, now.copy_cost)
    moves = may_go((not spore) & ((wish & LEAVES) != 0), held, now.move_cost)
    if not spore and not moves:
        return np.int32(0)
    endowment = np.int32(endowment_of(held)) if spore else held
    sent.kind[slot] = SPORE if spore else MOVER
    sent.endowment[slot] = endowment
    for k in range(arrays.genome.shape[1]):
        sent.genome[k >> 1, slot] |= np.uint8(to_nibble(np.int32(arrays.genome[site, k])) << (4 * (k & 1)))
    for unit in range(sent.weights.shape[0]):
        for column in range(sent.weights.shape[1]):
            sent.weights[unit, column, slot] = arrays.weights[site, column // QUAD, unit, column % QUAD]
    sent.cradle[slot], sent.born[slot] = arrays.cradle[site], arrays.born[site]
    sent.parent[slot], sent.parent_born[slot] = arrays.parent[site], arrays.parent_born[site]
    sent.generation[slot], sent.founder[slot] = arrays.generation[site], arrays.founder[site]
    arrays.energy[site] = held - endowment
    if moves:
        for unit in range(arrays.activity.shape[1]):
            sent.activity[unit, slot] = arrays.activity[site, unit]
        sent.payoff[slot] = arrays.payoff[site]
        arrays.alive[site] = False
        arrays.activity[site] = 0
    return endowment
