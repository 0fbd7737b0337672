"""The ledger: experiments are written before they run, claimed once, and closed, or lost and queued again exactly once."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from cyberspace.collective.ledger.artifacts import Artifacts
from cyberspace.collective.ledger.book import Book
from cyberspace.collective.ledger.guards import LeaseLost as LeaseLost
from cyberspace.collective.ledger.guards import held, need_plain
from cyberspace.collective.ledger.renewing import renewing
from cyberspace.collective.ledger.rows import CLOSED, LEASE, MOST_LOST, SCORED, Claim, Experiment, Json, Proposal
from cyberspace.collective.ledger.space import Space, Written, check, read, written
from cyberspace.collective.ledger.storage import MEMORY, on_hosts, open_storage
from cyberspace.collective.ledger.trials import ARTIFACT, LATE, MOST_SEED, UNKNOWN, claim_of, closed_trial, shown, trial_of
from cyberspace.collective.who import Participant
from cyberspace.errors import InputError, problem

if TYPE_CHECKING:
    from optuna.storages import BaseStorage

SPACE = "space"

ORIGIN = "origin"
"""What is told about a row that was adopted: what it is, wherever it is."""


class Ledger:
    """Experiments of one name in one place.

    Args:
        book: Its rows.
        name: Of the study.
        artifacts: Where artifacts lie.
        space: Genes and flags of its experiments.
    """

    def __init__(self, book: Book, name: str, artifacts: Artifacts, space: Space):
        self._book, self.name, self.artifacts, self.space = book, name, artifacts, space
        self._next = 0.0  # when it is looked again for what was lost and queued by nobody
        self._queued = set[int]()  # of what was lost, what was queued again

    @classmethod
    def open(cls, name: str, where: str = MEMORY, space: Space | None = None, artifacts: Path | None = None) -> Self:
        """A ledger; a new one if there is none of this name.

        Args:
            name: Of the ledger.
            where: "memory", a journal file "FOLDER/NAME.log", or postgresql://...
            space: Of a new one; the same as before, or left out, of one that is there.
            artifacts: Their folder; beside the journal if left out, in memory for memory; PostgreSQL needs one.

        Raises:
            InputError: If the place can't be used, or the ledger has another space.
        """
        if artifacts is None and on_hosts(where):
            raise InputError(problem("ledger: artifacts", "no folder", "a folder that all hosts see", "--artifacts FOLDER"))
        storage, few = open_storage(where)
        if artifacts is None and where != MEMORY:
            artifacts = Path(where).with_suffix(".artifacts")
        book = Book(storage, few, _study(storage, name))
        told = book.said().get(SPACE)
        if told is None:
            book.say(SPACE, cast("dict[str, Json]", written(space or {})))
            told = book.said()[SPACE]  # of whoever wrote it last
        known = read(cast("dict[str, Written]", told))
        if space is not None and written(space) != written(known):
            raise InputError(problem(f"ledger {name}", "another space of genes", "the one that it began with", "another name"))
        return cls(book, name, Artifacts(artifacts), known)

    def enqueue(self, proposal: Proposal) -> int:
        """Write an experiment that anybody may claim; its number.

        Raises:
            InputError: If a parameter is not of the space.
        """
        return self._write(proposal, None).number

    def claim(
        self,
        who: Participant,
        proposal: Proposal | None = None,
        predicted: float | None = None,
        lease: float = LEASE,
        wanted: Callable[[Experiment], bool] | None = None,
    ) -> Claim | None:
        """Take an experiment: a new one, written claimed in one write, or the oldest that is queued.

        Args:
            who: Who does it.
            proposal: A new one; one of the queue if left out.
            predicted: Gain that this participant expects, in place of the proposal's.
            lease: Seconds that the claim holds.
            wanted: Which of the queue may be taken.

        Returns:
            The claim; None if nothing (that is wanted) is queued.
        """
        until = time.time() + lease
        if proposal is not None:
            row = self._write(proposal, claim_of(who, until, predicted))
            return Claim(row.number, row, lease)
        for row in self._book.queue():
            if (wanted is not None and not wanted(row)) or not self._book.take(row.number):
                continue
            if self._doubled(row):
                self._book.fail(row.number, "refused", "queued twice after it was lost")
                continue
            if self._sign(row.number, claim_of(who, until, predicted)):
                return Claim(row.number, self.row(row.number), lease)
        return None

    def renew(self, claim: Claim, lease: float | None = None) -> None:
        """Hold a claim for so many seconds from now, for its lease if left out.

        Raises:
            LeaseLost: If the row is closed.
        """
        told = claim_of(
            Participant(claim.row.participant, claim.row.hardware, claim.row.host),
            time.time() + (claim.lease if lease is None else lease),
            claim.row.proposal.predicted,
        )
        with held(claim):
            self._book.tell(claim.number, "claim", told)

    def renewing(self, claim: Claim) -> AbstractContextManager[None]:
        """Hold a claim for as long as the work inside takes, however long that is."""
        return renewing(lambda: self.renew(claim), claim.lease)

    def report(self, claim: Claim, seed: int, score: float) -> None:
        """Write the score of one seed, higher is better.

        Raises:
            LeaseLost: If the row is closed.
            InputError: If it is no number.
        """
        if not (isinstance(seed, int) and 0 <= seed <= MOST_SEED):
            raise InputError(problem("seed", seed, f"0 to {MOST_SEED}", "0"))
        if not math.isfinite(score):
            raise InputError(problem(f"score of seed {seed}", score, "a finite number", "closing it as crashed"))
        with held(claim):
            self._book.score(claim.number, seed, float(score))

    def close(
        self,
        claim: Claim,
        verdict: str,
        value: float | None = None,
        *,
        gain: float | None = None,
        reason: str = "",
        outcome: Mapping[str, str] | None = None,
        found: Mapping[str, Json] | None = None,
    ) -> Experiment:
        """Close a row: kept or discarded with a value, crashed or refused with a reason.

        Raises:
            LeaseLost: If the row is closed already.
            InputError: If the verdict is none, or lacks its value.
        """
        if verdict not in CLOSED or verdict == "lost":
            raise InputError(problem("verdict", repr(verdict), "kept, discarded, crashed or refused", "crashed"))
        if (verdict in SCORED) != (value is not None and math.isfinite(value)):
            raise InputError(
                problem(f"value of what is {verdict}", value, "a number if it was judged, none otherwise", "crashed")
            )
        told = {"gain": gain, "reason": reason[:2000], "outcome": dict(outcome or {}), "found": dict(found or {})}
        with held(claim):
            for key, content in told.items():
                if content not in (None, "", {}):
                    self._book.tell(claim.number, key, cast(Json, content))
            for name, content in shown(outcome or {}).items():
                self._book.show(claim.number, f"{ARTIFACT}{name}", content)
            if value is None:
                self._book.fail(claim.number, verdict)
            else:
                self._book.tell(claim.number, "verdict", verdict)
                self._book.end(claim.number, value)
        return self.row(claim.number)

    def expire(self, now: float | None = None, late: float = LATE, most: int = MOST_LOST) -> list[int]:
        """Close claims whose lease is over as lost, and queue them again; numbers of the new rows.

        Whoever closes a row queues it again.  If that one was killed in between, the next who looks does, and should two do so at
        once, the row with the lower number is the one that counts: `claim` refuses the other.  What was lost so many times kills
        whoever runs it: it is closed as crashed, and not queued again.

        Args:
            now: Seconds since 1970; this moment if left out.
            late: Seconds that whoever closed a row is given to queue it, and whoever took one to sign it.
            most: Times that an experiment may be lost.
        """
        now, made = time.time() if now is None else now, []
        for row in self._book.running():
            until = row.started + late if row.participant == UNKNOWN else row.lease
            if until < now and self._lose(row, most) and self.row(row.number).state == "lost":
                made.append(self._again(row))
        if now >= self._next:
            self._next = now + late / 2
            made += self._forgotten(now - late)
        return made

    def _forgotten(self, until: float) -> list[int]:
        """Queue again what was lost before a time, and queued by nobody since."""
        failed = [row for row in self._book.failed() if row.state == "lost" and row.closed < until]
        lost = [row for row in failed if ORIGIN not in row.proposal.about]  # what another pool lost, that pool does again
        if all(row.number in self._queued for row in lost):
            return []
        self._queued |= {row.proposal.retry_of for row in self.rows()}
        return [self._again(row) for row in lost if row.number not in self._queued]

    def _again(self, row: Experiment) -> int:
        """Queue a lost row again; its new number."""
        return self.enqueue(replace(row.proposal, retry_of=row.number))

    def _lose(self, row: Experiment, most: int = MOST_LOST) -> bool:
        """Whether this process is the one that closed it as lost, or, if it was lost too often, as crashed."""
        from optuna.exceptions import UpdateFinishedTrialError

        times, one = 1, row
        while 0 <= one.proposal.retry_of < one.number and times < most:
            times, one = times + 1, self.row(one.proposal.retry_of)
        try:
            if times < most:
                self._book.fail(row.number, "lost")
            else:
                self._book.fail(row.number, "crashed", f"lost {times} times: whoever ran it was killed, or did not come back")
        except UpdateFinishedTrialError:
            return False
        return True

    def adopt(self, row: Experiment, about: Mapping[str, Json]) -> int:
        """Write a closed row of another ledger, with where it came from, `ORIGIN` in `about`; its number here.

        Raises:
            InputError: If it is not closed, or not of this ledger's space.
        """
        if row.state not in CLOSED:
            raise InputError(problem(f"row of {row.candidate}", row.state, "a closed one", "exporting it once it is closed"))
        proposal = replace(row.proposal, about=dict(row.proposal.about) | dict(about), retry_of=-1)
        check(self.space, proposal.params)
        need_plain(proposal)
        return self._book.write(closed_trial(replace(row, proposal=proposal), self.space)).number

    def row(self, number: int) -> Experiment:
        """One row."""
        return self._book.row(number)

    def rows(self) -> list[Experiment]:
        """All rows, in order of writing."""
        return self._book.rows()

    def keep(self, content: bytes) -> str:
        """Take an artifact; its hash."""
        return self.artifacts.keep(content)

    def take(self, name: str) -> bytes:
        """An artifact by its hash."""
        return self.artifacts.take(name)

    def say(self, key: str, content: Json) -> None:
        """Write something about the whole ledger: a pin, a note, a setting; an earlier one of the same key is replaced."""
        self._book.say(f"said:{key}", content)

    def said(self, prefix: str = "") -> dict[str, Json]:
        """What was said under keys that begin so, by key."""
        told = self._book.said()
        keys = sorted(key.removeprefix("said:") for key in told if key.startswith(f"said:{prefix}"))
        return {key: told[f"said:{key}"] for key in keys}

    def _write(self, proposal: Proposal, claim: dict[str, Json] | None) -> Experiment:
        check(self.space, proposal.params)
        need_plain(proposal)
        return self._book.write(trial_of(proposal, self.space, claim))

    def _sign(self, number: int, claim: dict[str, Json]) -> bool:
        """Write who took it; False if it was closed in between, since nobody had signed it for too long."""
        from optuna.exceptions import UpdateFinishedTrialError

        try:
            self._book.tell(number, "claim", claim)
        except UpdateFinishedTrialError:
            return False
        return True

    def _doubled(self, row: Experiment) -> bool:
        """Whether an earlier row repeats the same lost one."""
        of = row.proposal.retry_of
        return of >= 0 and any(one.proposal.retry_of == of and one.number < row.number for one in self.rows())


def _study(storage: BaseStorage, name: str) -> int:
    """Optuna's number of a study, a new one if there is none of this name."""
    from optuna.exceptions import DuplicatedStudyError
    from optuna.study import StudyDirection

    try:
        return storage.create_new_study([StudyDirection.MAXIMIZE], name)
    except DuplicatedStudyError:
        return storage.get_study_id_from_name(name)
