"""The folder of a run: its world file, what it was started with, its checkpoints and its record."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, TypedDict

from cyberspace.backends.backend import find_backend
from cyberspace.beside import Place
from cyberspace.errors import InputError, problem
from cyberspace.law.universe import Universe
from cyberspace.plugins import anchored, gathering, given, loading, place_of, source_of
from cyberspace.record import own_files
from cyberspace.record.elsewhere import opens_elsewhere
from cyberspace.record.own_files import BACKEND, Described, Kept
from cyberspace.tasks.load import as_made
from cyberspace.worldfile.build import universe_from_text
from cyberspace.worldfile.plugs import files_of, files_of_tasks
from cyberspace.worldfile.schema import WorldFile, parse_world_file

WORLD, ABOUT, CHECKPOINTS, RECORD, EPOCH = "world.toml", "run.json", "checkpoints", "record.zarr", "epoch"

FORMAT = 2
"""The format of the folder and all in it: a number that is raised whenever an older cyberspace would misread what a newer one writes.

1: until the record got one file that says what is whole (`cyberspace.record.published`), and until files of a user's own were kept by
content in `own_files.FILES`; they lay beside the world file.
"""


class About(TypedDict):
    """What a run was started with, as `ABOUT` holds it; `files` has the digest of each file that it needs.

    `kept` says where files lie that names stand in, `described` what readers need to know of what is named; a run that format 1 began
    has neither, nor has one whose world names no file.
    """

    format: int
    seed: int
    backend: str
    identity: str
    files: dict[str, str]
    kept: NotRequired[dict[str, Kept]]
    described: NotRequired[Described]


class OtherWorld(InputError):
    """What lies in a run's folder is not the world that it was started with."""


@dataclass(frozen=True)
class RunFolder:
    """An existing run.

    Attributes:
        path: The folder.
        universe: The universe it runs, with the seed it was started with.
        file: Its world file.
        backend: The backend that it was started with for all spaces; empty for what the world file says.
        lives: Whether it can be lived; one at rest can't if its world names code of a user's own, which is not loaded then.
    """

    path: Path
    universe: Universe
    file: WorldFile
    backend: str
    lives: bool = True

    @property
    def checkpoints(self) -> Path:
        """Folder of its checkpoints."""
        return self.path / CHECKPOINTS

    @property
    def record(self) -> Path:
        """Its record."""
        return self.path / RECORD


def create(
    path: Path,
    text: str,
    universe: Universe,
    file: WorldFile,
    folder: Path,
    backend: str,
    more: Mapping[str, Place] | None = None,
) -> RunFolder:
    """Make a run's folder; it holds all that a resume needs, the user's own files included.  What is killed here leaves no run.

    Args:
        path: The folder.
        text: The text of the world file.
        universe: What it describes.
        file: The parsed text.
        folder: The folder of the world file.
        backend: For all spaces, its file found from the working folder; empty for what the world file says.
        more: Files that the text names and the universe does not know of.

    Returns:
        The run as it is found there: with files of its own, it is lived with these.

    Raises:
        InputError: If the folder holds something already, or the copies of the user's files are not enough to live it.
        OSError: If the disk is full or fails.
    """
    need_free(path, "--out")
    places = _places(universe, file, folder, backend, more or {})
    mounted = path.exists()
    if mounted:  # perhaps a place where a disk is mounted, that nothing can be renamed to
        _fill(path, text, universe, file, places, backend)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        begun = path.with_name(f".{path.name}.begun"[-255:])
        shutil.rmtree(begun, ignore_errors=True)  # of a start that was killed here
        try:
            begun.mkdir()
            _fill(begun, text, universe, file, places, backend)
            begun.rename(path)
        except OSError:
            shutil.rmtree(begun, ignore_errors=True)
            raise
    try:
        if not places:
            return RunFolder(path, universe, file, backend)
        made = open_run(path)
        code = [place for name, place in places.items() if name not in files_of_tasks(file)]
        opens_elsewhere(path, [one for place in code for one in (place.path, *(x.path for x in place.extras or ()))])
        return made
    except InputError:
        for file_of_it in (path / ABOUT, path / WORLD):  # the first alone makes it a run
            file_of_it.unlink()
        shutil.rmtree(path / own_files.FILES, ignore_errors=True)
        if not mounted:
            path.rmdir()
        raise


def need_free(path: Path, where: str) -> None:
    """Refuse a folder that holds something; `where` is what errors call the argument."""
    if path.is_symlink() and not path.exists():
        got = f"a link to nothing ({os.readlink(path)})"
        raise InputError(problem(f"{where} {path}", got, "a new or empty folder", f"another {where}"))
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        attempt = f"--resume {path}" if where == "--out" and (path / ABOUT).is_file() else f"another {where}"
        raise InputError(problem(f"{where} {path}", "a place that is in use", "a new or empty folder", attempt))


