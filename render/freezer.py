"""Named organisms kept on disk: one JSON file each, so that they can be carried between runs and people."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from cyberspace.errors import InputError, problem
from render.about import FAR
from render.frames import Organism

VERSION = 1


@dataclass(frozen=True)
class Frozen:
    """An organism as it is kept.

    Attributes:
        name: What the user calls it.
        units: Neurons of its brain.
        senses: Inputs beside them.
        genome: Alleles.
        weights: Weights, learned ones included, unit by unit.
        founder: Mark of its lineage.
        story: Where it came from.
    """

    name: str
    units: int
    senses: int
    genome: tuple[int, ...]
    weights: tuple[int, ...]
    founder: int
    story: str = ""


def frozen(organism: Organism, name: str, run: str) -> Frozen:
    """What is kept of an organism.

    Raises:
        InputError: If its genome is not known.
    """
    brain = organism.brain
    if "genome" not in brain or "weights" not in brain:
        raise InputError(problem("copy", "an organism whose genome is not known here", "one at a checkpoint or in a live run"))
    weights = brain["weights"]
    units, inputs = weights.shape
    story = f"{run}, tick {organism.tick}, place {'.'.join(map(str, organism.place[FAR:]))}"
    genome, flat = (tuple(int(v) for v in values.ravel()) for values in (brain["genome"], weights))
    return Frozen(name, units, inputs - units, genome, flat, organism.fields.get("founder", 1), story)


class Freezer:
    """A folder of organisms.

    Args:
        folder: The folder; by default `cyberspace/freezer` in the user's data folder.
    """

    def __init__(self, folder: Path | None = None):
        home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        self.folder = folder or Path(home) / "cyberspace" / "freezer"

    def names(self) -> list[str]:
        """Names of all that is kept, sorted."""
        return sorted(path.stem for path in self.folder.glob("*.json")) if self.folder.is_dir() else []

    def put(self, one: Frozen) -> str:
        """Keep an organism; the name it got, with a number behind it if there was one of that name."""
        base = re.sub(r"[^\w .-]", "_", one.name).strip(" .")[:60] or "organism"
        name, taken = base, set(self.names())
        for number in range(2, 10_000):
            if name not in taken:
                break
            name = f"{base} {number}"
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.folder / f".{name}.writing"
        temporary.write_text(json.dumps({"version": VERSION, **asdict(one), "name": name}) + "\n", encoding="utf-8")
        temporary.replace(self.folder / f"{name}.json")
        return name

    def get(self, name: str) -> Frozen:
        """The organism of a name.

        Raises:
            InputError: If the file is not one that this version has written.
        """
        path = self.folder / f"{name}.json"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            version = content.pop("version")
            genome, weights = tuple(map(int, content.pop("genome"))), tuple(map(int, content.pop("weights")))
            one = Frozen(genome=genome, weights=weights, **content)
            fits = version == VERSION and len(weights) == one.units * (one.units + one.senses) <= len(genome)
            sound = all(-8 <= a <= 7 for a in genome) and all(-128 <= w <= 127 for w in weights)
            if not (fits and sound):
                raise ValueError("sizes or alleles that do not fit")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(problem(str(path), f"no frozen organism ({error})", "a file that the freezer wrote")) from None
        return one

    def drop(self, name: str) -> None:
        """Keep an organism no longer."""
        (self.folder / f"{name}.json").unlink(missing_ok=True)
