"""Checkpoints: a consistent cut through the universe at one tick, written so that what looks whole is whole.

A checkpoint is a folder with a shard for each region: its state, and the letters that it has sent and nobody has settled yet.  Each
shard is written by the rank that holds the region, under a temporary name, and flushed to the disk; when all are there, a manifest
with the hash of each file and of itself is added, and only then the folder gets its name.  One that was cut short or changed is
refused by name.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NotRequired, TypedDict, TypeVar

import numpy as np

from cyberspace.errors import InputError, problem
from cyberspace.law.digest import digest
from cyberspace.law.state import FIELDS, QUANTITIES, SPARE, TALLY, Region, WorldState
from cyberspace.record import store
from cyberspace.tasks.job import JOB

MANIFEST = "manifest.json"
PREFIX, TEMPORARY, SHARD, STATE = "tick-", ".writing-", "region-", "state.zarr"
NAME = re.compile(rf"{PREFIX}(\d{{12,}})")
VERSION = 2


Found = TypeVar("Found")


class RegionAbout(TypedDict):
    """What a manifest says of a region: its tick, the digest of its state, and how many letters of its are under way."""

    tick: int
    digest: str
    letters: int
    begun: NotRequired[dict[str, int]]
    """Conditions of a timetable that have come true, and when; left out where there are none."""


class Shard(RegionAbout):
    """What is said of one region's part of a checkpoint; `files` holds the hash of each by name."""

    files: dict[str, str]


class Manifest(TypedDict):
    """What stands beside the shards of a checkpoint."""

    version: int
    identity: str
    epoch: int
    tick: int
    digest: str
    regions: list[RegionAbout]
    files: dict[str, str]
    rows: NotRequired[dict[str, int]]
    """Rows that the record held, by table, see `cyberspace.record.record.Record.rows`; earlier ones do not tell."""


def _hash(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=32).hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)


def write_shard(folder: Path, tick: int, epoch: int, region: int, state: WorldState) -> Shard:
    """Write one region's part of a checkpoint and flush it to the disk; what the manifest will say of it.

    Raises:
        OSError: If the disk is full or fails.
    """
    part = shard_of(temporary(folder, tick, epoch), region)
    shutil.rmtree(part, ignore_errors=True)
    _write_state(part / STATE, state)
    for k, block in enumerate(state.outbox):
        (part / f"letter-{k}.bin").write_bytes(block)
    for path in [*part.rglob("*"), part]:
        store.flush(path)
    files = {str(path.relative_to(part.parent)): _hash(path) for path in _files(part)}
    shard: Shard = {"tick": state.tick, "digest": digest(state), "letters": len(state.outbox), "files": files}
    if state.begun:
        shard["begun"] = dict(state.begun)
    return shard


def temporary(folder: Path, tick: int, epoch: int) -> Path:
    """Folder of a checkpoint that is being written."""
    return folder / f"{TEMPORARY}{epoch}-{tick:012d}"


def _write_state(path: Path, state: WorldState) -> None:
    group = store.open_group(path, "w")
    for quantity in QUANTITIES:
        axes = (*quantity.components, "site")
        values = getattr(state.region, quantity.name)
        if not values.size:  # nothing of this kind is kept here
            continue
        store.write_whole(group, quantity.name, values, axes, unit=quantity.unit, meaning=quantity.meaning)
    store.write_whole(group, "pools", state.region.pools, ("goal", "sm"), unit="energy", meaning="what each pool holds")
    store.write_whole(group, "jobs", state.region.jobs, ("about", "place"), about=list(JOB), meaning="the job board")
    store.write_whole(group, "wallet", state.region.wallet, ("wallet",), unit="energy", meaning="tokens that people may spend")
    store.write_whole(group, "tally", state.tally, ("count",), names=list(TALLY), meaning="sums over all ticks")


def checkpoints(folder: Path) -> list[Path]:
    """Folders of the checkpoints, oldest first; nothing else that lies beside them."""
    found = [path for path in folder.iterdir() if NAME.fullmatch(path.name)] if folder.is_dir() else []
    return sorted((path for path in found if path.is_dir()), key=tick_of)


OLDER = "the checkpoint before it, which is used if it is whole"


def check(path: Path, identity: str | None = None) -> Manifest:
    """The manifest of a checkpoint of which every file is as it was written.

    Raises:
        InputError: If it is not whole, or (where an identity is given) belongs to another world.
    """
    content = manifest_of(path)
    if content["tick"] != tick_of(path):
        got = f"a checkpoint of tick {content['tick']}"
        raise InputError(
            problem(str(path), got, f"tick {tick_of(path)}, as the folder's name says", "the name that it was written with")
        )
    for name, expected in content["files"].items():
        file = path / name
        try:
            found = _hash(file)
        except OSError as error:
            found = str(error)
        if found != expected:
            got, expected = "a file that is missing or was changed", "the file that its manifest tells of"
            raise InputError(problem(str(file), got, expected, OLDER))
    if identity is not None and content["identity"] != identity:
        expected = f"world {identity}, the one in the run's world.toml"
        got = f"a checkpoint of world {content['identity']}"
        raise InputError(problem(str(path), got, expected, "the run that it was written by"))
    return content


