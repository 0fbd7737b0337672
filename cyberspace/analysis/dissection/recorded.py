"""Organisms that the checkpoints of a run hold, by identity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cyberspace.errors import InputError
from cyberspace.record import checkpoint
from cyberspace.record.run_folder import RunFolder
from organisms.arrays import Int8s


@dataclass(frozen=True)
class Recorded:
    """An organism of a checkpoint.

    Attributes:
        which: Its number among those who were sought.
        tick: Tick of the checkpoint.
        region: Its region.
        site: Its site in the region.
        genome: int8 (loci,).
        weights: int8 (units, inputs).
    """

    which: int
    tick: int
    region: int
    site: int
    genome: Int8s
    weights: Int8s


def find(folder: RunFolder, who: Sequence[tuple[int, int]]) -> Recorded | None:
    """The first of some organisms (cradle, born) that lived at a checkpoint of a run; as the newest of those has it.

    A checkpoint that a run drops meanwhile, or that is damaged, is passed over.
    """
    best: Recorded | None = None
    for path in reversed(checkpoint.checkpoints(folder.checkpoints)):
        tick = checkpoint.tick_of(path)
        for number in range(len(folder.universe.worlds)):
            sought = [one for one in who[: best.which if best else None] if one[1] < tick]
            found = _in(path, tick, number, sought) if sought else None
            if found is not None:
                best = replace(found, which=list(who).index(sought[found.which]))
    return best


def _in(path: Path, tick: int, number: int, who: Sequence[tuple[int, int]]) -> Recorded | None:
    try:
        region = checkpoint.load_region(path, number).region
    except (InputError, checkpoint.Gone, OSError, KeyError):
        return None
    living = np.flatnonzero(region.alive)
    keys = zip(region.cradle[living].tolist(), region.born[living].tolist(), strict=True)
    sites = dict(zip(keys, living.tolist(), strict=True))
    for k, one in enumerate(who):
        if one in sites:
            site = sites[one]
            return Recorded(k, tick, number, site, region.genome[:, site].copy(), region.weights[..., site].copy())
    return None
