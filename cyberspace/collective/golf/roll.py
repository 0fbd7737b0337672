"""The roll of a course: who entered, what was found, whose record stands, and who has to be looked at again; all of it in the ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from cyberspace.collective.golf import decide
from cyberspace.collective.golf.artifact import CODE, GENOMES, MIXER, Artifact, read_artifact, write_zip
from cyberspace.collective.golf.codes import CODES
from cyberspace.collective.golf.course import Course
from cyberspace.collective.golf.verify import ORDINARY, RECORD, REJECTED, Report, Standing, part_mark
from cyberspace.collective.ledger.ledger import Ledger
from cyberspace.collective.ledger.rows import MOST_LOST, Claim, Experiment, Json, Proposal
from cyberspace.collective.ledger.storage import MEMORY
from cyberspace.collective.who import here
from cyberspace.errors import InputError, nearest, problem

QUEUED, RUNNING, UNVERIFIED = "queued", "being verified", "not verified"
FRESH = ("shape", "size-claim", "over-cap", "hash", "manifest")
"""Codes that say nothing of the content, so that what has it may enter again."""

ZIP, REPORT = "entry.zip", "report.json"


@dataclass(frozen=True)
class Row:
    """An entry of the roll.

    Attributes:
        number: Of its newest row in the ledger.
        entry: Its name among entries.
        name: What its author calls it.
        author: Whose it is.
        size: Bytes that count.
        marks: Hashes of what predicts, of its genomes and of its mixer.
        parents: Entries that it was made from.
        tries: Which try of its author it is, from 1, or what he says, if that is more.
        status: queued, being verified, record, non-record, rejected, or not verified, where each verification died.
        code: Why it was rejected.
        detail: What was seen.
        public: Bits per byte on the public part.
        sealed: The same on the sealed part.
        gold: Bytes that the range coder wrote.
        blocks: Bits per byte of each sealed block.
        against: Whose record it was compared with.
        invalid: Whether it was found invalid: whoever has its content is rejected.
        closed: When it was closed, in seconds since 1970.
    """

    number: int
    entry: str
    name: str
    author: str
    size: int
    marks: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    tries: int = 1
    status: str = QUEUED
    code: str = ""
    detail: str = ""
    public: float | None = None
    sealed: float | None = None
    gold: int = 0
    blocks: tuple[float, ...] = ()
    against: str = ""
    invalid: bool = False
    closed: float = 0.0


class Roll:
    """The roll of a course.

    Args:
        course: Its course; the ledger is a journal in its folder, unless another place is named.
        where: Another place, see `Ledger.open`; several courses may have theirs there.
        artifacts: Folder of entries and reports, if not in the course's.
    """

    def __init__(self, course: Course, where: str = "", artifacts: Path | None = None):
        self.course = course
        kept = artifacts or (None if where == MEMORY else course.folder / "ledger.artifacts")
        name = f"golf-{course.rules.sealed[:16]}" if where else "golf"
        self.ledger = Ledger.open(name, where or str(course.folder / "ledger.log"), artifacts=kept)

    def rows(self) -> list[Row]:
        """All entries, each as its newest row tells, in the order in which these were written."""
        newest = {one.candidate: one for one in self.ledger.rows()}
        said = self.ledger.said("invalid:")
        found = [_row(one, said.get(f"invalid:{one.candidate}")) for one in newest.values()]
        return sorted(found, key=lambda one: one.number)

    def row(self, entry: str) -> Row:
        """One of them.

        Raises:
            InputError: If there is none of this name.
        """
        rows = {one.entry: one for one in self.rows()}
        if entry not in rows:
            known = nearest(entry, rows) if rows else "cyberspace golf submit"
            raise InputError(problem(str(self.course.folder), f"entry {entry}", "an entry of the board", known))
        return rows[entry]

    def enter(self, artifact: Artifact, caught: tuple[str, str] | None = None) -> Row:
        """Write an entry down before it is looked at; one that was caught when it came is a row as well.

        Raises:
            InputError: If it is there already.
        """
        rows, manifest = self.rows(), artifact.manifest
        if any(one.entry == artifact.entry for one in rows):
            raise InputError(
                problem(artifact.entry, "an entry that is on the roll already", "a new one", "cyberspace golf board")
            )
        tries = max(1 + sum(one.author == manifest.author for one in rows), manifest.tries)
        marks = [artifact.content, *(one for one in (part_mark(artifact, name) for name in (GENOMES, MIXER)) if one)]
        about: dict[str, Json] = {
            "name": manifest.name,
            "author": manifest.author,
            "size": artifact.size,
            "marks": list(marks),
            "tries": tries,
        }
        code = hashlib.sha256(artifact.parts.get(CODE, b"")).hexdigest()
        made = Proposal(
            artifact.entry, parents=manifest.parents, operator="golf", code=code, config=self.course.rules.sealed, about=about,
            artifacts={} if caught else {ZIP: self.ledger.keep(_zipped(artifact))},
        )  # fmt: skip
        if caught:
            claim = self.ledger.claim(here(), made)
            assert claim is not None
            self.ledger.close(claim, "refused", reason=": ".join(caught), found={"code": caught[0], "detail": caught[1]})
        else:
            self.ledger.enqueue(made)
        return self.row(artifact.entry)

    def artifact(self, entry: str) -> Artifact:
        """An entry's artifact."""
        found = next(one for one in reversed(self.ledger.rows()) if one.candidate == entry)
        return self._artifact(found)

    def _artifact(self, row: Experiment) -> Artifact:
        with TemporaryDirectory() as folder:
            path = Path(folder) / ZIP
            path.write_bytes(self.ledger.take(row.proposal.artifacts[ZIP]))
            return read_artifact(path)

    @contextmanager
    def claimed(self, entry: str = "") -> Iterator[tuple[Claim, Artifact] | None]:
        """The next entry that waits, or one of a name, claimed; None where none does.

        Should its verification fail, it is queued again, but not for ever: then it is not verified, until `again` is called.
        """
        self.ledger.expire()
        claim = self.ledger.claim(here(), wanted=lambda one: entry in ("", one.candidate))
        if claim is None:
            yield None
            return
        try:
            with self.ledger.renewing(claim):
                yield claim, self._artifact(claim.row)
        except BaseException as error:
            if self.ledger.row(claim.number).state == "claimed":
                self.ledger.close(claim, "crashed", reason=f"{type(error).__name__}: {error}"[:500])
                rows = [one for one in self.ledger.rows() if one.candidate == claim.row.candidate]
                if not isinstance(error, Exception) or sum(one.state == "crashed" for one in rows) % MOST_LOST:
                    self.again(claim.row.candidate)
            raise

    def again(self, entry: str) -> None:
        """Queue an entry again."""
        self.ledger.enqueue(replace(self.ledger.row(self.row(entry).number).proposal, retry_of=-1))

    def holder(self) -> Row | None:
        """Whose record stands: the last record that is valid."""
        records = [one for one in self.rows() if one.status == RECORD]
        return max(records, key=lambda one: one.closed, default=None)

    def standing(self) -> Standing:
        """What the course knows by now."""
        holder, rows = self.holder(), self.rows()
        looks = sum(bool(one.found.get("looked")) for one in self.ledger.rows())
        invalid = {mark: one.entry for one in rows if one.invalid for mark in one.marks}
        return Standing(np.array(holder.blocks) if holder else None, looks, invalid)

    def report(self, claim: Claim, report: Report) -> Row:
        """Close a claim with what was found."""
        holder = self.holder()
        blocks: list[Json] = [round(one, 6) for one in report.blocks]
        found: dict[str, Json] = {
            "code": report.code, "detail": report.detail[:500], "gold": report.gold, "blocks": blocks,
            "public": None if np.isnan(report.public) else round(report.public, 6), "looked": report.decision is not None,
            "against": holder.entry if holder else "", "walls": list[Json](report.walls), "flags": list[Json](report.flags[:20]),
        }  # fmt: skip
        said = json.dumps(asdict(report), indent=1).encode()
        outcome = {REPORT: self.ledger.keep(said)}
        for seed, bits in enumerate(report.by_seed):
            self.ledger.report(claim, seed, -bits)
        if report.verdict == REJECTED:
            self.ledger.close(claim, "refused", reason=f"{report.code}: {report.detail}", found=found, outcome=outcome)
        else:
            verdict = "kept" if report.verdict == RECORD else "discarded"
            self.ledger.close(claim, verdict, -report.sealed, found=found, outcome=outcome)
        return self.row(report.entry)

    def invalidate(self, entry: str, code: str, detail: str = "") -> list[Row]:
        """An entry turned out to be invalid: what descends from it, and what was compared with its record, is queued again.

        Returns:
            Who is queued again.

        Raises:
            InputError: If there is no such entry or code.
        """
        self.row(entry)
        if code not in CODES:
            raise InputError(problem("--code", code, "a code of docs/golf.md", f"--code {nearest(code, CODES)}"))
        self.ledger.say(f"invalid:{entry}", {"code": code, "detail": detail})
        rows, lost = self.rows(), {entry}
        while more := {one.entry for one in rows if one.entry not in lost and lost & set(one.parents)}:
            lost |= more
        valid = [one for one in rows if one.entry != entry and one.status in (RECORD, ORDINARY)]
        again = [one for one in valid if one.entry in lost or one.against == entry]
        for one in again:
            self.again(one.entry)
        return again

    def ranked(self) -> list[tuple[int, Row]]:
        """Valid entries from the best, each with its tie group from 1."""
        valid = sorted((one for one in self.rows() if one.status in (RECORD, ORDINARY)), key=lambda one: one.sealed or 0.0)
        share = decide.share(self.course.rules.alpha, 1)
        numbers = decide.groups([np.array(one.blocks) for one in valid], share, seed=1)
        return [(number + 1, one) for number, one in zip(numbers, valid, strict=True)]


