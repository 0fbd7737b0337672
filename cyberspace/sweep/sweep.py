"""A sweep from its plan to its page: what is finished is not done again, whoever did it and however it ended."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cyberspace.errors import InputError, problem, system_errors
from cyberspace.sweep.cells import Job, jobs_of
from cyberspace.sweep.figures import page_of, write_page
from cyberspace.sweep.plan import Sweep
from cyberspace.sweep.pools import Pool
from cyberspace.sweep.tables import gather
from cyberspace.sweep.work import Found, Place, finished, write_whole

Tell = Callable[[str], None]


def done_of(place: Place, jobs: list[Job]) -> dict[str, Found]:
    """What is finished already, by key."""
    found = {job.key: finished(place, job) for job in jobs}
    return {key: one for key, one in found.items() if one is not None}


def live(plan: Sweep, place: Place, pool: Pool, tell: Tell = lambda line: None) -> Path:
    """Do all that is left of a plan, and write the page; its path.

    Raises:
        InputError: If the plan is wrong, a run failed, or another sweep works in the folder.
        RunLost: If a process was killed.
    """
    jobs = jobs_of(plan)
    with held(place):
        known = done_of(place, jobs)
        for job in jobs:
            if job.key in known and not job.keep:  # its process was killed before it had tidied up
                shutil.rmtree(place.run(job.key), ignore_errors=True)
        by_seed = sorted(
            jobs, key=lambda job: plan.seeds.index(job.seed)
        )  # so that what there is so far tells of all cells alike
        left = list({job.key: job for job in by_seed if job.key not in known}.values())
        tell(f"{plan.path}: {len(jobs)} runs, of which {len(jobs) - len(left)} are finished")
        names = {job.key: _label(plan, job) for job in jobs}
        for count, found in enumerate(pool.each(place, left), len(jobs) - len(left) + 1):
            told = ", ".join(f"{name} {_told(value)}" for name, value in found["outcomes"].items())
            tell(f"{count} of {len(jobs)}  {names[found['key']]}  tick {found['tick']:,}: {told}")
        return draw(plan, place, jobs)


def draw(plan: Sweep, place: Place, jobs: list[Job] | None = None) -> Path:
    """Write the page of what is finished; its path."""
    jobs = jobs_of(plan) if jobs is None else jobs
    known = done_of(place, jobs)
    page = page_of(
        gather(plan, [{**known[job.key], "values": list(job.values)} for job in jobs if job.key in known]), len(jobs)
    )
    return write_page(page, place.path)


def _label(plan: Sweep, job: Job) -> str:
    """Which run it is, in few words."""
    pairs = zip(plan.factors, job.values, strict=True)
    return ", ".join([*(f"{factor.name} = {value}" for factor, value in pairs), f"seed {job.seed}"])


def _told(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else {None: "-", True: "yes", False: "no"}.get(value, str(value))  # type: ignore[call-overload]


@contextmanager
def held(place: Place) -> Iterator[None]:
    """Hold the folder of a sweep; the system lets it go when this process ends, however it does.

    Raises:
        InputError: If another sweep holds it.
    """
    with system_errors(str(place.path), "a folder that can be written", "another --out"):
        for name in ("cells", "runs", "locks"):
            (place.path / name).mkdir(parents=True, exist_ok=True)
        file = os.open(place.path / "lock", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = os.pread(file, 32, 0).decode(errors="replace").strip() or "another process"
            expected = "a folder that no sweep works in"
            attempt = "waiting for it, or another --out"
            raise InputError(problem(str(place.path), f"a sweep that is going on (process {who})", expected, attempt)) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)


def keep_plan(plan: Sweep, place: Place) -> None:
    """Leave a copy of the plan's text in the folder."""
    write_whole(place.path / "plan.toml", plan.path.read_text(encoding="utf-8"))
