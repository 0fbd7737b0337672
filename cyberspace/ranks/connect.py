"""How a process finds its team: alone, or one rank of many; and how errors end all of them."""

from __future__ import annotations

import ctypes
import glob
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from cyberspace.errors import EXIT_INPUT, EXIT_LAW, EXIT_STUCK, InputError, LawBroken, RunStuck, system_problem
from cyberspace.telling import say, write

if TYPE_CHECKING:
    from cyberspace.ranks.mpi import MpiTeam
    from cyberspace.ranks.team import Team

RANK = ("OMPI_COMM_WORLD_RANK", "SLURM_PROCID", "PMI_RANK")
LOCAL_SIZE = ("OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS")
LOCAL_RANK = ("OMPI_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID", "MPI_LOCALRANKID")
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
        from cyberspace.ranks.team import Single

        yield Single()
        return
    die_with_the_launcher()
    choose_device()
    from cyberspace.ranks.mpi import MpiTeam, communicator
    from cyberspace.ranks.startup_watch import watched

    rank, local_size = (
        next((int(os.environ[name]) for name in names if name in os.environ), 0) for names in (RANK, LOCAL_SIZE)
    )
    with watched(rank, local_size, deadline):
        comm = communicator()
    assert comm is not None
    team = MpiTeam(comm, float(os.environ.get("CYBERSPACE_DELAY") or 0))
    if team.rank == 0 and team.size < comm.size:
        say(f"lost {comm.size - team.size} of {comm.size} ranks at the start: {team.size} left")
    try:
        yield team
    except SystemExit:
        raise
    except BaseException as error:
        if isinstance(error, InputError) and team.rank > 0:
            _let_rank_0_tell(team)
        _tell(error, team.rank)
        team.abort(_code(error))
    else:
        team.leave(0)


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
    elif isinstance(error, (LawBroken, RunStuck)):
        say(str(error))
    elif isinstance(error, OSError):
        say(system_problem(error, f"rank {rank}", "a system that grants it", "mending that, then the same again"))
    else:
        write("".join(traceback.format_exception(error)))
        say(f"rank {rank} failed, and the job with it: {type(error).__name__}: {error}")


def _code(error: BaseException) -> int:
    kinds = ((InputError, EXIT_INPUT), (OSError, EXIT_INPUT), (LawBroken, EXIT_LAW), (RunStuck, EXIT_STUCK))
    return next((code for kind, code in kinds if isinstance(error, kind)), 1)


def die_with_the_launcher() -> None:
    """On Linux: ask to be killed when the parent dies, so that a killed launcher leaves no orphans."""
    if sys.platform == "linux":
        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)


def choose_device() -> None:
    """One device for each rank of a host, chosen before JAX starts; what the user chose stays."""
    local = next((int(os.environ[name]) for name in LOCAL_RANK if name in os.environ), None)
    devices = len(glob.glob("/dev/nvidia[0-9]*"))
    if local is not None and devices > 0 and "CUDA_VISIBLE_DEVICES" not in os.environ:
        os.environ["CUDA_VISIBLE_DEVICES"] = str(local % devices)