def load_region(path: Path, region: int) -> WorldState:
    """The state of one region in a checkpoint.

    Raises:
        InputError: If it has another digest than its manifest says.
    """
    about, part = manifest_of(path)["regions"][region], shard_of(path, region)
    group = store.open_group(part / STATE, "r")
    arrays = {name: store.read(group, name) for name in FIELDS if name in group or name not in SPARE}
    sites = len(arrays["energy"])
    arrays |= {name: np.zeros((0, sites), dtype=np.int8) for name in SPARE if name not in arrays}
    letters = tuple((part / f"letter-{k}.bin").read_bytes() for k in range(about["letters"]))
    state = WorldState(about["tick"], Region(**arrays), store.read(group, "tally"), letters, about.get("begun", {}))
    if digest(state) != about["digest"]:
        raise InputError(problem(str(part), "a state with another digest", about["digest"], OLDER))
    return state


def load(path: Path, identity: str | None = None) -> list[WorldState]:
    """The states of all regions in a checkpoint, checked.

    Raises:
        InputError: See `check`.
    """
    return [load_region(path, region) for region in range(len(check(path, identity)["regions"]))]


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep a checkpoint from being dropped while it is read.

    Raises:
        Gone: If it was dropped already.
    """
    try:
        file = (path / MANIFEST).open("rb")
    except OSError:
        if path.exists():  # it is damaged, which whoever reads it will tell
            yield
            return
        raise Gone(path.name) from None
    with file:
        with suppress(OSError):  # a disk without locks
            fcntl.flock(file, fcntl.LOCK_SH)
        if not path.exists():
            raise Gone(path.name)
        yield


class Gone(Exception):
    """A checkpoint was dropped before it could be read; there is a newer one."""


def manifest_of(path: Path) -> Manifest:
    """The manifest of a checkpoint, which is whole itself.

    Raises:
        InputError: If it is not, or another version wrote it.
    """
    try:
        own, _, body = (path / MANIFEST).read_text(encoding="utf-8").partition("\n")
        body = body.removesuffix("\n")
        if hashlib.blake2b(body.encode(), digest_size=32).hexdigest() != own:
            raise ValueError("its hash does not match")
        content: Manifest = json.loads(body)
    except (OSError, ValueError) as error:  # a hash that is right vouches for all that is in it
        got = f"no whole manifest ({error})"
        raise InputError(problem(str(path / MANIFEST), got, "one written by cyberspace", OLDER)) from None
    if content["version"] != VERSION:
        got = f"checkpoint version {content['version']}"
        raise InputError(problem(str(path), got, f"version {VERSION}", "the cyberspace that wrote it"))
    return content


def check_epochs(folder: Path, epoch: int) -> None:
    """Refuse checkpoints of starts that a run has not had: of another run, or of this one after its epoch was set back.

    Raises:
        InputError: If there is a whole manifest of a later epoch than the run's.
    """
    for path in checkpoints(folder):
        try:
            found = manifest_of(path)["epoch"]
        except InputError:  # `newest` tells of it
            continue
        if found > epoch:
            got, expected = f"a checkpoint of epoch {found}", f"at most {epoch}, as {folder.parent / 'epoch'} says"
            attempt = "the whole folder of one run; or removing the checkpoint, to go on from the one before it"
            raise InputError(problem(str(path / MANIFEST), got, expected, attempt))


def newest(folder: Path, identity: str | None = None) -> tuple[Path, list[str]]:
    """The newest whole checkpoint, and a line for each newer one that was refused.

    Raises:
        InputError: If there is none; with the reasons.
    """
    refused: list[str] = []
    path = read_newest(folder, identity, lambda path: path, refused)
    return path, refused


def read_newest(folder: Path, identity: str | None, read: Callable[[Path], Found], refused: list[str] | None = None) -> Found:
    """What is read of the newest whole checkpoint, which no run drops meanwhile.

    Args:
        folder: Of the checkpoints.
        identity: Of the world that it must be of.
        read: Reads it.
        refused: Takes a line for each newer one that was refused.

    Raises:
        InputError: If there is none; with the reasons.
    """
    while True:
        reasons: list[str] = []
        try:
            for path in reversed(checkpoints(folder)):
                try:
                    with held(path):
                        check(path, identity)
                        found = read(path)
                except InputError as error:
                    reasons += error.problems
                else:
                    (refused if refused is not None else []).extend(reasons)
                    return found
        except Gone:  # a newer one is there
            continue
        raise InputError(*reasons, problem(str(folder), "no whole checkpoint", "at least one", "running the world anew"))


def name_of(tick: int) -> str:
    """The name of the checkpoint of a tick."""
    return f"{PREFIX}{tick:012d}"


def tick_of(path: Path) -> int:
    """The tick of a checkpoint, from its name."""
    return int(path.name.removeprefix(PREFIX))


def shard_of(path: Path, region: int) -> Path:
    """Where a checkpoint holds a region."""
    return path / f"{SHARD}{region:06d}"


def count_of(path: Path, region: int, name: str) -> int:
    """One of the sums of `TALLY` as a checkpoint holds it, without the rest of the state."""
    group = store.open_group(shard_of(path, region) / STATE, "r")
    return int(store.read(group, "tally")[TALLY.index(name)])
