"""Marks: what was new in a run, and when; each kind by a definition of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.story.muller import Muller

KINDS = {
    "function": "a function is performed for the first time, or again after it was lost",
    "rule": "a learning rule is first had by some, or by half",
    "sweep": "what was rare is more than half of the living",
    "extinction": "a lineage, a branch, a function or a learning rule that was common is gone",
    "amphibian": "somebody was born across a beach and reproduces there",
    "catastrophe": "a catastrophe of the world file",
    "event": "another event of the world file's timetable",
}
"""Kinds of marks, and what they mean."""

APPEARED = 0.01
"""Share of the living that perform a function, or have a rule, from which on it has appeared."""

OVER_CHANCE = 3.0
"""So many times the share of random brains that perform a function must the share of the living be, at least."""

HALF, RARE = 0.5, 0.05
"""A sweep goes from at most the second to at least the first of these shares of the living."""

COMMON, GONE = 0.1, 0.001
"""An extinction goes from at least the first to less than the second of these shares of the living, or of what they perform."""

LASTS = 3
"""Samples in a row that a function is gone for, before it is told."""

Shares = NDArray[np.floating]


@dataclass(frozen=True, order=True)
class Mark:
    """Something new.

    Attributes:
        tick: The sample at which it was first so; of events, the tick itself.
        kind: One of `KINDS`.
        words: What happened.
        space: Name of the space where it did; "" for all.
        site: Number, in the universe, of a site where it could be seen then; -1 where that is not known.
        cradle: With `born` the identity of the first organism of the branch that it is about; -1 for none.
        born: When that one was born.
    """

    tick: int
    kind: str
    words: str
    space: str = ""
    site: int = -1
    cradle: int = -1
    born: int = -1


def functions(
    ticks: NDArray[np.int64], shares: Shares, goals: Sequence[str], chance: Mapping[str, float], space: str
) -> Iterator[Mark]:
    """First appearances and losses of functions.

    A function has appeared at the first sample at which at least `APPEARED` of the living perform it, and `OVER_CHANCE` times as many as
    of random brains, where that is known.  It is gone at the first of `LASTS` samples in a row at which less than `GONE` of the living
    perform it, or no more than random brains do; and may appear again.

    Args:
        ticks: Ticks of the samples.
        shares: Shares of the living that perform each goal, (samples, goals).
        goals: Names of the goals.
        chance: Share of random brains that perform a goal, where it is known.
        space: Name of the space.
    """
    for goal, held in zip(goals, np.asarray(shares).T, strict=True):
        by_chance = chance.get(goal, 0.0)
        there = held >= max(APPEARED, OVER_CHANCE * by_chance)
        for k, first, appeared in turns(there, held <= max(GONE, by_chance)):
            if appeared:
                again = "" if first else "again "
                yield Mark(int(ticks[k]), "function", f"{goal} is performed {again}by {held[k]:.1%} of the living", space)
            else:
                yield Mark(int(ticks[k]), "extinction", f"{goal} is performed no more", space)


def turns(there: NDArray[np.bool_], gone: NDArray[np.bool_]) -> Iterator[tuple[int, bool, bool]]:
    """(sample, whether it is the first time, whether it appeared) whenever something appears, or is gone for `LASTS` samples."""
    lives, first = False, True
    for k in range(len(there)):
        if not lives and there[k]:
            yield k, first, True
            lives, first = True, False
        elif lives and k + LASTS <= len(gone) and gone[k : k + LASTS].all():
            yield k, False, False
            lives = False


def rules(ticks: NDArray[np.int64], shares: Shares, names: Sequence[str], space: str) -> Iterator[Mark]:
    """Where a gene chooses among learning rules: the first sample at which `APPEARED` of the living have one, and at which half do.

    A rule that is there at the first sample did not appear.  One is gone at the first of `LASTS` samples at which less than `GONE` have it.
    """
    for name, held in zip(names, np.asarray(shares).T, strict=True):
        for k, _, appeared in turns(held >= APPEARED, held < GONE):
            if appeared and k:
                yield Mark(int(ticks[k]), "rule", f"learning rule {name} is had by {held[k]:.1%} of the living", space)
            elif not appeared:
                yield Mark(int(ticks[k]), "extinction", f"nobody has the learning rule {name} any more", space)
        half = np.flatnonzero(held > HALF)
        if len(half) and half[0]:
            yield Mark(int(ticks[half[0]]), "rule", f"learning rule {name} is had by more than half of the living", space)


def sweep(held: Shares) -> int:
    """The first sample at which a share is at least `HALF` after it was at most `RARE`; -1 if there is none."""
    rare = np.flatnonzero(np.asarray(held) <= RARE)
    if not len(rare):
        return -1
    after = np.flatnonzero(np.asarray(held[rare[0] :]) >= HALF)
    return int(rare[0] + after[0]) if len(after) else -1


def gone(held: Shares) -> int:
    """The first sample at which a share is below `GONE` after it was at least `COMMON`, to stay so; -1 if there is none."""
    held = np.asarray(held)
    there = np.flatnonzero(held >= GONE)
    if not len(there) or there[-1] + 1 == len(held) or held.max() < COMMON:
        return -1
    return int(there[-1]) + 1


def lineages(ticks: NDArray[np.int64], marks: Sequence[Mapping[int, int]]) -> Iterator[Mark]:
    """Sweeps and extinctions of lineages: of all that descend from one founder.

    Args:
        ticks: Ticks of the samples.
        marks: For each sample how many live of each large lineage, by its mark, and of all, as 0.
    """
    totals = np.array([max(1, one.get(0, 0)) for one in marks])
    for mark in sorted({mark for one in marks for mark, count in one.items() if mark and count >= COMMON * one[0]}):
        held = np.array([one.get(mark, 0) for one in marks]) / totals
        if (k := sweep(held)) >= 0:
            yield Mark(int(ticks[k]), "sweep", f"lineage {mark:08x} sweeps: {held[k]:.0%} of the living")
        if (k := gone(held)) >= 0:
            yield Mark(int(ticks[k]), "extinction", f"lineage {mark:08x} dies out; it was {held.max():.0%} of the living")


def branches(found: Muller) -> Iterator[Mark]:
    """Sweeps of branches inside lineages, and extinctions of branches with all that grew out of them.

    Where a branch sweeps at the same sample as one that grew out of it, the youngest is told: the others came along with it.
    """
    swept: dict[int, tuple[int, float]] = {}
    for number, one in enumerate(found.branches):
        held = found.clade(number)
        since = f"born at tick {one.born:,}" if one.born >= 0 else "there from the start"
        if one.parent >= 0 and (k := sweep(held)) >= 0:
            swept[k] = (number, float(held[k]))
        if one.parent >= 0 and (k := gone(held)) >= 0:
            words = f"the branch of one {since} dies out; it was {held.max():.0%} of the living"
            yield Mark(int(found.ticks[k]), "extinction", words, cradle=one.cradle, born=one.born)
    for k, (number, share) in swept.items():
        one = found.branches[number]
        words = f"a branch sweeps: the offspring of one born at tick {one.born:,} are {share:.0%} of the living"
        yield Mark(int(found.ticks[k]), "sweep", words, cradle=one.cradle, born=one.born)
