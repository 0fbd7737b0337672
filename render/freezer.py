"""Named organisms kept on disk: a file of organisms each, as `cyberspace organism` writes them; so they go from run to run and to people.

Early viewers wrote a JSON file for each; those are still read.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cyberspace.errors import InputError, problem
from cyberspace.specimens import Specimens, load_organisms, specimens
from organisms.body import BodyPlan
from render.about import FAR
from render.frames import Organism

VERSION = 1
"""Of the JSON files of early viewers."""

SUFFIXES = (".npz", ".json")


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
        shift: The slope of its nonlinearity; None where that is not known.
    """

    name: str
    units: int
    senses: int
    genome: tuple[int, ...]
    weights: tuple[int, ...]
    founder: int
    story: str = ""
    shift: int | None = None


def frozen(organism: Organism, name: str, run: str, shift: int | None = None) -> Frozen:
    """What is kept of an organism; `shift` is that of its space's body.

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
    return Frozen(name, units, inputs - units, genome, flat, organism.fields.get("founder", 1), story, shift)


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
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted({path.stem for path in found if path.suffix in SUFFIXES and not path.name.startswith(".")})

    def put(self, one: Frozen) -> str:
        """Keep an organism; the name it got, with a number behind it if there was one of that name."""
        base = re.sub(r"[^\w .-]", "_", one.name).strip(" .")[:60] or "organism"
        name, taken = base, set(self.names())
        for number in range(2, 10_000):
            if name not in taken:
                break
            name = f"{base} {number}"
        self.folder.mkdir(parents=True, exist_ok=True)
        _specimens(one).save(self.folder / f"{name}.npz")
        return name

    def get(self, name: str) -> Frozen:
        """The organism of a name; the first one of a file that holds several.

        Raises:
            InputError: If the file is none of organisms.
        """
        path = self.folder / f"{name}.npz"
        if path.exists():
            return _first(load_organisms(path), name)
        path = path.with_suffix(".json")
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
        for suffix in SUFFIXES:
            (self.folder / f"{name}{suffix}").unlink(missing_ok=True)


def _specimens(one: Frozen) -> Specimens:
    """The file that is kept of one."""
    body = BodyPlan(one.units, one.senses) if one.shift is None else BodyPlan(one.units, one.senses, one.shift)
    genome, weights = np.array(one.genome, dtype=np.int8)[None], np.array(one.weights, dtype=np.int8)
    weights = weights.reshape(1, body.units, body.inputs)
    columns = {"founder": np.array([one.founder], dtype=np.uint32)}
    return specimens(body, genome, weights, {"story": one.story}, columns, shift_known=one.shift is not None)


def _first(found: Specimens, name: str) -> Frozen:
    """The first organism of a file, as it is carried."""
    body, origin = found.body, found.origins[int(found.columns["origin"][0])]
    founder = max(1, int(found.columns["founder"][0]))
    story = origin.get("story") or f"{origin.get('run', '')}, tick {origin.get('tick', '?')}"
    genome, weights = tuple(found.genome[0].tolist()), tuple(found.weights[0].ravel().tolist())
    return Frozen(name, body.units, body.senses, genome, weights, founder, story, body.shift if found.shift_known else None)
