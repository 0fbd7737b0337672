"""What tasks of many functions say of their pay: which of them pay, and whether claims are made by lot.

A lot is the control without selection: who is paid has nothing to do with what was answered, while pools, amounts and energy stay as they
are.  It is drawn for each site and block by the task's own random words, so it is the same on every backend and on any number of ranks.
Where it claims more than the pools hold, exactly what flows into them is paid: a timetable of `fill` taken from another run gives the same
total as there, tick by tick.  To hand a performer's pay to somebody drawn among its neighbours would be no control, since they are its kin.
"""

from __future__ import annotations

from collections.abc import Mapping

from cyberspace.errors import nearest
from organisms.arrays import Words

MOST_PAY = 270
"""Largest number of times that `pay` is paid: 120 times this is a score still."""

RAREST = 8
"""Least chance of a lot, as a power of a half."""


def need_lot(lot: int) -> int:
    """The option `lot`, checked.

    Raises:
        ValueError: If it is no whole number from 0 to 8.
    """
    if type(lot) is not int or not 0 <= lot <= RAREST:
        raise ValueError(f"lot a whole number from 0 to {RAREST}")
    return lot


def need_pays(pays: Mapping[str, int] | None, functions: Mapping[str, int]) -> dict[str, int]:
    """What each function that pays is worth, by name; all of them as they are if the option was left out.

    Raises:
        ValueError: If it names none, or an unknown one, or something that is no whole number of 1 or more.
    """
    if pays is None:
        return dict(functions)
    if not isinstance(pays, Mapping) or not pays:
        raise ValueError("pays a table that names one function or more: { EQU = 6 }")
    for name, worth in pays.items():
        if name not in functions:
            raise ValueError(f"pays names {name!r}, which is none of {', '.join(functions)}; {nearest(name, list(functions))}?")
        if type(worth) is not int or not 1 <= worth <= MOST_PAY:
            raise ValueError(f"pays.{name} a whole number from 1 to {MOST_PAY}")
    return dict(pays)


def drawn_by_lot(words: Words, lot: int) -> tuple[Words, ...]:
    """A word of each site whose every bit is set with chance 2^-lot, uint32 (sites,), of so many random words; none without a lot."""
    if not lot:
        return ()
    drawn = words[0]
    for k in range(1, lot):
        drawn = drawn & words[k]
    return (drawn,)
