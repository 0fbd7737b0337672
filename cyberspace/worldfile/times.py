"""Spells of time in a world file: from its keys to `Times`, and whether two of them ever meet."""

from __future__ import annotations

from dataclasses import replace
from math import gcd

from cyberspace.errors import problem
from cyberspace.law.timetable import FOREVER, Times


def times_of(
    where: str, start: int, until: int | None, every: int | None, length: int | None, problems: list[str], first: str = "at"
) -> Times:
    """Spells as a table gives them; what is wrong is added to the problems.

    Args:
        where: What errors call the table.
        start: First tick.
        until: Tick at which all is over.
        every: Ticks from one spell to the next.
        length: Ticks of a spell.
        problems: Takes a line for everything that is wrong.
        first: What the table calls its first tick.
    """
    if until is not None and until <= start:
        problems.append(problem(f"{where}.until", until, f"a tick after {first} = {start}", str(start + (length or 1000))))
    if every is not None and length is not None and length >= every:
        problems.append(problem(f"{where}.for", length, f"fewer ticks than every = {every}", str(max(1, every // 2))))
    return Times(start, every or 0, length or 0, FOREVER if until is None else until)


def need_length(where: str, every: int | None, length: int | None, problems: list[str]) -> None:
    """Refuse what comes again and never ends in between."""
    if every is not None and length is None:
        problems.append(problem(f"{where}.every", every, "for as well, the ticks that it lasts", f"for = {max(1, every // 2)}"))


def first_meeting(one: Times, other: Times) -> int | None:
    """The first tick at which spells of both begin; None if there is none."""
    end = min(one.until, other.until)
    if not one.every or not other.every:
        single, many = (one, other) if not one.every else (other, one)
        return single.start if single.start < end and single.start in many.starts(single.start, single.start + 1) else None
    common = gcd(one.every, other.every)
    apart = other.start - one.start
    if apart % common:
        return None
    # one.start + k * one.every = other.start + m * other.every, the Chinese remainder theorem.
    turn = other.every // common
    k = apart // common * pow(one.every // common, -1, turn) % turn if turn > 1 else 0
    tick, both = one.start + k * one.every, one.every * turn
    low = max(one.start, other.start)
    tick += -(-max(0, low - tick) // both) * both
    return tick if tick < end else None


def apart(one: Times, other: Times) -> bool:
    """Whether no tick lies in a spell of both; of spells that come again and end some day, only if that is so without an end too."""
    # What begins again before it ends never ends.
    one, other = (times if times.length else replace(times, every=0) for times in (one, other))
    if one.until <= other.start or other.until <= one.start:
        return True
    if not one.every and not other.every:
        ends = [min(times.until, times.start + times.length if times.length else FOREVER) for times in (one, other)]
        return ends[0] <= other.start or ends[1] <= one.start
    if not one.every or not other.every:
        single, many = (one, other) if not one.every else (other, one)
        end = min(single.until, single.start + single.length if single.length else FOREVER)
        return many.since(single.start) is None and next(many.starts(single.start, end), None) is None
    common = gcd(one.every, other.every)
    gap = (other.start - one.start) % common
    return one.length <= gap and gap + other.length <= common