def _zipped(artifact: Artifact) -> bytes:
    with TemporaryDirectory() as folder:
        write_zip(artifact, Path(folder) / ZIP)
        return (Path(folder) / ZIP).read_bytes()


STATUS = {
    "queued": QUEUED,
    "claimed": RUNNING,
    "kept": RECORD,
    "discarded": ORDINARY,
    "refused": REJECTED,
    "crashed": UNVERIFIED,
    "lost": QUEUED,
}
"""What a state of the ledger is to an entry; one that died is queued again in a row of its own, unless it died too often."""


def _row(one: Experiment, invalid: Json) -> Row:
    """An entry out of its newest row, and what was said of it since."""
    about, found = one.proposal.about, one.found
    code, public, blocks, marks = str(found.get("code", "")), found.get("public"), found.get("blocks"), about.get("marks")
    status = STATUS[one.state]
    made = Row(
        one.number, one.candidate, str(about.get("name", "")), str(about.get("author", "")), _whole(about.get("size")),
        tuple(map(str, marks)) if isinstance(marks, list) else (), one.proposal.parents, _whole(about.get("tries")), status, code,
        str(found.get("detail", "")) or (one.reason if status == UNVERIFIED else ""),
        public=float(public) if isinstance(public, int | float) else None,
        sealed=None if one.value is None else -one.value,
        gold=_whole(found.get("gold")),
        blocks=tuple(float(str(value)) for value in blocks) if isinstance(blocks, list) else (),
        against=str(found.get("against", "")),
        invalid=status == REJECTED and code not in FRESH,
        closed=one.closed,
    )  # fmt: skip
    if isinstance(invalid, dict):
        made = replace(made, status=REJECTED, code=str(invalid.get("code")), detail=str(invalid.get("detail")), invalid=True)
    return made


def _whole(value: Json) -> int:
    return value if isinstance(value, int) else 0
