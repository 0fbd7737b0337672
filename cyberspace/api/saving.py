"""Keeping a simulation as a run that the command line takes: all of it, or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cyberspace.api.births import Tables
from cyberspace.api.living import Living
from cyberspace.api.naming import files_of
from cyberspace.api.setting import Setting, contents
from cyberspace.beside import Place
from cyberspace.errors import InputError, problem, system_errors
from cyberspace.law.state import WorldState
from cyberspace.plugins import source_of
from cyberspace.record import checkpoint, run_folder, shelf
from cyberspace.record.journal import Journal, journal_path
from cyberspace.record.origin import Branched, note_origin
from cyberspace.record.record import Record
from cyberspace.record.run_folder import OtherWorld, RunFolder, place_of_backend
from cyberspace.record.samples import take_sample
from cyberspace.worldfile.schema import parse_world_file
from cyberspace.worldfile.toml_text import toml_text


def save(folder: Path, setting: Setting, living: Living) -> None:
    """Write a run.

    Args:
        folder: A new or empty folder.
        setting: The world.
        living: Its regions.

    Raises:
        InputError: If the folder is in use or can't be written, or an object of the world is in no file.
    """
    backend, text, own = _backends(setting, living.backends)
    files_of(one for one in setting.things.values() if one.name in text)  # or it is refused
    past = Past(living.tick, living.states(), [hands.memory for hands in living.hands], living.tables)
    write(folder, replace(setting, text=text), backend, own, past)


@dataclass(frozen=True)
class Past:
    """What a run begins with that does not begin at tick 0.

    Attributes:
        tick: The tick.
        states: Of all regions, by number.
        journals: What was done in each.
        tables: Births and crossings so far.
        origin: Which run it was branched from, if it was.
    """

    tick: int
    states: Sequence[WorldState]
    journals: Sequence[Journal]
    tables: Tables
    origin: Branched | None = None


def write(folder: Path, setting: Setting, backend: str, own: Mapping[str, Place], past: Past, where: str = "folder") -> None:
    """Write a run: all of it, or nothing.

    Args:
        folder: A new or empty folder.
        setting: The world.
        backend: For all spaces; empty for what the world says.
        own: Files that its text names and its universe does not know of.
        past: What it begins with.
        where: What errors call the folder.

    Raises:
        InputError: If the folder is in use or can't be written, or a file of the world was changed meanwhile.
    """
    run_folder.need_free(folder, where)
    home = folder.resolve()
    staged = home.with_name(f".{home.name}.saving")
    with system_errors(str(folder), "a place where the folder of a run can be made", "another folder"), setting.given():
        shutil.rmtree(staged, ignore_errors=True)
        try:
            file = parse_world_file(setting.text, setting.name)
            run = run_folder.create(staged, setting.text, setting.universe, file, setting.folder, backend, own)
            _write(run, past)
            note_origin(staged, past.origin)
            staged.rename(home)
        except OtherWorld:  # what was written is not the world that was lived
            shutil.rmtree(staged, ignore_errors=True)
            expected = f"world {setting.universe.identity}, as the simulation was made with"
            got = "a file of its own that was changed since"
            raise InputError(problem(setting.name, got, expected, "a new Simulation with the file as it is now")) from None
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise


def _backends(setting: Setting, backends: Sequence[str]) -> tuple[str, str, dict[str, Place]]:
    """The backend of a run for all spaces, or none and a text in which each space names its own; and files that this text names anew."""
    universe = setting.universe
    if list(backends) == [universe.space_of(k).backend for k in range(len(backends))]:
        return "", setting.text, {}
    if len(set(backends)) == 1:
        return backends[0], setting.text, {}
    content = contents(setting)
    spaces = content["spaces"]
    assert isinstance(spaces, dict)
    files: dict[str, Place] = {}
    for space in universe.spaces:
        name = backends[space.first_region]
        if name == space.backend:
            continue
        source = source_of(name)
        if source is not None:
            place = place_of_backend(name)
            taken = files.get(place.path.name, place).path != place.path or place.path.name in universe.files
            called = f"{space.name}/{place.path.name}" if taken else place.path.name
            files[called] = place
            name = f"{called}:{name.rpartition(':')[2]}"
        spaces[space.name]["backend"] = name
    return "", toml_text(content), files


def _write(run: RunFolder, past: Past) -> None:
    """Journal, checkpoint and record of a run that was begun."""
    universe, tick, states = run.universe, past.tick, past.states
    tenure = run_folder.take_over(run.path)
    for region, memory in enumerate(past.journals):
        if memory.entries:
            journal = Journal(journal_path(run.path, region))
            for entry in memory.entries:
                journal.add(entry.tick, [entry.act])
                if entry.number in memory.happened:
                    journal.tell(entry.number, memory.happened[entry.number])
            journal.close()
    record = Record(run.record, universe, run.file.record.fields, None)
    born = past.tables.births()
    starts = {space.name: universe.worlds[space.first_region].first_site for space in universe.spaces}
    sizes = {space.name: space.lattice.sites * len(space.regions) for space in universe.spaces}
    births = {name: born[(born[:, 1] >= first) & (born[:, 1] < first + sizes[name])] for name, first in starts.items()}
    record.add(births, past.tables.crossings())
    fields = run.file.record.fields
    record.sample(tick, {k: take_sample(universe.worlds[k], state, fields) for k, state in enumerate(states)})
    record.flush()
    shards = {k: checkpoint.write_shard(run.checkpoints, tick, tenure.epoch, k, state) for k, state in enumerate(states)}
    identity, keep = universe.identity, run.file.record.keep
    shelf.commit(run.checkpoints, tick, tenure.epoch, identity, shards, keep, record.rows(tick))
