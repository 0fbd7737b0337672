"""Processors: how many this process may keep busy, as far as a quota of their time lets it, and what XLA must not do on them."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

CGROUPS, MINE = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
"""Where Linux keeps the quotas of groups of processes, and where it tells which groups this process is in."""


XLA_FLAGS, NARROW = "XLA_FLAGS", "--xla_cpu_max_isa=AVX2"
"""Where XLA reads what it is told, and what it is told here."""

WRONG_BEFORE = (0, 12)
"""The version of jaxlib from which on it is right with AVX-512, too."""


def keep_xla_right() -> None:
    """Let XLA leave out instructions that it gets wrong on a CPU, unless the user says which it may use; to be called before JAX computes.

    On a processor with AVX-512 jaxlib 0.10 makes one instruction of `where(m, p & ~c | q, p)`, and not the right one.  Without it a tick
    takes as long.
    """
    said = os.environ.get(XLA_FLAGS, "")
    if platform.machine().lower() not in ("x86_64", "amd64") or "xla_cpu_max_isa" in said:
        return
    try:
        version = tuple(int(part) for part in metadata.version("jaxlib").split(".")[:2])
    except (metadata.PackageNotFoundError, ValueError):
        return
    if version < WRONG_BEFORE:
        os.environ[XLA_FLAGS] = f"{said} {NARROW}".strip()


def usable_cpus() -> frozenset[int]:
    """Numbers of the hardware threads that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return frozenset(os.sched_getaffinity(0))
    return frozenset(range(os.cpu_count() or 1))


def allowed_cores() -> int:
    """Processors that this process may keep busy, 1 or more; a container and a job of a cluster may be given fewer than there are."""
    return max(1, min([len(usable_cpus()), *quotas()]))


def quotas(cgroups: Path = CGROUPS, mine: Path = MINE) -> Iterator[int]:
    """Quotas of processor time, rounded up to whole processors: of each group that this process is in, and of those around it."""
    for line in _text(mine).splitlines():
        number, _, rest = line.partition(":")
        kinds, _, group = rest.partition(":")
        if number == "0" and not kinds:
            roots = [cgroups, cgroups / "unified"]
        elif "cpu" in kinds.split(","):
            roots = [cgroups / kinds, cgroups / "cpu"]
        else:
            continue
        parts = Path(group.lstrip("/")).parts
        folders = [root.joinpath(*parts[:depth]) for root in roots for depth in range(len(parts) + 1)]
        yield from filter(None, map(_quota, folders))


def _quota(folder: Path) -> int:
    """Whole processors of one group; 0 where it has no quota."""
    words = _text(folder / "cpu.max").split() or [_text(folder / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period")]
    try:
        quota, period = int(words[0]), int(words[1])
    except (ValueError, IndexError):
        return 0  # "max", or no such group here
    return -(-quota // period) if quota > 0 and period > 0 else 0


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, ValueError):
        return ""


def chosen_threads() -> int:
    """Threads for the kernels of one process: what the user's NUMBA_NUM_THREADS says, else as many as `allowed_cores`."""
    said = os.environ.get("NUMBA_NUM_THREADS", "")
    return int(said) if said.isascii() and said.isdigit() and int(said) > 0 else allowed_cores()
