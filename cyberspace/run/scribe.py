"""The scribe: what rank 0 does beside its own regions.  It gathers what all regions report, and writes record and checkpoints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.phylogeny.kept import Kept
from cyberspace.analysis.phylogeny.tree import Leaves
from cyberspace.law.almanac import Event
from cyberspace.law.energy import Ledger, audit_letters, total
from cyberspace.record import checkpoint, shelf
from cyberspace.record.record import Record
from cyberspace.record.run_folder import RunFolder, Tenure
from cyberspace.record.samples import Sample

Number = TypeVar("Number", np.int32, np.int64)


@dataclass(frozen=True)
class Report:
    """What a region tells when it reaches a tick at which something is kept.

    Attributes:
        region: Its number.
        tick: The tick.
        births: All births since its last report; rows as in `cyberspace.backends.backend.SpanResult`.
        crossings: All crossings since its last report; rows of `cyberspace.run.crossings.CROSSINGS`.
        ledger: Its energy.
        under_way: Energy in the letters that it has sent and that nobody has settled.
        seconds: How long it has computed since the start.
        here: Who must be in the tree of life.
        sample: What the record keeps, if this is a tick of the record.
        shard: What `checkpoint.write_shard` returned, if this is a tick of a checkpoint; never beside a sample.
        happened: What of the timetable happened since its last report.
    """

    region: int
    tick: int
    births: NDArray[np.int32]
    crossings: NDArray[np.int64]
    ledger: Ledger
    under_way: int
    seconds: float
    here: Leaves
    sample: Sample | None = None
    shard: checkpoint.Shard | None = None
    happened: tuple[Event, ...] = ()


class Scribe:
    """Writes for all regions.

    Args:
        folder: The run.
        tenure: The right to write into it.
        record: The record.
        sampled: Called with the samples of all regions when they are complete.
        tick: Where the run starts.
    """

    def __init__(
        self, folder: RunFolder, tenure: Tenure, record: Record, sampled: Callable[[dict[int, Sample]], None], tick: int
    ):
        self._folder, self._tenure, self._record, self._sampled = folder, tenure, record, sampled
        self._phylogeny = Kept(folder, tick)
        self._reports: dict[tuple[int, bool], dict[int, Report]] = {}
        self.saved = -1

    def missing(self) -> str:
        """Whose report is waited for, in words."""
        regions = range(len(self._folder.universe.worlds))
        lines = [
            f"tick {tick:,}: regions {', '.join(str(region) for region in regions if region not in reports)}"
            for (tick, _), reports in sorted(self._reports.items())
        ]
        return "; ".join(lines) or "no region has reported anything"

    def note(self, report: Report) -> None:
        """Take a region's report; when those of all regions for a tick are there, write them."""
        reports = self._reports.setdefault((report.tick, report.shard is not None), {})
        reports[report.region] = report
        if len(reports) == len(self._folder.universe.worlds):
            del self._reports[report.tick, report.shard is not None]
            with self._tenure.held():
                self._write(report.tick, reports)

    def _write(self, tick: int, reports: dict[int, Report]) -> None:
        books = total(report.ledger for report in reports.values())
        audit_letters(books, sum(report.under_way for report in reports.values()), tick)
        births = {
            space.name: _in_order(np.concatenate([reports[region].births for region in space.regions]))
            for space in self._folder.universe.spaces
        }
        self._record.add(births, _in_order(np.concatenate([reports[region].crossings for region in sorted(reports)])))
        samples = {region: report.sample for region, report in sorted(reports.items()) if report.sample is not None}
        if samples:
            self._record.sample(tick, samples)
            self._record.publish()
            self._sampled(samples)
        self._phylogeny.note(tick, [one.here for one in reports.values()], [one.births for one in reports.values()])
        shards = {region: report.shard for region, report in reports.items() if report.shard is not None}
        if shards:
            identity, keep = self._folder.universe.identity, self._folder.file.record.keep
            self._record.flush()  # a checkpoint relies on what was recorded before it
            rows = self._record.rows(tick)
            path = shelf.commit(self._folder.checkpoints, tick, self._tenure.epoch, identity, shards, keep, rows)
            self._phylogeny.save(checkpoint.manifest_of(path)["digest"])
            self.saved = tick


def _in_order(rows: NDArray[Number]) -> NDArray[Number]:
    """Rows sorted by their first two columns, so that the order of ranks does not show."""
    return rows[np.lexsort((rows[:, 1], rows[:, 0]))]
