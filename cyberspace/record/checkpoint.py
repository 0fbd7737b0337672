"""Checkpoints: a consistent cut through the universe at one tick, written so that what looks whole is whole.

A checkpoint is a folder with a shard for each region: its state, and the letters that it has sent and nobody has settled yet.  Each
shard is written by the rank that holds the region, under a temporary name, and flushed to the disk; when all are there, a manifest
with the hash of each file and of itself is added, and only then the folder gets its name.  One that was cut short or changed is
refused by name.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import TypedDict

from cyberspace.errors import InputError, problem
from cyberspace.law.digest import digest, universe_digest
from cyberspace.law.state import FIELDS, QUANTITIES, TALLY, Region, WorldState
from cyberspace.record import store
from cyberspace.tasks.job import JOB

MANIFEST = "manifest.json"
PREFIX, TEMPORARY, SHARD = "tick-", ".writing-", "region-"
VERSION = 2


class RegionAbout(TypedDict):
    """What a manifest says of a region: its tick, the digest of its state, and how many letters of its are under way."""

    tick: int
    digest: str
    letters: int


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


def _hash(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=32).hexdigest()


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)


def write_shard(folder: Path, tick: int, epoch: int, region: int, state: WorldState) -> Shard:
    """Write one region's part of a checkpoint and flush it to the disk; what the manifest will say of it.

    Raises:
        OSError: If the disk is full or fails.
    """
    part = _temporary(folder, tick, epoch) / f"{SHARD}{region:06d}"
    shutil.rmtree(part, ignore_errors=True)
    _write_state(part / "state.zarr", state)
    for k, block in enumerate(state.outbox):
        (part / f"letter-{k}.bin").write_bytes(block)
    for path in [*part.rglob("*"), part]:
        _flush(path)
    files = {str(path.relative_to(part.parent)): _hash(path) for path in _files(part)}
    return {"tick": state.tick, "digest": digest(state), "letters": len(state.outbox), "files": files}


def _temporary(folder: Path, tick: int, epoch: int) -> Path:
    return folder / f"{TEMPORARY}{epoch}-{tick:012d}"


def commit(folder: Path, tick: int, epoch: int, identity: str, shards: dict[int, Shard], keep: int) -> Path:
    """Make a checkpoint of the shards of all regions, then drop all but the newest `keep`.

    Raises:
        OSError: If the disk is full or fails.
    """
    temporary, final = _temporary(folder, tick, epoch), folder / f"{PREFIX}{tick:012d}"
    regions = [shards[region] for region in sorted(shards)]
    content: Manifest = {
        "version": VERSION,
        "identity": identity,
        "epoch": epoch,
        "tick": tick,
        "digest": universe_digest(shard["digest"] for shard in regions),
        "regions": [{"tick": shard["tick"], "digest": shard["digest"], "letters": shard["letters"]} for shard in regions],
        "files": {name: value for shard in regions for name, value in shard["files"].items()},
    }
    body = json.dumps(content, indent=1)
    own = hashlib.blake2b(body.encode(), digest_size=32).hexdigest()
    (temporary / MANIFEST).write_text(f"{own}\n{body}\n", encoding="utf-8")
    _flush(temporary / MANIFEST)
    _flush(temporary)
    if final.exists():
        if _holds(final, content):  # else there would be a moment without either
            shutil.rmtree(temporary)
            return final
        shutil.rmtree(final)
    temporary.rename(final)
    _flush(folder)
    for old in checkpoints(folder)[:-keep]:
        shutil.rmtree(old)
    return final


def _holds(path: Path, content: Manifest) -> bool:
    """Whether a checkpoint is whole and of the same state."""
    try:
        return check(path, content["identity"])["digest"] == content["digest"]
    except InputError:
        return False


def sweep(folder: Path) -> None:
    """Remove what earlier starts began to write and did not finish."""
    for leftover in folder.glob(f"{TEMPORARY}*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _write_state(path: Path, state: WorldState) -> None:
    group = store.open_group(path, "w")
    for quantity in QUANTITIES:
        axes = (*quantity.components, "site")
        values = getattr(state.region, quantity.name)
        store.write_whole(group, quantity.name, values, axes, unit=quantity.unit, meaning=quantity.meaning)
    store.write_whole(group, "pools", state.region.pools, ("goal", "sm"), unit="energy", meaning="what each pool holds")
    store.write_whole(group, "jobs", state.region.jobs, ("about", "place"), about=list(JOB), meaning="the job board")
    store.write_whole(group, "wallet", state.region.wallet, ("wallet",), unit="energy", meaning="tokens that people may spend")
    store.write_whole(group, "tally", state.tally, ("count",), names=list(TALLY), meaning="sums over all ticks")


def checkpoints(folder: Path) -> list[Path]:
    """Folders of the checkpoints, oldest first."""
    return sorted(path for path in folder.glob(f"{PREFIX}*") if path.is_dir())


OLDER = "the checkpoint before it, which is used if it is whole"


def check(path: Path, identity: str | None = None) -> Manifest:
    """The manifest of a checkpoint of which every file is as it was written.

    Raises:
        InputError: If it is not whole, or (where an identity is given) belongs to another world.
    """
    content = _manifest(path)
    if content["tick"] != tick_of(path):
        got = f"a checkpoint of tick {content['tick']}"
        raise InputError(
            problem(str(path), got, f"tick {tick_of(path)}, as the folder's name says", "the name that it was written with")
        )
    for name, expected in content["files"].items():
        file = path / name
        if not file.is_file() or _hash(file) != expected:
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
    about, part = _manifest(path)["regions"][region], path / f"{SHARD}{region:06d}"
    group = store.open_group(part / "state.zarr", "r")
    arrays = {name: store.read(group, name) for name in FIELDS}
    letters = tuple((part / f"letter-{k}.bin").read_bytes() for k in range(about["letters"]))
    state = WorldState(about["tick"], Region(**arrays), store.read(group, "tally"), letters)
    if digest(state) != about["digest"]:
        raise InputError(problem(str(part), "a state with another digest", about["digest"], OLDER))
    return state


def load(path: Path, identity: str | None = None) -> list[WorldState]:
    """The states of all regions in a checkpoint, checked.

    Raises:
        InputError: See `check`.
    """
    return [load_region(path, region) for region in range(len(check(path, identity)["regions"]))]


def _manifest(path: Path) -> Manifest:
    try:
        own, _, body = (path / MANIFEST).read_text(encoding="utf-8").partition("\n")
        body = body.removesuffix("\n")
        if hashlib.blake2b(body.encode(), digest_size=32).hexdigest() != own:
            raise ValueError("its hash does not match")
        content: Manifest = json.loads(body)
    except (OSError, ValueError) as error:
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
            found = _manifest(path)["epoch"]
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
    for path in reversed(checkpoints(folder)):
        try:
            check(path, identity)
        except InputError as error:
            refused += error.problems
            continue
        return path, refused
    raise InputError(*refused, problem(str(folder), "no whole checkpoint", "at least one", "running the world anew"))


def tick_of(path: Path) -> int:
    """The tick of a checkpoint, from its name."""
    return int(path.name.removeprefix(PREFIX))
