"""Scalar rules of the tick, each written once: elementwise functions that both texts of the law use.

They take numbers of one site, or arrays of them, and are compiled by numba as they stand.
"""

from __future__ import annotations

from organisms.arrays import Bools, Number, Where

Truth = bool | Bools


def gift_of(energy: Number, shift: int) -> Number:
    """What is given by somebody who gives."""
    return energy >> shift


def endowment_of(energy: Number) -> Number:
    """What goes with a spore: half of what its sender holds after its gift."""
    return energy >> 1


def may_breed(wants: Truth, energy: Number, least: int, cost: Number | int) -> Truth:
    """Whether a spore is written: by who wants to, holds more than `least`, and endows it with more than the copy costs."""
    return wants & (energy > least) & (endowment_of(energy) > cost)


def may_go(wants: Truth, energy: Number, cost: Number | int) -> Truth:
    """Whether an organism sets out: if it wants to, and holds more than the way costs."""
    return wants & (energy > cost)


def overcomes(endowment: Number, resident: Number) -> Truth:
    """Whether a spore settles on a site whose resident holds so much; 0 where nobody lives, and an endowment is above 0."""
    return endowment > 2 * resident


def tide_is_in(place: Number, every: int, tide: Number | int) -> Truth:
    """Whether an organism may land at a place, at one in `every` from `tide` on."""
    inside: Truth = place % every == tide
    return inside


def level_of(where: Where, bits: Number) -> Number:
    """What a sense shows of a number of so many bits: 8 for each, at most 127."""
    level: Number = where(bits > 15, 127, 8 * bits)
    return level
