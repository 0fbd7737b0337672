"""How a process finds its team: alone, or one rank of many; and how errors end all of them."""

from __future__ import annotations

import glob
import os
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from cyberspace.errors import (
    EXIT_INPUT,
    EXIT_INTERRUPTED,
    EXIT_LAW,
    EXIT_LOST,
    EXIT_STUCK,
    InputError,
    LawBroken,
    RunLost,
    RunStuck,
    system_problem,
)
from cyberspace.ranks.guard import Guard, die_with_the_launcher
from cyberspace.telling import say, write

if TYPE_CHECKING:
    from cyberspace.ranks.mpi import MpiTeam
    from cyberspace.ranks.team import Team

RANK = ("OMPI_COMM_WORLD_RANK", "SLURM_PROCID", "PMI_RANK")
LOCAL_SIZE = ("OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS")
LOCAL_RANK = ("OMPI_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID", "MPI_LOCALRANKID")
LAUNCHED = ("OMPI_COMM_WORLD_SIZE", "CYBERSPACE_TETHER")
"""Told to a process that a launcher started, were it the only one."""

PATIENCE = 3.0
"""Seconds in which rank 0 may tell of an error that all ranks have, before the others do."""


@contextmanager
def connected(deadline: float) -> Iterator[Team]:
    """The team of this process; an exception on one rank ends the job with its message, never a hang.

    Args:
        deadline: Seconds that the ranks may take to find each other.

    Raises:
        InputError: If the processes do not find each other.
    """
    from cyberspace.ranks.mpi import launched_size

    if launched_size() == 1:
        yield from _alone(deadline)
        return
    die_with_the_launcher()
    choose_device()
    guard = _guard(deadline)
    from cyberspace.ranks.mpi import MpiTeam, communicator

    try:
        comm = communicator()
    except BaseException as error:
        guard.ended(code_of(error))
        raise
    guard.started()
    assert comm is not None
    team = MpiTeam(comm, float(os.environ.get("CYBERSPACE_DELAY") or 0), guard.ended)
    if team.rank == 0 and team.size < comm.size:
        say(f"lost {comm.size - team.size} of {comm.size} ranks at the start: {team.size} left")
    try:
        yield team
    except SystemExit as error:
        guard.ended(code_of(error))
        raise
    except BaseException as error:
        if isinstance(error, InputError) and team.rank > 0:
            _let_rank_0_tell(team)
        _tell(error, team.rank)
        team.abort(code_of(error))
    else:
        team.leave(0)


def _alone(deadline: float) -> Iterator[Team]:
    """The one process of a run, which a launcher may have started."""
    from cyberspace.ranks.team import Single

    if not any(name in os.environ for name in LAUNCHED):
        yield Single()
        return
    die_with_the_launcher()
    guard = _guard(deadline)
    guard.started()
    try:
        yield Single()
    except BaseException as error:
        guard.ended(code_of(error))
        raise
    guard.ended(0)


def _guard(deadline: float) -> Guard:
    rank, local_size = (
        next((int(os.environ[name]) for name in names if name in os.environ), 0) for names in (RANK, LOCAL_SIZE)
    )
    return Guard(rank, local_size, deadline)


def _let_rank_0_tell(team: MpiTeam) -> None:
    """Wait for rank 0 to end the job: it has the same error, most likely, and one message is enough."""
    from cyberspace.ranks.team import RankLost

    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(RankLost):
            team.hear()  # does not return if the job is to end
        time.sleep(0.01)


def _tell(error: BaseException, rank: int) -> None:
    if isinstance(error, InputError):
        for line in error.problems:
            say(line)
    elif isinstance(error, (LawBroken, RunStuck, RunLost)):
        say(str(error))
    elif isinstance(error, OSError):
        say(system_problem(error, f"rank {rank}", "a system that grants it", "mending that, then the same again"))
    else:
        write("".join(traceback.format_exception(error)))
        say(f"rank {rank} failed, and the job with it: {type(error).__name__}: {error}")


def code_of(error: BaseException) -> int:
    """The exit code of a rank that an error ends."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    kinds: tuple[tuple[type[BaseException], int], ...] = (
        (InputError, EXIT_INPUT),
        (click.ClickException, EXIT_INPUT),
        (OSError, EXIT_INPUT),
        (LawBroken, EXIT_LAW),
        (RunStuck, EXIT_STUCK),
        (RunLost, EXIT_LOST),
        (KeyboardInterrupt, EXIT_INTERRUPTED),
    )
    return next((code for kind, code in kinds if isinstance(error, kind)), 1)


def choose_device() -> None:
    """One device for each rank of a host, chosen before JAX starts; what the user chose stays."""
    local = next((int(os.environ[name]) for name in LOCAL_RANK if name in os.environ), None)
    devices = len(glob.glob("/dev/nvidia[0-9]*"))
    if local is not None and devices > 0 and "CUDA_VISIBLE_DEVICES" not in os.environ:
        os.environ["CUDA_VISIBLE_DEVICES"] = str(local % devices)
