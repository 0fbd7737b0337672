"""How a checkpoint gets its place among others, and how old ones go; nothing that the run did not write itself is touched."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cyberspace.errors import InputError
from cyberspace.law.digest import universe_digest
from cyberspace.record import store
from cyberspace.record.checkpoint import (
    MANIFEST,
    NAME,
    TEMPORARY,
    VERSION,
    Manifest,
    RegionAbout,
    Shard,
    check,
    checkpoints,
    manifest_of,
    name_of,
    temporary,
    tick_of,
)

DROPPED = ".dropped-"
LEFTOVER = re.compile(rf"{re.escape(TEMPORARY)}\d+-\d+|{re.escape(DROPPED)}{NAME.pattern}")
"""What a start that was killed leaves."""


def commit(
    folder: Path,
    tick: int,
    epoch: int,
    identity: str,
    shards: dict[int, Shard],
    keep: int,
    rows: Mapping[str, int] | None = None,
) -> Path:
    """Make a checkpoint of the shards of all regions, then drop older ones but for the newest `keep`.

    Args:
        folder: Of the checkpoints.
        tick: Of all regions.
        epoch: Of this start of the run.
        identity: Of the universe.
        shards: By region, what `write_shard` returned.
        keep: How many to keep, with this one.
        rows: What the record holds, which is on the disk.

    Raises:
        OSError: If the disk is full or fails.
    """
    begun, final = temporary(folder, tick, epoch), folder / name_of(tick)
    regions = [shards[region] for region in sorted(shards)]
    content: Manifest = {
        "version": VERSION,
        "identity": identity,
        "epoch": epoch,
        "tick": tick,
        "digest": universe_digest(shard["digest"] for shard in regions),
        "regions": [_about(shard) for shard in regions],
        "files": {name: value for shard in regions for name, value in shard["files"].items()},
    }
    if rows is not None:
        content["rows"] = dict(rows)
    _write_manifest(begun, content)
    store.flush(begun)
    if os.path.lexists(final):
        known = _known(final, identity)
        if known is not None and known["digest"] == content["digest"]:  # else there would be a moment without either
            shutil.rmtree(begun)
            if known.get("rows") != content.get("rows"):
                restate(final, rows)
            return final
        if _is_ours(final, identity):
            drop(final)
        else:
            _put_aside(final)
    begun.rename(final)
    store.flush(folder)
    prune(folder, tick, identity, keep)
    return final


def _about(shard: Shard) -> RegionAbout:
    """What a manifest says of a region."""
    about: RegionAbout = {"tick": shard["tick"], "digest": shard["digest"], "letters": shard["letters"]}
    if "begun" in shard:
        about["begun"] = shard["begun"]
    return about


def _write_manifest(folder: Path, content: Manifest) -> None:
    """Write a manifest, all of it or nothing."""
    body = json.dumps(content, indent=1)
    own = hashlib.blake2b(body.encode(), digest_size=32).hexdigest()
    begun = folder / f".{MANIFEST}"
    begun.write_text(f"{own}\n{body}\n", encoding="utf-8")
    store.flush(begun)
    begun.rename(folder / MANIFEST)


def restate(path: Path, rows: Mapping[str, int] | None) -> None:
    """Have a whole checkpoint rely on these rows of a record, which is another one now.

    Raises:
        InputError: If its manifest is damaged.
        OSError: If the disk is full or fails.
    """
    content = manifest_of(path)
    content.pop("rows", None)
    if rows is not None:
        content["rows"] = dict(rows)
    _write_manifest(path, content)
    store.flush(path)


def _known(path: Path, identity: str) -> Manifest | None:
    """The manifest of a checkpoint that is whole."""
    try:
        return check(path, identity) if not path.is_symlink() else None
    except InputError:
        return None


def _is_ours(path: Path, identity: str) -> bool:
    """Whether the run wrote a checkpoint under this name, be it damaged since; what else lies here is somebody's."""
    try:
        content = manifest_of(path)
        return not path.is_symlink() and content["tick"] == tick_of(path) and content["identity"] == identity
    except InputError:
        return False


def _put_aside(path: Path) -> None:
    """Give something that is in the way another name."""
    numbers = range(1, 10_000)
    path.rename(next(name for k in numbers if not os.path.lexists(name := path.with_name(f"{path.name}.aside-{k}"))))


def drop(path: Path) -> None:
    """Remove a checkpoint, unless somebody reads it; whoever looks next finds all of it or nothing."""
    with suppress(FileNotFoundError), (path / MANIFEST).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        except OSError:  # a disk without locks
            pass
        gone = path.with_name(f"{DROPPED}{path.name}")
        shutil.rmtree(gone, ignore_errors=True)
        path.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def prune(folder: Path, tick: int, identity: str, keep: int) -> None:
    """Drop checkpoints of this run up to a tick, but for the newest `keep`; those after it belong to a time that is lived again."""
    upto = [path for path in checkpoints(folder) if tick_of(path) <= tick and not path.is_symlink()]
    for path in upto[:-keep]:
        if _is_ours(path, identity):
            drop(path)


def sweep(folder: Path) -> None:
    """Remove what earlier starts began to write or to drop, and did not finish."""
    for leftover in folder.iterdir() if folder.is_dir() else ():
        if LEFTOVER.fullmatch(leftover.name) and leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover, ignore_errors=True)
