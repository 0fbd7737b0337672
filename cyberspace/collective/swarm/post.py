"""How packets travel between the workers of a swarm: in memory where they share a process, as files of a folder where they don't."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from cyberspace.collective.packets.folder import ENDING, write
from cyberspace.collective.packets.packet import Packet, unpack
from cyberspace.errors import InputError, legible

HOP = 1
"""Of its ttl, from one worker to another."""


class Office:
    """Packets in memory: each reaches all others, as far as its ttl goes.  With a handful of workers there is nothing to route.

    Args:
        names: Of the workers.
    """

    def __init__(self, names: Sequence[str]):
        self._names, self._kept = names, defaultdict[str, list[Packet]](list)

    def send(self, author: str, packet: Packet) -> None:
        """See `Post`."""
        there = packet.passed_on(HOP)
        for name in self._names:
            if name != author and there is not None:
                self._kept[name].append(there)

    def received(self, name: str) -> Sequence[Packet]:
        """See `Post`."""
        return self._kept[name]


class Folders:
    """Packets as files: each worker has a folder, and keeps there what it sends; all read the folders of the others.

    Args:
        home: Folder of the swarm.
    """

    def __init__(self, home: Path):
        self._home = home
        self._read: dict[Path, Packet | None] = {}
        self.refused: list[str] = []

    def send(self, author: str, packet: Packet) -> None:
        """See `Post`."""
        write(self._home / author / "packets", packet)

    def received(self, name: str) -> Sequence[Packet]:
        """See `Post`; a file that is no packet is told of once, in `refused`, and left alone, and so is one whose ttl is used up."""
        found = []
        for path in sorted(self._home.glob(f"*/packets/*{ENDING}")):
            if path.parent.parent.name == name:
                continue
            if path not in self._read:
                self._read[path] = self._packet(path)
            packet = self._read[path]
            found += [packet] if packet is not None else []
        return found

    def _packet(self, path: Path) -> Packet | None:
        try:
            there = unpack(path.read_bytes(), legible(path)).passed_on(HOP)
        except (InputError, OSError) as error:
            self.refused += error.problems if isinstance(error, InputError) else [f"{legible(path)}: {error}"]
            return None
        if there is None:
            self.refused.append(f"{legible(path)}: its ttl is used up")
        return there
