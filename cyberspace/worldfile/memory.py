"""What a world takes of memory, and what is free: told before anything is allocated."""

from __future__ import annotations

import math
import os
import resource
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from cyberspace.errors import InputError, problem
from cyberspace.law.state import QUANTITIES
from cyberspace.law.world import World

REGION_BYTES = 8192
"""What a region takes beside its sites, about: who its neighbours are, its tables."""

COPIES = 2
"""A region's state is there, and once more where it is sampled, saved or looked at."""


def site_bytes(world: World) -> int:
    """Bytes of state of one site."""
    components = world.components()
    return sum(np.dtype(one.dtype).itemsize * math.prod(components[axis] for axis in one.components) for one in QUANTITIES)


def needed_bytes(worlds: Iterable[World]) -> int:
    """Bytes that some regions take while they live, about."""
    return sum(REGION_BYTES + COPIES * world.sites * site_bytes(world) for world in worlds)


def free_bytes() -> int:
    """Bytes that this process may still take: of the machine, of its control group, of its own limit; the least of them."""
    found = [_available(), *_group()]
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY:
        found.append(limit - _own())
    return max(0, min(found))


def _available() -> int:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _group() -> list[int]:
    """What the control group of this process leaves; nothing if there is no limit."""
    for limit, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ):
        try:
            return [int(Path(limit).read_text(encoding="ascii")) - int(Path(used).read_text(encoding="ascii"))]
        except (OSError, ValueError):
            continue
    return []


def _own() -> int:
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def check_memory(worlds: Sequence[World], name: str, ranks: int = 1) -> None:
    """Refuse regions whose states take more memory than is free; where it is not known yet which live here, their share.

    Raises:
        InputError: With how much they take, and how much is free.
    """
    sites, needed = sum(world.sites for world in worlds), needed_bytes(worlds) // ranks
    check_fits(
        needed, f"{sites // ranks:,} sites", f"{name}: spaces", "shorter axes, a smaller body, or more ranks on other hosts"
    )


def check_fits(needed: int, what: str, where: str, attempt: str) -> None:
    """Refuse what takes more memory than is free.

    Raises:
        InputError: With how much it takes, and how much is free.
    """
    free = free_bytes()
    if needed > free:
        got = f"{what} that take about {_gigabytes(needed)} of memory"
        raise InputError(problem(where, got, f"at most {_gigabytes(free)}, which is free here", attempt))


def _gigabytes(count: int) -> str:
    return f"{count / 2**30:,.2f} GiB"
