"""Until the ranks of a job have found each other: MPI can't tell of a rank that dies before that, and the others would wait for ever.

So while MPI starts, the guard beside each rank looks on: whether the ranks of this host are all there, and whether it takes too long.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

LAUNCHERS = ("mpirun", "mpiexec", "prterun", "prted", "prte", "orterun", "orted")
"""Open MPI's launchers: what they start are ranks, and when they are told to end they end the job."""

SURE_SECONDS = 1.0
"""For which a rank must be missing."""


class StartupWatch:
    """What is seen of the ranks of this host while they find each other.

    Args:
        launcher: Number of the process that starts them.
        rank: Who looks.
        local_size: Ranks of this host, as their launcher says; 0 if it does not.
        deadline: Seconds that they may take.
    """

    def __init__(self, launcher: int, rank: int, local_size: int, deadline: float):
        self._launcher, self._rank, self._local_size, self._deadline = launcher, rank, local_size, deadline
        self._began = self._complete = time.monotonic()
        self._seen = name_of(launcher) in LAUNCHERS  # below a script there may be one rank alone
        self.ranks: list[int] = []

    def trouble(self) -> str:
        """Why they will not find each other; empty while they may."""
        now, self.ranks = time.monotonic(), ranks_below(self._launcher)
        if len(self.ranks) >= self._local_size:
            self._seen, self._complete = True, now
        if self._seen and now - self._complete > SURE_SECONDS:
            missing = self._local_size - len(self.ranks)
            return f"{missing} of the {self._local_size} ranks of this host died before all had found each other"
        if now - self._began > self._deadline:
            return f"rank {self._rank} waited {self._deadline:g} s for the other ranks to start"
        return ""


def ranks_below(launcher: int) -> list[int]:
    """Ranks that a launcher has started on this host and that live, by process number; none where that can't be seen."""
    return sorted(number for number in map(int, filter(str.isdigit, _names("/proc"))) if _is_rank(number, launcher))


def name_of(number: int) -> str:
    """What a process is called; empty if there is none."""
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
