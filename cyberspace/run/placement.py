"""Which rank lives which region, and with which backend."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from pathlib import Path

from cyberspace.errors import InputError, problem
from cyberspace.law.universe import Universe
from cyberspace.law.world import World
from cyberspace.ranks.team import Team
from cyberspace.record.run_folder import RunFolder
from topology.balance import balance

COSTS = "costs.json"
MOST_HOSTS = 16
"""That are told of by name."""

SLOW = {"reference": 40.0}
"""Backends that take so many times as long for a site as others do, roughly, until a run has measured it."""


def backend_of(universe: Universe, world: World, override: str) -> str:
    """The backend of a region."""
    return override or universe.space_of(int(world.region)).backend


def placement_of(folder: RunFolder, backend: str, team: Team) -> tuple[int, ...]:
    """Rank of each region: as the world file says, else by what its ticks cost in an earlier start, else by its size.

    What the file says was meant for all ranks that were launched; it does not count for a team that has lost some.

    Args:
        folder: The run.
        backend: The one that this start was asked to use; empty for the one that the run was begun with.
        team: The ranks.

    Raises:
        InputError: As `wished_placement`.
    """
    universe = folder.universe
    wished = None if team.mended else wished_placement(universe, team.size)
    if wished is not None:
        return wished
    rough = [
        world.sites * world.body.synapses * SLOW.get(backend_of(universe, world, backend or folder.backend), 1.0) / world.step
        for world in universe.worlds
    ]
    return balance(_measured(folder.path / COSTS, len(rough)) or rough, team.size)


def _measured(path: Path, regions: int) -> list[float]:
    """What a tick of each region cost in an earlier start; nothing if that is not known of all, for it only saves time."""
    try:
        costs = json.loads(path.read_text(encoding="utf-8"))
        found = [float(costs[str(region)]) for region in range(regions)]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return found if all(0 < cost < math.inf for cost in found) else []


def wished_placement(universe: Universe, ranks: int) -> tuple[int, ...] | None:
    """Rank of each region as the world file says; None if it does not say it of all.

    Raises:
        InputError: If there are more ranks than regions, or other ranks than those in the file.
    """
    regions = len(universe.worlds)
    if ranks > regions:
        raise InputError(problem("-n", f"{ranks} ranks", f"at most {regions}, one for each region", f"-n {regions}"))
    wished = [space.ranks[k % len(space.ranks)] for space in universe.spaces if space.ranks for k in range(len(space.regions))]
    if len(wished) < regions or ranks == 1:
        return None
    if set(wished) != set(range(ranks)):
        got = f"ranks {sorted(set(wished))} in the world file, {ranks} ranks launched"
        raise InputError(problem("spaces.ranks", got, f"each of 0 to {ranks - 1}", f"-n {max(wished) + 1}"))
    return tuple(wished)


def told(placement: tuple[int, ...], hosts: tuple[str, ...]) -> str:
    """Where what lives, in words: the ranks of each host, and their regions."""
    lives: dict[str, list[str]] = {}
    for rank, host in enumerate(hosts):
        regions = [region for region, there in enumerate(placement) if there == rank]
        lives.setdefault(host, []).append(f"rank {rank} {_ranges(regions)}")
    lines = [f"{host}: {', '.join(ranks)}" for host, ranks in lives.items()]
    return "; ".join([*lines[:MOST_HOSTS], *([f"and {len(lines) - MOST_HOSTS} more hosts"] if len(lines) > MOST_HOSTS else [])])


def _ranges(regions: list[int]) -> str:
    """Numbers in words, as few as need be."""
    starts = [k for k in regions if k - 1 not in regions]
    ends = [k for k in regions if k + 1 not in regions]
    parts = [str(first) if first == last else f"{first}-{last}" for first, last in zip(starts, ends, strict=True)]
    return f"with region{'s' * (len(regions) > 1)} {' '.join(parts)}" if regions else "without a region"


def keep_costs(folder: RunFolder, costs: dict[int, float]) -> None:
    """Keep what a tick of each region cost, for the next start; where that can't be written, it is measured again."""
    begun = folder.path / f".{COSTS}"
    with suppress(OSError):
        begun.write_text(json.dumps({str(region): cost for region, cost in sorted(costs.items())}) + "\n", encoding="utf-8")
        begun.replace(folder.path / COSTS)