def _places(universe: Universe, file: WorldFile, folder: Path, backend: str, more: Mapping[str, Place]) -> dict[str, Place]:
    """Files that a run has to hold, by what its world calls them, with what each needs."""
    known = {**universe.files, **more}
    places = {name: known[name] for name in files_of(file) if name in known}
    if file.world.machine:
        places[file.world.machine] = Place(place_of(file.world.machine, folder))
    if source_of(backend) is not None:
        places[BACKEND] = place_of_backend(backend)
    return places


def place_of_backend(backend: str) -> Place:
    """The file of a backend that is found from the working folder, with what it needs."""
    with gathering() as found, loading(backend, Path(), BACKEND):
        find_backend(backend, Path(), BACKEND)
    return found[source_of(backend) or ""]


def _fill(path: Path, text: str, universe: Universe, file: WorldFile, places: Mapping[str, Place], backend: str) -> None:
    """Write what a resume needs into an empty folder; `ABOUT`, without which it is no run, comes last."""
    (path / WORLD).write_text(text, encoding="utf-8")
    kept = own_files.keep(path, places)
    described = own_files.describe(path, universe, file, {str(places[name].path): one["file"] for name, one in kept.items()})
    own = any(described.values())
    hashes = {name: own_files.hash_of(path / name) for name in [WORLD, *own_files.paths_of(kept), *described["texts"].values()]}
    about: About = {
        "format": FORMAT,
        "seed": universe.seed,
        "backend": f"{Path(source_of(backend) or '').name}:{backend.rpartition(':')[2]}" if BACKEND in kept else backend,
        "identity": universe.identity,
        "files": hashes,
    }
    if kept or own:
        about |= {"kept": kept, "described": described}
    (path / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def open_run(path: str | Path, rest: bool = False) -> RunFolder:
    """The run in a folder.

    Args:
        path: The folder.
        rest: Only to be read: then no code of a user's is loaded, and nothing can be lived.  Runs of format 1 hold too little for that.

    Raises:
        InputError: If it is no run, a newer cyberspace made it, or its world file is not the one that it was started with.
    """
    path = Path(path)
    about, text = _read(path)
    kept, described = about.get("kept", {}), about.get("described")
    files = about.get("files", {})
    if "kept" not in about:  # what code needed beside its file was not looked for
        names = files_of(parse_world_file(text, str(path / WORLD)))
        places = {name: Place(Path(os.path.abspath(place_of(name, path))), (), closed=False) for name in names}
    else:
        own_files.check_files(path, files)
        places = own_files.places_of(path, kept)
    objects = own_files.stand_ins(described, path) if rest and described else {}
    with given(objects, places), as_made(described["tasks"] if described else [] if "kept" not in about else None):
        universe, file = universe_from_text(text, str(path / WORLD), path, about["seed"], new=False)
    if universe.identity != about["identity"]:
        changed = [name for name, known in files.items() if own_files.hash_of(path / name) != known]
        got = f"another world than the run was started with ({universe.identity})"
        expected = f"{about['identity']}, as in {path / ABOUT}"
        where = ", ".join(str(path / name) for name in changed or [WORLD])
        raise OtherWorld(problem(where, got, expected, "undoing the change, or a new run"))
    if described and not rest:
        own_files.check_trials(universe, file, described, str(path / WORLD))
    backend = about["backend"]
    if BACKEND in kept:
        return RunFolder(path, universe, file, f"{places[BACKEND].path}:{backend.rpartition(':')[2]}", not objects)
    return RunFolder(path, universe, file, anchored(backend, path), not objects)


def _read(path: Path) -> tuple[About, str]:
    """What a run was started with, and the text of its world file."""
    try:
        about: About = json.loads((path / ABOUT).read_text(encoding="utf-8"))
        made_as = about.setdefault("format", 1)
        if made_as not in range(1, FORMAT + 1):
            expected = f"format 1 to {FORMAT}, which this version reads"
            raise InputError(problem(str(path), f"a run of format {made_as!r}", expected, "the cyberspace that made it"))
        text = (path / WORLD).read_text(encoding="utf-8")
        _ = about["seed"], about["backend"], about["identity"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        got = f"a folder that is no run ({type(error).__name__}: {error})"
        expected = f"a folder with {WORLD} and {ABOUT}"
        raise InputError(problem(str(path), got, expected, f"cyberspace run WORLD --out {path}")) from None
    return about, text


def raise_format(path: Path) -> None:
    """Tell older versions that what is written into a run's folder from now on is not for them.

    Raises:
        OSError: If the disk is full or fails.
    """
    about: About = json.loads((path / ABOUT).read_text(encoding="utf-8"))
    if about.get("format", 1) < FORMAT:
        begun = path / f".{ABOUT}"
        begun.write_text(json.dumps({**about, "format": FORMAT}, indent=1) + "\n", encoding="utf-8")
        begun.replace(path / ABOUT)


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
