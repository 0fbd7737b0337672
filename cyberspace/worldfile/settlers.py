"""Genesis from elsewhere: organisms in a file beside the world file, or all that live at a checkpoint of another run."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np

from cyberspace.beside import Place
from cyberspace.errors import InputError, problem
from cyberspace.law.settlers import Settlers
from cyberspace.plugins import known_place, note_place
from cyberspace.specimens import Specimens, misfit, read_specimens
from cyberspace.worldfile.places import body_plan
from cyberspace.worldfile.schema import SpaceTable
from organisms.body import BodyPlan
from organisms.genome import Loci

FILE, FROM = "file:", "from:"

READER = "cyberspace.record.taken:living_of"
"""What reads another run for "from:"; by name, since it stands above this wing: runs are made of world files."""

Reader = Callable[[str, Path, str, BodyPlan, str], Specimens]


@dataclass(frozen=True)
class Settled:
    """The organisms that a space begins with.

    Attributes:
        found: They.
        learned: Whether they bring their weights.
    """

    found: Specimens
    learned: bool

    @property
    def digest(self) -> str:
        """Digest of all that counts of them."""
        return self.found.digest(self.learned)

    def settlers(self, number: int, regions: int) -> Settlers:
        """Those of one region of the space, by its number there; regions are dealt to in turn."""
        count = len(self.found)
        own = (np.arange(count, dtype=np.uint64) * 2654435761 % 2**32).astype(np.uint32) | np.uint32(1)
        mark = self.found.columns["founder"].astype(np.uint32)
        weights = np.moveaxis(self.found.weights, 0, -1) if self.learned else None
        return Settlers(self.found.genome.T, np.where(mark > 0, mark, own), weights, number % count, regions)


def data_of(genesis: str) -> str | None:
    """What organisms of a genesis are called among the files of a world: FILE, or from:RUN@TICK; None for those of no other place."""
    return genesis.removeprefix(FILE) if genesis.startswith((FILE, FROM)) else None


def find_settled(space: SpaceTable, label: str, folder: Path, where: str) -> Settled | None:
    """The organisms that a space begins with; None if they are not from elsewhere.

    Raises:
        InputError: If there are none, or they have another body than the space.
    """
    source = data_of(space.genesis)
    if source is None:
        if space.learned:
            expected = f'genesis = "{FILE}FILE.npz" or "{FROM}RUN@TICK" beside it: others have learned nothing yet'
            raise InputError(
                problem(f"{where}.learned", f"true, with genesis = {space.genesis!r}", expected, "learned = false")
            )
        return None
    where, body = f"{where}.genesis", body_plan(space)
    place = known_place(source)
    if place is None and space.genesis.startswith(FROM):
        module, _, name = READER.partition(":")
        read: Reader = getattr(import_module(module), name)
        place = Place(Path("organisms.npz"), (), True, read(source.removeprefix(FROM), folder, label, body, where).content())
    elif place is None:
        place = Place(Path(os.path.abspath(folder / os.path.expanduser(source))), ())
    found = read_specimens(_content(place, space.genesis, where), f"{where}: {space.genesis}")
    wrong = misfit(found, Loci(body))
    if wrong is not None:
        got, expected = wrong
        raise InputError(problem(f"{where}: {space.genesis}", got, expected, "the body that they have, in body = { ... }"))
    note_place(source, place)
    return Settled(found, space.learned)


def _content(place: Place, genesis: str, where: str) -> bytes:
    if place.content is not None:
        return place.content
    if not place.path.is_file():
        got = f"{genesis} ({'a folder' if place.path.is_dir() else 'no file'} {place.path})"
        raise InputError(problem(where, got, "a file of organisms", "cyberspace organism export RUN --out FILE.npz"))
    try:
        return place.path.read_bytes()
    except OSError as error:
        raise InputError(problem(where, f"{genesis} ({error})", "a file that can be read", f"ls -l {place.path}")) from None
