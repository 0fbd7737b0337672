"""arrive and post as numba kernels: what happens at an opening of a link; `cyberspace.law.verbs` says what they mean.

They are parts of a tick as the others are, for one block at a time: the places of a shore are in the order of its sites, so those of a
block are neighbours.  The tick calls them by their address, since most worlds have no links.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np
from numba import njit

from cyberspace.backends.cpu.arrays import (  # isort: skip
    BIRTHS, BREEDS, COPYING, DEATH, DEATHS, FAITHFUL, GIVES, LEAVES, LOST, MOVING, RECEIVED, SENT
)  # fmt: skip
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
def lay(words, at, starts, body):
    """Let the words of a handle name the fields of a letter."""
    for k in range(len(at)):
        words[at[k]] = body.ctypes.data + starts[k]


@njit(**KERNEL, cache=True)
def gather(kind, records, into):
    """Write the records of slots that hold something one after the other; their bytes."""
    count, size = 0, records.shape[1]
    for slot in range(len(records)):
        if kind[slot] != 0:
            for k in range(size):
                into[count * size + k] = records[slot, k]
            count += 1
    return count * size


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
    slots = slots_of(link, link.told[CAME], first, last)
    record = records_before(due.kind, slots[0])
    for slot in range(*slots):
        kind, endowment, place = due.kind[slot], due.endowment[slot], link.told[CAME] + slot * link.every
        link.records[0, 0, slot] = -1
        received += endowment
        if kind == 0:
            continue
        record += 1
        site = link.shore[min(place, len(link.shore) - 1)]
        ground = place < len(link.shore) and arrays.block[site] != WALL
        if kind == SPORE and ground and overcomes(endowment, energy[site]) and endowment > cost[0]:
            if alive[site]:
                tally[DEATH] += energy[site]
                tally[DEATHS] += 1
            hatch(link, slot, record, site, tick, cost[0], tally, thread)
        elif kind == MOVER and ground and not alive[site] and endowment > cost[1]:
            step_ashore(arrays, due, slot, record, site, cost[1], tally)
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
def records_before(kind, slot):
    """The record of the last slot that holds something before a slot; -1 if there is none."""
    found = -1
    for k in range(slot):
        found += kind[k] != 0
    return found


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
            gift[place] = 0
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
def hatch(link, slot, record, site, tick, copy_cost, tally, thread):
    """A spore settles."""
    arrays, due, records, params = link.arrays, link.come, link.records[0], link.params
    parent, brain, numbers = link.guest[thread], link.guest_weights[thread], link.come.numbers[record]
    take_genome(due, record, parent)
    take_brain(due, record, brain)
    distance = bear(arrays, parent, brain, site, due.endowment[slot], tick, copy_cost, params)
    cradle, born = numbers[due.cradle], numbers[due.born]
    arrays.parent[site], arrays.parent_born[site] = cradle, born
    arrays.generation[site] = numbers[due.generation] + 1
    arrays.founder[site] = np.uint32(numbers[due.founder])
    records[0, slot], records[1, slot], records[2, slot] = distance, cradle, born
    tally[COPYING] += copy_cost
    tally[BIRTHS] += 1
    tally[FAITHFUL] += distance <= params.faithful


@part
def step_ashore(arrays, due, slot, record, site, move_cost, tally):
    """A mover settles: it keeps brain and descent, and nothing that tasks knew of it."""
    octets, numbers = due.octets[record], due.numbers[record]
    take_genome(due, record, arrays.genome[site])
    take_brain(due, record, arrays.weights[site])
    arrays.synapses[site] = set_bytes(arrays.octets[site])
    for unit in range(arrays.activity.shape[1]):
        arrays.activity[site, unit] = np.int8(octets[due.activity + unit])
    for k in range(arrays.trace.shape[1]):
        arrays.trace[site, k] = np.int8(octets[due.trace + k])
    for word in range(arrays.memory.shape[0]):
        arrays.memory[word, site] = 0
    arrays.performed[site] = 0
    arrays.alive[site] = True
    arrays.energy[site] = due.endowment[slot] - move_cost
    arrays.payoff[site] = np.int8(octets[due.payoff])
    arrays.cradle[site], arrays.born[site] = numbers[due.cradle], numbers[due.born]
    arrays.parent[site], arrays.parent_born[site] = numbers[due.parent], numbers[due.parent_born]
    arrays.generation[site], arrays.founder[site] = numbers[due.generation], np.uint32(numbers[due.founder])
    tally[MOVING] += move_cost


@part
def take_genome(due, record, genome):
    """`cyberspace.law.letters.unpack_genomes` of one record."""
    packed = due.octets[record, due.genome :]
    for k in range(len(genome)):
        genome[k] = from_nibble(np.int32(packed[k >> 1]) >> (4 * (k & 1)))


@part
def take_brain(due, record, brain):
    """Weights (units, inputs) of one record, as (quads, units, 4)."""
    quads, units = brain.shape[0], brain.shape[1]
    weights = due.octets[record, due.weights :]
    for unit in range(units):
        for column in range(quads * QUAD):
            brain[column // QUAD, unit, column % QUAD] = np.int8(weights[unit * quads * QUAD + column])


@njit(**KERNEL, cache=True)
def post(link, low, high, thread):
    """Write what the sites from low to high send into a letter whose slots are blank, and take from them what goes with it."""
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
    pack_brain(arrays, site, sent, slot)
    numbers, octets = sent.numbers[slot], sent.octets[slot]
    numbers[sent.cradle], numbers[sent.born] = arrays.cradle[site], arrays.born[site]
    numbers[sent.parent], numbers[sent.parent_born] = arrays.parent[site], arrays.parent_born[site]
    numbers[sent.generation], numbers[sent.founder] = arrays.generation[site], np.int32(arrays.founder[site])
    for unit in range(arrays.activity.shape[1]):
        octets[sent.activity + unit] = np.uint8(arrays.activity[site, unit]) if moves else np.uint8(0)
    for k in range(arrays.trace.shape[1]):
        octets[sent.trace + k] = np.uint8(arrays.trace[site, k]) if moves else np.uint8(0)
    octets[sent.payoff] = np.uint8(arrays.payoff[site]) if moves else np.uint8(0)
    arrays.energy[site] = held - endowment
    if moves:
        for unit in range(arrays.activity.shape[1]):
            arrays.activity[site, unit] = 0
        arrays.alive[site] = False
    return endowment


@part
def pack_brain(arrays, site, sent, slot):
    """Genome and weights of a site, as they lie in a record."""
    genome, weights, quads = sent.octets[slot, sent.genome :], sent.octets[slot, sent.weights :], arrays.weights.shape[1]
    for k in range(arrays.genome.shape[1]):
        nibble = np.uint8(to_nibble(np.int32(arrays.genome[site, k])))
        genome[k >> 1] = genome[k >> 1] | nibble << np.uint8(4) if k & 1 else nibble
    for unit in range(arrays.weights.shape[2]):
        for column in range(quads * QUAD):
            weights[unit * quads * QUAD + column] = np.uint8(arrays.weights[site, column // QUAD, unit, column % QUAD])
