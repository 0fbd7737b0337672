"""Organisms in a file: one .npz of plain arrays, the same for runs, the viewer's freezer and Python.

about     JSON text: what the file is, its format, the body plan, and where the organisms came from ("origins": run, identity, space,
          learning rule, tick, unit of scores), with the names of goals
genome    int8 (n, loci), alleles from -8 to 7
weights   int8 (n, units, inputs), inborn and learned, as they were when the organism was taken
site, cradle, born, generation, energy: int64 (n,), -1 where unknown; founder: uint32 (n,), 0 where unknown; score: float64 (n,), NaN
          where there is none; origin: int64 (n,), into "origins"; performs: bool (n, goals)

What stands below `weights` may be left out, all of it: then nothing of it is known.

Nothing in it is ever run: it is read with `allow_pickle=False`.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, legible, problem, system_errors
from cyberspace.whole import whole
from organisms.arrays import Array
from organisms.body import BodyPlan
from organisms.genome import HIGHEST, LOWEST, Loci

KIND, FORMAT = "cyberspace organisms", 1
MOST_BYTES = 2**30
"""The largest file that is read, as it is when unpacked: about a million organisms of the common body."""

COLUMNS: dict[str, tuple[str, int | float]] = {
    "site": ("int64", -1), "cradle": ("int64", -1), "born": ("int64", -1), "generation": ("int64", -1), "energy": ("int64", -1),
    "founder": ("uint32", 0), "score": ("float64", np.nan), "origin": ("int64", 0),
}  # fmt: skip
"""What is kept of each organism beside genome and weights: type, and what stands where it is not known."""

MAKE = "cyberspace organism export RUN --out FILE.npz"


class Origin(TypedDict, total=False):
    """Where organisms came from; what is not known is left out."""

    run: str
    identity: str
    space: str
    rule: str
    tick: int
    unit: str
    story: str


@dataclass(frozen=True)
class Specimens:
    """Organisms that were taken out of a world.

    Attributes:
        body: Their body plan; its shift counts only where `shift_known`.
        genome: int8 (n, loci).
        weights: int8 (n, units, inputs).
        columns: Of `COLUMNS`, each (n,).
        goals: Names of goals.
        performs: Which of them each performed when it was last judged, bool (n, goals).
        origins: Where they came from; `columns["origin"]` is an index.
        shift_known: Whether the file tells the slope of the nonlinearity; those that early viewers froze do not.
    """

    body: BodyPlan
    genome: NDArray[np.int8]
    weights: NDArray[np.int8]
    columns: dict[str, Array]
    goals: tuple[str, ...] = ()
    performs: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((0, 0), dtype=bool))
    origins: tuple[Origin, ...] = ({},)
    shift_known: bool = True

    def __len__(self) -> int:
        return len(self.genome)

    def __getitem__(self, which: int | slice | Sequence[int] | NDArray[np.int64]) -> Specimens:
        """Some of them, in this order."""
        rows = np.atleast_1d(np.arange(len(self))[which])
        columns = {name: values[rows] for name, values in self.columns.items()}
        return Specimens(
            self.body,
            self.genome[rows],
            self.weights[rows],
            columns,
            self.goals,
            self.performs[rows],
            self.origins,
            self.shift_known,
        )

    def digest(self, learned: bool) -> str:
        """Digest of what a world begins with if it begins with them, 32 hex digits: genomes, marks, and weights if they come along."""
        found = hashlib.blake2b(digest_size=16)
        founder = self.columns["founder"].astype("<u4")
        for values in (self.genome, founder, *((self.weights,) if learned else ())):
            found.update(repr(values.shape).encode() + np.ascontiguousarray(values).tobytes())
        return found.hexdigest()

    def content(self) -> bytes:
        """The file, equal for equal organisms."""
        body, shift = self.body, self.body.shift if self.shift_known else None
        about = {
            "kind": KIND, "format": FORMAT, "body": {"units": body.units, "senses": body.senses, "shift": shift},
            "goals": list(self.goals), "origins": list(self.origins),
        }  # fmt: skip
        arrays = {"about": np.array(json.dumps(about)), "genome": self.genome, "weights": self.weights, **self.columns}
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **arrays, performs=self.performs)  # type: ignore[arg-type]
        return buffer.getvalue()

    def save(self, path: str | Path, force: bool = False) -> None:
        """Write the file, all of it or nothing.

        Raises:
            InputError: If something lies there and it is not to be replaced, or it can't be written.
        """
        path = Path(path)
        if os.path.lexists(path) and not (force and path.is_file()):
            got = "a folder" if path.is_dir() else "a file that is there"
            raise InputError(problem(str(path), got, "a new file", "another name; or --force, which replaces a file"))
        with system_errors(str(path), "a place where a file can be written", "another place"), whole(path) as begun:
            begun.write_bytes(self.content())


def specimens(
    body: BodyPlan, genome: NDArray[np.int8], weights: NDArray[np.int8], origin: Origin, columns: dict[str, Array],
    goals: Sequence[str] = (), performs: NDArray[np.bool_] | None = None, shift_known: bool = True,
) -> Specimens:  # fmt: skip
    """Organisms of one origin; what is left out of `COLUMNS` is not known."""
    count = len(genome)
    filled = {
        name: np.asarray(columns[name]).astype(dtype) if name in columns else np.full(count, unknown, dtype=dtype)
        for name, (dtype, unknown) in COLUMNS.items()
    }
    did = np.zeros((count, len(goals)), dtype=bool) if performs is None else performs
    origin = {key: legible(value) if isinstance(value, str) else value for key, value in origin.items()}  # type: ignore[assignment]
    return Specimens(body, genome, weights, filled, tuple(goals), did, (origin,), shift_known)


def together(parts: Sequence[Specimens]) -> Specimens:
    """Organisms of one body from several places, one part after another.

    Raises:
        InputError: If there are none, or their bodies differ.
    """
    bodies = {(part.body, part.shift_known, part.genome.shape[1]) for part in parts}
    if len(bodies) != 1:
        raise InputError(problem("organisms", f"{len(bodies)} bodies", "organisms of one body", "a file for each body"))
    goals = tuple(dict.fromkeys(goal for part in parts for goal in part.goals))
    performs = np.zeros((sum(map(len, parts)), len(goals)), dtype=bool)
    columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in COLUMNS}
    row, known = 0, list[Origin]()
    for part in parts:
        here = slice(row, row + len(part))
        performs[here, [goals.index(goal) for goal in part.goals]] = part.performs
        known += [origin for origin in part.origins if origin not in known]
        columns["origin"][here] = np.array([known.index(origin) for origin in part.origins])[part.columns["origin"]]
        row = here.stop
    genome, weights = (np.concatenate([getattr(part, name) for part in parts]) for name in ("genome", "weights"))
    return Specimens(parts[0].body, genome, weights, columns, goals, performs, tuple(known), parts[0].shift_known)


def load_organisms(path: str | Path, where: str = "") -> Specimens:
    """The organisms in a file.

    Args:
        path: The file.
        where: What errors call it; its path if left out.

    Raises:
        InputError: If it is none of ours, damaged, empty, too big, or a newer cyberspace wrote it.
    """
    where = where or str(path)
    try:
        about = os.stat(path)
        if not stat.S_ISREG(about.st_mode):
            got = f"{'a folder' if stat.S_ISDIR(about.st_mode) else 'no plain file'} ({path})"
            raise InputError(problem(where, got, "a file of organisms", MAKE))
        if about.st_size > MOST_BYTES:
            raise _too_big(where, about.st_size)
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        got = f"a file that can't be read ({error})"
        raise InputError(problem(where, got, "a file of organisms", MAKE)) from None
    return read_specimens(content, where)


def read_specimens(content: bytes, where: str) -> Specimens:
    """The organisms in the bytes of a file; see `load_organisms`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MOST_BYTES:
            raise _too_big(where, size)
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return _checked(arrays)
    except _Foreign as foreign:
        raise InputError(problem(where, str(foreign), foreign.expected, MAKE)) from None
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, KeyError, TypeError, EOFError, MemoryError) as error:
        got = "an empty file" if not content else f"a file that is damaged, or none of ours ({type(error).__name__}: {error})"
        raise InputError(problem(where, got, "a file of organisms", MAKE)) from None


