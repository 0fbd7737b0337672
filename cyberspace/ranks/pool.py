"""The ranks of a job as a pool of workers, by mpi4py.futures."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import cast

from cyberspace.ranks.guard import die_with_the_launcher
from cyberspace.ranks.mpi import communicator


@contextmanager
def executor_of_ranks() -> Iterator[Executor | None]:
    """On the first rank of a job an executor of the others; on those None, once the first needs them no more.

    An exception on the first rank ends the work of all; one of a task is its result.

    Raises:
        InputError: If the processes do not find each other.
    """
    die_with_the_launcher()
    comm = communicator()
    from mpi4py.futures import MPICommExecutor

    with MPICommExecutor(comm, root=0) as executor:
        yield cast("Executor | None", executor)
