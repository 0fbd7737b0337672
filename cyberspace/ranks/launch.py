"""launch: `mpirun` with the settings that a bare machine needs."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

from cyberspace.errors import InputError, problem
from cyberspace.ranks.carry import started, surroundings
from cyberspace.ranks.startup_watch import MARK

ALONE = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
    "PRTE_MCA_hwloc_default_binding_policy": "none",
}
"""Open MPI: run in containers, run more ranks than cores, and let numba choose its cores."""

ONE_HOST = {"OMPI_MCA_btl": "^uct,ofi"}
"""Open MPI: on one host, do not spend a second on looking for fast networks."""


def mpirun() -> Path:
    """The launcher: of this environment if it has one, else of the system.

    Raises:
        InputError: If there is none.
    """
    own = Path(sys.executable).parent / "mpirun"
    found = own if own.exists() else shutil.which("mpirun")
    if not found:
        raise InputError(problem("mpirun", "none", "a launcher of MPI", "pip install 'cyberspace[mpi]'"))
    return Path(found)


def command(ranks: int, hostfile: str | None, arguments: list[str]) -> tuple[list[str], dict[str, str]]:
    """The command line that runs `cyberspace run` with some arguments on some ranks, and its environment."""
    settings = dict(ALONE) if hostfile else {**ALONE, **ONE_HOST}
    hosts = ["--hostfile", hostfile] if hostfile else []
    line = [str(mpirun()), "--with-ft", "ulfm", *hosts, "-n", str(ranks), sys.executable, "-m", "cyberspace", "run", *arguments]
    return line, {**settings, **os.environ, **surroundings(os.environ)}


STARTS = 3
"""Times that a job is started if its ranks do not find each other."""


def launch(ranks: int, hostfile: str | None, arguments: list[str]) -> int:
    """Run, and wait; the exit code.  Ctrl-C and SIGTERM make all ranks leave a checkpoint and stop.

    Fault tolerance begins when the ranks have found each other; if one dies before that, the job is started again.
    """
    line, environment = command(ranks, hostfile, arguments)
    with tempfile.TemporaryDirectory() as folder:
        lost = Path(folder) / "lost"
        for _ in range(STARTS):
            code = _once(line, {**environment, MARK: str(lost)})
            if not lost.exists():
                break
            lost.unlink()
    return code


def _once(line: list[str], environment: dict[str, str]) -> int:
    # A session of its own: Ctrl-C in a terminal would reach the launcher itself, which kills its ranks at once.
    with started(line, environment) as process:

        def forward(number: int, frame: FrameType | None) -> None:
            process.send_signal(signal.SIGUSR1)

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
            signal.signal(number, forward)
        return process.wait()
