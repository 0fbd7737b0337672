"""Until the ranks of a job have found each other: MPI can't tell of a rank that dies before that, and the others would wait for ever.

So while MPI starts, a small process beside each rank looks on: whether the ranks of this host are all there, and whether it takes too
long.  It is a process and not a thread, since mpi4py holds the interpreter's lock while MPI starts.
"""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MARK = "CYBERSPACE_LOST"
"""Names a file in which the death of a rank is told to `cyberspace launch`, which starts again."""

LAUNCHERS = ("mpirun", "mpiexec", "prterun", "prted", "prte", "orterun", "orted")
"""Open MPI's launchers: what they start are ranks, and when they are told to end they end the job."""

LOOK_SECONDS, SURE_SECONDS, PATIENCE = 0.25, 1.0, 5.0
"""Between two looks; for which a rank must be missing; after which a rank that should have been ended with the job ends by itself."""


@contextmanager
def watched(rank: int, local_size: int, deadline: float) -> Iterator[None]:
    """Watch over the start of MPI; the job is ended, with a message, if it can't succeed.

    Args:
        rank: The rank of this process, as its launcher says.
        local_size: Ranks of this host, as their launcher says; 0 if it does not.
        deadline: Seconds that MPI may take to start.
    """
    launcher, here = os.getppid(), os.getpid()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(write)
            _watch(read, launcher, here, (rank, local_size), deadline)
        finally:
            os._exit(0)
    os.close(read)
    try:
        yield
    finally:
        os.close(write)
        os.waitpid(child, 0)


def _watch(done: int, launcher: int, parent: int, about: tuple[int, int], deadline: float) -> None:
    """Look on until the parent closes its end of a pipe, by success or death."""
    rank, local_size = about
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, signal.SIG_IGN)
    began, complete = time.monotonic(), time.monotonic()
    seen = _name(launcher) in LAUNCHERS  # below a script there may be one rank alone
    while not select.select([done], [], [], LOOK_SECONDS)[0]:
        now, ranks = time.monotonic(), ranks_below(launcher)
        if len(ranks) >= local_size:
            seen, complete = True, now
        if seen and now - complete > SURE_SECONDS:
            missing = f"{local_size - len(ranks)} of the {local_size} ranks of this host"
            _end(f"{missing} died before all had found each other", launcher, parent, ranks)
        elif now - began > deadline:
            _end(f"rank {rank} waited {deadline:g} s for the other ranks to start", launcher, parent, ranks)


def ranks_below(launcher: int) -> list[int]:
    """Ranks that a launcher has started on this host and that live, by process number; none where that can't be seen."""
    return sorted(number for number in map(int, filter(str.isdigit, _names("/proc"))) if _is_rank(number, launcher))


def _name(number: int) -> str:
    try:
        return Path(f"/proc/{number}/comm").read_text().strip()
    except OSError:
        return ""


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _is_rank(number: int, launcher: int) -> bool:
    try:
        state, parent = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[:2]
        return int(parent) == launcher and state != "Z" and b"_RANK=" in Path(f"/proc/{number}/environ").read_bytes()
    except (OSError, ValueError):
        return False


def _end(why: str, launcher: int, parent: int, ranks: list[int]) -> None:
    """End the job: the first of its ranks on this host tells and ends the launcher, the others themselves if that does not help."""
    if not ranks or parent == ranks[0]:
        os.write(2, f"cyberspace: {why}; the job is ended; try: starting it again\n".encode())
        if os.environ.get(MARK):
            with suppress(OSError):
                Path(os.environ[MARK]).write_text(why)
        with suppress(OSError):
            if _name(launcher) in LAUNCHERS:
                os.kill(launcher, signal.SIGTERM)
    time.sleep(PATIENCE)
    with suppress(OSError):
        os.kill(parent, signal.SIGKILL)
