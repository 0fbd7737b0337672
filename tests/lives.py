"""A run that is hurt, and must end as one that was not."""

import errno
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.errors import InputError
from cyberspace.record import checkpoint
from cyberspace.record.reading import Tables
from cyberspace.record.run_folder import ABOUT, open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from tests.disk import failing


def recorded(path, refused=None):
    """All that a record holds, by the name of the array; `refused`, if given, takes the message of each that can't be read."""
    root = Path(path) / "record.zarr"
    tables, found = Tables(root), {}
    for group in sorted({file.parent.parent.relative_to(root) for file in root.rglob("tick/zarr.json")}):
        for name, column in tables.columns(str(group)).items():
            try:
                found[f"{group}/{name}"] = np.asarray(column[...])
            except InputError as error:
                if refused is None:
                    raise
                refused(error)
    return found


@dataclass(frozen=True)
class Life:
    """What an undisturbed run ended with."""

    world: Path
    ticks: int
    every: int
    facts: dict
    record: dict

    @classmethod
    def of(cls, world, out, ticks, every, backend="reference"):
        life = cls(world, ticks, every, {}, {})
        life.begin(out, backend)
        return cls(world, ticks, every, inspect_run(out), recorded(out))

    def plan(self, ticks=None, **more):
        return Plan(self.ticks if ticks is None else ticks, self.every, quiet=True, **more)

    def begin(self, out, backend="reference", ticks=None):
        runtime.go(runtime.begin(self.world, out, None, backend), self.plan(ticks))

    def go_on(self, out, say=lambda line: None, **more):
        return runtime.go(open_run(out), self.plan(**more), say=say)


TOLD = ("a full disk", os.strerror(errno.EIO))
"""How a message calls what was wrong with the disk."""


def survive(life, disk):
    """Live on a disk that fails, which must be told, and then on a whole one; what was saved before must still be there."""
    words = ""
    try:
        with failing(disk):
            life.begin(disk.folder)
    except InputError as error:
        words = str(error)
    assert not words or (any(one in words for one in TOLD) and str(disk.folder) in words), words
    if not (disk.folder / ABOUT).exists():  # it had not begun
        life.begin(disk.folder)
        return
    told, saved = [], checkpoint.checkpoints(disk.folder / "checkpoints")
    for path in saved:
        checkpoint.load(path)
    life.go_on(disk.folder, told.append)
    assert not any("refused" in line for line in told), told


def check(life, out):
    """A run has ended as the undisturbed one did, and recorded the same."""
    assert inspect_run(out) == life.facts
    found = recorded(out)
    assert found.keys() == life.record.keys()
    for name, values in life.record.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)
