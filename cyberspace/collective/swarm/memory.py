"""What a worker knows when it proposes: rows that it may see, the champion among them, and what packets advise."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cyberspace.collective.ledger.rows import Experiment
from cyberspace.collective.ledger.space import Params, Space
from cyberspace.collective.packets.fingerprint import fingerprint
from cyberspace.collective.packets.inboxes import inbox_of
from cyberspace.collective.packets.packet import Packet
from cyberspace.collective.packets.synthesis import advise
from cyberspace.collective.swarm.likeness import DeadEnd, point
from cyberspace.collective.swarm.problem import Problem

Floats = NDArray[np.float64]
TALKS = ("none", "packets", "full")
"""What a worker sees of the others: nothing, the packets that reach it, all rows."""

FEATURE = 3.0
"""A gene's whole range in units of a fingerprint's feature."""

WIDTH = 24.0


@dataclass(frozen=True)
class Memory:
    """What a worker knows.

    Attributes:
        problem: What it works on.
        rows: Rows that it may see, in order.
        points: Their settings, shape (rows, genes).
        champion: The best that was confirmed among them; None before there is one.
        ends: Dead ends among them.
        packets: Packets that reached it.
    """

    problem: Problem
    rows: Sequence[Experiment]
    points: Floats
    champion: Experiment | None
    ends: Sequence[DeadEnd]
    packets: Sequence[Packet]

    @property
    def best(self) -> Params:
        """Setting of the champion, or the one that everybody begins with."""
        return dict(self.problem.start if self.champion is None else self.champion.proposal.params)

    @property
    def space(self) -> Space:
        """Genes and flags."""
        return self.problem.space


def confirmed(row: Experiment) -> float | None:
    """Score of a row on fresh seeds; None if it was not confirmed."""
    value = row.found.get("confirmed")
    return float(value) if isinstance(value, int | float) else None


def standings(rows: Sequence[Experiment]) -> dict[str, tuple[float, int]]:
    """Mean score on fresh seeds of each candidate that was kept, and times that it was measured so: once when it was kept, and again
    with every child that challenged it; so one that was lucky does not stay champion."""
    found = {row.candidate: (value, 1) for row in rows if row.state == "kept" and (value := confirmed(row)) is not None}
    for row in rows:
        again = row.found.get("parent")
        if row.parent in found and isinstance(again, int | float):
            mean, count = found[row.parent]
            found[row.parent] = (mean * count + float(again)) / (count + 1), count + 1
    return found


def champion_of(rows: Sequence[Experiment]) -> Experiment | None:
    """The row that was kept and stands best on fresh seeds."""
    stands = standings(rows)
    kept = [row for row in rows if row.state == "kept" and row.candidate in stands]
    return max(kept, key=lambda row: (stands[row.candidate][0], -row.number), default=None)


def features(space: Space, params: Params) -> dict[str, float]:
    """A setting as features of a fingerprint."""
    return {name: float(FEATURE * value) for name, value in zip(sorted(space), point(space, params), strict=True)}


def task_of(problem: Problem) -> bytes:
    """Hash of a problem, 16 bytes."""
    words = repr((problem.name, sorted((name, repr(gene)) for name, gene in problem.space.items())))
    return hashlib.blake2b(words.encode(), digest_size=16).digest()


def advice(memory: Memory) -> tuple[Floats, float, Packet] | None:
    """Where packets say to go from the champion: a difference in the unit cube, its expected gain, and the nearest of the packets."""
    if not memory.packets:
        return None
    here = fingerprint(features(memory.space, memory.best))
    inbox = inbox_of(here, memory.packets, sorted(memory.space))
    inbox = replace(inbox, error=np.maximum(inbox.error, 1e-6))  # without noise no error is known, not none
    found = advise(inbox, WIDTH, 1e3, robust=True)
    if found.effect[0] <= 0:
        return None
    return found.action[0], float(found.effect[0]), memory.packets[int(inbox.distance[0].argmin())]
