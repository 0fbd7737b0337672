"""What is watched: a run, its spaces, their axes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from organisms.body import BodyPlan
from organisms.genome import Loci
from render.door import Door
from topology import FAR_AXES

FAR = len(FAR_AXES)
"""Axes, the first ones, that number regions."""

Place = tuple[int, ...]
"""A coordinate on each of `topology.SPACE_AXES`."""


@dataclass(frozen=True)
class Genes:
    """Where each gene stands in a genome, in loci; what `organisms.genome.Loci` says of a body.

    Attributes:
        rates: Learning rate of each unit.
        rule: A, B, C, D of the learning rule.
        copier: a, b, m, n of the copier.
    """

    rates: slice
    rule: slice
    copier: slice


def genes_of(loci: Loci) -> Genes:
    """The genes of a body plan."""
    return Genes(loci.rates, loci.rule, loci.copier)


@dataclass(frozen=True)
class AxisAbout:
    """An axis as the viewer knows it.

    Attributes:
        name: What the space calls it.
        length: Places along it.
        stretch: Ticks between two openings; 0 if it never opens.
        offset: First tick at which it opens.
        curled: Whether it is a loop.
    """

    name: str
    length: int
    stretch: int = 0
    offset: int = 0
    curled: bool = False

    def opening(self, tick: int) -> int | None:
        """How often the axis opened before, if it opens at this tick."""
        opens = self.stretch > 0 and self.length > 1 and tick % self.stretch == self.offset
        return tick // self.stretch if opens else None

    def partners(self, coordinate: int) -> tuple[int | None, int | None]:
        """Whom a place meets at even and at odd openings; None for nobody."""
        found = []
        for parity in (0, 1):
            there = coordinate + (1 if (coordinate - parity) % 2 == 0 else -1)
            if self.curled and self.length % 2 == 0 and self.length > 1:
                there %= self.length
            found.append(there if 0 <= there < self.length and there != coordinate else None)
        return found[0], found[1]


@dataclass(frozen=True)
class NumberAbout:
    """A number of the physics, as a world file has it.

    Attributes:
        key: Its name there.
        value: Its value; None for never.
        unit: Its unit.
        meaning: What it says.
    """

    key: str
    value: int | float | None
    unit: str
    meaning: str


@dataclass(frozen=True)
class SpaceAbout:
    """A space: its axes and what its bodies are like.

    Attributes:
        name: Its name in the world file.
        kind: "gpu" or "cpu".
        axes: All of `topology.SPACE_AXES`, the far ones first; flat ones have length 1.
        units: Neurons of a brain.
        senses: Inputs of a brain beside its own activities.
        goals: Names of the goals of its tasks, bit by bit.
        physics: The numbers of its physics, in the order of `cyberspace.law.physics.NUMBERS`.
        marks: Parts to outline, such as beaches: (name, first place, place after the last).
        first_site: Number, in the universe, of its first site.
        first_region: Number, in the universe, of its first region.
        plaza: Whether people can build and post jobs there.
        genes: Where each gene stands.
        shift: The slope of the nonlinearity of a brain; None where that is not known.
        chance: Share of random brains that performs each goal, where it was measured.
        rules: Names of the learning rules that organisms may have; empty where that is not known.
        score: What the score is that is told of each organism, and its unit; empty where its tasks say none.
    """

    name: str
    kind: str
    axes: tuple[AxisAbout, ...]
    units: int = 16
    senses: int = 16
    goals: tuple[str, ...] = ()
    physics: tuple[NumberAbout, ...] = ()
    marks: tuple[tuple[str, Place, Place], ...] = ()
    first_site: int = 0
    first_region: int = 0
    plaza: bool = False
    genes: Genes = field(default_factory=lambda: genes_of(Loci(BodyPlan())))
    shift: int | None = None
    chance: Mapping[str, float] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    score: tuple[str, str] = ("", "")

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return tuple(axis.length for axis in self.axes)

    @property
    def far(self) -> tuple[int, ...]:
        """Regions along each far axis."""
        return self.shape[:FAR]

    @property
    def near(self) -> tuple[int, ...]:
        """Sites of a region along each near axis."""
        return self.shape[FAR:]

    @property
    def regions(self) -> int:
        """Regions of the space."""
        return int(np.prod(self.far))

    @property
    def sites(self) -> int:
        """Sites of the space."""
        return int(np.prod(self.shape))

    @property
    def walkable(self) -> bool:
        """Whether it can be drawn as a world to walk in: one to three axes longer than 1, none far."""
        return self.regions == 1

    def number(self, key: str) -> int:
        """A whole number of the physics; 0 if it is not known."""
        return next((int(one.value or 0) for one in self.physics if one.key == key), 0)

    def site(self, place: Place) -> int:
        """Number of a place among the sites of the universe."""
        return self.first_site + int(np.ravel_multi_index(place, self.shape))

    def place(self, site: int) -> Place:
        """The place of a site; the inverse of `site`."""
        return tuple(int(k) for k in np.unravel_index(site - self.first_site, self.shape))

    def opens(self, tick: int) -> int | None:
        """Number of the axis that opens at a tick."""
        return next((k for k, axis in enumerate(self.axes) if axis.opening(tick) is not None), None)


@dataclass(frozen=True)
class About:
    """What is watched.

    Attributes:
        title: Name of the run.
        seed: Its seed.
        spaces: Its spaces.
        live: Whether it is going on and answers.
        acts: Whether this viewer may act.
        says: A line for the user, such as what to do when nothing is to be seen.
        paused: Whether a live run stands still.
        kin: Whether frames tell who is alike by genome, at no great cost.
        rate: Ticks per second that players want of it; 0 for as many as it makes.
        speed: Ticks per second that it made of late.
        held: Who holds it back and how, in words; empty if nobody does.
        run: What tells it from other runs: its folder, where that is.
        doors: Its links, from both sides; none where they are not known.
        leaves: Whether signs, chests and fenced land are known of.
        line: That the line to the run is slow and what is done about it; empty if it is not.
    """

    title: str
    seed: int
    spaces: tuple[SpaceAbout, ...]
    live: bool = False
    acts: bool = False
    says: str = ""
    paused: bool = False
    kin: bool = False
    rate: int = 0
    speed: float = 0.0
    held: str = ""
    run: str = ""
    leaves: bool = False
    doors: tuple[Door, ...] = ()
    line: str = ""


def why_not(called: str) -> str:
    """Why a run does not tell a quantity."""
    if called.startswith("ancestor"):
        return "common ancestors are found in a record: cyberspace view --record"
    return f"this run does not tell {called}"