class _Foreign(Exception):
    """Something in the file is not as this version writes it."""

    def __init__(self, got: str, expected: str = "a file of organisms"):
        super().__init__(got)
        self.expected = expected


def _too_big(where: str, size: int) -> InputError:
    got, expected = f"{size:,} bytes", f"at most {MOST_BYTES:,}, unpacked"
    return InputError(problem(where, got, expected, "fewer organisms, with --count"))


def _checked(arrays: dict[str, Array]) -> Specimens:
    if "about" not in arrays or arrays["about"].dtype.kind != "U" or arrays["about"].ndim:
        raise _Foreign(f"a file of other arrays ({', '.join(list(arrays)[:4]) or 'none'})")
    about = json.loads(str(arrays["about"]))
    if not isinstance(about, dict) or about.get("kind") != KIND:
        raise _Foreign("a file of something else")
    if about.get("format") != FORMAT:
        raise _Foreign(f"format {about.get('format')!r}", f"format {FORMAT}, which this version reads")
    shift = about["body"]["shift"]
    body = BodyPlan(about["body"]["units"], about["body"]["senses"], 5 if shift is None else shift)
    count, goals, origins = len(arrays["genome"]), tuple(map(str, about["goals"])), about["origins"]
    shapes = {"genome": (count, Loci(body).count), "weights": (count, body.units, body.inputs), "performs": (count, len(goals))}
    types = {"genome": "int8", "weights": "int8", "performs": "bool"} | {name: one for name, (one, _) in COLUMNS.items()}
    if not arrays.keys() & {*COLUMNS, "performs"}:  # as `organisms.torch` writes it
        arrays |= {name: np.full(count, unknown, dtype=one) for name, (one, unknown) in COLUMNS.items()}
        arrays["performs"] = np.zeros((count, len(goals)), dtype=bool)
    for name, dtype in types.items():
        values, shape = arrays[name], shapes.get(name, (count,))
        if values.dtype != dtype or values.shape != shape:
            raise _Foreign(
                f"{name}: {values.dtype} of shape {values.shape}", f"{dtype} of shape {shape}, as its body plan says"
            )
    if not count:
        raise _Foreign("a file without an organism", "at least one")
    if arrays["genome"].min() < LOWEST or arrays["genome"].max() > HIGHEST:
        raise _Foreign("alleles out of range", f"alleles from {LOWEST} to {HIGHEST}")
    if not isinstance(origins, list) or not all(isinstance(one, dict) for one in origins):
        raise _Foreign("origins that are none", "a list of tables")
    if not ((arrays["origin"] >= 0) & (arrays["origin"] < len(origins))).all():
        raise _Foreign("an origin that is not there", f"0 to {len(origins) - 1}")
    columns = {name: arrays[name] for name in COLUMNS}
    genome, weights, performs = (arrays[name] for name in shapes)
    return Specimens(body, genome, weights, columns, goals, performs, tuple(origins), shift is not None)


def misfit(found: Specimens, loci: Loci) -> tuple[str, str] | None:
    """Why organisms can't live in a body plan: what they have, and what is there; None if they can."""
    one, other = found.body, loci.body
    sizes = [(body.units, body.senses) for body in (one, other)]
    if sizes[0] == sizes[1] and found.genome.shape[1] == loci.count and (one.shift == other.shift or not found.shift_known):
        return None
    told = [f"{body.units} units, {body.senses} senses, shift {body.shift}" for body in (one, other)]
    if not found.shift_known:
        told[0] = f"{one.units} units, {one.senses} senses"
    return f"organisms of another body ({told[0]}; {found.genome.shape[1]} loci)", f"{told[1]}; {loci.count} loci"
