"""The universe: spaces of regions under one clock, resolved from the world file to integers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cyberspace.beside import Place
from cyberspace.law.kinds import Kind
from cyberspace.law.world import World
from topology import Lattice, RulerClock


@dataclass(frozen=True)
class Space:
    """Regions of one kind, a lattice of their own.

    Attributes:
        name: Its name in the world file.
        kind: The kind of its regions.
        backend: Name of the backend that it asks for; a user's own with the whole path of its file.
        lattice: Its axes.
        first_region: Number, in the universe, of its first region.
        ranks: Rank of each of its regions, in order and over again; empty if the world file leaves that open.
    """

    name: str
    kind: Kind
    backend: str
    lattice: Lattice
    first_region: int
    ranks: tuple[int, ...] = ()

    @property
    def regions(self) -> range:
        """Numbers of its regions."""
        return range(self.first_region, self.first_region + self.lattice.regions)


@dataclass(frozen=True)
class Universe:
    """All that never changes.

    Attributes:
        seed: 0 to 2^32 - 1.
        clock: The ruler clock over the axes of all spaces, and the beaches.
        spaces: The spaces.
        worlds: The regions, by number.
        identity: Digest of what was resolved; a resumed run must have the same.
        files: Files of a user's own that its names stand in, by what the world file calls them, with what they need.
    """

    seed: int
    clock: RulerClock
    spaces: tuple[Space, ...]
    worlds: tuple[World, ...]
    identity: str
    files: Mapping[str, Place] = field(default_factory=dict)

    @property
    def sites(self) -> int:
        """Sites of all regions."""
        return sum(world.sites for world in self.worlds)

    def space_of(self, region: int) -> Space:
        """The space that a region belongs to."""
        return next(space for space in self.spaces if region in space.regions)
