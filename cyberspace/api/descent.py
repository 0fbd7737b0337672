"""Lines of descent out of a run: its world is lived again, to the bit, and each ancestor's genome is looked at when it is born."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cyberspace.analysis.lineages import key
from cyberspace.analysis.phylogeny.line import Born, Step, steps
from cyberspace.analysis.phylogeny.recorded import ancestry, newest_first
from cyberspace.api import dataset
from cyberspace.api.hands import owner
from cyberspace.api.phylogeny import living_of
from cyberspace.api.runs import Run, open_run
from cyberspace.errors import InputError, Refused, problem
from cyberspace.record.origin import origin_of
from cyberspace.record.run_folder import RunFolder
from cyberspace.record.run_folder import open_run as open_folder
from cyberspace.run.extinction import extinctions
from organisms.arrays import Int8s

if TYPE_CHECKING:
    from pathlib import Path

    from cyberspace.api.dataset import DataFrame

Identity = tuple[int, int]
"""Cradle and tick of birth."""


def line_of_descent(
    run: Run | str | Path, who: int | Identity, *, tick: int | None = None, backend: str = "",
    tell: Callable[[int, int], object] = lambda done, last: None,
) -> tuple[Step, ...]:  # fmt: skip
    """The ancestors of an organism, the first of its lineage first, and it itself: what each mutation changed in what they do.

    Genomes are recorded at checkpoints alone, so the run is lived again, from the newest checkpoint before the first of the line or from
    tick 0, and they are looked at when they are born; held are the genomes of the line alone.  What can't be lived again (the time before a
    branch, or before regions were lost) is unknown.

    Args:
        run: The run, or its folder.
        who: The site where it lives at a checkpoint; or its cradle and the tick of its birth, alive or not.
        tick: Of that checkpoint; the newest if left out.
        backend: Of the replay; left out, what the run was started with.
        tell: Called with the tick that the replay has come to, and the last one.

    Returns:
        A `cyberspace.analysis.phylogeny.line.Step` for each of them.

    Raises:
        InputError: If nobody lives there, nobody of that identity was recorded, or the world can't be lived again.
    """
    run = run if isinstance(run, Run) else open_run(run)
    folder = open_folder(run.path)  # to be lived, not only read
    mine, generation = _named(run, who, tick)
    found = ancestry(folder, mine, generation)
    line = [int(found.parent[-1]) if len(found.who) else mine, *found.who[::-1].tolist()]
    ids = [(one & (2**31 - 1), (one >> 31) - 1) for one in line]
    regions = [owner(run.universe, cradle) for cradle, _ in ids]
    genomes = _lived_again(run, folder, ids, regions, backend, tell)
    distances = [0, *found.distance[::-1].tolist()]
    return steps(
        run.universe,
        [
            Born(*one, distance, region, genome)
            for one, distance, region, genome in zip(ids, distances, regions, genomes, strict=True)
        ],
    )


def _named(run: Run, who: int | Identity, tick: int | None) -> tuple[int, int]:
    """Key and generation of who is asked for; -1 where the generation is not known."""
    if isinstance(who, tuple):
        cradle, born = who
        where = f"{cradle}@{born}"
        if not 0 <= cradle < run.universe.sites or born < -1:
            raise InputError(problem("who", where, f"a site from 0 to {run.universe.sites - 1} and a tick", "CRADLE@BORN"))
        mine = int(key(np.array(cradle), np.array(born)))
        if not _was_there(run, mine):
            raise InputError(problem("who", where, "somebody who lives, or was born, in the record", "a row of its births"))
        return mine, -1
    at, states = run.states(tick)
    try:
        number = owner(run.universe, who)
    except Refused:
        raise InputError(problem("site", who, f"a site from 0 to {run.universe.sites - 1}", "0")) from None
    region, site = states[number].region, who - int(run.universe.worlds[number].first_site)
    if not region.alive[site]:
        living = np.concatenate(
            [np.flatnonzero(s.region.alive) + w.first_site for s, w in zip(states, run.universe.worlds, strict=True)]
        )
        near = int(living[np.abs(living - who).argmin()]) if len(living) else 0
        raise InputError(problem("site", f"{who}, where nobody lives at tick {at:,}", "a site where somebody lives", str(near)))
    return int(key(region.cradle[site], region.born[site])), int(region.generation[site])


def _was_there(run: Run, mine: int) -> bool:
    """Whether somebody was born, has children or lives, as far as it was recorded."""
    if run.ticks and (living_of(run.universe, run.states()[1], None).who == mine).any():
        return True
    return any(((rows.own == mine) | (rows.parent == mine)).any() for rows in newest_first(run._folder, 2**31 - 1))


def _lived_again(
    run: Run,
    folder: RunFolder,
    ids: Sequence[Identity],
    regions: Sequence[int],
    backend: str,
    tell: Callable[[int, int], object],
) -> list[Int8s | None]:
    """The genome of each of a line, in order of birth, when it was born; None of those from before what can be lived again."""
    looks = [born + 1 for _, born in ids]
    start = _start(run, folder, looks[0])
    genomes: list[Int8s | None] = [None] * len(ids)
    if start is None or looks[-1] < start:
        return genomes
    simulation = run.simulation(start, backend=backend)
    for k, (cradle, born) in enumerate(ids):
        if looks[k] < start or 0 < looks[k] == start:  # people may have acted there at that very tick
            continue
        simulation.advance(looks[k] - simulation.tick)
        tell(simulation.tick, looks[-1])
        region = next(one for one in simulation.regions if one.world.region == regions[k])
        site = np.array([cradle - int(region.world.first_site)])
        if [int(region.engine.look(name, site)[0]) for name in ("cradle", "born")] != [cradle, born]:
            got = f"a replay in which nobody was born at site {cradle} at tick {born}, as the record says"
            raise InputError(problem(str(run.path), got, "a run that can be lived again", "one that nobody changed since"))
        genomes[k] = np.array(region.engine.look("genome", site)[:, 0])
    return genomes


def _start(run: Run, folder: RunFolder, first: int) -> int | None:
    """Where the replay begins: at the newest checkpoint before the first look, else the oldest one there is; None if there is none."""
    lost = [event["tick"] for event in extinctions(folder)]
    branched = origin_of(folder.path)
    since = max([*lost, branched["tick"] if branched is not None else 0])
    known = [tick for tick in run.ticks if tick >= since]
    known = known if since else [0, *known]
    return max((tick for tick in known if tick < first), default=min(known, default=None))


def descent_table(line: Sequence[Step]) -> DataFrame:
    """A line of descent as a table: a row for each birth, sets of goals joined by +."""
    rows = {
        "generation": [step.generation for step in line],
        "cradle": [step.cradle for step in line],
        "born": [step.born for step in line],
        "distance": [step.distance for step in line],
        "effect": [step.effect for step in line],
        "earned": [step.does.earned if step.does else -1 for step in line],
        "performs": ["+".join(step.does.performs) if step.does else "" for step in line],
        "gains": ["+".join(step.gains) for step in line],
        "loses": ["+".join(step.loses) for step in line],
    }
    return dataset.table({name: np.array(values) for name, values in rows.items()})
