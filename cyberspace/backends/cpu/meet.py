"""emit, meet and settle of single pairs as numba kernels; `cyberspace.law.verbs.emit` and `cyberspace.law.verbs.settle` say what they mean.

Something can land only where the tide is in, and few give: so most pairs are never looked at.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np

from cyberspace.backends.cpu.arrays import BREEDS, GIVES, LEAVES
from cyberspace.backends.cpu.part import part
from cyberspace.backends.cpu.scratch import scratch
from cyberspace.backends.cpu.settle import move, settle
from cyberspace.law import rules

GIVERS = (0, *(sum(GIVES << bit for bit in range(0, 64, 8 * groups)) if 8 % groups == 0 else 0 for groups in range(1, 9)))
"""Bits of `Arrays.wishes` that say that somebody gives, by bytes a site; 0 where a word does not hold whole sites."""

SHIFTS = tuple((8 // max(1, groups)).bit_length() - 1 for groups in range(9))
"""log2 of the sites in a word."""

endowment_of, gift_of = part(rules.endowment_of), part(rules.gift_of)
may_breed, may_go = part(rules.may_breed), part(rules.may_go)
overcomes, tide_is_in = part(rules.overcomes), part(rules.tide_is_in)


@part
def land_pairs(arrays, now, records, tally, low, high, params):
    """Pairs in which the tide is in at a site from low to high; at the first of the two, if it is in at both.

    First those who have something to do are found, without branches, since these can't be foreseen.
    """
    first = low + (now.tide - low) % params.tide
    found, count = scratch(max(0, high - first + params.tide - 1) // params.tide, np.int32), 0
    for site in range(first, high, params.tide):
        other = now.partner[site]
        there = max(other, np.int32(0))
        both = is_in(there, now.tide, params)
        lands = may_land(arrays, there, site, now, params) | (both & may_land(arrays, site, there, now, params))
        gives = ((arrays.fires[site, 0] | arrays.fires[there, 0]) & GIVES) != 0
        found[count] = site
        count += (other >= 0) & ((site < other) | (not both)) & (lands | gives)
    for k in range(count):
        meet_pair(arrays, now, found[k], now.partner[found[k]], records, tally, params)


@part
def give_pairs(arrays, now, records, tally, low, high, params):
    """Pairs without a tide in which a site from low to high gives; at the first of the two, if both give."""
    fires, partner, found, count = arrays.fires, now.partner, scratch(high - low, np.int32), 0
    few, shift = np.uint64(GIVERS[fires.shape[1]]), SHIFTS[fires.shape[1]]
    step = 1 << shift
    if few != 0 and (low | high) & (step - 1) == 0:
        for word in range(low >> shift, high >> shift):
            if arrays.wishes[word] & few != 0:
                for site in range(word << shift, (word << shift) + step):
                    found[count] = site
                    count += (fires[site, 0] & GIVES) != 0
    else:
        for site in range(low, high):
            found[count] = site
            count += (fires[site, 0] & GIVES) != 0
    for k in range(count):
        site, other = found[k], partner[found[k]]
        if (
            other >= 0
            and (site < other or fires[other, 0] & GIVES == 0)
            and not is_in(site, now.tide, params)
            and not is_in(other, now.tide, params)
        ):
            meet_pair(arrays, now, site, other, records, tally, params)


@part
def is_in(place, tide, params):
    """`cyberspace.law.rules.tide_is_in` without a division, for places below 2^31: the quotient is found, or the next one."""
    quotient = (np.int64(place) * params.tide_inverse) >> 32
    left = np.int64(place) - quotient * params.tide
    return (left == tide) | (left + params.tide == tide)


@part
def may_land(arrays, sender, site, now, params):
    """Whether something would settle if nobody gave: a living resident keeps at least half of its energy."""
    energy, wish = arrays.energy, arrays.fires[sender, 0]
    held, kept = energy[sender], energy[site] - endowment_of(energy[site])
    spore = may_breed((wish & BREEDS) != 0, held, params.spore_energy, now.copy_cost)
    lands = spore & overcomes(endowment_of(held), kept)
    return lands | ((kept == 0) & may_go((wish & LEAVES) != 0, held, now.move_cost))


@part
def letter(arrays, site, other, now, params):
    """(gift, endowment, moves) that a site writes to its partner; see `cyberspace.law.verbs.emit`."""
    held, wish = arrays.energy[site], arrays.fires[site, 0]  # the dead wish nothing
    company = arrays.alive[other]
    gift = np.int32(gift_of(held, params.gift_shift)) if company and wish & GIVES else np.int32(0)
    if not tide_is_in(other, params.tide, now.tide):
        return gift, np.int32(0), False
    held = np.int32(held - gift)
    if may_breed((wish & BREEDS) != 0, held, params.spore_energy, now.copy_cost):
        return gift, np.int32(endowment_of(held)), False
    return gift, np.int32(0), may_go((not company) & ((wish & LEAVES) != 0), held, now.move_cost)


@part
def meet_pair(arrays, now, one, two, records, tally, params):
    """Both letters of one pair; see `cyberspace.law.verbs.settle`.  At most one of them lands."""
    energy = arrays.energy
    gift1, spore1, moves1 = letter(arrays, one, two, now, params)
    gift2, spore2, moves2 = letter(arrays, two, one, now, params)
    energy[one] += gift2 - gift1 - spore1
    energy[two] += gift1 - gift2 - spore2
    wins1, wins2 = overcomes(spore1, energy[two]), overcomes(spore2, energy[one])
    if not wins1:
        energy[one] += spore1
    if not wins2:
        energy[two] += spore2
    if wins1 or moves1:
        sender, site, endowment = one, two, spore1
    else:
        sender, site, endowment = two, one, spore2
    if wins1 or wins2:
        settle(arrays, now, sender, site, endowment, records, tally, params)
    elif moves1 or moves2:
        move(arrays, sender, site, tally, now.move_cost)
