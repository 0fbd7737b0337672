"""One rank at work: its regions live as far as letters allow, and what they report goes to the scribe on rank 0.

There is no barrier and no collective.  A region stops only for a letter that is not there yet, and tells at the ticks at which
something is kept.  To stop early, all hold, tell how far they are, and go on to the farthest tick: so the cut is consistent.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.phylogeny.identities import NEEDED, identities
from cyberspace.backends.compiling import COMPILING
from cyberspace.errors import RunStuck
from cyberspace.law.energy import audit
from cyberspace.law.letters import under_way
from cyberspace.ranks.team import Message, RankLost, Team
from cyberspace.record import checkpoint
from cyberspace.record.run_folder import RunFolder
from cyberspace.record.samples import Sample, measured, needed, take_sample
from cyberspace.run.checking import CHECKED, check_tasks
from cyberspace.run.local import LocalRegion
from cyberspace.run.observers import Observer
from cyberspace.run.progress import Progress
from cyberspace.run.scribe import Report, Scribe

NOTE_SECONDS = 0.2

TALK = ("here", "ask", "answer", "drop", "stir")
"""Messages between those who look, see `cyberspace.watch.attendant`."""


@dataclass(frozen=True)
class Plan:
    """What a start of a run is to do.

    Attributes:
        last: Tick to reach, or with `more` how many ticks to live.
        every: Ticks between two samples.
        backend: The one for all spaces; empty for those that the spaces ask for.
        threads: Threads of a region whose backend takes them; None for as many as there are.
        quiet: Tell no progress.
        deadline: Seconds that a rank waits for another before it gives up.
        check_tasks: Ask tasks of a user's own twice at every sample.
        extinction: What happens to the regions of a lost rank: their organisms are lost, or (by default) the run goes back.
        force: Go on although a part of the run's folder is lost; see `cyberspace.run.survey`.
        more: Whether `last` is counted from where the run stands.
    """

    last: int
    every: int
    backend: str = ""
    threads: int | None = None
    quiet: bool = False
    deadline: float = 300.0
    extinction: bool = False
    check_tasks: bool = False
    force: bool = False
    more: bool = False


@dataclass(frozen=True)
class Note:
    """How far the regions of a rank are, and what it does meanwhile.

    Attributes:
        known: By region its tick, and its counts since the start, int64 of `TALLY`.
        compiling: What the rank compiles from now on, empty if nothing more; None where that did not change.
    """

    known: dict[int, tuple[int, NDArray[np.int64]]]
    compiling: str | None = None


class Crew:
    """The regions of one rank.

    Args:
        folder: The run.
        plan: What to do.
        team: The ranks.
        placement: Rank of each region.
        regions: The regions of this rank.
        start: The tick of the cut they start from.
        epoch: Number of this start.
        scribe: On rank 0.
        progress: On rank 0.
        people: Whoever looks at the regions of this rank.
    """

    def __init__(
        self, folder: RunFolder, plan: Plan, team: Team, placement: tuple[int, ...], regions: list[LocalRegion], start: int,
        epoch: int, scribe: Scribe | None, progress: Progress | None, people: Observer | None = None,
    ):  # fmt: skip
        self._folder, self.plan, self._team, self.placement = folder, plan, team, placement
        self._regions, self.epoch, self._scribe, self._progress = regions, epoch, scribe, progress
        self._reported = {region.world.region: start for region in regions}
        self._saved = dict.fromkeys(self._reported, -1)
        self._closed: set[int] = set()
        self._last, self._closing = plan.last, start == plan.last
        self._held, self._asked, self._done = False, False, False
        self._ticks: dict[int, int] = {}
        self._costs: dict[int, float] = {}
        self._start, self._people = start, people
        self._moved = self._noted = time.monotonic()
        if people is not None:
            people.join(regions, placement)
        if start == 0:
            for region in regions:
                self._report(region, 0, sample=True, save=False)

    def run(self, caught: list[int]) -> int:
        """Live until the end, or until signals are caught and all have stopped; the tick at which a checkpoint was left.

        Raises:
            LawBroken: If a ledger does not balance.
            RankLost: If another rank died.
            RunStuck: If nothing moved for longer than the deadline.
        """
        with self._progress.waiting.here() if self._progress else COMPILING.heard_by(self._compiles):
            return self._live(caught)

    def _live(self, caught: list[int]) -> int:
        while not self._done:
            heard = self._team.hear()
            for message in heard:
                self._obey(message)
            if caught and not self._asked:
                self._asked = True
                self._team.tell(0, "stop", None)
                continue
            until = None if self._held or self._people is None else self._people.attend(self._regions, self._closing)
            moved = not self._held and self._push(until)
            waits_for_people = until is not None and all(region.tick >= until for region in self._regions)
            if moved or heard or waits_for_people:
                self._moved = time.monotonic()
                self._note()
            elif not self._done:
                self._wait()
            if self._progress is not None:
                self._progress.waiting.tell()
        return self._last

    @property
    def tick(self) -> int:
        """How far this rank is: the tick of the region that is ahead."""
        return max(region.tick for region in self._regions)

    def costs(self) -> dict[int, float]:
        """Rank 0: seconds that a tick of the universe took each region, as far as its rank has told."""
        return self._costs

    def _push(self, until: int | None) -> bool:
        """Let every region live a span, those that are behind first, none beyond a tick; whether any could."""
        moved = False
        for region in sorted(self._regions, key=lambda region: region.tick):
            number = region.world.region
            stop = self._stop(self._reported[number])
            moved |= region.push(stop if until is None else min(stop, until))
            if region.tick >= stop and number not in self._closed and (self._reported[number] < stop or self._closing):
                self._reach(region, stop)
                moved = True
        return moved

    def _stop(self, tick: int) -> int:
        """The first tick after one at which something is kept."""
        save = self._folder.file.record.checkpoint_every
        return min(self._last, *(tick - tick % n + n for n in (self.plan.every, save)))

    def _reach(self, region: LocalRegion, tick: int) -> None:
        """Tell what is kept at a tick; where the run was to stop early, the region may have told a part of it before."""
        number = region.world.region
        sample = tick % self.plan.every == 0 and self._reported[number] < tick
        save = (tick == self._last or tick % self._folder.file.record.checkpoint_every == 0) and self._saved[number] < tick
        self._reported[number] = tick
        if tick == self._last:
            self._closed.add(number)
            if not self.plan.quiet:
                self._tell_where([region])
            region.repeat_acts()  # what people did while the run was held at its last tick belongs to the state there
        self._report(region, tick, sample, save)

    def _report(self, region: LocalRegion, tick: int, sample: bool, save: bool) -> None:
        if not sample and not save:
            return
        world, fields = region.world, self._folder.file.record.fields
        looked = {*measured(world), *NEEDED, *needed(fields), *(CHECKED if self.plan.check_tasks else ())}
        state = region.state(tick) if save else region.state(tick, looked)
        if self.plan.check_tasks:
            check_tasks(world, state)
        ledger, sent = audit(state, world.region), under_way(world, state.outbox)
        here = identities(world, state)

        def tell(kept: Sample | None, shard: checkpoint.Shard | None) -> None:
            tables, events = region.take_tables(), region.take_events()
            report = Report(world.region, tick, *tables, ledger, sent, region.seconds, here, kept, shard, events)
            self._team.tell(0, "report", report)

        if sample:
            tell(take_sample(world, state, fields), None)
        if save:
            self._saved[world.region] = tick
            tell(None, checkpoint.write_shard(self._folder.checkpoints, tick, self.epoch, world.region, state))

    def _obey(self, message: Message) -> None:
        source, what, said = message
        if what in TALK:
            assert self._people is not None
            self._people.hear(source, what, said)
            return
        obeys: dict[str, Callable[[int, object], None]] = {
            "report": self._take_report,
            "note": self._take_note,
            "stop": self._hold_all,
            "hold": self._hold,
            "held": self._take_held,
            "halt": self._halt,
            "done": self._finish,
        }
        obeys[what](source, said)

    def _take_report(self, source: int, report: object) -> None:
        assert self._scribe is not None and isinstance(report, Report)
        self._scribe.note(report)
        if self._progress is not None:
            self._progress.happened(report.happened)
        if report.tick > self._start:
            self._costs[report.region] = report.seconds / (report.tick - self._start)
        self._end_if_saved()

    def _end_if_saved(self) -> None:
        """Rank 0: all is done when the last tick is saved."""
        if self._scribe is not None and self._scribe.saved == self._last:
            for rank in range(self._team.size):
                self._team.tell(rank, "done", None)

    def _take_note(self, source: int, note: object) -> None:
        assert self._progress is not None and isinstance(note, Note)
        if note.compiling is not None:
            self._progress.waiting.on(source, note.compiling)
        self._progress.held = "" if self._people is None else self._people.held
        self._progress.note(note.known)

    def _hold_all(self, source: int, said: object) -> None:
        """Rank 0: somebody wants to stop."""
        if not self._ticks and not self._held:
            for rank in range(self._team.size):
                self._team.tell(rank, "hold", None)

    def _hold(self, source: int, said: object) -> None:
        self._held = True
        self._team.tell(0, "held", self.tick)

    def _take_held(self, source: int, tick: object) -> None:
        """Rank 0: when all hold, they go on to the farthest."""
        assert isinstance(tick, int)
        self._ticks[source] = tick
        if len(self._ticks) == self._team.size:
            for rank in range(self._team.size):
                self._team.tell(rank, "halt", min(self.plan.last, max(self._ticks.values())))

    def _halt(self, source: int, tick: object) -> None:
        assert isinstance(tick, int)
        self._last, self._closing, self._held = tick, True, False
        self._end_if_saved()

    def _finish(self, source: int, said: object) -> None:
        self._done = True

    def _note(self) -> None:
        """Tell how far the regions are, now and then."""
        if not self.plan.quiet and time.monotonic() - self._noted >= NOTE_SECONDS:
            self._noted = time.monotonic()
            self._tell_where(self._regions)

    def _tell_where(self, regions: list[LocalRegion]) -> None:
        self._team.tell(0, "note", Note({one.world.region: (one.tick, one.counts.copy()) for one in regions}))

    def _compiles(self, what: str) -> None:
        """Another rank than 0: tell at once what is compiled, since nothing is told while it is; a lost rank is found later."""
        if not self.plan.quiet and (not what or time.monotonic() - self._noted >= NOTE_SECONDS):
            self._noted = time.monotonic()
            with suppress(RankLost):
                self._team.tell(0, "note", Note({}, what))

    def summary(self, say: Callable[[str], None], seconds: float) -> None:
        """Rank 0: tell what this start did in so many seconds, and what can be done now."""
        assert self._progress is not None
        say(self._progress.summary(self._last, seconds))
        path = self._folder.path
        more = f"cyberspace run --resume {path} --ticks +{max(1, self.plan.last - self._start)}"
        say(f"now: cyberspace report {path}, cyberspace view {path}{'' if self._last < self.plan.last else f', or {more}'}")

    def _wait(self) -> None:
        if time.monotonic() - self._moved > self.plan.deadline:
            attempt = f"cyberspace run --resume {self._folder.path}, with a longer --deadline if that rank was but slow"
            raise RunStuck(f"{self._why()}; try: {attempt}")
        self._team.idle()

    def _why(self) -> str:
        """Who waits for what, for whom, and since when."""
        seconds = f"nothing moved on rank {self._team.rank} for {self.plan.deadline:g} s"
        behind = [region for region in self._regions if region.tick < self._stop(self._reported[region.world.region])]
        if behind and not self._held:
            lines = [
                f"{region.waits_for} (rank {self.placement[region.awaited]})" if region.awaited >= 0 else region.waits_for
                for region in behind
            ]
            return f"{seconds}: {'; '.join(lines)}; under way: {self._team.pending()}"
        if self._scribe is not None:
            return f"{seconds}: the scribe waits for reports at {self._scribe.missing()}"
        return f"{seconds}: all its regions are done, and it waits for rank 0 to say that all is saved"
