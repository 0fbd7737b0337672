"""Extinctions: what happens, where it was asked for, to the regions of a lost rank; at the checkpoint that all go back to."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TypedDict

import numpy as np

from cyberspace.errors import InputError, problem
from cyberspace.law.genesis import empty_region
from cyberspace.law.state import TALLY, WHOLE, WorldState
from cyberspace.law.world import World
from cyberspace.record import checkpoint
from cyberspace.record.run_folder import RunFolder
from organisms.arrays import Array

EXTINCTIONS = "extinctions.json"


class Extinction(TypedDict):
    """What was lost: whose organisms, and the tick of the checkpoint that the run went back to."""

    tick: int
    regions: list[int]


def extinct(world: World, state: WorldState) -> WorldState:
    """The region with all its organisms lost: sites empty, their energy turned to heat; matter, blocks, pools, jobs and letters stay."""
    nobody = empty_region(world)
    kept: dict[str, Array] = {"genome": state.region.genome, "weights": state.region.weights}
    kept |= {name: getattr(state.region, name) for name in ("block", *WHOLE)}
    tally = state.tally.copy()
    tally[TALLY.index("death")] += state.region.energy.sum(dtype=np.int64)
    tally[TALLY.index("deaths")] += np.count_nonzero(state.region.alive)
    return replace(state, region=replace(nobody, **kept), tally=tally)


def extinctions(folder: RunFolder) -> list[Extinction]:
    """What was lost so far.

    Raises:
        InputError: If that is not what the file says.
    """
    path = folder.path / EXTINCTIONS
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        regions = range(len(folder.universe.worlds))
        return [{"tick": int(one["tick"]), "regions": [regions[region] for region in one["regions"]]} for one in found]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        got = f"a file that was changed ({type(error).__name__}: {error})"
        raise InputError(problem(str(path), got, "what the run wrote", "a copy of the run")) from None


def extinguish(folder: RunFolder, regions: list[int]) -> None:
    """Write down, beside the checkpoint that the run goes back to, which regions are lost: a resume loses them too."""
    saved = checkpoint.checkpoints(folder.checkpoints)
    tick = checkpoint.tick_of(checkpoint.newest(folder.checkpoints, folder.universe.identity)[0]) if saved else 0
    events = [*extinctions(folder), {"tick": tick, "regions": regions}]
    temporary = folder.path / f".{EXTINCTIONS}"
    temporary.write_text(json.dumps(events) + "\n")
    temporary.rename(folder.path / EXTINCTIONS)
