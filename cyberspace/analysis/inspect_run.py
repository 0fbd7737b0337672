"""inspect: what a run holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NotRequired, TypedDict

from cyberspace.errors import InputError
from cyberspace.law.digest import digest, universe_digest
from cyberspace.law.energy import ledger, total
from cyberspace.law.state import WorldState
from cyberspace.record import checkpoint
from cyberspace.record.origin import Branched, origin_of
from cyberspace.record.record import heredity
from cyberspace.record.run_folder import RunFolder, open_run
from cyberspace.record.samples import chances, shares, summed, take_sample


class EnergyFacts(TypedDict):
    """The ledger of a run; `wallet` where people may play."""

    held: int
    pools: int
    letters: int
    heat: int
    inflow: int
    balanced: bool
    wallet: NotRequired[int]


class Facts(TypedDict):
    """What `cyberspace inspect` tells of a run at a tick; `tasks` are shares of the living by goal, `chance` what
    random brains reach, where it was measured.

    `heredity` is None where nobody was born lately, and where the record is damaged.  `damaged` names newer checkpoints that are not
    whole, and what is wrong with the record.
    """

    tick: int
    seed: int
    regions: int
    sites: int
    alive: int
    births: int
    heredity: float | None
    energy: EnergyFacts
    tasks: dict[str, float]
    chance: dict[str, float]
    digest: str
    origin: NotRequired[Branched]
    damaged: NotRequired[list[str]]


def newest_states(folder: RunFolder, refused: list[str] | None = None) -> tuple[int, list[WorldState]]:
    """Tick and regions of a run's newest whole checkpoint.

    Args:
        folder: The run.
        refused: Takes a line for each newer checkpoint that is not whole.

    Raises:
        InputError: If there is none.
    """

    def read(path: Path) -> tuple[int, list[WorldState]]:
        return checkpoint.tick_of(path), [checkpoint.load_region(path, k) for k in range(len(folder.universe.worlds))]

    return checkpoint.read_newest(folder.checkpoints, folder.universe.identity, read, refused)


def inspect_run(path: str | Path) -> Facts:
    """The facts about a run at its newest whole checkpoint.

    Raises:
        InputError: If it is no run, or has no whole checkpoint.
    """
    folder = open_run(path, rest=True)
    refused: list[str] = []
    return facts_of(folder, *newest_states(folder, refused), refused)


def facts_of(folder: RunFolder, tick: int, states: list[WorldState], refused: Sequence[str] = ()) -> Facts:
    """The facts about a run at one tick, and why it is no newer one."""
    universe = folder.universe
    account = total(ledger(state) for state in states)
    samples = {k: take_sample(world, state) for k, (world, state) in enumerate(zip(universe.worlds, states, strict=True))}
    counts = summed(list(samples.values()))
    energy: EnergyFacts = {
        "held": account.held,
        "pools": account.pools,
        "letters": account.letters,
        "heat": account.heat,
        "inflow": account.inflow,
        "balanced": account.balanced,
    }
    if any(world.plaza for world in universe.worlds):
        energy["wallet"] = account.wallet
    kept, damaged = _heredity(folder, tick)
    facts: Facts = {
        "tick": tick,
        "seed": universe.seed,
        "regions": len(universe.worlds),
        "sites": universe.sites,
        "alive": counts["alive"],
        "births": counts["births"],
        "heredity": kept,
        "energy": energy,
        "tasks": shares(universe, samples),
        "chance": chances(universe),
        "digest": universe_digest(digest(state) for state in states),
    }
    origin = origin_of(folder.path)
    if origin is not None:
        facts["origin"] = origin
    if refused or damaged:
        facts["damaged"] = [*refused, *damaged]
    return facts


def _heredity(folder: RunFolder, tick: int) -> tuple[float | None, list[str]]:
    """Share of faithful births since the sample before a tick; None if there were none, or where the record is damaged, and why."""
    spaces = [space.name for space in folder.universe.spaces]
    try:
        return heredity(folder.record, spaces, max(0, tick - folder.file.record.every), tick), []
    except InputError as error:
        return None, list(error.problems)
