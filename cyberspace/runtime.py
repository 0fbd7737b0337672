"""The run loop: spans of ticks between samples and checkpoints, signals, and what is told meanwhile."""

from __future__ import annotations

import errno
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cyberspace import checkpoint, run_folder
from cyberspace.backends.backend import Backend, make_backend
from cyberspace.build import load_world
from cyberspace.energy import audit
from cyberspace.errors import InputError, problem
from cyberspace.genesis import genesis
from cyberspace.progress import Progress
from cyberspace.record import Record
from cyberspace.run_folder import RunFolder
from cyberspace.state import WorldState

SPAN = 256
"""Most ticks between two looks at signals and the clock on the wall."""

Say = Callable[[str], None]


class Interrupted(Exception):
    """A signal stopped the run after a checkpoint.

    Attributes:
        tick: The tick it stopped at.
    """

    def __init__(self, tick: int):
        self.tick = tick


def begin(source: str | Path, out: str | Path, seed: int | None, backend: str | None) -> tuple[RunFolder, WorldState]:
    """A new run in a new folder, at tick 0."""
    world, file = load_world(source, seed)
    chosen = backend or next(iter(file.spaces.values())).backend
    with disk_errors(Path(out)):
        folder = run_folder.create(Path(out), Path(source), world, file, chosen)
    return folder, genesis(world)


def resume(out: str | Path, say: Say) -> tuple[RunFolder, WorldState]:
    """A run and the state of its newest whole checkpoint; tells of newer ones that were refused."""
    folder = run_folder.open_run(out)
    if not checkpoint.checkpoints(folder.checkpoints):
        return folder, genesis(folder.world)
    state, refused = checkpoint.newest(folder.checkpoints, folder.world.identity)
    for line in refused:
        say(f"refused: {line}")
    if refused:
        say(f"going on from the checkpoint before it, at tick {state.tick:,}")
    return folder, state


def advance(
    folder: RunFolder, state: WorldState, last: int, backend: str | None = None, every: int | None = None, quiet: bool = False
) -> WorldState:
    """Live until tick `last`, recording and saving; the state there.

    Raises:
        InputError: If the tick lies behind, or the disk is full.
        Interrupted: If SIGINT or SIGTERM came; a checkpoint was left.
        LawBroken: If the energy ledger does not balance.
    """
    if last < state.tick:
        raise InputError(problem("--ticks", last, f"a tick from {state.tick} on, where the run stands"))
    plan = folder.file.record
    every = every or plan.every
    first = state.tick
    progress = Progress(folder.world, last, quiet)
    engine = make_backend(backend or folder.backend, folder.world, state)
    with disk_errors(folder.path), signals() as caught:
        fresh = first == 0 or not folder.record.exists()
        record = Record(folder.record, folder.world, plan.fields, None if fresh else first)
        if first == 0:
            record.sample(state)
        while state.tick < last and not caught:
            state = _stretch(
                engine, state.tick, _next_stop(state.tick, last, every, plan.checkpoint_every), record, progress, caught
            )
            audit(state, folder.world.region)
            if state.tick % every == 0:
                record.sample(state)
            if state.tick % plan.checkpoint_every == 0 or state.tick == last or caught:
                record.flush_births()
                checkpoint.save(folder.checkpoints, state, folder.world.identity, plan.keep)
        if first == last and not checkpoint.checkpoints(folder.checkpoints):
            checkpoint.save(folder.checkpoints, state, folder.world.identity, plan.keep)
        progress.end()
        if caught:
            raise Interrupted(state.tick)
    return state


def _next_stop(tick: int, last: int, *multiples: int) -> int:
    return min([last, *(tick - tick % multiple + multiple for multiple in multiples)])


def _stretch(engine: Backend, tick: int, stop: int, record: Record, progress: Progress, caught: list[int]) -> WorldState:
    """Live from a tick to the next stop, or until a signal comes."""
    while tick < stop and not caught:
        trace = engine.advance(min(SPAN, stop - tick))
        tick += len(trace.tally)
        record.add(trace.births)
        if progress.note(trace.tally):
            progress.tell(engine.state())
    return engine.state()


@contextmanager
def signals() -> Iterator[list[int]]:
    """Collects SIGINT and SIGTERM instead of dying of them; a second one is the default again."""
    caught: list[int] = []

    def note(number: int, frame: Any) -> None:
        caught.append(number)
        signal.signal(number, previous[signal.Signals(number)])

    previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in previous:
        signal.signal(number, note)
    try:
        yield caught
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turns what a disk refuses into one clear message."""
    try:
        yield
    except OSError as error:
        reasons = {errno.ENOSPC: "a full disk", errno.EDQUOT: "a full quota", errno.EFBIG: "a limit on file sizes"}
        got = reasons.get(error.errno or 0, f"an error of the disk ({error})")
        attempt = f"making room, then cyberspace run --resume {path}"
        raise InputError(problem(str(path), got, "a place that can be written", attempt)) from None


def same_world(folder: RunFolder, source: str | Path) -> None:
    """Check that a world file is the one of a run.

    Raises:
        InputError: If it is not.
    """
    world, _ = load_world(source, folder.world.seed)
    if world.identity != folder.world.identity:
        got = f"another world than the one of {folder.path}"
        attempt = f"leaving out {source}, or a new run with --out"
        raise InputError(problem(str(source), got, f"the same as {folder.path / run_folder.WORLD}", attempt))
