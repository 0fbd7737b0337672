"""arrive and post as numba kernels: what happens at an opening of a link; `cyberspace.law.verbs.cross` says what it means.

Few organisms cross at an opening, so these go through the places of the shore one by one, in one thread.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np
from numba import njit

from cyberspace.backends.cpu.arrays import BIRTHS, BREEDS, COPYING, DEATH, DEATHS, FAITHFUL, GIVES, LEAVES, MOVING
from cyberspace.backends.cpu.compiled import KERNEL
from cyberspace.backends.cpu.dots import QUAD
from cyberspace.backends.cpu.kernels import close
from cyberspace.backends.cpu.meet import endowment_of, gift_of, may_breed, may_go, overcomes
from cyberspace.backends.cpu.part import part
from cyberspace.backends.cpu.settle import bear
from cyberspace.backends.cpu.vector import set_bytes
from cyberspace.law.letters import MOVER, SPORE
from cyberspace.law.state import WALL
from organisms import genome as genomes
from organisms.body import MESSAGE, SIGNAL

from_nibble, to_nibble = part(genomes.from_nibble), part(genomes.to_nibble)


@njit(**KERNEL, cache=True)
def arrive(arrays, tables, shore, due, tide, every, tick, axis, tally, records, params):
    """Settle a letter; (received, lost), and the birth records as in `cyberspace.law.verbs.cross.arrive`.

    What it tells of the partners goes into `arrays.heard`.  The tide was in at the place `tide` of the shore, and at one in `every` from
    there on.
    """
    energy, alive, heard = arrays.energy, arrays.alive, arrays.heard
    for site in range(len(heard)):
        heard[site] = 0
    hear(due, shore, heard)
    received, lost = take_gifts(arrays, due.gift, shore)
    copy_cost, move_cost = tables.copy_cost[axis], tables.move_cost[axis]
    for slot in range(len(due.kind)):
        kind, endowment, place = due.kind[slot], due.endowment[slot], tide + slot * every
        received += endowment
        if kind == 0:
            continue
        site = shore[min(place, len(shore) - 1)]
        ground = place < len(shore) and arrays.block[site] != WALL
        if kind == SPORE and ground and overcomes(endowment, energy[site]) and endowment > copy_cost:
            if alive[site]:
                tally[DEATH] += energy[site]
                tally[DEATHS] += 1
            hatch(arrays, due, slot, site, tick, copy_cost, tally, records, params)
        elif kind == MOVER and ground and not alive[site] and endowment > move_cost:
            step_ashore(arrays, due, slot, site, move_cost, tally)
        else:
            lost += endowment
            tally[DEATHS] += kind == MOVER
    return received, lost


@part
def beside(shore):
    """Whether the sites of a shore are neighbours by number, so that loops over them become vectors."""
    return shore[-1] - shore[0] == len(shore) - 1


@part
def take_gifts(arrays, gift, shore):
    """Add what came in a letter to those who live; what came, and what was lost."""
    energy, alive, received, kept = arrays.energy, arrays.alive, np.int64(0), np.int64(0)
    if beside(shore):
        held, lives = energy[shore[0] : shore[0] + len(shore)], alive[shore[0] : shore[0] + len(shore)]
        for place in range(len(shore)):
            taken = np.int32(gift[place] * np.int32(lives[place]))
            held[place] = np.int32(held[place] + taken)
            received += gift[place]
            kept += taken
    else:
        for place in range(len(shore)):
            taken = np.int32(gift[place] * np.int32(alive[shore[place]]))
            energy[shore[place]] += taken
            received += gift[place]
            kept += taken
    return received, received - kept


@part
def send_gifts(arrays, gift, shore, params):
    """Write what those who give send, and take it from them; how much."""
    energy, fires, total, shift = arrays.energy, arrays.fires, np.int64(0), np.int32(params.gift_shift)
    if beside(shore):
        held, wish = energy[shore[0] : shore[0] + len(shore)], fires[shore[0] : shore[0] + len(shore)]
        for place in range(len(shore)):  # the dead wish nothing, and hold nothing
            gives = np.int32((wish[place, 0] & GIVES) != 0)
            sent = np.int32(gift_of(held[place], shift) * gives)
            gift[place] = sent
            held[place] = np.int32(held[place] - sent)
            total += sent
    else:
        for place in range(len(shore)):
            if fires[shore[place], 0] & GIVES:
                sent = np.int32(gift_of(energy[shore[place]], shift))
                gift[place] = sent
                energy[shore[place]] -= sent
                total += sent
    return total


@part
def hear(due, shore, heard):
    """What a letter tells of the partners."""
    somebody, one, two, near = due.somebody, due.messages[0], due.messages[1], beside(shore)
    here = heard[shore[0] : shore[0] + len(shore)]
    for place in range(len(shore)):
        words = np.uint32(np.uint8(one[place])) << np.uint32(8) | np.uint32(np.uint8(two[place])) << np.uint32(16)
        told = np.uint32(np.uint32(SIGNAL) | words) if somebody[place] != 0 else np.uint32(0)
        if near:
            here[place] = told
        else:
            heard[shore[place]] = told


@part
def hatch(arrays, due, slot, site, tick, copy_cost, tally, records, params):
    """A spore settles."""
    parent, brain = arrays.guest, arrays.guest_weights
    take_genome(due.genome, slot, parent)
    take_brain(due.weights, slot, brain)
    distance = bear(arrays, parent, brain, site, due.endowment[slot], tick, copy_cost, params)
    arrays.parent[site], arrays.parent_born[site] = due.cradle[slot], due.born[slot]
    arrays.generation[site] = due.generation[slot] + 1
    arrays.founder[site] = due.founder[slot]
    records[0, slot], records[1, slot], records[2, slot] = distance, due.cradle[slot], due.born[slot]
    tally[COPYING] += copy_cost
    tally[BIRTHS] += 1
    tally[FAITHFUL] += distance <= params.faithful


@part
def step_ashore(arrays, due, slot, site, move_cost, tally):
    """A mover settles: it keeps brain and descent, and nothing that tasks knew of it."""
    take_genome(due.genome, slot, arrays.genome[site])
    take_brain(due.weights, slot, arrays.weights[site])
    arrays.synapses[site] = set_bytes(arrays.octets[site])
    for unit in range(arrays.activity.shape[1]):
        arrays.activity[site, unit] = due.activity[unit, slot]
    for k in range(arrays.trace.shape[1]):
        arrays.trace[site, k] = due.trace[k, slot]
    for word in range(arrays.memory.shape[0]):
        arrays.memory[word, site] = 0
    arrays.performed[site] = 0
    arrays.alive[site] = True
    arrays.energy[site] = due.endowment[slot] - move_cost
    arrays.payoff[site] = due.payoff[slot]
    arrays.cradle[site], arrays.born[site] = due.cradle[slot], due.born[slot]
    arrays.parent[site], arrays.parent_born[site] = due.parent[slot], due.parent_born[slot]
    arrays.generation[site], arrays.founder[site] = due.generation[slot], due.founder[slot]
    tally[MOVING] += move_cost


@part
def take_genome(packed, slot, genome):
    """`cyberspace.law.letters.unpack_genomes` of one slot."""
    for k in range(len(genome)):
        genome[k] = from_nibble(np.int32(packed[k >> 1, slot]) >> (4 * (k & 1)))


@part
def take_brain(weights, slot, brain):
    """Weights (units, inputs, slots) of one slot, as (quads, units, 4)."""
    for unit in range(weights.shape[0]):
        for column in range(weights.shape[1]):
            brain[column // QUAD, unit, column % QUAD] = weights[unit, column, slot]


@njit(**KERNEL, cache=True)
def part_from(arrays, tick, tally, params):
    """What is left of a tick once a letter is posted: see `cyberspace.backends.cpu.kernels.close`."""
    close(arrays, tick, 0, len(arrays.alive), tally, params)


@njit(**KERNEL, cache=True)
def post(arrays, tables, shore, sent, tide, every, axis, params):
    """Write a letter, blank so far, and take what goes with it from the senders; the energy that was sent."""
    fires = arrays.fires
    cost = tables.copy_cost[axis], tables.move_cost[axis]
    tell(arrays, shore, sent)
    total = send_gifts(arrays, sent.gift, shore, params)
    for slot in range(len(sent.kind)):
        place = tide + slot * every
        if place < len(shore) and fires[shore[place], 0] & (BREEDS | LEAVES):  # the dead wish nothing
            total += embark(arrays, shore[place], sent, slot, *cost, params)
            if sent.kind[slot] == MOVER:
                sent.somebody[place] = 0
                sent.messages[0, place] = 0
                sent.messages[1, place] = 0
    return total


@part
def tell(arrays, shore, sent):
    """What partners are told of those who live on a shore; the dead say nothing."""
    somebody, one, two = sent.somebody, sent.messages[0], sent.messages[1]
    first, near = shore[0], beside(shore)
    alive, acts = arrays.alive[first : first + len(shore)], arrays.acts[first : first + len(shore)]
    for place in range(len(shore)):
        if near:
            lives, said = alive[place], acts[place, 0]
        else:
            lives, said = arrays.alive[shore[place]], arrays.acts[shore[place], 0]
        words = np.uint32(said >> np.uint64(8 * MESSAGE)) if lives else np.uint32(0)
        somebody[place] = np.uint8(lives)
        one[place], two[place] = np.int8(words & np.uint32(255)), np.int8(words >> np.uint32(8) & np.uint32(255))


@part
def embark(arrays, site, sent, slot, copy_cost, move_cost, params):
    """Write the spore or the mover that a site sends, if it sends any; returns the energy that goes with it."""
    held, wish = arrays.energy[site], arrays.fires[site, 0]
    spore = may_breed((wish & BREEDS) != 0, held, params.spore_energy, copy_cost)
    moves = may_go((not spore) & ((wish & LEAVES) != 0), held, move_cost)
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
            arrays.activity[site, unit] = 0
        for k in range(arrays.trace.shape[1]):
            sent.trace[k, slot] = arrays.trace[site, k]
        sent.payoff[slot] = arrays.payoff[site]
        arrays.alive[site] = False
    return endowment
