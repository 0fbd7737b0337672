"""inspect: what a run holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NotRequired, TypedDict

from cyberspace.errors import InputError
from cyberspace.law.almanac import Event, coming, latest
from cyberspace.law.digest import digest, universe_digest
from cyberspace.law.energy import ledger, total
from cyberspace.law.state import WorldState
from cyberspace.record import checkpoint
from cyberspace.record.origin import Branched, origin_of
from cyberspace.record.reading import open_record
from cyberspace.record.record import heredity
from cyberspace.record.run_folder import RunFolder, open_run
from cyberspace.record.samples import chances, rule_shares, shares, summed, take_sample
from cyberspace.record.score_curves import score_curves
from cyberspace.record.scores import COLUMNS, LOWER

MANY = 10
"""Events that are told of what happened, and of what is to come."""


class EnergyFacts(TypedDict):
    """The ledger of a run; `wallet` where people may play."""

    held: int
    pools: int
    letters: int
    heat: int
    inflow: int
    balanced: bool
    wallet: NotRequired[int]


class EventFact(TypedDict):
    """One thing that a timetable has; `regions` where it does not concern all of the space."""

    tick: int
    space: str
    what: str
    regions: NotRequired[list[int]]


class EventFacts(TypedDict):
    """What has happened by the timetables of a world, the newest of it, and what is next to come."""

    happened: list[EventFact]
    coming: list[EventFact]


class ScoreFact(TypedDict):
    """What a task measures of the living at a sample: its quantiles and the best, all None where nothing is known yet."""

    tick: int
    unit: str
    better: str
    spread: dict[str, float | None]


class Facts(TypedDict):
    """What `cyberspace inspect` tells of a run at a tick; `tasks` are shares of the living by goal, `chance` what random brains reach,
    where it was measured, `rules` shares by learning rule where a gene chooses one, and `scores` what tasks measured at the last sample,
    by the name of the task, "reef.bytes" where there are several spaces.

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
    rules: NotRequired[dict[str, float]]
    scores: NotRequired[dict[str, ScoreFact]]
    digest: str
    origin: NotRequired[Branched]
    events: NotRequired[EventFacts]
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
    kept, told, damaged = _recorded(folder, tick)
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
    if any(world.timetable for world in universe.worlds):
        begun = {k: state.begun for k, state in enumerate(states)}
        happened = latest(universe, tick, begun, MANY)
        facts["events"] = {
            "happened": [event_fact(one) for one in happened],
            "coming": [event_fact(one) for one in coming(universe, tick, begun, MANY)],
        }
    if rules := rule_shares(universe, samples):
        facts["rules"] = rules
    if told:
        facts["scores"] = told
    if refused or damaged:
        facts["damaged"] = [*refused, *damaged]
    return facts


def event_fact(event: Event) -> EventFact:
    """An event as it is told."""
    fact: EventFact = {"tick": event.tick, "space": event.space, "what": event.what}
    if event.regions:
        fact["regions"] = list(event.regions)
    return fact


def _recorded(folder: RunFolder, tick: int) -> tuple[float | None, dict[str, ScoreFact], list[str]]:
    """What the record tells: share of faithful births since the sample before a tick, None if there were none; scores at the last sample;
    nothing of either where the record is damaged, and why."""
    spaces = [space.name for space in folder.universe.spaces]
    try:
        kept = heredity(folder.record, spaces, max(0, tick - folder.file.record.every), tick)
        return kept, last_scores(folder.record, spaces, tick), []
    except InputError as error:
        return None, {}, list(error.problems)


def last_scores(record: Path, spaces: list[str], tick: int) -> dict[str, ScoreFact]:
    """What tasks measured at the last sample up to a tick, by name; empty where none says a score, or none was recorded.

    Raises:
        InputError: If the record is damaged.
    """
    found: dict[str, ScoreFact] = {}
    tables = open_record(record)
    if tables is None:
        return found
    for space in spaces:
        curves = score_curves(tables, space, tick)
        for one in curves.told if len(curves.ticks) else ():
            last = curves.values[-1, one.number].tolist()
            spread = {name: value if value == value else None for name, value in zip(COLUMNS, last, strict=True)}
            name = one.name if len(spaces) == 1 else f"{space}.{one.name}"
            found[name] = {"tick": int(curves.ticks[-1]), "unit": one.unit, "better": one.better, "spread": spread}
    return found


def score_words(fact: ScoreFact) -> str:
    """A score in words: median, where most are, and the best, with the unit."""
    at, spread = f"at tick {fact['tick']:,}", fact["spread"]
    told = {name: f"{value:.4g}" for name, value in spread.items() if value is not None}
    if len(told) < len(spread):
        return f"{fact['unit']}: not known of anybody {at}"
    best = f"best {told['best']}{' (lower is better)' if fact['better'] == LOWER else ''}"
    return f"median {told['median']} {fact['unit']}, {told['5 %']} to {told['95 %']} (5 to 95 % of the living), {best}, {at}"
