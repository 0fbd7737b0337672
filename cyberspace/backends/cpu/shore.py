"""arrive and post as numba kernels: what happens at an opening of a link; `cyberspace.law.verbs` says what they mean.

They are parts of a tick as the others are, for one block at a time: the places of a shore are in the order of its sites, so those of a
block are neighbours.  The tick calls them by their address, since most worlds have no links.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np
from numba import njit

from cyberspace.backends.cpu.arrays import (
    BIRTHS,
    BREEDS,
    COPYING,
    DEATH,
    DEATHS,
    FAITHFUL,
    GIVES,
    LEAVES,
    LOST,
    MOVING,
    RECEIVED,
    SENT,
)
from cyberspace.backends.cpu.compiled import KERNEL
from cyberspace.backends.cpu.dots import QUAD
from cyberspace.backends.cpu.meet import endowment_of, gift_of, may_breed, may_go, overcomes
from cyberspace.backends.cpu.part import part
from cyberspace.backends.cpu.settle import bear
from cyberspace.backends.cpu.vector import set_bytes
from cyberspace.law.letters import MOVER, SPORE
from cyberspace.law.state import WALL
from organisms import genome as genomes
from organisms.body import MESSAGE, SIGNAL

from_nibble, to_nibble = part(genomes.from_nibble), part(genomes.to_nibble)


CAME, TIDE, MET = range(3)
"""Numbers of an opening: where the tide was in at the last one and is in now, and whether there is a region to write to."""


@njit(**KERNEL, cache=True)
def lay(come, goes, at, starts, came, sent):
    """Let the words of two handles name the fields of the letter that came, and of the one that is to be sent."""
    first, second = came.ctypes.data, sent.ctypes.data
    for k in range(len(at)):
        come[at[k]], goes[at[k]] = first + starts[k], second + starts[k]


@njit(**KERNEL, cache=True)
def arrive(link, low, high, tick, thread):
    """Settle what a letter brings to the sites from low to high, and note in `heard` what it tells of their partners."""
    arrays, due, tally = link.arrays, link.come, link.counts[thread, 0]
    energy, alive, heard = arrays.energy, arrays.alive, arrays.heard[low:high]
    for k in range(len(heard)):
        heard[k] = 0
    first, last = before(link.shore, low), before(link.shore, high)
    if first == last:
        return
    hear(due, link.shore, first, last, arrays.heard)
    received, lost = take_gifts(arrays, due.gift[first:last], link.shore[first:last])
    cost = link.tables.copy_cost[link.axis], link.tables.move_cost[link.axis]
    for slot in range(*slots_of(link, link.told[CAME], first, last)):
        kind, endowment, place = due.kind[slot], due.endowment[slot], link.told[CAME] + slot * link.every
        link.records[0, 0, slot] = -1
        received += endowment
        if kind == 0:
            continue
        site = link.shore[min(place, len(link.shore) - 1)]
        ground = place < len(link.shore) and arrays.block[site] != WALL
        if kind == SPORE and ground and overcomes(endowment, energy[site]) and endowment > cost[0]:
            if alive[site]:
                tally[DEATH] += energy[site]
                tally[DEATHS] += 1
            hatch(link, slot, site, tick, cost[0], tally, thread)
        elif kind == MOVER and ground and not alive[site] and endowment > cost[1]:
            step_ashore(arrays, due, slot, site, cost[1], tally)
        else:
            lost += endowment
            tally[DEATHS] += kind == MOVER
    tally[RECEIVED] += received
    tally[LOST] += lost


@part
def before(shore, site):
    """Places of a shore that lie before a site."""
    low, high = 0, len(shore)
    while low < high:
        middle = (low + high) >> 1
        if shore[middle] < site:
            low = middle + 1
        else:
            high = middle
    return low


@part
def slots_of(link, tide, first, last):
    """The first slot of those that belong to the places from `first` to before `last`, and that after them.

    The tide is in at the place `tide` of the shore, and at one in `every` from there on.
    """
    every = link.every
    end = len(link.come.kind) if last == len(link.shore) else max(0, (last - tide + every - 1) // every)
    return max(0, (first - tide + every - 1) // every), end


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
def hear(due, shore, first, last, heard):
    """What a letter tells of the partners at some places of a shore."""
    somebody, one, two = due.somebody[first:last], due.messages[0, first:last], due.messages[1, first:last]
    shore = shore[first:last]
    near, here = beside(shore), heard[shore[0] : shore[0] + len(shore)]
    for place in range(len(shore)):
        words = np.uint32(np.uint8(one[place])) << np.uint32(8) | np.uint32(np.uint8(two[place])) << np.uint32(16)
        told = np.uint32(np.uint32(SIGNAL) | words) if somebody[place] != 0 else np.uint32(0)
        if near:
            here[place] = told
        else:
            heard[shore[place]] = told


@part
def hatch(link, slot, site, tick, copy_cost, tally, thread):
    """A spore settles."""
    arrays, due, records, params = link.arrays, link.come, link.records[0], link.params
    parent, brain = link.guest[thread], link.guest_weights[thread]
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
def post(link, low, high, thread):
    """Write what the sites from low to high send into a letter, blank so far, and take from them what goes with it."""
    first, last = before(link.shore, low), before(link.shore, high)
    if link.told[MET] == 0 or first == last:
        return
    arrays, params, sent, fires = link.arrays, link.params, link.goes, link.arrays.fires
    cost = link.tables.copy_cost[link.axis], link.tables.move_cost[link.axis]
    tell(arrays, link.shore, first, last, sent)
    total = send_gifts(arrays, sent.gift[first:last], link.shore[first:last], params)
    for slot in range(*slots_of(link, link.told[TIDE], first, last)):
        place = link.told[TIDE] + slot * link.every
        if place < len(link.shore) and fires[link.shore[place], 0] & (BREEDS | LEAVES):  # the dead wish nothing
            total += embark(arrays, link.shore[place], sent, slot, *cost, params)
            if sent.kind[slot] == MOVER:
                sent.somebody[place] = 0
                sent.messages[0, place] = 0
                sent.messages[1, place] = 0
    link.counts[thread, 0, SENT] += total


@part
def tell(arrays, shore, first, last, sent):
    """What partners are told of those who live at some places of a shore; the dead say nothing."""
    somebody, one, two = sent.somebody[first:last], sent.messages[0, first:last], sent.messages[1, first:last]
    shore = shore[first:last]
    near, low, high = beside(shore), shore[0], shore[0] + len(shore)
    alive, acts = arrays.alive[low:high], arrays.acts[low:high]
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
        nibble = np.uint8(to_nibble(np.int32(arrays.genome[site, k])))
        sent.genome[k >> 1, slot] = sent.genome[k >> 1, slot] | nibble << np.uint8(4) if k & 1 else nibble
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
