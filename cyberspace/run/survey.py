"""What a run's folder holds, looked at as a whole before anything in it is opened for writing, and where the run can go on.

Nothing that holds data is ever taken back.  What lacks something is filled again, by going back to a checkpoint that the record
reaches; where there is none the run is refused, and the choice is named.  `--force` is that choice: then what is in the way is put aside.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cyberspace.errors import InputError, problem
from cyberspace.law.universe import Universe
from cyberspace.record import checkpoint, store
from cyberspace.record.journal import Journal, journal_path
from cyberspace.record.reach import Reach
from cyberspace.record.reading import open_record
from cyberspace.record.run_folder import RunFolder
from cyberspace.run.extinction import extinctions

NEW, GO_ON, ASIDE = "new", "go on", "aside"
"""What is to be done with the record: there is none yet, it is continued, or it is put aside for a new one."""


@dataclass(frozen=True)
class Standing:
    """Where a run can go on.

    Attributes:
        saved: The checkpoint; None for genesis.
        tick: Its tick.
        stands: Tick of the newest whole checkpoint, which the run has been at.
        record: `NEW`, `GO_ON` or `ASIDE`.
        told: What is told of it, a line each.
    """

    saved: Path | None
    tick: int
    stands: int
    record: str
    told: tuple[str, ...] = ()


@dataclass
class _Found:
    """What lies in the folder."""

    folder: RunFolder
    force: bool
    told: list[str] = field(default_factory=list)
    reach: Reach | None = None
    damage: InputError | None = None


def survey(folder: RunFolder, force: bool = False) -> Standing:
    """Where a run can go on; nothing is written.

    Args:
        folder: The run.
        force: Go on although something is lost.

    Raises:
        InputError: If that can't be told, or only something lost would make it so; with the choice.
    """
    while True:
        before = signature(folder)
        try:
            return _survey(folder, force)
        except (InputError, OSError, KeyError):
            if signature(folder) == before:  # else a start that is under way has gone on meanwhile
                raise


def signature(folder: RunFolder) -> tuple[object, ...]:
    """Changes whenever a run goes on."""
    journals = [journal_path(folder.path, region) for region in range(len(folder.universe.worlds))]
    manifests = [path / checkpoint.MANIFEST for path in checkpoint.checkpoints(folder.checkpoints)]
    found: list[object] = []
    for path in [folder.record / store.METADATA, *journals, *manifests]:
        with suppress(OSError):
            about = path.stat()
            found.append((path, about.st_mtime_ns, about.st_size, about.st_ino))
    return tuple(found)


def _survey(folder: RunFolder, force: bool) -> Standing:
    _need_folder(folder.checkpoints, "a folder of checkpoints")
    _need_folder(folder.record, "a record")
    found = _Found(folder, force)
    whole = _whole(found)
    _read_record(found)
    standing = _from_checkpoint(found, whole) if whole else _from_genesis(found)
    for region in range(len(folder.universe.worlds)):
        _check_journal(folder, region, standing.saved)
    return standing


def _need_folder(path: Path, expected: str) -> None:
    """Refuse a link that leads nowhere and a file where a folder is to be."""
    if os.path.lexists(path) and not path.is_dir():
        got = f"a link to {os.readlink(path)}, which is not there" if path.is_symlink() else "a file"
        attempt = f"bringing back what it was; or removing it and cyberspace run --resume {path.parent} --force"
        raise InputError(problem(str(path), got, f"{expected}, or none", attempt))


def _whole(found: _Found) -> list[Path]:
    """The whole checkpoints, the newest first; only the newest is looked at as long as it will do."""
    folder = found.folder
    known = checkpoint.checkpoints(folder.checkpoints)
    if not known:
        return []
    try:
        newest, refused = checkpoint.newest(folder.checkpoints, folder.universe.identity)
    except InputError as error:
        if not found.force:
            attempt = f"a copy of them; or moving them away and cyberspace run --resume {folder.path} --force, from tick 0"
            raise InputError(
                *error.problems[:-1], problem(str(folder.checkpoints), "no whole checkpoint", "at least one", attempt)
            ) from None
        found.told += [f"refused: {line}" for line in error.problems]
        return []
    found.told += [f"refused: {line}" for line in refused]
    if refused:
        found.told.append(f"going on from the checkpoint before it, at tick {checkpoint.tick_of(newest):,}")
    return [path for path in reversed(known) if checkpoint.tick_of(path) <= checkpoint.tick_of(newest)]


def _read_record(found: _Found) -> None:
    folder = found.folder
    try:
        tables = open_record(folder.record)
        if tables is not None:
            found.reach = Reach(tables, folder.universe, folder.file.record.fields)
    except InputError as error:
        if folder.record.is_dir() and not any(folder.record.iterdir()):
            return
        if not found.force:
            raise
        found.damage = error


def _from_genesis(found: _Found) -> Standing:
    """There is no whole checkpoint: the run lives from tick 0, which loses nothing; but where one must have been, that is asked for."""
    folder, reach = found.folder, found.reach
    if any(event["tick"] for event in extinctions(folder)):
        got, expected = "no checkpoint of a run that has lost regions", "one from when it lost them or after"
        raise InputError(problem(str(folder.checkpoints), got, expected, "a copy of the run, or a new one"))
    if found.damage is not None or reach is None:
        return Standing(None, 0, 0, ASIDE if found.damage else NEW, tuple(found.told))
    if reach.last > folder.file.record.checkpoint_every and not found.force:
        got = f"no checkpoint, where the record reaches tick {reach.last:,}"
        attempt = (
            f"bringing the checkpoints back; or cyberspace run --resume {folder.path} --force, "
            "which lives again from tick 0 and keeps the record"
        )
        raise InputError(problem(str(folder.checkpoints), got, "the checkpoints that the run wrote", attempt))
    if reach.last >= 0:
        found.told.append(f"no checkpoint: living again from tick 0; what is recorded, up to tick {reach.last:,}, is kept")
    return Standing(None, 0, 0, GO_ON, tuple(found.told))


def _from_checkpoint(found: _Found, whole: list[Path]) -> Standing:
    """Go on from the newest checkpoint that the record reaches."""
    folder, stands = found.folder, checkpoint.tick_of(whole[0])
    lost = max((event["tick"] for event in extinctions(folder)), default=0)
    reasons: list[str] = []
    for path in whole:
        tick = checkpoint.tick_of(path)
        if tick < lost:
            reasons.append(f"regions were lost at tick {lost:,}, after this checkpoint")
            break
        if path is not whole[0] and not _is_whole(path, folder.universe.identity):
            continue
        lacks = _lacks(found, path)
        if not lacks:
            if reasons:
                found.told.append(f"the record lacks {reasons[0]}; it is filled again, from the checkpoint at tick {tick:,}")
            return Standing(path, tick, stands, GO_ON, tuple(found.told))
        reasons.append(lacks)
    if not found.force:
        got = f"a record that lacks {reasons[0]} before the checkpoint at tick {stands:,}, and no checkpoint that it reaches"
        attempt = (
            f"a copy of the record; or cyberspace run --resume {folder.path} --force, "
            f"which puts the record aside and begins another at tick {stands:,}"
        )
        raise InputError(problem(str(folder.record), got, "all that was recorded before", attempt))
    record = ASIDE if found.reach is not None or found.damage is not None else NEW
    return Standing(whole[0], stands, stands, record, tuple(found.told))


def _is_whole(path: Path, identity: str) -> bool:
    try:
        checkpoint.check(path, identity)
    except InputError:
        return False
    return True


def _lacks(found: _Found, path: Path) -> str:
    """What of the record is missing before a checkpoint; empty if nothing is."""
    tick, content, universe = checkpoint.tick_of(path), checkpoint.manifest_of(path), found.folder.universe
    if found.reach is None:
        expected = content.get("rows")
        return "" if tick == 0 and not expected else "everything"
    return found.reach.lacks(tick, content.get("rows"), lambda: _births(universe, path))


def _births(universe: Universe, path: Path) -> Mapping[str, int]:
    """By space, the births since tick 0 that the state in a checkpoint has counted."""
    counts: dict[str, int] = {}
    for world in universe.worlds:
        counts[world.space] = counts.get(world.space, 0) + checkpoint.count_of(path, int(world.region), "births")
    return counts


def _check_journal(folder: RunFolder, region: int, saved: Path | None) -> None:
    """Refuse a journal that was changed, or that has fewer acts than the state that the run goes on from."""
    path = journal_path(folder.path, region)
    known = len(Journal(path, write=False).entries)
    done = 0 if saved is None else checkpoint.count_of(saved, region, "acts")
    if known < done:
        raise InputError(
            problem(
                str(path),
                f"{known} acts",
                f"at least the {done} that were done by tick {checkpoint.tick_of(saved or path):,}",
                "a copy of the run",
            )
        )
