"""The folder of a run: its world file, what it was started with, its checkpoints and its record."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cyberspace.build import world_from_text
from cyberspace.errors import InputError, problem
from cyberspace.world import World
from cyberspace.worldfile import WorldFile

WORLD, ABOUT, CHECKPOINTS, RECORD = "world.toml", "run.json", "checkpoints", "record.zarr"


@dataclass(frozen=True)
class RunFolder:
    """An existing run.

    Attributes:
        path: The folder.
        world: The world it runs, with the seed it was started with.
        file: Its world file.
        backend: The backend it was started with.
    """

    path: Path
    world: World
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


def create(path: Path, source: Path, world: World, file: WorldFile, backend: str) -> RunFolder:
    """Make a run's folder; it holds all that a resume needs, the user's task files included.

    Raises:
        InputError: If the folder holds something already.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputError(problem(f"--out {path}", "a place that is in use", "a new or empty folder", f"--resume {path}"))
    path.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path / WORLD)
    for space in file.spaces.values():
        for task in space.tasks:
            name = task.name.partition(":")[0]
            if name.endswith(".py") and not Path(name).is_absolute():
                (path / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source.parent / name, path / name)
    about = {"seed": world.seed, "backend": backend, "identity": world.identity}
    (path / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return RunFolder(path, world, file, backend)


def open_run(path: str | Path) -> RunFolder:
    """The run in a folder.

    Raises:
        InputError: If it is no run, or its world file is not the one that it was started with.
    """
    path = Path(path)
    try:
        about: dict[str, Any] = json.loads((path / ABOUT).read_text(encoding="utf-8"))
        text = (path / WORLD).read_text(encoding="utf-8")
        seed, backend, identity = about["seed"], about["backend"], about["identity"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        got = f"a folder that is no run ({type(error).__name__}: {error})"
        expected = f"a folder with {WORLD} and {ABOUT}, made by `cyberspace run --out`"
        raise InputError(problem(str(path), got, expected)) from None
    world, file = world_from_text(text, str(path / WORLD), path, seed)
    if world.identity != identity:
        got = f"another world than the run was started with ({world.identity})"
        raise InputError(problem(str(path / WORLD), got, identity, "undoing the change, or a new run"))
    return RunFolder(path, world, file, backend)
