"""What the record says of lineages and links: who crosses, how much, and who lives on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cyberspace.law.letters import MOVER, SPORE
from cyberspace.law.universe import Universe
from cyberspace.record.reading import Column, Tables, whole_rows, written

LIFESPANS = 10
"""A lineage that lives on both sides of a beach for more than so many lifespans is an amphibian."""


@dataclass(frozen=True)
class Traffic:
    """What went from one space to another, or between regions of one, since tick 0.

    Attributes:
        origin: Name of the space it left.
        target: Name of the space it went to.
        spores: Spores.
        movers: Organisms that moved.
        energy: Energy in spores and movers.
        gifts: Energy given.
        lineages: The lineages that sent most (mark, spores and movers), most first.
    """

    origin: str
    target: str
    spores: int
    movers: int
    energy: int
    gifts: int
    lineages: tuple[tuple[int, int], ...]


def traffic(universe: Universe, record: Path, most: int = 6) -> list[Traffic]:
    """Traffic between spaces, and between the regions of each, from a run's record."""
    links = Tables(record).columns("links")
    whole = whole_rows(links)
    letters = {name: np.asarray(column[:whole]) for name, column in links.items()}
    spaces = np.array([world.space for world in universe.worlds])
    found = []
    origins, targets = spaces[letters["sender"]], spaces[letters["receiver"]]
    for origin, target in sorted(set(zip(origins.tolist(), targets.tolist(), strict=True))):
        here = (origins == origin) & (targets == target)
        kind, energy = letters["kind"][here], letters["energy"][here]
        marks, counts = np.unique(letters["founder"][here][kind > 0], return_counts=True)
        top = np.argsort(-counts, kind="stable")[:most]
        found.append(
            Traffic(
                origin, target, int((kind == SPORE).sum()), int((kind == MOVER).sum()), int(energy[kind > 0].sum()),
                int(energy[kind == 0].sum()), tuple(zip(marks[top].tolist(), counts[top].tolist(), strict=True)),
            )
        )  # fmt: skip
    return found


def amphibians(universe: Universe, record: Path, one: str, two: str) -> dict[int, int] | None:
    """Lineages that lived in both of two spaces at every sample for more than `LIFESPANS` mean lifespans.

    Returns:
        Ticks of the longest such time, by the lineage's mark; None if the record lacks the field `founder`, or nobody dies of age.
    """
    tables = Tables(record)
    fields = {space: tables.columns(f"{space}/fields") for space in (one, two)}
    deaths = [world.physics.death for world in universe.worlds if world.space in (one, two)]
    if "founder" not in fields[one] or not all(deaths):
        return None
    ticks = min((written(fields[space]["tick"]) for space in (one, two)), key=len)
    needed = LIFESPANS * 2**32 / min(deaths)
    since: dict[int, int] = {}
    longest: dict[int, int] = {}
    for k, tick in enumerate(ticks.tolist()):
        sides = [_marks(fields[space], k) for space in (one, two)]
        both = sides[0] & sides[1]
        since = {mark: since.get(mark, tick) for mark in both}
        for mark, first in since.items():
            longest[mark] = max(longest.get(mark, 0), tick - first)
    return {mark: span for mark, span in sorted(longest.items(), key=lambda item: -item[1]) if span > needed}


def _marks(fields: Mapping[str, Column], sample: int) -> set[int]:
    """Marks of the living; who is dead holds no energy, where that is recorded."""
    founder = fields["founder"][sample]
    lives = np.asarray(fields["energy"][sample]) > 0 if "energy" in fields else founder > np.zeros(1, dtype=founder.dtype)
    return set(np.unique(founder[lives]).tolist()) - {0}
