"""emit, meet and settle of single pairs as numba kernels; `cyberspace.law.verbs.emit` and `cyberspace.law.verbs.settle` say what they mean.

Something can land only where the tide is in, and few give: so most pairs are never looked at.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np
from numba import njit

from cyberspace.backends.cpu.arrays import BREEDS, GIVES, LEAVES
from cyberspace.backends.cpu.settle import move, settle


@njit(nogil=True, cache=True)
def land_pairs(arrays, now, records, tally, low, high, numbers):
    """Pairs in which the tide is in at a site from low to high; at the first of the two, if it is in at both."""
    wish, energy, partner, tide = arrays.fires[:, 0], arrays.energy, now.partner, numbers.tide
    for site in range(low + (now.tide - low) % tide, high, tide):
        other = partner[site]
        if other < 0 or wish[site] | wish[other] == 0:
            continue
        both = other % tide == now.tide
        if (site < other or not both) and (
            may_land(wish, energy, other, site, now, numbers)
            or (both and may_land(wish, energy, site, other, now, numbers))
            or ((wish[site] | wish[other]) & GIVES) != 0
        ):
            meet_pair(arrays, now, site, other, records, tally, numbers)


@njit(nogil=True, cache=True)
def give_pairs(arrays, now, records, tally, low, high, numbers):
    """Pairs without a tide in which a site from low to high gives; at the first of the two, if both give."""
    wish, partner, tide = arrays.fires[:, 0], now.partner, numbers.tide
    here, some = wish[low:high], np.uint8(0)
    for k in range(len(here)):
        some |= here[k]
    if some & GIVES == 0:
        return
    for site in range(low, high):
        if wish[site] & GIVES:
            other = partner[site]
            if (
                other >= 0
                and (site < other or wish[other] & GIVES == 0)
                and site % tide != now.tide
                and other % tide != now.tide
            ):
                meet_pair(arrays, now, site, other, records, tally, numbers)


@njit(forceinline=True)
def may_land(wish, energy, sender, site, now, numbers):
    """Whether something would settle if nobody gave: a living resident keeps at least half of its energy."""
    held, half, kept = energy[sender], energy[sender] >> 1, energy[site] - (energy[site] >> 1)
    spore = (wish[sender] & BREEDS) != 0 and held > numbers.spore_energy and half > max(now.copy_cost, 2 * kept)
    return spore or ((wish[sender] & LEAVES) != 0 and kept == 0 and held > now.move_cost)


@njit(forceinline=True)
def letter(arrays, site, other, now, numbers):
    """(gift, endowment, moves) that a site writes to its partner; see `cyberspace.law.verbs.emit`."""
    held, wish = arrays.energy[site], arrays.fires[site, 0]  # the dead wish nothing
    company = arrays.alive[other]
    gift = np.int32(held >> numbers.gift_shift) if company and wish & GIVES else np.int32(0)
    if other % numbers.tide != now.tide:
        return gift, np.int32(0), False
    held = np.int32(held - gift)
    half = np.int32(held >> 1)
    if wish & BREEDS and held > numbers.spore_energy and half > now.copy_cost:
        return gift, half, False
    return gift, np.int32(0), not company and (wish & LEAVES) != 0 and held > now.move_cost


@njit(nogil=True, cache=True)
def meet_pair(arrays, now, one, two, records, tally, numbers):
    """Both letters of one pair; see `cyberspace.law.verbs.settle`.  At most one of them lands."""
    energy, alive = arrays.energy, arrays.alive
    gift1, spore1, moves1 = letter(arrays, one, two, now, numbers)
    gift2, spore2, moves2 = letter(arrays, two, one, now, numbers)
    energy[one] += gift2 - gift1 - spore1
    energy[two] += gift1 - gift2 - spore2
    wins1 = spore1 > 0 and (not alive[two] or spore1 > 2 * energy[two])
    wins2 = spore2 > 0 and (not alive[one] or spore2 > 2 * energy[one])
    if not wins1:
        energy[one] += spore1
    if not wins2:
        energy[two] += spore2
    if wins1 or moves1:
        sender, site, endowment = one, two, spore1
    else:
        sender, site, endowment = two, one, spore2
    if wins1 or wins2:
        settle(arrays, now, sender, site, endowment, records, tally, numbers)
    elif moves1 or moves2:
        move(arrays, sender, site, tally, now.move_cost)
