"""Starting a run, going on with one, and going on after a rank was lost."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from cyberspace import telling
from cyberspace.acts.history import History
from cyberspace.backends.backend import Backend, make_backend
from cyberspace.backends.compiling import COMPILING
from cyberspace.backends.settings import check_numba
from cyberspace.errors import FULL, InputError, RunLost, RunStuck, problem, system_errors, system_problem
from cyberspace.law.genesis import genesis
from cyberspace.law.state import TALLY, WorldState
from cyberspace.law.world import World
from cyberspace.plugins import anchored
from cyberspace.ranks.team import RankLost, Single, Team
from cyberspace.record import checkpoint, run_folder, shelf
from cyberspace.record.record import Record
from cyberspace.record.run_folder import RunFolder, Tenure
from cyberspace.run.crew import Crew, Plan
from cyberspace.run.extinction import extinct, extinctions, extinguish
from cyberspace.run.local import LocalRegion
from cyberspace.run.observers import Observer
from cyberspace.run.placement import backend_of, keep_costs, placement_of, told, wished_placement
from cyberspace.run.progress import Progress, is_rank
from cyberspace.run.scribe import Scribe
from cyberspace.run.survey import ASIDE, GO_ON, Standing, signature, survey
from cyberspace.worldfile.build import folder_of, load_universe, read_text, universe_from_text
from cyberspace.worldfile.memory import check_memory

Say = Callable[[str], None]
Where = str | Path

LAST_TICK = 2**31 - 1


class Interrupted(Exception):
    """A signal stopped the run after a checkpoint.

    Attributes:
        tick: The tick it stopped at.
        last: The tick that it was to reach.
    """

    def __init__(self, tick: int, last: int):
        self.tick, self.last = tick, last


@dataclass(frozen=True)
class Start:
    """What rank 0 tells all ranks before they begin.

    Attributes:
        identity: The identity of the universe; a rank that read another world file stops.
        epoch: Number of this start.
        saved: Name of the checkpoint to start from; None for genesis.
        tick: Its tick.
        last: The tick to reach.
        placement: Rank of each region.
    """

    identity: str
    epoch: int
    saved: str | None
    tick: int
    last: int
    placement: tuple[int, ...]


def begin(source: Where, out: Where, seed: int | None, backend: str | None, rank: int = 0, ranks: int = 1) -> RunFolder:
    """A new run in a new folder; only rank 0 of so many makes it, once it is clear that they can run it.

    A world that comes through a pipe is read once; files that it names lie in the working folder.
    """
    return begin_text(read_text(Path(source)), str(source), folder_of(Path(source)), out, seed, backend or "", rank, ranks)


def begin_text(
    text: str, name: str, folder: Path, out: Where, seed: int | None = None, backend: str = "", rank: int = 0, ranks: int = 1
) -> RunFolder:
    """As `begin`, for a text, what errors call it, and where files that it names lie."""
    universe, file = universe_from_text(text, name, folder, seed)
    wished_placement(universe, ranks)
    check_memory(universe.worlds, name, ranks)
    if rank > 0:
        return RunFolder(Path(out), universe, file, anchored(backend, Path()))
    if ranks == 1:
        need_devices(backend or space.backend for space in universe.spaces)
    with system_errors(f"--out {out}", "a place where the folder of a run can be made", "another --out"):
        return run_folder.create(Path(out), text, universe, file, folder, backend)


def need_devices(backends: Iterable[str]) -> None:
    """Check, before anything is made, that backends have what they compute on.

    Raises:
        InputError: If one has not.
    """
    names = set(backends)
    if "jax" in names:
        from cyberspace.backends.xla.devices import need_device

        need_device()
    if "numba" in names:
        check_numba()


def go(
    folder: RunFolder, plan: Plan, team: Team | None = None, say: Say = lambda line: None, people: Observer | None = None
) -> int:
    """Live until the plan's last tick; the tick reached.  `people` on this rank may look, and take part.

    The run starts from the newest checkpoint that is whole; `say` tells of newer ones that were refused.

    Raises:
        InputError: If the tick lies behind, ranks and regions do not fit, or the disk is full.
        Interrupted: If a signal came; a checkpoint was left.
        LawBroken: If an energy ledger does not balance.
        RunLost: If rank 0 was lost before it had made the folder.
        RunStuck: If a rank waited for another one beyond the deadline.
    """
    team = Single() if team is None else team
    crew: Crew | None = None
    lost: tuple[int, ...] = ()
    began = time.monotonic()
    gone: set[int] = set()  # regions of lost ranks, until a new crew has them
    with disk_errors(folder.path), signals() as caught:
        while True:
            try:
                if gone and plan.extinction and team.rank == 0:
                    extinguish(folder, sorted(gone))
                crew = _muster(folder, plan, team, say, people)
                plan = crew.plan
                if lost:
                    say(f"going on from tick {crew.tick:,}, epoch {crew.epoch}")
                gone = set()
                tick = crew.run(caught)
                break
            except RankLost:
                lost, reached = team.mend(), "while it began"
                if crew is not None:
                    reached = f"near tick {crew.tick:,}"
                    gone |= {region for region, rank in enumerate(crew.placement) if rank in lost}
                    crew = None
                names = ", ".join(map(str, lost))
                say(f"lost rank {names} {reached}: {team.size} left, going back to the last checkpoint")
        if team.rank == 0:
            keep_costs(folder, crew.costs())
            if not plan.quiet:
                crew.summary(say, time.monotonic() - began)
    if caught:
        raise Interrupted(tick, plan.last)
    return tick


def _muster(folder: RunFolder, plan: Plan, team: Team, say: Say, people: Observer | None) -> Crew:
    """The crew of this rank, at the newest checkpoint."""
    universe = folder.universe
    scribe = progress = None
    if team.rank == 0:
        if team.mended and not (folder.path / run_folder.ABOUT).is_file():
            raise RunLost(f"rank 0 was lost before it had made {folder.path}; try: starting it again")
        placement = placement_of(folder, plan.backend, team)
        checkpoint.check_epochs(folder.checkpoints, run_folder.epoch_of(folder.path))
        before, standing = signature(folder), _stand(folder, plan)  # refused before a start under way loses the folder
        tenure = run_folder.take_over(folder.path)
        with tenure.held():
            if signature(folder) != before:
                standing = _stand(folder, plan)
            for line in standing.told:
                say(line)
            saved, tick = standing.saved, standing.tick
            last = end_of(standing.stands, plan.last, plan.more)
            start = Start(universe.identity, tenure.epoch, saved.name if saved else None, tick, last, placement)
            record = _open_record(folder, standing, tenure.epoch, say)
        progress = Progress(universe, tick, last, plan.quiet)
        scribe = Scribe(folder, tenure, record, progress.sampled, tick)
        for rank in range(1, team.size):
            team.tell(rank, "start", start)
        if len(set(team.hosts)) > 1 or (team.size > 1 and not plan.quiet):
            say(f"placement: {told(placement, team.hosts)}")
    else:
        start = _await_start(team, plan)
        if start.identity != universe.identity:
            got = f"a world on rank {team.rank} that is not the one on rank 0"
            raise InputError(problem(str(folder.path), got, start.identity, "the same files on every host"))
    plan = replace(plan, last=start.last, more=False)
    team.join(universe, start.placement, start.epoch)
    tenure = Tenure(folder.path, start.epoch)
    states = _states(folder, start, [region for region, rank in enumerate(start.placement) if rank == team.rank])
    regions = [
        LocalRegion(
            universe,
            region,
            _engine(folder, plan, universe.worlds[region], state),
            state,
            team,
            start.epoch,
            History(tenure, universe.worlds[region], int(state.tally[TALLY.index("acts")])),
        )
        for region, state in states.items()
    ]
    return Crew(folder, plan, team, start.placement, regions, start.tick, start.epoch, scribe, progress, people)


def _await_start(team: Team, plan: Plan) -> Start:
    """What rank 0 says first."""
    deadline = time.monotonic() + plan.deadline
    while time.monotonic() < deadline:
        for _, what, said in team.hear():
            if what == "start":
                assert isinstance(said, Start)
                return said
        team.idle()
    raise RunStuck(f"rank {team.rank} waited {plan.deadline:g} s for rank 0 to start the run")


def _stand(folder: RunFolder, plan: Plan) -> Standing:
    """Where the run goes on.

    Raises:
        InputError: If it can't, or the last tick of the plan lies behind.
    """
    standing = survey(folder, plan.force)
    if plan.last < standing.stands and not plan.more:
        expected = f"a tick from {standing.stands} on, where {folder.path} stands"
        raise InputError(problem("--ticks", plan.last, expected, f"--ticks +{max(1, plan.last)}"))
    return standing


def _open_record(folder: RunFolder, standing: Standing, epoch: int, say: Say) -> Record:
    """The record, to be continued or new; one that is in the way gets another name."""
    shelf.sweep(folder.checkpoints)
    fields, new = folder.file.record.fields, standing.record != GO_ON
    if standing.record == ASIDE:
        aside = folder.record.with_name(f"record.aside-{epoch}.zarr")
        folder.record.rename(aside)
        say(f"the record is put aside, as {aside}; a new one begins at tick {standing.tick:,}")
    cut = any(event["tick"] == standing.tick for event in extinctions(folder))
    record = Record(folder.record, folder.universe, fields, None if new else standing.tick, cut)
    if new:
        run_folder.raise_format(folder.path)
        if standing.saved is not None:
            record.flush()
            shelf.restate(standing.saved, record.rows(standing.tick))
    return record


def end_of(tick: int, number: int, more: bool) -> int:
    """The tick to reach from a tick: a number, or that many more.

    Raises:
        InputError: If there is no such tick.
    """
    if more and tick + number > LAST_TICK:
        got, expected = f"+{number} from tick {tick}", f"ticks up to {LAST_TICK} in all"
        raise InputError(problem("--ticks", got, expected, f"--ticks +{LAST_TICK - tick}"))
    return tick + number if more else number


def _states(folder: RunFolder, start: Start, regions: list[int]) -> dict[int, WorldState]:
    worlds = folder.universe.worlds
    check_memory([worlds[region] for region in regions], str(folder.path / run_folder.WORLD))
    if start.saved is None:
        states = {region: genesis(worlds[region]) for region in regions}
    else:
        states = {region: checkpoint.load_region(folder.checkpoints / start.saved, region) for region in regions}
    dead = {region for event in extinctions(folder) if event["tick"] == start.tick for region in event["regions"]}
    return {region: extinct(worlds[region], state) if region in dead else state for region, state in states.items()}


def _engine(folder: RunFolder, plan: Plan, world: World, state: WorldState) -> Backend:
    backend = backend_of(folder.universe, world, plan.backend or folder.backend)
    return make_backend(backend, world, state, plan.threads)


STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)


@contextmanager
def signals() -> Iterator[list[int]]:
    """Collects the signals that stop a run, instead of dying of them; a second one is the default again."""
    caught: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if COMPILING.doing and not is_rank():
            telling.write("\ncyberspace: it stops when this is compiled; once more ends it at once\n")
        caught.append(number)
        signal.signal(number, previous[signal.Signals(number)])

    previous = {number: signal.getsignal(number) for number in STOPS}
    for number in previous:
        signal.signal(number, note)
    try:
        yield caught
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turns what the system refuses to a run that lives into one clear message."""
    try:
        yield
    except OSError as error:
        expected = "a run's folder that can be written" if error.errno in FULL else "a system that grants it"
        attempt = f"cyberspace run --resume {path}"
        attempt = attempt if error.errno in FULL else f"mending that, then {attempt}"
        raise InputError(system_problem(error, str(path), expected, attempt)) from None


def same_world(folder: RunFolder, source: str | Path) -> None:
    """Check that a world file is the one of a run.

    Raises:
        InputError: If it is not.
    """
    universe, _ = load_universe(source, folder.universe.seed)
    if universe.identity != folder.universe.identity:
        got = f"another world than the one of {folder.path}"
        attempt = f"leaving out {source}, or a new run with --out"
        raise InputError(problem(str(source), got, f"the same as {folder.path / run_folder.WORLD}", attempt))
