"""The identity of a universe: a digest of everything that decides its course."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from cyberspace.beside import Place
from cyberspace.law.universe import Space
from cyberspace.law.world import TaskPlace
from cyberspace.plugins import place_of, source_of
from cyberspace.tasks.table import TASKS
from cyberspace.worldfile.conditions import told
from cyberspace.worldfile.plugs import data_names
from cyberspace.worldfile.schema import WorldFile, rule_names

LAWS = "0.1.0"
"""Version of the laws, part of every identity: raised whenever a law changes, so that no run goes on under other laws."""


def identity_of(
    seed: int, file: WorldFile, machine: str, spaces: tuple[Space, ...], tasks: Mapping[str, tuple[TaskPlace, ...]], folder: Path,
    files: Mapping[str, Place], settled: Mapping[str, str],
) -> str:  # fmt: skip
    """The digest, 32 hex digits; backends, ranks and what is recorded do not count.

    Args:
        seed: Of the universe.
        file: The parsed world file.
        machine: Identity of the machine file that it names.
        spaces: Its spaces.
        tasks: The tasks of each.
        folder: The folder of the world file.
        files: Files of a user's own, with what they need beside them.
        settled: Digest of the organisms that each space begins with, if they come from elsewhere.
    """
    parts: list[object] = [LAWS, seed, file.world.far_tide, machine, file.beaches]
    counted: set[str] = set()
    for space in spaces:
        table = file.spaces[space.name]
        parts += [space.name, space.lattice, table.model_copy(update={"backend": "", "ranks": [], "tasks": []})]
        for entry, place in zip(table.tasks, tasks[space.name], strict=False):  # a job board may stand in no table
            own = b"" if entry.name in TASKS else Path(place.task.source).read_bytes() if place.task.source else b""
            numbers = place.fill, place.cap, place.where.tobytes()
            parts += [entry.name, sorted(entry.options.items()), *numbers, own, *told(entry)]
            parts += [_digest(files[name].path) for name in data_names(entry)] if entry.name in TASKS else []
        parts += [table.events] if table.events else []
        for name in (table.kind, *rule_names(table), table.genesis):
            source = source_of(name)
            parts += [place_of(source, folder).read_bytes()] if source else []
        parts += [settled[space.name]] if space.name in settled else []
        names = (table.kind, *rule_names(table), table.genesis, *(entry.name for entry in table.tasks))
        counted |= {source for name in names if (source := source_of(name))}
    extras = [[_digest(extra.path) for extra in files[one].extras or ()] for one in sorted(counted) if one in files]
    parts += [sorted(digests) for digests in extras if digests]  # no part at all where no file needs another
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _digest(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
