"""Who contributed what: experiments, crashes, what was kept and confirmed, the champion's line, and what each technique was needed for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cyberspace.collective.ledger.rows import Experiment
from cyberspace.collective.swarm.memory import champion_of, standings


@dataclass(frozen=True)
class Contribution:
    """What one worker did.

    Attributes:
        worker: Its name.
        experiments, crashes: That it ran, and that failed.
        promising: That beat their parent on the common seeds.
        kept: Of those, confirmed on fresh ones.
        credit: Share of the champion's gain over its line that is its own; all together are 1.
        overclaim: Mean of what was claimed of what it kept, less what was confirmed.
        refused: Its proposals that were refused as alike or in a dead end.
    """

    worker: str
    experiments: int
    crashes: int
    promising: int
    kept: int
    credit: float
    overclaim: float
    refused: int


def line_of(rows: Sequence[Experiment]) -> list[Experiment]:
    """The champion and its ancestors, from the first on."""
    by_name = {row.candidate: row for row in rows}
    found: list[Experiment] = []
    row = champion_of(rows)
    while row is not None and row not in found:
        found.append(row)
        row = by_name.get(row.parent)
    return found[::-1]


def contributions(rows: Sequence[Experiment]) -> list[Contribution]:
    """A line a worker, the most credited first."""
    stands, line = standings(rows), line_of(rows)
    steps = [(child.participant, stands[child.candidate][0] - stands[parent.candidate][0]) for parent, child in pairwise(line)]
    whole = sum(gain for _, gain in steps)
    found = []
    for worker in sorted({row.participant for row in rows if row.participant}):
        mine = [row for row in rows if row.participant == worker]
        kept = [row for row in mine if row.state == "kept"]
        claims = [row.value - stands[row.candidate][0] for row in kept if row.value is not None and row.candidate in stands]
        about = (row.proposal.about.get("refused") for row in mine)
        found.append(
            Contribution(
                worker,
                len(mine),
                sum(row.state == "crashed" for row in mine),
                sum(row.gain is not None and row.gain > 0 for row in mine),
                sum(row.gain is not None for row in kept),
                sum(gain for name, gain in steps if name == worker) / whole if whole else 0.0,
                float(np.mean(claims)) if claims else 0.0,
                sum(len(one) for one in about if isinstance(one, list)),
            )
        )
    return sorted(found, key=lambda one: (-one.credit, one.worker))


@dataclass(frozen=True)
class Technique:
    """What one way of proposing did.

    Attributes:
        name: Of the technique.
        experiments, kept: That used it.
        gain: Mean gain of an experiment on the common seeds.
        error: Its standard error.
        without: Standing of the best candidate in whose line it never was; the champion's where that is so of it.
    """

    name: str
    experiments: int
    kept: int
    gain: float
    error: float
    without: float


def techniques(rows: Sequence[Experiment]) -> list[Technique]:
    """A line a technique: leave one out of the lines, and see who is champion then."""
    stands = standings(rows)
    by_name = {row.candidate: row for row in rows}
    used: dict[str, frozenset[str]] = {}

    def line(name: str) -> frozenset[str]:
        if name not in used:
            row = by_name.get(name)
            used[name] = frozenset() if row is None else line(row.parent) | set(row.proposal.techniques)
        return used[name]

    found = []
    for name in sorted({one for row in rows for one in row.proposal.techniques}):
        mine = [row for row in rows if name in row.proposal.techniques]
        gains = [row.gain for row in mine if row.gain is not None]
        others = [stands[row.candidate][0] for row in rows if row.candidate in stands and name not in line(row.candidate)]
        error = float(np.std(gains, ddof=1) / np.sqrt(len(gains))) if len(gains) > 1 else float("nan")
        mean = float(np.mean(gains)) if gains else float("nan")
        kept = sum(row.state == "kept" for row in mine)
        found.append(Technique(name, len(mine), kept, mean, error, max(others, default=float("nan"))))
    return found
