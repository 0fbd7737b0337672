"""Whose processes do the work: this host's, those of an MPI job, or Slurm's; each is a pool that somebody else keeps."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cyberspace.cores import allowed_cores
from cyberspace.errors import InputError, LawBroken, RunLost, problem
from cyberspace.ranks.mpi import launched_size
from cyberspace.sweep.cells import Job
from cyberspace.sweep.work import Found, Place, work

if TYPE_CHECKING:
    from submitit import Executor as Slurm


class Pool(Protocol):
    """What lives the runs of a sweep."""

    def each(self, place: Place, jobs: Sequence[Job]) -> Iterator[Found]:
        """Do all jobs; what is found, as it comes.

        Raises:
            InputError: If a run failed.
            RunLost: If a process was killed.
        """


class Here(Pool):
    """One after the other in this process."""

    def each(self, place: Place, jobs: Sequence[Job]) -> Iterator[Found]:
        """See `Pool`."""
        for job in jobs:
            yield work(place, job)


class Futures(Pool):
    """An executor as `concurrent.futures` has them.

    Args:
        executor: It.
    """

    def __init__(self, executor: Executor):
        self._executor = executor

    def each(self, place: Place, jobs: Sequence[Job]) -> Iterator[Found]:
        """See `Pool`."""
        futures = [self._executor.submit(work, place, job) for job in jobs]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BrokenProcessPool:
            raise RunLost("a process of the sweep was killed; finished runs are kept; try: the same again") from None
        finally:
            for future in futures:
                future.cancel()


class Arrays(Pool):
    """Jobs of a Slurm array, by submitit.

    Args:
        executor: submitit's.
        most: Runs that one job of the array does.
    """

    def __init__(self, executor: Slurm, most: int = 1):
        self._executor, self._most = executor, most

    def each(self, place: Place, jobs: Sequence[Job]) -> Iterator[Found]:
        """See `Pool`."""
        from submitit.helpers import as_completed as first_done

        if not jobs:
            return
        parts = [jobs[k : k + self._most] for k in range(0, len(jobs), self._most)]
        for done in first_done(self._executor.map_array(work_all, [place] * len(parts), parts), poll_frequency=1):
            try:
                found = done.result()
            except (InputError, LawBroken):
                raise
            except Exception as error:  # submitit tells of what failed in words of its own
                last = str(error).strip().splitlines()[-1:] or [type(error).__name__]
                got = f"a job that failed ({last[0]})"
                attempt = f"the logs in {place.path / 'slurm'}, then the same again"
                raise InputError(problem("--slurm", got, "jobs that end well", attempt)) from None
            yield from found


def work_all(place: Place, jobs: Sequence[Job]) -> list[Found]:
    """Several runs one after the other."""
    return [work(place, job) for job in jobs]


def _tied() -> None:
    """In a worker: end it when the process that has begun it is gone, however that ended."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        assert parent is not None
        parent.join()
        os._exit(1)

    if parent is not None:
        threading.Thread(target=watch, daemon=True).start()


@contextmanager
def local_pool(processes: int | None) -> Iterator[Pool]:
    """Processes of this host; as many as it has free processors if no number is given."""
    count = allowed_cores() if processes is None else processes
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")  # for the workers: one thread each
    if count == 1:
        yield Here()
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, initializer=_tied) as executor:
        yield Futures(executor)


@contextmanager
def mpi_pool() -> Iterator[Pool | None]:
    """The ranks of this job but the first as a pool, on the first; None on the others, once they are not needed any more."""
    from cyberspace.ranks.pool import executor_of_ranks

    with executor_of_ranks() as executor:
        yield None if executor is None else Futures(executor)


@contextmanager
def slurm_pool(folder: Path, cluster: str, options: dict[str, str | int], most: int) -> Iterator[Pool]:
    """Arrays of Slurm, whose logs lie in a folder.

    Args:
        folder: Of the logs.
        cluster: "slurm", or, to try it without one, "local" (processes) or "debug" (this process).
        options: What submitit passes on: partition, time, ...
        most: Runs of one job.

    Raises:
        InputError: If submitit is missing, or there is no Slurm.
    """
    try:
        import submitit
    except ImportError:
        expected, attempt = "the package submitit", "pip install 'cyberspace[slurm]'"
        raise InputError(problem("--slurm", "no submitit", expected, attempt)) from None
    try:
        executor = submitit.AutoExecutor(folder=folder, cluster=cluster)
        executor.update_parameters(name="cyberspace-sweep", **options)
    except Exception as error:  # submitit raises what it likes where there is no Slurm, or an option is unknown
        got = f"{' '.join(str(error).split())[:200] or type(error).__name__}"
        raise InputError(problem("--slurm", got, "a cluster with Slurm, and options of sbatch", "sinfo")) from None
    yield Arrays(executor, most)


def launched() -> bool:
    """Whether this process is one of several ranks."""
    return launched_size() > 1
