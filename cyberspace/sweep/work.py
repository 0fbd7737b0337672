"""One run of a sweep, from nothing or from where it stands, to a file with its outcomes; what is killed here is gone on with."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from cyberspace.api.runs import Run, open_run
from cyberspace.errors import InputError, problem, system_errors
from cyberspace.record import run_folder
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.sweep.cells import Job
from cyberspace.sweep.outcomes import Value
from cyberspace.whole import whole


class Found(TypedDict):
    """What is known of a finished run; `seconds` of a processor are told and never stand in a table."""

    key: str
    mark: str
    values: list[str]
    seed: int
    tick: int
    digest: str
    seconds: float
    outcomes: dict[str, Value]


@dataclass(frozen=True)
class Place:
    """The folder of a sweep.

    Attributes:
        path: The folder.
    """

    path: Path

    def result(self, key: str) -> Path:
        """The file of a finished run."""
        return self.path / "cells" / f"{key}.json"

    def run(self, key: str) -> Path:
        """The folder of a run."""
        return self.path / "runs" / key

    def lock(self, key: str) -> Path:
        """What only one process holds at a time."""
        return self.path / "locks" / key


def finished(place: Place, job: Job) -> Found | None:
    """What is known of a run that is finished; None if it is not, or something else was measured of it.

    Raises:
        InputError: If its file is damaged.
    """
    path = place.result(job.key)
    try:
        found: Found = json.loads(path.read_text(encoding="utf-8"))
        same = found["key"] == job.key and found["mark"] == job.mark and isinstance(found["outcomes"], dict)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        got = f"a damaged file ({type(error).__name__}: {error})"
        raise InputError(problem(str(path), got, "the outcomes of a finished run", f"rm {path}, then the same again")) from None
    return found if same else None


def work(place: Place, job: Job) -> Found:
    """Live a run to its end, measure it and write the file; what another process has done meanwhile is not done again.

    Raises:
        InputError: If the disk is full, or an outcome can't be measured.
        Interrupted: If a signal came; the run goes on from its checkpoint another time.
    """
    with _held(place.lock(job.key)):
        done = finished(place, job)
        if done is not None:
            return done
        began = time.process_time()
        tick, run = _lived(place.run(job.key), job)
        found: Found = {
            "key": job.key,
            "mark": job.mark,
            "values": list(job.values),
            "seed": job.seed,
            "tick": tick,
            "digest": run.facts["digest"],
            "seconds": round(time.process_time() - began, 1),
            "outcomes": {one.name: one.measure(run) for one in job.outcomes},
        }
        write_whole(place.result(job.key), json.dumps(found, indent=1) + "\n")
        if not job.keep:
            shutil.rmtree(place.run(job.key), ignore_errors=True)
    return found


def _lived(path: Path, job: Job) -> tuple[int, Run]:
    """The tick at which a run ended, and the run."""
    folder = _begun(path, job)
    while True:
        stands = open_run(path).tick
        if stands >= job.ticks or (stands > 0 and stands % job.look == 0 and _reached(path, job)):
            return stands, open_run(path)
        end = min(job.ticks, stands - stands % job.look + job.look) if job.until else job.ticks
        runtime.go(folder, Plan(end, job.every, job.backend, threads=1, quiet=True))


def _begun(path: Path, job: Job) -> run_folder.RunFolder:
    if path.exists():
        return run_folder.open_run(path)
    return runtime.begin_text(job.text, job.name, job.folder, path, job.seed, job.backend)


def _reached(path: Path, job: Job) -> bool:
    """Whether the outcome that ends a run is known of it."""
    until = next((one for one in job.outcomes if one.name == job.until), None)
    return until is not None and until.measure(open_run(path)) is not None


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold a lock, once whoever has it lets it go; the system does that for those who are killed."""
    with system_errors(str(path), "a folder that can be written", "mending that, then the same again"):
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def write_whole(path: Path, text: str) -> None:
    """Write a file that is there whole or not at all, whenever this is killed.

    Raises:
        InputError: If the system refuses.
    """
    with (
        system_errors(str(path), "a folder that can be written", "mending that, then the same again"),
        whole(path) as begun,
        begun.open("w", encoding="utf-8", newline="") as file,
    ):
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
