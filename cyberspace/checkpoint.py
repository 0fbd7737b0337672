"""Checkpoints: the complete state at one tick, written so that what looks whole is whole.

A checkpoint is a folder.  It is written under a temporary name, every file is flushed to the disk, a manifest with the hash of each
file and of itself is added, and only then the folder gets its name.  One that was cut short or changed is refused by name.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from cyberspace import store
from cyberspace.digest import digest
from cyberspace.errors import InputError, problem
from cyberspace.state import FIELDS, QUANTITIES, TALLY, Region, WorldState

MANIFEST = "manifest.json"
PREFIX, TEMPORARY = "tick-", ".writing-"
VERSION = 1


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


def save(folder: Path, state: WorldState, identity: str, keep: int) -> Path:
    """Write a checkpoint into a folder of checkpoints, then drop all but the newest `keep`.

    Raises:
        OSError: If the disk is full or fails; what was begun is removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    final, temporary = folder / f"{PREFIX}{state.tick:012d}", folder / f"{TEMPORARY}{state.tick:012d}"
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        _write_state(temporary / "state.zarr", state)
        content = {
            "version": VERSION,
            "identity": identity,
            "tick": state.tick,
            "digest": digest(state),
            "files": {str(path.relative_to(temporary)): _hash(path) for path in _files(temporary)},
        }
        body = json.dumps(content, indent=1)
        own = hashlib.blake2b(body.encode(), digest_size=32).hexdigest()
        (temporary / MANIFEST).write_text(f"{own}\n{body}\n", encoding="utf-8")
        for path in [*temporary.rglob("*"), temporary]:
            _flush(path)
        if final.exists():
            shutil.rmtree(final)
        temporary.rename(final)
        _flush(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    for old in checkpoints(folder)[:-keep]:
        shutil.rmtree(old)
    return final


def _write_state(path: Path, state: WorldState) -> None:
    group = store.open_group(path, "w")
    for quantity in QUANTITIES:
        axes = (*quantity.components, "site")
        values = getattr(state.region, quantity.name)
        store.write_whole(group, quantity.name, values, axes, unit=quantity.unit, meaning=quantity.meaning)
    store.write_whole(group, "pools", state.region.pools, ("goal", "sm"), unit="energy", meaning="what each pool holds")
    store.write_whole(group, "tally", state.tally, ("count",), names=list(TALLY), meaning="sums over all ticks")


def checkpoints(folder: Path) -> list[Path]:
    """Folders of the checkpoints, oldest first."""
    return sorted(path for path in folder.glob(f"{PREFIX}*") if path.is_dir())


def load(path: Path, identity: str | None = None) -> WorldState:
    """The state in a checkpoint.

    Raises:
        InputError: If it is not whole, or (where an identity is given) belongs to another world.
    """
    content = _manifest(path)
    for name, expected in content["files"].items():
        file = path / name
        if not file.is_file() or _hash(file) != expected:
            raise InputError(problem(str(file), "a file that is missing or was changed", "the file that its manifest tells of"))
    if identity is not None and content["identity"] != identity:
        expected = f"world {identity}, the one in the run's world.toml"
        raise InputError(problem(str(path), f"a checkpoint of world {content['identity']}", expected))
    group = store.open_group(path / "state.zarr", "r")
    arrays = {name: np.asarray(group[name][...]) for name in FIELDS}  # type: ignore[index]
    state = WorldState(content["tick"], Region(**arrays), np.asarray(group["tally"][...]))  # type: ignore[index]
    if digest(state) != content["digest"]:
        raise InputError(problem(str(path), "a state with another digest", content["digest"]))
    return state


def _manifest(path: Path) -> dict[str, Any]:
    try:
        own, _, body = (path / MANIFEST).read_text(encoding="utf-8").partition("\n")
        body = body.removesuffix("\n")
        if hashlib.blake2b(body.encode(), digest_size=32).hexdigest() != own:
            raise ValueError("its hash does not match")
        content: dict[str, Any] = json.loads(body)
    except (OSError, ValueError) as error:
        raise InputError(problem(str(path / MANIFEST), f"no whole manifest ({error})", "one written by cyberspace")) from None
    if content["version"] != VERSION:
        got = f"checkpoint version {content['version']}"
        raise InputError(problem(str(path), got, f"version {VERSION}", "the cyberspace that wrote it"))
    return content


def newest(folder: Path, identity: str | None = None) -> tuple[WorldState, list[str]]:
    """The state of the newest whole checkpoint, and a line for each newer one that was refused.

    Raises:
        InputError: If there is none; with the reasons.
    """
    for leftover in folder.glob(f"{TEMPORARY}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    refused: list[str] = []
    for path in reversed(checkpoints(folder)):
        try:
            return load(path, identity), refused
        except InputError as error:
            refused += error.problems
    raise InputError(*refused, problem(str(folder), "no whole checkpoint", "at least one", "running the world anew"))
