"""The command line of `mpirun`, with the settings that a bare machine needs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from cyberspace.errors import InputError, problem
from cyberspace.ranks.carry import surroundings

POLICY = "PRTE_MCA_rmaps_default_mapping_policy"
ALONE = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    POLICY: ":oversubscribe",
    "PRTE_MCA_hwloc_default_binding_policy": "none",
}
"""Open MPI: run in containers, run more ranks than cores, and let numba choose its cores."""

ONE_HOST = {"OMPI_MCA_btl": "^uct,ofi"}
"""Open MPI: on one host, do not spend a second on looking for fast networks."""

SESSIONS = "PRTE_MCA_prte_local_tmpdir_base"
"""Open MPI: where the launcher keeps its session's folder. It names that by its process number alone and refuses to start where one of
a launcher that was killed stands in its place."""

CARRIED = ("CYBERSPACE_", "PYTHONPATH", "JAX_", "XLA_", "NUMBA_", "OMP_")
"""Beginnings of the variables that ranks on other hosts are given as well; ssh carries none by itself."""


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


def command(
    ranks: int, hostfile: Path | None, arguments: Sequence[str], sessions: Path | None = None
) -> tuple[list[str], dict[str, str]]:
    """The command line that runs `cyberspace run` with some arguments on some ranks, and its environment.

    Args:
        ranks: How many.
        hostfile: Names the host of each rank, one a line; None for this host, or those of an allocation.
        arguments: Of `cyberspace run`.
        sessions: A folder for this launch alone, in which the launcher keeps its session's; None for where it usually does.
    """
    alone = hostfile is None or len(set(hostfile.read_text().split())) == 1
    environment = {**ALONE, **(ONE_HOST if alone else {}), **os.environ, **surroundings(os.environ)}
    if sessions is not None:
        environment[SESSIONS] = str(sessions)
    hosts: list[str] = []
    if hostfile:
        hosts = ["--hostfile", str(hostfile)] if POLICY in os.environ else ["--hostfile", str(hostfile), "--map-by", "seq"]
    line = [str(mpirun()), "--with-ft", "ulfm", *hosts, "-n", str(ranks)]
    return [*line, sys.executable, "-m", "cyberspace", "run", *arguments], environment


def carried(environment: dict[str, str]) -> list[str]:
    """Options of `mpirun` that carry an environment to other hosts."""
    names = sorted(name for name in environment if name.startswith(CARRIED))
    return [word for name in names for word in ("-x", name)]
