"""arrive and post as numba kernels: what happens at an opening of a link; `cyberspace.law.verbs.cross` says what it means.

Few organisms cross at an opening, so these go through the places of the shore one by one, in one thread.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from cyberspace.backends.cpu import kernels as kernels
from cyberspace.backends.cpu.arrays import BIRTHS, BREEDS, COPYING, DEATH, DEATHS, FAITHFUL, GIVES, LEAVES, MOVING
from cyberspace.backends.cpu.product import QUAD
from cyberspace.backends.cpu.settle import bear
from cyberspace.law.letters import LETTER_FIELDS, MOVER, SPORE, block_bytes, layout
from cyberspace.law.state import WALL
from cyberspace.law.world import World
from organisms.body import MESSAGE
from organisms.genome import LOWEST
from topology import LinkEnd


class Mail(NamedTuple):
    """A letter as the kernels see it; fields as in `cyberspace.law.letters.Letter`, but for `somebody`, which is uint8."""

    somebody: Any
    messages: Any
    gift: Any
    kind: Any
    endowment: Any
    genome: Any
    weights: Any
    activity: Any
    payoff: Any
    cradle: Any
    born: Any
    parent: Any
    parent_born: Any
    generation: Any
    founder: Any


assert Mail._fields == LETTER_FIELDS


class Form(NamedTuple):
    """Where the fields of a letter lie in its body, how long they are, and the bytes of a block.

    The numbers of a letter are little-endian, so this machine has to be as well.
    """

    starts: Any
    places: int
    slots: int
    pairs: int
    units: int
    inputs: int
    tide: int
    size: int


def form(world: World, end: LinkEnd) -> Form:
    """The form of a letter over a link."""
    parts = {part.name: part for part in layout(world, end)}
    starts = np.array([part.start for part in parts.values()], dtype=np.int64)
    units, inputs, slots = parts["weights"].shape
    return Form(starts, len(end.sites), slots, parts["genome"].shape[0], units, inputs, end.tide, block_bytes(world, end))


@njit(nogil=True, cache=True)
def mail(body, form):
    """The letter in a body, uint8."""
    starts, places, slots = form.starts, form.places, form.slots
    return Mail(
        body[starts[0] : starts[0] + places],
        body[starts[1] : starts[1] + 2 * places].view(np.int8).reshape(2, places),
        body[starts[2] : starts[2] + 4 * places].view(np.int32),
        body[starts[3] : starts[3] + slots],
        body[starts[4] : starts[4] + 4 * slots].view(np.int32),
        body[starts[5] : starts[5] + form.pairs * slots].reshape(form.pairs, slots),
        body[starts[6] : starts[6] + form.units * form.inputs * slots].view(np.int8).reshape(form.units, form.inputs, slots),
        body[starts[7] : starts[7] + form.units * slots].view(np.int8).reshape(form.units, slots),
        body[starts[8] : starts[8] + slots].view(np.int8),
        body[starts[9] : starts[9] + 4 * slots].view(np.int32),
        body[starts[10] : starts[10] + 4 * slots].view(np.int32),
        body[starts[11] : starts[11] + 4 * slots].view(np.int32),
        body[starts[12] : starts[12] + 4 * slots].view(np.int32),
        body[starts[13] : starts[13] + 4 * slots].view(np.int32),
        body[starts[14] : starts[14] + 4 * slots].view(np.uint32),
    )


@njit(nogil=True, cache=True)
def land(arrays, shore, body, form, tide, tally, records, now, counts, pays, numbers):
    """The first half of a tick at which a link opens: arrive, sense, think, and pay where no task judges; (received, lost).

    The letter in `body` was posted with the tide at the place `tide` of the shore; the rest is as in `arrive` and in `numba_kernels`.
    """
    arrays.heard[:] = 0
    received, lost = arrive(arrays, shore, mail(body, form), tide, form.tide, now, tally, records, numbers)
    kernels.dwell(arrays, now, counts, True, pays, np.int32(0), numbers)
    return received, lost


@njit(nogil=True, cache=True)
def leave(arrays, shore, body, form, goes, now, counts, totals, numbers):
    """The second half: post, if the letter goes anywhere, into a blank body, and close; the energy that was sent."""
    total = post(arrays, shore, mail(body, form), now, form.tide, numbers) if goes else np.int64(0)
    kernels.close(arrays, now.tick, counts, totals, numbers)
    return total


@njit(nogil=True, cache=True)
def arrive(arrays, shore, due, tide, every, now, tally, records, numbers):
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
        free = place < len(shore) and not alive[site] and arrays.block[site] != WALL
        if kind == SPORE and (free or (place < len(shore) and alive[site] and endowment > 2 * energy[site])):
            if alive[site]:
                tally[DEATH] += energy[site]
                tally[DEATHS] += 1
            hatch(arrays, due, slot, site, now, tally, records, numbers)
        elif kind == MOVER and free:
            step_ashore(arrays, due, slot, site, now, tally)
        else:
            lost += endowment
            tally[DEATHS] += kind == MOVER
    return received, lost


@njit(nogil=True, cache=True)
def hatch(arrays, due, slot, site, now, tally, records, numbers):
    """A spore settles."""
    parent, brain = np.empty(numbers.loci, dtype=np.int8), np.empty(arrays.weights.shape[1:], dtype=np.int8)
    take_genome(due.genome, slot, parent)
    take_brain(due.weights, slot, brain)
    distance = bear(arrays, parent, brain, site, due.endowment[slot], now, numbers)
    arrays.parent[site], arrays.parent_born[site] = due.cradle[slot], due.born[slot]
    arrays.generation[site] = due.generation[slot] + 1
    arrays.founder[site] = due.founder[slot]
    records[0, slot], records[1, slot], records[2, slot] = distance, due.cradle[slot], due.born[slot]
    tally[COPYING] += now.copy_cost
    tally[BIRTHS] += 1
    tally[FAITHFUL] += distance <= numbers.faithful


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
        nibble = (np.int32(packed[k >> 1, slot]) >> (4 * (k & 1))) & 15
        genome[k] = ((nibble - LOWEST) & 15) + LOWEST


@njit(forceinline=True)
def take_brain(weights, slot, brain):
    """Weights (units, inputs, slots) of one slot, as (quads, units, 4)."""
    for unit in range(weights.shape[0]):
        for column in range(weights.shape[1]):
            brain[column // QUAD, unit, column % QUAD] = weights[unit, column, slot]


@njit(nogil=True, cache=True)
def post(arrays, shore, sent, now, every, numbers):
    """Write a letter, blank so far, and take what goes with it from the senders; the energy that was sent."""
    energy, wish, total = arrays.energy, arrays.fires[:, 0], np.int64(0)
    for place in range(len(shore)):
        site = shore[place]
        if arrays.alive[site]:
            sent.somebody[place] = 1
            sent.messages[0, place] = arrays.activity[site, MESSAGE]
            sent.messages[1, place] = arrays.activity[site, MESSAGE + 1]
            if wish[site] & GIVES:
                gift = np.int32(energy[site] >> numbers.gift_shift)
                sent.gift[place] = gift
                energy[site] -= gift
                total += gift
    for slot in range(len(sent.kind)):
        place = now.tide + slot * every
        if place < len(shore) and wish[shore[place]] & (BREEDS | LEAVES):  # the dead wish nothing
            total += embark(arrays, shore[place], sent, slot, now, numbers)
            if sent.kind[slot] == MOVER:
                sent.somebody[place] = 0
                sent.messages[:, place] = 0
    return total


@njit(nogil=True, cache=True)
def embark(arrays, site, sent, slot, now, numbers):
    """Write the spore or the mover that a site sends, if it sends any; returns the energy that goes with it."""
    held, wish = arrays.energy[site], arrays.fires[site, 0]
    half = np.int32(held >> 1)
    spore = (wish & BREEDS) != 0 and held > numbers.spore_energy and half > now.copy_cost
    moves = not spore and (wish & LEAVES) != 0 and held > now.move_cost
    if not spore and not moves:
        return np.int32(0)
    endowment = half if spore else held
    sent.kind[slot] = SPORE if spore else MOVER
    sent.endowment[slot] = endowment
    for k in range(arrays.genome.shape[1]):
        sent.genome[k >> 1, slot] |= np.uint8((np.int32(arrays.genome[site, k]) & 15) << (4 * (k & 1)))
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
