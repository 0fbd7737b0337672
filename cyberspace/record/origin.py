"""Which run another one was branched from, as the branch's own folder tells it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NotRequired, TypedDict

from cyberspace.beside import Place
from cyberspace.errors import legible
from cyberspace.record.own_files import places_of
from cyberspace.record.run_folder import ABOUT

ORIGIN = "origin"
"""Its key in `ABOUT`; a version that does not know it takes no notice."""


class Branched(TypedDict):
    """Where a run was branched from.

    `run` is that run as it was called then, `identity` that of its world, `digest` that of the state that the branch began with as it was
    there, `seed` the seed there, `changes` what was set otherwise, by key of the world file, and `placed` the sites that organisms from a
    file were placed at.
    """

    run: str
    tick: int
    seed: int
    identity: str
    digest: str
    changes: dict[str, object]
    placed: NotRequired[str]


def note_origin(folder: Path, origin: Branched | None) -> None:
    """Write down where a run comes from, if it was branched.

    Raises:
        OSError: If the disk is full or fails.
    """
    if origin is not None:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        told = {key: legible(value) if isinstance(value, str) else value for key, value in origin.items()}
        begun = folder / f".{ABOUT}"
        begun.write_text(json.dumps({**about, ORIGIN: told}, indent=1, default=str) + "\n", encoding="utf-8")
        begun.replace(folder / ABOUT)


def places_in(folder: Path) -> dict[str, Place]:
    """Where all files lie that a run keeps, by what its world calls them; none for a run of before."""
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    return places_of(folder, about.get("kept", {}))


def origin_of(folder: Path) -> Branched | None:
    """Where a run comes from; None for one that began at tick 0, and where that can't be read."""
    try:
        found: Branched | None = json.loads((folder / ABOUT).read_text(encoding="utf-8")).get(ORIGIN)
    except (OSError, ValueError, AttributeError):
        return None
    return found if isinstance(found, dict) else None
