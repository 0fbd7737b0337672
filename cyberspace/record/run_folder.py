"""The folder of a run: its world file, what it was started with, its checkpoints and its record."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from cyberspace.errors import InputError, problem
from cyberspace.law.universe import Universe
from cyberspace.plugins import anchored, source_of
from cyberspace.worldfile.build import universe_from_text
from cyberspace.worldfile.plugs import files_of
from cyberspace.worldfile.schema import WorldFile

WORLD, ABOUT, CHECKPOINTS, RECORD, EPOCH = "world.toml", "run.json", "checkpoints", "record.zarr", "epoch"

FORMAT = 1
"""The format of the folder and all in it: a number that is raised whenever an older cyberspace would misread what a newer one writes."""


class About(TypedDict):
    """What a run was started with, as `ABOUT` holds it; `files` has the digest of each file that it needs, `backend` lies beside it."""

    format: int
    seed: int
    backend: str
    identity: str
    files: dict[str, str]


@dataclass(frozen=True)
class RunFolder:
    """An existing run.

    Attributes:
        path: The folder.
        universe: The universe it runs, with the seed it was started with.
        file: Its world file.
        backend: The backend that it was started with for all spaces; empty for what the world file says.
    """

    path: Path
    universe: Universe
    file: WorldFile
    backend: str

    @property
    def checkpoints(self) -> Path:
        """Folder of its checkpoints."""
        return self.path / CHECKPOINTS

    @property
    def record(self) -> Path:
        """Its record."""
        return self.path / RECORD


def create(
    path: Path, source: Path, universe: Universe, file: WorldFile, backend: str,
    text: str | None = None, elsewhere: Mapping[str, Path] | None = None,
) -> RunFolder:  # fmt: skip
    """Make a run's folder; it holds all that a resume needs, the user's own files included.  What is killed here leaves no run.

    Args:
        path: The folder.
        source: The world file; its folder holds the files that it names.
        universe: What it describes.
        file: The parsed file.
        backend: For all spaces, its file found from the working folder; empty for what the world file says.
        text: Instead of what stands in the world file.
        elsewhere: Files that lie in no folder of the world file, by the name that it calls them.

    Raises:
        InputError: If the folder holds something already, or the backend's file has the name of another one that the world needs.
        OSError: If the disk is full or fails.
    """
    need_free(path, "--out")

    needed, kept = _needed(file, source.parent, backend, elsewhere or {})

    def fill(folder: Path) -> None:
        _fill(folder, source, universe, needed, kept, text)

    if path.exists():  # perhaps a place where a disk is mounted, that nothing can be renamed to
        fill(path)
        return RunFolder(path, universe, file, anchored(kept, path))
    path.parent.mkdir(parents=True, exist_ok=True)
    begun = path.with_name(f".{path.name}.begun")
    shutil.rmtree(begun, ignore_errors=True)  # of a start that was killed here
    try:
        begun.mkdir()
        fill(begun)
        begun.rename(path)
    except OSError:
        shutil.rmtree(begun, ignore_errors=True)
        raise
    return RunFolder(path, universe, file, anchored(kept, path))


def need_free(path: Path, where: str) -> None:
    """Refuse a folder that holds something; `where` is what errors call the argument."""
    if path.is_symlink() and not path.exists():
        got = f"a link to nothing ({os.readlink(path)})"
        raise InputError(problem(f"{where} {path}", got, "a new or empty folder", f"another {where}"))
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        attempt = f"--resume {path}" if where == "--out" and (path / ABOUT).is_file() else f"another {where}"
        raise InputError(problem(f"{where} {path}", "a place that is in use", "a new or empty folder", attempt))


def _needed(file: WorldFile, folder: Path, backend: str, elsewhere: Mapping[str, Path]) -> tuple[dict[str, Path], str]:
    """The files that lie in a run's folder beside its world, by their names there, and the backend's name there."""
    names = [*files_of(file), *([file.world.machine] if file.world.machine else [])]
    needed = {name: elsewhere.get(name, folder / name) for name in names if not Path(name).is_absolute()}
    own = source_of(backend)
    if own is None:
        return needed, backend
    name, source = Path(own).name, elsewhere.get(own, Path(own))
    known = needed.setdefault(name, source)
    if known.read_bytes() != source.read_bytes():
        raise InputError(problem("backend", f"{source} beside {known}", "files of different names", f"renaming {source}"))
    return needed, f"{name}:{backend.rpartition(':')[2]}"


def _fill(path: Path, source: Path, universe: Universe, needed: Mapping[str, Path], backend: str, text: str | None) -> None:
    """Write what a resume needs into an empty folder; `ABOUT`, without which it is no run, comes last."""
    if text is None:
        shutil.copyfile(source, path / WORLD)
    else:
        (path / WORLD).write_text(text, encoding="utf-8")
    for name, found in needed.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found, path / name)
    hashes = {name: _hash(path / name) for name in [WORLD, *needed]}
    about: About = {"format": FORMAT, "seed": universe.seed, "backend": backend, "identity": universe.identity, "files": hashes}
    (path / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def _hash(path: Path) -> str:
    """Digest of a file; empty if there is none."""
    return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest() if path.is_file() else ""


def open_run(path: str | Path) -> RunFolder:
    """The run in a folder.

    Raises:
        InputError: If it is no run, a newer cyberspace made it, or its world file is not the one that it was started with.
    """
    path = Path(path)
    try:
        about: About = json.loads((path / ABOUT).read_text(encoding="utf-8"))
        made_as = about.get("format", FORMAT)
        if made_as != FORMAT:
            expected = f"format {FORMAT}, which this version reads"
            raise InputError(problem(str(path), f"a run of format {made_as!r}", expected, "the cyberspace that made it"))
        text = (path / WORLD).read_text(encoding="utf-8")
        seed, backend, identity = about["seed"], about["backend"], about["identity"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        got = f"a folder that is no run ({type(error).__name__}: {error})"
        expected = f"a folder with {WORLD} and {ABOUT}"
        raise InputError(problem(str(path), got, expected, f"cyberspace run WORLD --out {path}")) from None
    universe, file = universe_from_text(text, str(path / WORLD), path, seed)
    if universe.identity != identity:
        changed = [name for name, known in about.get("files", {}).items() if _hash(path / name) != known]
        got = f"another world than the run was started with ({universe.identity})"
        expected = f"{identity}, as in {path / ABOUT}"
        where = ", ".join(str(path / name) for name in changed or [WORLD])
        raise InputError(problem(where, got, expected, "undoing the change, or a new run"))
    return RunFolder(path, universe, file, anchored(backend, path))


@dataclass(frozen=True)
class Tenure:
    """The right to write into a run's folder, from one start of the run to the next.

    Each start takes a new epoch.  What an older one still does (its launcher may have been killed, its processes not) is refused:
    whoever writes holds a lock and finds its own number in the epoch's file.

    Attributes:
        path: The run's folder.
        epoch: Number of this start, from 1.
    """

    path: Path
    epoch: int

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock.

        Raises:
            InputError: If a later start has taken over.
        """
        with (self.path / EPOCH).open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            now = epoch_of(self.path)
            if now != self.epoch:
                got, expected = f"epoch {now}: another start has taken over", f"epoch {self.epoch}, that of this process"
                raise InputError(problem(str(self.path / EPOCH), got, expected, "leaving the run to that start"))
            yield


def take_over(path: Path) -> Tenure:
    """A new epoch of a run; older ones can't write any more.

    Raises:
        InputError: If what tells the epoch is damaged.
    """
    file = os.open(path / EPOCH, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        epoch = epoch_of(path) + 1
        os.pwrite(file, str(epoch).encode(), 0)  # never shorter than what it replaces, so never half of it
        os.fsync(file)
    finally:
        os.close(file)
    return Tenure(path, epoch)


def epoch_of(path: Path) -> int:
    """The epoch of a run's latest start; 0 before the first.

    Raises:
        InputError: If the file is damaged.
    """
    try:
        return int((path / EPOCH).read_bytes() or b"0")
    except FileNotFoundError:
        return 0
    except ValueError as error:
        attempt = "writing the largest epoch of the manifests in its checkpoints there"
        raise InputError(
            problem(str(path / EPOCH), f"no number ({error})", "the number of the latest start", attempt)
        ) from None
